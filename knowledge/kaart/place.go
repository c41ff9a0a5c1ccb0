package kaart

import (
	"math"
	"strings"
)

// Point is a place on the map in degrees. The zero value means not known.
type Point struct{ Lat, Lon float64 }

// Known reports whether it is a place.
func (p Point) Known() bool { return p != Point{} }

// To is the distance to another point in metres, along a globe.
func (p Point) To(q Point) float64 {
	const radius, radian = 6_371_000, math.Pi / 180
	hav := func(x float64) float64 { return math.Sin(x/2) * math.Sin(x/2) }
	h := hav((q.Lat-p.Lat)*radian) + math.Cos(p.Lat*radian)*math.Cos(q.Lat*radian)*hav((q.Lon-p.Lon)*radian)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Point is where the location is; the zero Point when that isn't known.
func (l Location) Point() Point { return Point{l.Lat, l.Lon} }

// FoldPostcode makes postcodes comparable: "1611 ab" and "1611AB" are the same.
func FoldPostcode(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " ", "")) }

// Middle is the mean of the places on the map that let picks; the zero Point
// when it picks none. The kaart holds no other map than its own locations.
func (k *Kaart) Middle(let func(Location) bool) Point {
	var sum Point
	n := 0.0
	for _, s := range k.list {
		for _, l := range s.Locations {
			if l.HasCoordinates() && let(l) {
				sum, n = Point{sum.Lat + l.Lat, sum.Lon + l.Lon}, n+1
			}
		}
	}
	if n == 0 {
		return Point{}
	}
	return Point{sum.Lat / n, sum.Lon / n}
}

// Nearest is the distance in metres from p to the nearest location of the
// service; false when no place on the map is known.
func (s *Service) Nearest(p Point) (metres float64, ok bool) {
	for _, l := range s.Locations {
		if !p.Known() || !l.HasCoordinates() {
			continue
		}
		if d := p.To(l.Point()); !ok || d < metres {
			metres, ok = d, true
		}
	}
	return metres, ok
}

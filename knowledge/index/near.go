package index

import (
	"fmt"
	"math"
	"strings"

	"wegwijzer/knowledge/kaart"
)

// addCentres finds the middle of each town that a location names.
func (x *Index) addCentres() {
	sums, counts := map[string]kaart.Point{}, map[string]float64{}
	for i, s := range x.services {
		city := 0 // of x.cities, which has one for each location that names it
		for _, l := range s.Locations {
			if l.City == "" {
				continue
			}
			name := x.cities[i][city]
			city++
			if l.HasCoordinates() {
				sums[name] = kaart.Point{Lat: sums[name].Lat + l.Lat, Lon: sums[name].Lon + l.Lon}
				counts[name]++
			}
		}
	}
	for name, n := range counts {
		sums[name] = kaart.Point{Lat: sums[name].Lat / n, Lon: sums[name].Lon / n}
	}
	x.centres = sums
}

// Place finds a town or a postcode on the map, as far as locations of the kaart
// tell; the zero Point when they don't.
func (x *Index) Place(name string) kaart.Point {
	if p, ok := x.centres[kaart.FoldArea(name)]; ok {
		return p
	}
	postcode := kaart.FoldPostcode(name)
	if len(postcode) < 4 {
		return kaart.Point{}
	}
	for _, part := range []string{postcode, postcode[:4]} {
		p := x.kaart.Middle(func(l kaart.Location) bool { return strings.HasPrefix(kaart.FoldPostcode(l.Postcode), part) })
		if p.Known() {
			return p
		}
	}
	return kaart.Point{}
}

// named is the first place on the map that the question names.
func (x *Index) named(c cues) kaart.Point {
	for _, a := range c.areas {
		if p, ok := x.centres[a]; ok {
			return p
		}
	}
	return kaart.Point{}
}

// somewhere is how many kilometres away a service counts whose place isn't
// known: by phone it is near, by bus it may not be.
const somewhere = 15

// away is how many whole kilometres a service is from a place; 0 without one.
func away(s *kaart.Service, from kaart.Point) int {
	if !from.Known() {
		return 0
	}
	metres, ok := s.Nearest(from)
	if !ok {
		return somewhere
	}
	return int(math.Round(metres / 1000))
}

// distanceText says how far a service is; "" within a kilometre and when it
// isn't known.
func distanceText(s *kaart.Service, from kaart.Point) string {
	metres, ok := s.Nearest(from)
	if !ok || metres < 1000 {
		return ""
	}
	return fmt.Sprintf("Ongeveer %d kilometer daarvandaan, hemelsbreed", int(math.Round(metres/1000)))
}

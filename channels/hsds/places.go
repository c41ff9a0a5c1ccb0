package hsds

import (
	"math"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"wegwijzer/knowledge/kaart"
)

func (a *API) places(c echo.Context, v *view) error {
	q := queryOf(c)
	f, full := filterOf(q), q.yes("full")
	near := v.nearness(q)
	if q.err != nil {
		return q.err
	}
	var list []kaart.HSDSPlace
	for _, p := range v.places() {
		if near.lets(p.Location) && v.lets(f, v.byID[string(p.Service.ID)]) {
			list = append(list, p)
		}
	}
	return answer(c, v, q, list, usualPage, func(p kaart.HSDSPlace) any { return p.HSDS(v.kaart, !full) })
}

func (a *API) place(c echo.Context, v *view) error {
	for _, p := range v.places() {
		if p.ID == c.Param("id") {
			return send(c, v, p.HSDS(v.kaart, false))
		}
	}
	return missing()
}

// nearness is where the caller asks for; the zero value is everywhere.
type nearness struct {
	postcode string  // folded; whole or its four digits
	metres   float64 // above 0: within so many metres of lat, lon
	lat, lon float64
}

var rePostcode = regexp.MustCompile(`^\d{4}([A-Z]{2})?$`)

// nearness reads postcode and proximity. The middle of a postcode is that of
// the locations in the kaart that have it: the kaart holds no other map.
func (v *view) nearness(q *query) nearness {
	n := nearness{postcode: foldPostcode(q.text("postcode"))}
	distance := q.number("proximity", 0, 1_000_000)
	switch {
	case n.postcode == "" && !q.values.Has("proximity"):
		return n
	case n.postcode == "":
		q.fail("Bij \"proximity\" hoort een postcode: meters vanaf het midden daarvan.")
		return n
	case !rePostcode.MatchString(n.postcode):
		q.fail("De parameter \"postcode\" is een postcode zoals 1611 AB of 1611, niet %q.", short(q.text("postcode")))
		return n
	case distance == 0:
		return n
	}
	var ok bool
	if n.lat, n.lon, ok = v.middle(n.postcode); !ok {
		q.fail("Van postcode %s staat geen plaats met coördinaten in de sociale kaart; zoek zonder \"proximity\".", n.postcode)
	}
	n.metres = float64(distance)
	return n
}

func foldPostcode(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " ", "")) }

// middle is the mean of the coordinates of a postcode, of its four digits when
// nothing in the kaart has the whole of it.
func (v *view) middle(postcode string) (lat, lon float64, ok bool) {
	for _, part := range []string{postcode, postcode[:4]} {
		count := 0.0
		for _, p := range v.places() {
			if p.Location.HasCoordinates() && strings.HasPrefix(foldPostcode(p.Location.Postcode), part) {
				lat, lon, count = lat+p.Location.Lat, lon+p.Location.Lon, count+1
			}
		}
		if count > 0 {
			return lat / count, lon / count, true
		}
	}
	return 0, 0, false
}

// lets reports whether a location is near enough: within the distance, or
// without one in the same postcode.
func (n nearness) lets(l kaart.Location) bool {
	switch {
	case n.postcode == "":
		return true
	case n.metres > 0:
		return l.HasCoordinates() && distance(n.lat, n.lon, l.Lat, l.Lon) <= n.metres
	}
	return strings.HasPrefix(foldPostcode(l.Postcode), n.postcode)
}

// distance is that of two points on a globe in metres, by the haversine.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, radian = 6_371_000, math.Pi / 180
	h := hav((lat2-lat1)*radian) + math.Cos(lat1*radian)*math.Cos(lat2*radian)*hav((lon2-lon1)*radian)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

func hav(x float64) float64 { return math.Sin(x/2) * math.Sin(x/2) }

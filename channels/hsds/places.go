package hsds

import (
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
	metres   float64 // above 0: within so many metres of from
	from     kaart.Point
}

var rePostcode = regexp.MustCompile(`^\d{4}([A-Z]{2})?$`)

// nearness reads postcode and proximity. The middle of a postcode is that of
// the locations in the kaart that have it: the kaart holds no other map.
func (v *view) nearness(q *query) nearness {
	n := nearness{postcode: kaart.FoldPostcode(q.text("postcode"))}
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
	if n.from = v.middle(n.postcode); !n.from.Known() {
		q.fail("Van postcode %s staat geen plaats met coördinaten in de sociale kaart; zoek zonder \"proximity\".", n.postcode)
	}
	n.metres = float64(distance)
	return n
}

// middle is the mean of the coordinates of a postcode, of its four digits when
// nothing in the kaart has the whole of it.
func (v *view) middle(postcode string) kaart.Point {
	for _, part := range []string{postcode, postcode[:4]} {
		p := v.kaart.Middle(func(l kaart.Location) bool { return strings.HasPrefix(kaart.FoldPostcode(l.Postcode), part) })
		if p.Known() {
			return p
		}
	}
	return kaart.Point{}
}

// lets reports whether a location is near enough: within the distance, or
// without one in the same postcode.
func (n nearness) lets(l kaart.Location) bool {
	switch {
	case n.postcode == "":
		return true
	case n.metres > 0:
		return l.HasCoordinates() && n.from.To(l.Point()) <= n.metres
	}
	return strings.HasPrefix(kaart.FoldPostcode(l.Postcode), n.postcode)
}

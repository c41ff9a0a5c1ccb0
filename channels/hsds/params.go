package hsds

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/channels"
)

// Sizes of a page.
const (
	usualPage = 50
	maxPage   = 1000
)

// paging are the parameters of every list.
var paging = []string{"search", "page", "per_page", "format"}

// parameters are the query parameters of each address; of others nothing is
// answered, since a filter that is spelled wrongly would give the whole kaart.
var parameters = map[string][]string{
	"/hsds/services":             {"taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full"},
	"/hsds/organizations":        {"full_service", "full"},
	"/hsds/organizations/:id":    {"full_service"},
	"/hsds/service_at_locations": {"taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full", "postcode", "proximity"},
	"/hsds/taxonomies":           {},
	"/hsds/taxonomy_terms":       {"taxonomy_id", "top_only", "parent_id"},
}

// known refuses a parameter that the address doesn't have, or has twice.
func known(c echo.Context) error {
	own, list := parameters[c.Path()]
	if list && !strings.HasSuffix(c.Path(), ":id") {
		own = slices.Concat(paging, own)
	}
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return wrong("Dit adres kunnen wij niet lezen: het deel na het vraagteken klopt niet.")
	}
	for name, v := range values {
		if !slices.Contains(own, name) {
			return wrong("De parameter %q bestaat hier niet. Wel: %s.", short(name), strings.Join(own, ", "))
		}
		if len(v) > 1 {
			return wrong("De parameter %q staat er %d keer; één keer kan.", name, len(v))
		}
	}
	return nil
}

// wrong is the answer to a wrong parameter.
func wrong(format string, args ...any) error {
	return channels.NewError(http.StatusBadRequest, fmt.Sprintf(format, args...), nil)
}

// short cuts what is repeated to the caller.
func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// query reads the parameters of one request and keeps the first fault.
type query struct {
	values url.Values
	err    error
}

func queryOf(c echo.Context) *query { return &query{values: c.QueryParams()} }

func (q *query) fail(format string, args ...any) {
	if q.err == nil {
		q.err = wrong(format, args...)
	}
}

func (q *query) text(name string) string { return strings.TrimSpace(q.values.Get(name)) }

// yes is false for a parameter that isn't there.
func (q *query) yes(name string) bool {
	switch s := strings.ToLower(q.text(name)); s {
	case "true", "1":
		return true
	case "", "false", "0":
		return false
	default:
		q.fail("De parameter %q is true of false, niet %q.", name, short(s))
		return false
	}
}

// number is usual for a parameter that isn't there.
func (q *query) number(name string, usual, most int) int {
	s := q.text(name)
	if !q.values.Has(name) {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		q.fail("De parameter %q is een getal van 1 tot en met %d, niet %q.", name, most, short(s))
		return usual
	}
	return n
}

// after is the zero time for a parameter that isn't there.
func (q *query) after(name string) time.Time {
	s := q.text(name)
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		// A plus sign that wasn't escaped came through as a space.
		if t, err := time.Parse(layout, strings.Replace(s, " ", "+", 1)); err == nil {
			return t
		}
	}
	q.fail("De parameter %q is een datum of tijd zoals 2026-12-31 of 2026-12-31T09:00:00Z, niet %q.", name, short(s))
	return time.Time{}
}

// ndjson reports whether all results are asked for, one a line.
func (q *query) ndjson() bool {
	switch s := strings.ToLower(q.text("format")); s {
	case "ndjson":
		return true
	case "", "json":
		return false
	default:
		q.fail("De parameter \"format\" is json of ndjson, niet %q.", short(s))
		return false
	}
}

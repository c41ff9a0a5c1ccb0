// Package hsds is the door for other directories: the sociale kaart as a
// read-only API of Open Referral HSDS 3.0, as its OpenAPI document prescribes.
//
// Every record is in it, with its status and the date of its last check
// (assured_date): who reads it decides what is too old. Answers carry an ETag
// that changes with the kaart, and may be read from pages of any site, since
// nothing in them is about a person.
package hsds

import (
	"cmp"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"wegwijzer/channels"
	"wegwijzer/knowledge/kaart"
)

// version is the version of HSDS that is spoken.
const version = "3.0"

// profile tells what is spoken: HSDS itself, nothing taken away.
const profile = "https://docs.openreferral.org/"

// Config is what the door needs to know.
type Config struct {
	// Kaart returns the kaart of this moment; it must not be nil.
	Kaart func() *kaart.Kaart
	// Kinds are the kinds of help, published as a taxonomy; may be empty.
	Kinds []kaart.Hulpsoort
	// URL is the address of the service as others see it, without a path. When
	// it is empty the address of the request is taken.
	URL string
}

// API is the door. Its methods are handlers that Mount puts in place.
type API struct {
	cfg  Config
	mu   sync.Mutex
	last *view // of the kaart that was asked for last
}

// New makes the door.
func New(cfg Config) *API { return &API{cfg: cfg} }

// Mount adds the addresses below /hsds to the server.
func (a *API) Mount(s *channels.Server) {
	for path, handle := range map[string]func(echo.Context, *view) error{
		"/hsds":                          a.root,
		"/hsds/":                         a.root,
		"/hsds/services":                 a.services,
		"/hsds/services/:id":             a.service,
		"/hsds/organizations":            a.organizations,
		"/hsds/organizations/:id":        a.organization,
		"/hsds/service_at_locations":     a.places,
		"/hsds/service_at_locations/:id": a.place,
		"/hsds/taxonomies":               a.taxonomies,
		"/hsds/taxonomies/:id":           a.taxonomy,
		"/hsds/taxonomy_terms":           a.terms,
		"/hsds/taxonomy_terms/:id":       a.term,
	} {
		s.Get(path, a.open(handle), s.LimitClients)
	}
}

// open gives a handler the view of the current kaart, and answers that nothing
// has changed where the caller holds that kaart's answer already.
func (a *API) open(handle func(echo.Context, *view) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := a.view()
		tag := `"` + v.kaart.Stamp() + `"`
		h := c.Response().Header()
		channels.SetPolicy(c, channels.Policy{Nothing: true})
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if err := known(c); err != nil {
			return err
		}
		for _, t := range strings.Split(c.Request().Header.Get("If-None-Match"), ",") {
			if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag {
				answerFor(h, tag)
				return c.NoContent(http.StatusNotModified)
			}
		}
		return handle(c, v)
	}
}

// answerFor marks an answer as the one of a kaart: it may be kept, and asked
// for again by its tag.
func answerFor(h http.Header, tag string) {
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=0, must-revalidate")
}

// send answers with a value.
func send(c echo.Context, v *view, value any) error {
	answerFor(c.Response().Header(), `"`+v.kaart.Stamp()+`"`)
	return c.JSON(http.StatusOK, value)
}

// root tells what this API is.
func (a *API) root(c echo.Context, v *view) error {
	base := cmp.Or(a.cfg.URL, c.Scheme()+"://"+c.Request().Host)
	return send(c, v, map[string]string{
		"version": version, "profile": profile, "openapi_url": strings.TrimSuffix(base, "/") + "/openapi.json",
	})
}

// missing is the answer for an id that isn't in the kaart.
func missing() error {
	return channels.NewError(http.StatusNotFound, "Dit id staat niet in de sociale kaart.", nil)
}

package channels

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
)

// Policy is a page's Content-Security-Policy. The zero value lets a page load
// from its own origin only, without inline script or style, in no frame, with
// forms to itself.
type Policy struct {
	// Nothing allows nothing at all: for answers that are data.
	Nothing bool
	// FrameAncestors are the origins that may hold the page in a frame, beside
	// its own; nil means that nobody may.
	FrameAncestors []string
	// FormAction are more origins that a form's answer may lead to.
	FormAction []string
	// Style is the hash of a style that the page itself holds ("'sha256-…'").
	Style string
	// TrustedTypes forbids that a script turns text into markup.
	TrustedTypes bool
}

// String is the value of the header.
func (p Policy) String() string {
	if p.Nothing {
		return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	}
	frames := "'none'"
	if p.FrameAncestors != nil {
		frames = strings.Join(append([]string{"'self'"}, p.FrameAncestors...), " ")
	}
	parts := []string{
		"default-src 'self'",
		"script-src 'self'",
		strings.TrimSpace("style-src 'self' " + p.Style),
		"object-src 'none'",
		"base-uri 'none'",
		"form-action " + strings.Join(append([]string{"'self'"}, p.FormAction...), " "),
		"frame-ancestors " + frames,
	}
	if p.TrustedTypes {
		parts = append(parts, "require-trusted-types-for 'script'", "trusted-types 'none'")
	}
	return strings.Join(parts, "; ")
}

// SetPolicy gives this answer another policy than the default, which is the
// zero Policy.
func SetPolicy(c echo.Context, p Policy) {
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, p.String())
}

// headers puts the security headers on every answer, errors included.
func headers(next echo.HandlerFunc) echo.HandlerFunc {
	page := Policy{}.String()
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderContentSecurityPolicy, page)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy",
			"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		h.Set("Cache-Control", "no-store")
		return next(c)
	}
}

// crossOrigin refuses what another site's page sends on a visitor's behalf.
// Programs that aren't browsers send neither of the headers that it looks at.
func crossOrigin() echo.MiddlewareFunc {
	guard := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := guard.Check(c.Request()); err != nil {
				return echo.NewHTTPError(http.StatusForbidden).SetInternal(err)
			}
			return next(c)
		}
	}
}

// bodyLimit stops a body at MaxBody, whether its length is told or not.
func bodyLimit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		if req.ContentLength > MaxBody {
			return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
		}
		req.Body = http.MaxBytesReader(c.Response(), req.Body, MaxBody)
		return next(c)
	}
}

// recover turns a panic into a 500 answer. The log gets the stack, and the
// value only where the runtime made it: another value may hold people's words.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so too
				panic(v)
			}
			what := fmt.Sprintf("%T", v)
			if fault, ok := v.(interface {
				error
				RuntimeError()
			}); ok {
				what = fault.Error()
			}
			s.cfg.Log.Error("panic in a handler", "route", c.Path(), "value", what, "stack", string(debug.Stack()))
			err = errPanic
		}()
		return next(c)
	}
}

var errPanic = errors.New("panic in a handler")

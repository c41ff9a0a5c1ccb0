package channels

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// health adds the addresses that every installation has: /healthz says that
// the process lives, /readyz that it can take messages.
func (s *Server) health() {
	s.Get("/healthz", func(c echo.Context) error {
		return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
	})
	s.Get("/readyz", func(c echo.Context) error {
		if s.cfg.Ready != nil {
			if err := s.cfg.Ready(c.Request().Context()); err != nil {
				return echo.NewHTTPError(http.StatusServiceUnavailable).SetInternal(err)
			}
		}
		return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
	})
	if s.cfg.SecurityContact != "" {
		s.Get("/.well-known/security.txt", s.securityTxt)
	}
}

// securityTxt is RFC 9116's file. It is made at each request, so that it
// doesn't expire while the service runs.
func (s *Server) securityTxt(c echo.Context) error {
	expires := time.Now().UTC().AddDate(0, 6, 0).Truncate(24 * time.Hour)
	return c.String(http.StatusOK, fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: nl, en\n",
		s.cfg.SecurityContact, expires.Format(time.RFC3339)))
}

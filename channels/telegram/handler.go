package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	secretHeader = "X-Telegram-Bot-Api-Secret-Token" // #nosec G101 -- a header's name
	// maxBody is the largest update: Telegram's own are far smaller.
	maxBody = 64 << 10
	// handleTime bounds the handling of one update; Telegram waits longer.
	handleTime = 20 * time.Second
)

// Register adds the webhook's addresses: /telegram/webhook for the bot without
// a name, /telegram/webhook/{name} for the others.
func (d *Door) Register(e *echo.Echo) {
	e.POST("/telegram/webhook", d.Handle)
	e.POST("/telegram/webhook/:name", d.Handle)
}

// Handle answers one webhook call, always with an empty body: Telegram would
// carry out what stands in one. 200 means that the update is kept or needs no
// keeping, 503 that it must come again; a wrong secret is 401, more than 64
// KiB 413. Never 410: that would end the webhook.
func (d *Door) Handle(c echo.Context) error {
	b := d.bots[c.Param("name")]
	if b == nil || !b.knows(c.Request().Header.Get(secretHeader)) {
		return c.NoContent(http.StatusUnauthorized)
	}
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, maxBody+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge), len(body) > maxBody:
		return c.NoContent(http.StatusRequestEntityTooLarge)
	case err != nil:
		return d.again(c) // the connection broke on the way in
	}
	u, err := decode(body)
	if err != nil {
		d.log.Warn("a body that is no update was passed over", "bot", b.cfg.Name, "bytes", len(body), "err", err)
		return c.NoContent(http.StatusOK)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), handleTime)
	defer cancel()
	if err := d.take(ctx, b, u); err != nil {
		return d.again(c)
	}
	return c.NoContent(http.StatusOK)
}

func (d *Door) again(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return c.NoContent(http.StatusServiceUnavailable)
}

// knows compares a secret in a time that depends on neither its content nor
// its length. A bot without a secret has no webhook.
func (c *client) knows(secret string) bool {
	given, want := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(c.cfg.Secret))
	return subtle.ConstantTimeCompare(given[:], want[:]) == 1 && c.cfg.Secret != ""
}

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"wegwijzer/channels"
	"wegwijzer/channels/web/widget"
)

//go:embed openapi.json
var openAPIDocument []byte

// asset is a file for browsers, packed once.
type asset struct {
	text, packed []byte
	version      string // of the content: another text has another version
	mime         string
}

func loadAssets() (map[string]asset, error) {
	assets := map[string]asset{}
	for _, name := range []string{"widget.js", "chat.js", "chat.css", "site.css"} {
		text, err := widget.File(name)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		packed, err := pack(text)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		sum := sha256.Sum256(text)
		mime := "text/javascript; charset=utf-8"
		if path.Ext(name) == ".css" {
			mime = "text/css; charset=utf-8"
		}
		assets[name] = asset{text, packed, hex.EncodeToString(sum[:8]), mime}
	}
	return assets, nil
}

func pack(text []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// launcher is the one file that other origins load. Its address never
// changes, so a browser asks each hour whether it has.
func (w *Web) launcher(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return send(c, w.assets["widget.js"], "public, max-age=3600")
}

// asset serves the pages' own files. With the version of its content in the
// address it may be kept for good.
func (w *Web) asset(c echo.Context) error {
	a, ok := w.assets[c.Param("name")]
	if !ok {
		return echo.ErrNotFound
	}
	if c.QueryParam("v") == a.version {
		return send(c, a, "public, max-age=31536000, immutable")
	}
	return send(c, a, "no-cache")
}

func send(c echo.Context, a asset, cache string) error {
	channels.SetPolicy(c, channels.Policy{Nothing: true})
	h := c.Response().Header()
	etag := `"` + a.version + `"`
	h.Set("Cache-Control", cache)
	h.Set("ETag", etag)
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if strings.Contains(c.Request().Header.Get("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	if strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		h.Set(echo.HeaderContentEncoding, "gzip")
		return c.Blob(http.StatusOK, a.mime, a.packed)
	}
	return c.Blob(http.StatusOK, a.mime, a.text)
}

func (w *Web) openAPI(c echo.Context) error {
	channels.SetPolicy(c, channels.Policy{Nothing: true})
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, openAPIDocument)
}

// data gives the API's answers the policy of data.
func data(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		channels.SetPolicy(c, channels.Policy{Nothing: true})
		return next(c)
	}
}

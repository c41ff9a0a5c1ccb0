package channels

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// Asset is a file for browsers, packed once.
type Asset struct {
	text, packed []byte
	mime         string
	// Version is of the content: another text has another version.
	Version string
}

// NewAsset packs a script or a style sheet; the end of its name says which.
func NewAsset(name string, text []byte) (Asset, error) {
	packed, err := pack(text)
	if err != nil {
		return Asset{}, fmt.Errorf("asset %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	mime := "text/javascript; charset=utf-8"
	if path.Ext(name) == ".css" {
		mime = "text/css; charset=utf-8"
	}
	return Asset{text, packed, mime, hex.EncodeToString(sum[:8])}, nil
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

// SendVersioned serves a page's own file. With the version of its content in
// the address ("?v=") it may be kept for good.
func (a Asset) SendVersioned(c echo.Context) error {
	if c.QueryParam("v") == a.Version {
		return a.Send(c, "public, max-age=31536000, immutable")
	}
	return a.Send(c, "no-cache")
}

// Send serves the file with a Cache-Control of the caller's.
func (a Asset) Send(c echo.Context, cache string) error {
	SetPolicy(c, Policy{Nothing: true})
	h := c.Response().Header()
	etag := `"` + a.Version + `"`
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

package web

import (
	_ "embed"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"wegwijzer/channels"
	"wegwijzer/channels/web/widget"
)

//go:embed openapi.json
var openAPIDocument []byte

func loadAssets() (map[string]channels.Asset, error) {
	assets := map[string]channels.Asset{}
	for _, name := range []string{"widget.js", "chat.js", "chat.css", "site.css"} {
		text, err := widget.File(name)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		if assets[name], err = channels.NewAsset(name, text); err != nil {
			return nil, err
		}
	}
	return assets, nil
}

// launcher is the one file that other origins load. Its address never
// changes, so a browser asks each hour whether it has.
func (w *Web) launcher(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return w.assets["widget.js"].Send(c, "public, max-age=3600")
}

// asset serves the pages' own files.
func (w *Web) asset(c echo.Context) error {
	a, ok := w.assets[c.Param("name")]
	if !ok {
		return echo.ErrNotFound
	}
	return a.SendVersioned(c)
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

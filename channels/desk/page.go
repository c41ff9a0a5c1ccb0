package desk

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

//go:generate go run ../web/widget/bundle src dist desk.ts desk.css

//go:embed dist
var dist embed.FS

//go:embed templates
var templates embed.FS

func loadAssets() (map[string]channels.Asset, error) {
	assets := map[string]channels.Asset{}
	for _, name := range []string{"desk.js", "desk.css"} {
		text, err := dist.ReadFile("dist/" + name)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		if assets[name], err = channels.NewAsset(name, text); err != nil {
			return nil, err
		}
	}
	return assets, nil
}

func loadPages(assets map[string]channels.Asset) (*template.Template, error) {
	return channels.LoadPages(templates, "/desk/assets/", assets)
}

// frame is what stands around each page.
type frame struct {
	Title   string
	Me      string // who is logged in; empty: nobody
	Org     string
	Works   bool // has a queue
	Manages bool // lets colleagues in
	Example bool
	Here    string // the part of the desk: "vragen", "collegas"
	Notice  string // what was just done
}

func (d *Desk) frame(title string, who *seat) frame {
	f := frame{Title: title, Example: d.cfg.Example}
	if who != nil {
		f.Me, f.Org = who.Name, d.roster().OrganisationName(who.Organisation)
		f.Works, f.Manages = who.works(), who.may(beheerder)
	}
	return f
}

func (d *Desk) render(c echo.Context, status int, name string, data any) error {
	var b strings.Builder
	if err := d.pages.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	return c.HTML(status, b.String())
}

// messageData is what message.html shows.
type messageData struct {
	frame
	Detail string
	Login  bool // the way on is to log in
}

// explain answers an error with a page of the desk. A program, or the page's
// script, gets the problem document that all doors give.
func (d *Desk) explain(c echo.Context, who *seat, err error) error {
	if err == nil || c.Response().Committed || !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/html") {
		return err
	}
	p := d.server.Problem(err)
	if p.Status >= http.StatusInternalServerError {
		d.cfg.Log.Error("desk: request failed", "route", c.Path(), "status", p.Status, "err", under(err))
	}
	if p.Status == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Form realm="desk"`)
	}
	if p.Status == http.StatusServiceUnavailable {
		c.Response().Header().Set(echo.HeaderRetryAfter, "5")
	}
	data := messageData{frame: d.frame("Dit lukt nu niet", who), Detail: p.Detail, Login: who == nil}
	if who != nil && who.works() {
		data.Here = "vragen"
	}
	return d.render(c, p.Status, "message.html", data)
}

// under is the error for the log, below the words for the person.
func under(err error) error {
	var be *bot.Error
	if errors.As(err, &be) && be.Err != nil {
		return be.Err
	}
	var he *echo.HTTPError
	if errors.As(err, &he) && he.Internal != nil {
		return he.Internal
	}
	return err
}

package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/knowledge"
)

//go:embed templates
var templates embed.FS

func loadPages(assets map[string]channels.Asset) (*template.Template, error) {
	return channels.LoadPages(templates, "/assets/", assets)
}

// pageData is what chat.html shows.
type pageData struct {
	Lang      knowledge.Lang
	T         texts
	Gemeente  Gemeente
	Emergency []channels.Number
	Action    string // where the forms go
	Plan      string // where the plan stands, when one was made
	Config    string // for the script, as JSON
	Example   bool
	Key       string // the id of the next message
	Who       string // who is at the other end
	Live      bool   // it is a person
	Trouble   string // what is the matter, empty when nothing is
	Pending   bool   // the bot's answer is not there yet
	Messages  []line
	Other     otherLang
}

// otherLang is the link to the page in the other language.
type otherLang struct{ URL, Lang, Name string }

// page answers GET /chat/{gemeente}. Without the cookie of a conversation
// without JavaScript it asks nothing of the bot, so that the emergency numbers
// are there when the bot isn't.
func (w *Web) page(c echo.Context) error {
	g, err := w.gemeente(c.Param("gemeente"))
	if err != nil {
		return err
	}
	lang := pageLang(c)
	d := w.pageData(g, lang)
	if id, ok := w.fromCookie(c); ok {
		w.fill(c, &d, id)
	}
	return w.render(c, g, "chat.html", d)
}

func pageLang(c echo.Context) knowledge.Lang {
	if c.QueryParam("taal") == string(knowledge.EN) {
		return knowledge.EN
	}
	return knowledge.NL
}

// chatAddress is the path of a gemeente's chat page in a language.
func chatAddress(g Gemeente, lang knowledge.Lang) string {
	path := "/chat/" + url.PathEscape(string(g.ID))
	if lang == knowledge.EN {
		path += "?taal=en"
	}
	return path
}

func (w *Web) pageData(g Gemeente, lang knowledge.Lang) pageData {
	t := textsFor(lang)
	d := pageData{
		Lang: lang, T: t, Gemeente: g, Emergency: w.server.Emergency(), Action: chatAddress(g, lang), Plan: planAddress(g, ""),
		Example: w.cfg.Example, Key: uuid.NewString(), Who: t["with_bot"],
		Other: otherLang{chatAddress(g, knowledge.EN), "en", "English"},
	}
	if lang == knowledge.EN {
		d.Other = otherLang{chatAddress(g, knowledge.NL), "nl", "Nederlands"}
	}
	config, err := json.Marshal(map[string]any{
		"gemeente": g.ID, "lang": lang, "exit": w.cfg.Exit, "texts": t,
		"sites": append([]string{}, g.Sites...), // the script adds the page's own origin
	})
	if err == nil { // it holds strings only
		d.Config = string(config)
	}
	return d
}

// fill puts the conversation of a page without JavaScript into the page.
func (w *Web) fill(c echo.Context, d *pageData, id bot.ConversationID) {
	v, err := w.bot.View(c.Request().Context(), id)
	if err != nil {
		d.Trouble = d.T["unreachable"]
		w.cfg.Log.Error("page: conversation not read", "err", err)
		return
	}
	if v.Gemeente != d.Gemeente.ID {
		return // another gemeente's conversation stays there
	}
	if s := v.Supporter; s != nil && live(v) {
		d.Live = true
		d.Who = d.T["with_human"] + " " + joined(s.Name, d.T["supporter"], s.Organisation)
	}
	d.Messages = w.lines(v, d.T)
	if n := len(v.Messages); n > 0 {
		d.Pending = !d.Live && v.Messages[n-1].From == bot.FromResident
	} else {
		d.Pending = true // opened a moment ago
	}
}

func (w *Web) render(c echo.Context, g Gemeente, name string, data any) error {
	var b strings.Builder
	if err := w.pages.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	sites := g.Sites
	if sites == nil {
		sites = []string{} // the page's own origin may hold it
	}
	channels.SetPolicy(c, channels.Policy{
		FrameAncestors: sites, FormAction: []string{origin(w.cfg.Exit)}, TrustedTypes: true,
	})
	c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	return c.HTML(http.StatusOK, b.String())
}

// site answers GET / with the example site of the first gemeente.
func (w *Web) site(c echo.Context) error {
	var b strings.Builder
	err := w.pages.ExecuteTemplate(&b, "site.html", map[string]any{
		"Gemeente": w.cfg.Gemeenten[0], "Gemeenten": w.cfg.Gemeenten,
		"Telegram": w.cfg.TelegramName, "Emergency": w.server.Emergency(),
	})
	if err != nil {
		return fmt.Errorf("page site.html: %w", err)
	}
	channels.SetPolicy(c, channels.Policy{TrustedTypes: true})
	return c.HTML(http.StatusOK, b.String())
}

// Package web is the door for browsers: the public API, the chat page with and
// without JavaScript, the launcher that a gemeente puts on its site, and the
// example site.
//
// The API is the contract's; openapi.json describes it and is served at
// /openapi.json.
package web

import (
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// Conversations opens, guards, shows and erases conversations; *bot.Bot does.
type Conversations interface {
	Open(context.Context, bot.Opening) (bot.Opened, error)
	// Authorize gives one and the same error for a wrong token and for a
	// conversation that doesn't exist.
	Authorize(ctx context.Context, id bot.ConversationID, token string) error
	View(context.Context, bot.ConversationID) (bot.View, error)
	// Status is what of View may change without a message.
	Status(context.Context, bot.ConversationID) (bot.Status, *bot.SupporterView, error)
	Erase(context.Context, bot.ConversationID) error
}

// Talk takes what a resident says and tells what there is to read; *bot.Bot
// does.
type Talk interface {
	Receive(context.Context, bot.Incoming) (bot.Receipt, error)
	// Messages returns at most limit messages with a seq above after, in order.
	Messages(ctx context.Context, id bot.ConversationID, after bot.Seq, limit int) ([]bot.Message, error)
	// Watch wakes its caller after each change; one wake may stand for many.
	Watch(id bot.ConversationID) (wake <-chan struct{}, stop func())
}

// Plans hands out the plan that a resident made; *bot.Bot does.
type Plans interface {
	// Plan's error has bot.KindNotFound when none was made.
	Plan(context.Context, bot.ConversationID) (plan.Document, error)
}

// Bot is all that this door asks of the floor below.
type Bot interface {
	Conversations
	Talk
	Plans
}

var _ Bot = (*bot.Bot)(nil)

// Gemeente is what the door shows of a gemeente.
type Gemeente struct {
	ID    knowledge.GemeenteID
	Name  string
	Phone string   // the gemeente's own number, as people write it
	Hours string   // when that number is answered; may be empty
	Sites []string // origins that may hold the chat: "https://www.medemblik.example"
}

// Config is what the door needs to know.
type Config struct {
	// Gemeenten in the order of the example site; the first has it.
	Gemeenten []Gemeente
	// Example marks the pages as an example and serves the site at GET /.
	Example bool
	// Exit is where "Sluit snel" goes; empty means https://www.knmi.nl/.
	Exit string
	// TelegramName is the bot's name in Telegram without "@"; may be empty.
	TelegramName string
	// Location is for the times without JavaScript; nil means UTC.
	Location *time.Location
	// Heartbeat is the silence after which a stream sends a comment; zero means
	// fifteen seconds.
	Heartbeat time.Duration
	// Typing tells which conversations a supporter types in; nil means never.
	Typing *channels.Typing
	// Log gets what goes wrong inside a stream; nil means none.
	Log *slog.Logger
}

// Web is the door. Its methods are handlers that Mount puts in place.
type Web struct {
	cfg    Config
	bot    Bot
	server *channels.Server
	assets map[string]channels.Asset
	pages  *template.Template
}

// New makes the door; an error names a broken page or a gemeente's site that
// isn't an origin.
func New(b Bot, cfg Config) (*Web, error) {
	if cfg.Exit == "" {
		cfg.Exit = "https://www.knmi.nl/"
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Heartbeat == 0 {
		cfg.Heartbeat = 15 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Typing == nil {
		cfg.Typing = channels.NewTyping()
	}
	for _, g := range cfg.Gemeenten {
		for _, site := range g.Sites {
			if origin(site) != site {
				return nil, fmt.Errorf("gemeente %s: site %q is not an origin such as https://www.voorbeeld.nl", g.ID, site)
			}
		}
	}
	if origin(cfg.Exit) == "" {
		return nil, fmt.Errorf("exit %q is not a web address", cfg.Exit)
	}
	w := &Web{cfg: cfg, bot: b}
	var err error
	if w.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if w.pages, err = loadPages(w.assets); err != nil {
		return nil, err
	}
	return w, nil
}

// Mount adds the door's addresses to the server.
func (w *Web) Mount(s *channels.Server) {
	w.server = s
	e := s.Echo()
	if w.cfg.Example && len(w.cfg.Gemeenten) > 0 {
		s.Get("/", w.site)
	}
	s.Get("/openapi.json", w.openAPI)
	s.Get("/widget.js", w.launcher)
	s.Get("/assets/:name", w.asset)

	// By route, not by group: a group with middleware answers 404 where 405 is
	// due.
	s.Get("/chat/:gemeente", w.page, s.LimitClients)
	e.POST("/chat/:gemeente", w.form, s.LimitClients)
	s.Get("/chat/:gemeente/plan", w.planPage, s.LimitClients)
	s.Get("/chat/:gemeente/plan.pdf", w.planPage, s.LimitClients)

	const api = "/api/v1/conversations"
	e.POST(api, w.open, data, s.LimitClients)
	e.GET(api+"/:id", w.view, data, s.LimitClients)
	e.DELETE(api+"/:id", w.erase, data, s.LimitClients)
	e.POST(api+"/:id/messages", w.send, data, s.LimitClients)
	e.GET(api+"/:id/events", w.events, data, s.LimitClients)
	e.GET(api+"/:id/plan", w.plan, data, s.LimitClients)
	e.GET(api+"/:id/plan.pdf", w.plan, data, s.LimitClients)
}

// gemeente finds a gemeente by its id; the error is the 404 answer.
func (w *Web) gemeente(id string) (Gemeente, error) {
	i := slices.IndexFunc(w.cfg.Gemeenten, func(g Gemeente) bool { return strings.EqualFold(string(g.ID), id) })
	if i >= 0 {
		return w.cfg.Gemeenten[i], nil
	}
	names := make([]string, len(w.cfg.Gemeenten))
	for i, g := range w.cfg.Gemeenten {
		names[i] = string(g.ID)
	}
	return Gemeente{}, channels.NewError(http.StatusNotFound,
		"Deze gemeente kennen wij niet. Wij kennen: "+strings.Join(names, ", ")+".", nil)
}

// origin is the scheme, host and port of a web address; empty when it has none.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

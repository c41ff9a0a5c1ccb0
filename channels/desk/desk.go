// Package desk is the door for supporters: they log in, see the questions that
// are theirs or their team's, pick one up, read and answer, and give it back
// or close it. A beheerder lets colleagues in.
//
// Every page is made on the server and works without JavaScript; the script
// only keeps it fresh. What a supporter sees is what bot.Queue and bot.Look
// give; the words of a conversation are shown to the one who took it.
package desk

import (
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels"
	"wegwijzer/knowledge"
)

// Reader shows what a supporter may see; *bot.Bot does.
type Reader interface {
	Queue(ctx context.Context, who cases.SupporterID, q bot.CaseQuery) ([]bot.CaseRow, error)
	Look(ctx context.Context, who cases.SupporterID, id cases.CaseID) (bot.CaseView, error)
	// Waiting says whether the resident of an own case waits for an answer.
	Waiting(ctx context.Context, who cases.SupporterID, id cases.CaseID) (bool, error)
	Watch(id bot.ConversationID) (wake <-chan struct{}, stop func())
}

// Owner changes whose a case is; *bot.Bot does.
type Owner interface {
	Take(ctx context.Context, who cases.SupporterID, id cases.CaseID) error
	HandBack(ctx context.Context, who cases.SupporterID, id cases.CaseID) error
	Close(ctx context.Context, who cases.SupporterID, id cases.CaseID, outcome string) error
}

// Worker does a supporter's work on a case of theirs; *bot.Bot does.
type Worker interface {
	// Answer writes nothing when the key was used before.
	Answer(ctx context.Context, who cases.SupporterID, id cases.CaseID, key, text string) (bot.Receipt, error)
	LogContact(ctx context.Context, who cases.SupporterID, id cases.CaseID) error
}

// Bot is all that this door asks of the floor below.
type Bot interface {
	Reader
	Owner
	Worker
}

var _ Bot = (*bot.Bot)(nil)

// Config is what the desk needs to know.
type Config struct {
	// Roster is who could log in. It must be set.
	Roster *cases.Roster
	// Now is the roster of now, when it can be replaced; nil: it is Roster.
	Now func() *cases.Roster
	// Gemeenten are the names of the gemeenten; one that is missing shows as
	// its id.
	Gemeenten map[knowledge.GemeenteID]string
	// URL is the address of the service, for one-time links; empty: that of the
	// request that asks for one.
	URL string
	// Example says on each page that people and organisations are invented.
	Example bool
	// Location is for times and dates; nil means UTC.
	Location *time.Location
	// Heartbeat is the silence after which a stream sends a comment; zero means
	// fifteen seconds.
	Heartbeat time.Duration
	// Pace is how often a stream of the queue looks for news; zero means one
	// second.
	Pace time.Duration
	// Typing tells residents that their supporter types; nil means that nobody
	// is told.
	Typing *channels.Typing
	// Clock tells the time; nil means time.Now.
	Clock func() time.Time
	// Log gets what goes wrong; nil means none.
	Log *slog.Logger
}

// Desk is the door. Its methods are handlers that Mount puts in place.
type Desk struct {
	cfg      Config
	bot      Bot
	accounts *bot.Accounts
	server   *channels.Server
	assets   map[string]channels.Asset
	pages    *template.Template
	hashing  hasher
	attempts *attempts
	waiting  waiting
}

// New makes the desk; an error names a broken page or asset.
func New(b Bot, accounts *bot.Accounts, cfg Config) (*Desk, error) {
	if cfg.Roster == nil {
		return nil, fmt.Errorf("the desk needs a roster")
	}
	if cfg.Now == nil {
		cfg.Now = func() *cases.Roster { return cfg.Roster }
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Heartbeat == 0 {
		cfg.Heartbeat = 15 * time.Second
	}
	if cfg.Pace == 0 {
		cfg.Pace = time.Second
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Typing == nil {
		cfg.Typing = channels.NewTyping()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &Desk{cfg: cfg, bot: b, accounts: accounts, hashing: newHasher(), attempts: newAttempts()}
	var err error
	if d.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if d.pages, err = loadPages(d.assets); err != nil {
		return nil, err
	}
	return d, nil
}

// access is who may use an address.
type access int

const (
	everyone  access = iota // also without a session
	colleague               // whoever is logged in
	supporter               // ondersteuner or coördinator
	beheerder
)

// route is one address of the desk. Only a POST changes anything.
type route struct {
	method, path string
	who          access
	do           func(echo.Context, *seat) error
}

func (d *Desk) routes() []route {
	const one = "/desk/case/:id"
	return []route{
		{http.MethodGet, "/desk/assets/:name", everyone, d.asset},
		{http.MethodGet, "/desk/start/:token", everyone, d.startPage},
		{http.MethodPost, "/desk/start/:token", everyone, d.start},
		{http.MethodGet, "/desk/login", everyone, d.loginPage},
		{http.MethodPost, "/desk/login", everyone, d.login},
		{http.MethodPost, "/desk/logout", everyone, d.logout},

		{http.MethodGet, "/desk", colleague, d.home},
		{http.MethodGet, "/desk/", colleague, d.queue},
		{http.MethodGet, "/desk/events", supporter, d.queueEvents},
		{http.MethodGet, one, supporter, d.casePage},
		{http.MethodGet, one + "/events", supporter, d.caseEvents},
		{http.MethodPost, one + "/take", supporter, d.take},
		{http.MethodPost, one + "/answer", supporter, d.answer},
		{http.MethodPost, one + "/typing", supporter, d.typing},
		{http.MethodPost, one + "/contact", supporter, d.contact},
		{http.MethodPost, one + "/return", supporter, d.handBack},
		{http.MethodPost, one + "/close", supporter, d.close},

		{http.MethodGet, "/desk/collegas", beheerder, d.team},
		{http.MethodPost, "/desk/collegas/:supporter/link", beheerder, d.link},
		{http.MethodPost, "/desk/collegas/:supporter/disable", beheerder, d.disable},
		{http.MethodPost, "/desk/collegas/:supporter/enable", beheerder, d.enable},
	}
}

// roster is who there is now.
func (d *Desk) roster() *cases.Roster { return d.cfg.Now() }

// Mount adds the desk's addresses to the server.
func (d *Desk) Mount(s *channels.Server) {
	d.server = s
	for _, r := range d.routes() {
		s.Echo().Add(r.method, r.path, d.guard(r), s.LimitClients)
	}
}

// home sends an address without its slash on.
func (d *Desk) home(c echo.Context, _ *seat) error { return c.Redirect(http.StatusSeeOther, "/desk/") }

func (d *Desk) asset(c echo.Context, _ *seat) error {
	a, ok := d.assets[c.Param("name")]
	if !ok {
		return echo.ErrNotFound
	}
	return a.SendVersioned(c)
}

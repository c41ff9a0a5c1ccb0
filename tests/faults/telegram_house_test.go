package faults

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/bot/store"
	"wegwijzer/channels"
	"wegwijzer/channels/telegram"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/guard"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
	"wegwijzer/tests/harness/botapi"
)

const (
	botToken  = "123456:test-token"
	botSecret = "een-geheim_van_de_test"
)

// listener understands a few words: what the dialog makes of them is not this
// package's concern.
type listener struct{}

func (listener) Understand(text string) nlu.Understanding {
	u := nlu.Understanding{Text: text, Lang: knowledge.NL, Intent: knowledge.Scored[knowledge.Intent]{ID: knowledge.IntentHulpvraag, Score: 0.9}}
	switch {
	case strings.Contains(text, "huur"):
		u.Levensgebieden = []knowledge.Scored[knowledge.Levensgebied]{{ID: "wonen", Score: 0.9}}
	case text == "stop":
		u.Intent.ID = knowledge.IntentStop
	}
	return u
}

// shelf finds one service, whatever is asked.
type shelf struct{}

func (shelf) Find(context.Context, bot.Question) (dialogs.Found, error) {
	return dialogs.Found{Answerable: true, Cards: []kaart.Card{{ID: "a", Name: "Voorbeeldhulp", Phone: "0800-0000", CheckedAt: "2026-11-01"}}}, nil
}

// staff are the invented supporters, who can all log in.
type staff struct{ roster *cases.Roster }

func (s staff) Roster() *cases.Roster { return s.roster }

func (s staff) Active(context.Context) (map[cases.SupporterID]bool, error) {
	active := map[cases.SupporterID]bool{}
	for _, p := range s.roster.Supporters {
		active[p.ID] = true
	}
	return active, nil
}

// house is the whole road: Bot API, webhook, bot, store, sender.
type house struct {
	t     testing.TB
	api   *botapi.Server
	store *store.Embedded
	bot   *bot.Bot
	door  *telegram.Door
	hook  string // the webhook's address
	log   *lines
	// send starts a sender and returns what stops it and waits for it.
	send func() (stop func())
	stop func()
}

// restart stops the sender as the service does when it is told to, and starts
// another one.
func (h *house) restart() {
	h.stop()
	h.stop = h.send()
}

// lines keeps what was logged.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Both are the same for every test and take a while to read.
var (
	flows   = sync.OnceValues(func() (*dialogs.Content, error) { return dialogs.Load(dialogs.Embedded()) })
	watcher = sync.OnceValues(func() (*guard.Guard, error) { return guard.New(guard.Embedded()) })
)

// keeper is what a bot needs of a store.
type keeper interface {
	bot.Store
	bot.CaseIndex
	bot.Eraser
	bot.Timers
}

func newBot(t testing.TB, s keeper, log *slog.Logger) *bot.Bot {
	t.Helper()
	flows, err := flows()
	if err != nil {
		t.Fatal(err)
	}
	g, err := watcher()
	if err != nil {
		t.Fatal(err)
	}
	roster, err := cases.ExampleRoster()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return bot.New(bot.Parts{
		Store: s, Cases: s, Eraser: s, Timers: s, Engine: dialogs.New(flows, listener{}), Guard: g, Directory: shelf{},
		People: staff{roster}, Log: log,
		Gemeenten: map[knowledge.GemeenteID]bot.Gemeente{"medemblik": {
			Facts: dialogs.GemeenteFacts{ID: "medemblik", Name: "Medemblik", Service: "Onafhankelijke cliëntondersteuning", Phone: "0229-000000"},
			Local: guard.Local{Gemeente: "Medemblik", Phone: "0229-000000", OutOfHours: "0229-000001", Homeless: "0229-000002"},
			Terms: cases.DefaultTerms(zone),
		}},
	})
}

// option changes the channel's config before the house is built.
type option func(*telegram.Config)

func newHouse(t testing.TB, options ...option) *house {
	t.Helper()
	h := &house{t: t, api: botapi.Start(t), log: &lines{}}
	log := slog.New(slog.NewJSONHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if h.store, err = store.OpenEmbedded(t.Context(), store.Options{Dir: t.TempDir(), Log: log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	h.bot = newBot(t, h.store, log)
	cfg := telegram.Config{
		Bots:          []telegram.Bot{{Token: botToken, Secret: botSecret, APIURL: h.api.URL, Gemeente: "medemblik"}},
		Conversations: h.bot, Store: h.store, Plan: h.bot.Plan, Log: log,
	}
	for _, o := range options {
		o(&cfg)
	}
	if h.door, err = telegram.New(cfg); err != nil {
		t.Fatal(err)
	}
	h.serve(log)
	h.run(h.door.Run)
	h.send = func() func() {
		s := bot.NewSender(h.store, map[bot.Channel]bot.Deliver{bot.ChannelTelegram: h.door}, log)
		s.Owner = "test" // the next one needn't wait for this one's leases
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		return func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	h.stop = h.send()
	t.Cleanup(func() { h.stop() })
	return h
}

// serve puts the door into the same server as the product does.
func (h *house) serve(log *slog.Logger) {
	s := channels.NewServer(channels.Config{Log: log})
	h.door.Register(s.Echo())
	web := httptest.NewServer(s.Echo())
	h.t.Cleanup(web.Close)
	h.hook = web.URL + "/telegram/webhook"
}

// run runs something until the test ends and waits for it.
func (h *house) run(f func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	h.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Error(err)
		}
	})
}

// post sends an update once and wants a status and an empty body.
func (h *house) post(u botapi.Update, want int) {
	h.t.Helper()
	h.raw(u.JSON(), botSecret, want)
}

func (h *house) raw(body []byte, botSecret string, want int) {
	h.t.Helper()
	status, size, err := botapi.Post(h.t.Context(), h.hook, botSecret, body)
	if err != nil {
		h.t.Fatal(err)
	}
	if status != want || size != 0 && status != http.StatusRequestEntityTooLarge { // the server's own limit explains itself
		h.t.Errorf("status %d with %d bytes, want %d and none", status, size, want)
	}
}

// messages returns what is kept of a chat's conversation.
func (h *house) messages(chat string) []bot.Message {
	h.t.Helper()
	id, err := h.store.Find(h.t.Context(), bot.ChannelTelegram, chat)
	if err != nil {
		h.t.Fatal(err)
	}
	list, err := h.store.Messages(h.t.Context(), id, 0, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// wordsOf returns the texts that one side wrote.
func wordsOf(list []bot.Message, who bot.From) []string {
	var texts []string
	for _, m := range list {
		if m.From == who {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// settled waits until the chat shows all that the conversation holds.
func (h *house) settled(chat int64, address string) []botapi.Sent {
	h.t.Helper()
	n := 0
	for _, m := range h.messages(address) {
		if m.From != bot.FromResident {
			n++
		}
	}
	return h.api.WaitSent(h.t, botToken, chat, n)
}

// request makes a webhook call that no helper makes.
func (h *house) request(method, body string) *http.Response {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.hook, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", botSecret)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

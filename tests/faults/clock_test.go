package faults

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/knowledge"
	"wegwijzer/tests/harness/redisd"
)

// retention of the gemeente in these tests.
const retention = 28 * 24 * time.Hour

// watch are two nodes on one store, whose clock a test sets.
type watch struct {
	t     *testing.T
	zone  *time.Location
	mu    sync.Mutex
	now   time.Time
	nodes []*bot.Bot
}

func newWatch(t *testing.T, stores []keeper, zone *time.Location) *watch {
	t.Helper()
	w := &watch{t: t, zone: zone}
	for _, s := range stores {
		b := newBot(t, s, slog.New(slog.DiscardHandler))
		b.Clock = w.clock
		g := b.Gemeenten["medemblik"]
		g.Retention = retention
		b.Gemeenten = map[knowledge.GemeenteID]bot.Gemeente{"medemblik": g}
		w.nodes = append(w.nodes, b)
	}
	return w
}

func (w *watch) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// set puts the clock at a time of the zone, "2027-03-28 02:30".
func (w *watch) set(local string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, w.zone)
	if err != nil {
		w.t.Fatal(err)
	}
	w.move(at)
}

func (w *watch) move(to time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = to
}

// fire has both nodes look at the timers at the same moment.
func (w *watch) fire() {
	var wg sync.WaitGroup
	for _, b := range w.nodes {
		wg.Go(func() { b.FireTimers(w.t.Context()) })
	}
	wg.Wait()
}

// talk opens a conversation and walks as many steps of the road.
func (w *watch) talk(steps int) bot.ConversationID {
	w.t.Helper()
	o, err := w.nodes[0].Open(w.t.Context(), bot.Opening{Gemeente: "medemblik", Lang: knowledge.NL, Channel: bot.ChannelWeb})
	if err != nil {
		w.t.Fatal(err)
	}
	for i, in := range []bot.Incoming{{Text: "ik kan mijn huur niet betalen"}, {Choice: "mens:ja"}, {Choice: "summary:ok"},
		{Choice: "consent:yes"}, {Choice: "contact:chat"}, {Choice: "supporter:any"}}[:steps] {
		in.Conversation, in.Key = o.ID, fmt.Sprint("stap ", i)
		if _, err := w.nodes[i%len(w.nodes)].Receive(w.t.Context(), in); err != nil {
			w.t.Fatal(err)
		}
	}
	return o.ID
}

// conversation loads one from the store.
func (w *watch) conversation(id bot.ConversationID) *bot.Conversation {
	w.t.Helper()
	c, err := w.nodes[0].Store.Load(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// overdue counts how often the first term of a case was over.
func (w *watch) overdue(id bot.ConversationID) (n int) {
	w.t.Helper()
	for _, e := range w.conversation(id).Case.Events {
		if e.Action == "overdue" {
			n++
		}
	}
	return n
}

// want checks how often the term was over so far.
func (w *watch) want(id bot.ConversationID, n int) {
	w.t.Helper()
	if got := w.overdue(id); got != n {
		w.t.Errorf("at %s the term was over %d times, want %d", w.clock().In(w.zone), got, n)
	}
}

// erased says whether a conversation is gone.
func (w *watch) erased(id bot.ConversationID) bool {
	_, err := w.nodes[0].Store.Load(w.t.Context(), id)
	return errors.Is(err, bot.ErrNotFound)
}

// bothKeepers opens what two nodes keep by, on each kind of store.
func bothKeepers() map[string]func(t *testing.T) []keeper {
	return map[string]func(t *testing.T) []keeper{
		"embedded": func(t *testing.T) []keeper {
			s := openFolder(t, t.TempDir())
			return []keeper{s, s}
		},
		"two nodes on Redis": func(t *testing.T) []keeper {
			server := redisd.Start(t)
			return []keeper{openStore(t, server.URL()), openStore(t, server.URL())}
		},
	}
}

// TestTimersAndTheClock: terms and retention go off once, at the right time,
// also when the clock changes, jumps or stood still. On both stores, with two
// nodes that look at the same moment.
func TestTimersAndTheClock(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range bothKeepers() {
		t.Run(name, func(t *testing.T) {
			stores := open(t)
			for name, body := range map[string]func(*watch){
				"a term over the change of March":            func(w *watch) { termOver(w, "2027-03-26", "2027-03-28") },
				"a term over the change of October":          func(w *watch) { termOver(w, "2027-10-29", "2027-10-31") },
				"a term that ends in the hour that isn't":    func(w *watch) { termAtNight(w, "2027-03-26", "2027-03-28") },
				"a term that ends in the hour that is twice": func(w *watch) { termAtNight(w, "2027-10-29", "2027-10-31") },
				"retention over the change of March":         func(w *watch) { kept(w, "2027-03-10 12:00") },
				"retention over the change of October":       func(w *watch) { kept(w, "2027-10-20 12:00") },
				"everything at once after downtime":          downtime,
				"a clock that jumps back an hour":            jumpsBack,
				"a clock that jumps forward an hour":         jumpsForward,
			} {
				t.Run(name, func(t *testing.T) {
					w := newWatch(t, stores, zone)
					w.t = t
					body(w)
				})
			}
		})
	}
}

package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
)

// full is everything that a driver must be.
type full interface {
	bot.Store
	bot.CaseIndex
	bot.Eraser
	bot.Documents
	bot.Outbox
	bot.Timers
	bot.AuditLog
	Reason(ctx context.Context, e cases.Entry) (string, error)
}

// factory opens a fresh store that ends with the test.
type factory func(t *testing.T) full

func embeddedFactory(t *testing.T) full {
	t.Helper()
	s, err := OpenEmbedded(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestEmbeddedConforms(t *testing.T) { conform(t, embeddedFactory) }

// conform is the one contract for all drivers.
func conform(t *testing.T, open factory) {
	for name, body := range map[string]func(*testing.T, full){
		"a turn is kept whole and in order":               keptWhole,
		"a stale version changes nothing":                 staleVersion,
		"a repeated key has one effect and one receipt":   repeatedKey,
		"fifty copies at once have one effect":            fiftyCopies,
		"beside a human only notices are written":         besideHuman,
		"an address finds its conversation, once":         addresses,
		"cases are listed by term and counted":            caseLists,
		"erasing leaves nothing":                          erasing,
		"documents change under their version only":       documents,
		"deliveries come in order, one at a time":         deliveries,
		"a timer is due until its conversation changes":   timers,
		"a lease fences off who lost it":                  leases,
		"what isn't there is not found":                   notFound,
		"messages of one conversation don't leak to next": apart,

		"all of a message comes back":                       wholeMessage,
		"all of a case's row comes back":                    wholeCase,
		"a list over all partitions is in order":            manyCases,
		"lists and counts follow a case":                    movedCase,
		"erasing reaches lists, timers, outbox, address":    erasingAll,
		"a turn under way doesn't bring back what's erased": erasedMeanwhile,
		"what is refused leaves nothing":                    refusedWhole,
		"keys count within their conversation":              keysApart,
		"a delivery given up lets the next go":              givenUp,
		"conversations of a partition don't wait":           sameParts,
		"documents are listed by kind":                      documentLists,
		"beside a human of every kind the bot is silent":    besideEvery,
		"the audit log is chained and kept with the turn":   auditKept,
		"many write one chain at once":                      auditAtOnce,
		"erasing leaves the audit log whole":                auditErased,
	} {
		t.Run(name, func(t *testing.T) { body(t, open(t)) })
	}
}

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func conversation(id string) *bot.Conversation {
	return &bot.Conversation{ID: bot.ConversationID(id), Gemeente: "medemblik", Channel: bot.ChannelWeb, Created: start, Updated: start}
}

func say(from bot.From, text string) bot.Message {
	return bot.Message{From: from, Text: text, At: start, Kind: dialogs.KindMessage}
}

func must(t *testing.T, s full, c *bot.Commit) bot.Receipt {
	t.Helper()
	r, err := s.Commit(t.Context(), c)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return r
}

// opened commits a first turn and loads the conversation again.
func opened(t *testing.T, s full, c *bot.Conversation) *bot.Conversation {
	t.Helper()
	welcome := say(bot.FromBot, "welkom")
	if c.Case.Human() {
		welcome.Kind = dialogs.KindNotice
	}
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{welcome}})
	return loaded(t, s, c.ID)
}

func loaded(t *testing.T, s full, id bot.ConversationID) *bot.Conversation {
	t.Helper()
	c, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return c
}

func texts(t *testing.T, s full, id bot.ConversationID, after bot.Seq) []string {
	t.Helper()
	list, err := s.Messages(t.Context(), id, after, 0)
	if err != nil {
		t.Fatalf("messages: %v", err)
	}
	var out []string
	for _, m := range list {
		out = append(out, fmt.Sprintf("%d %s", m.Seq, m.Text))
	}
	return out
}

func keptWhole(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	c.State.Phase, c.State.Turn = dialogs.PhaseClarify, 3
	must(t, s, &bot.Commit{Conversation: c, Key: "k1", KeyUntil: start.Add(time.Hour), Receipt: bot.Receipt{Seq: 2},
		Messages: []bot.Message{say(bot.FromResident, "hulp"), say(bot.FromBot, "ik luister")}})
	got := loaded(t, s, "a")
	if got.Version != 2 || got.LastSeq != 3 || got.State.Phase != dialogs.PhaseClarify || got.State.Turn != 3 {
		t.Errorf("loaded %+v", got)
	}
	if diff := cmp.Diff([]string{"1 welkom", "2 hulp", "3 ik luister"}, texts(t, s, "a", 0)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"3 ik luister"}, texts(t, s, "a", 2)); diff != "" {
		t.Errorf("messages after 2 (-want +got):\n%s", diff)
	}
}

func staleVersion(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	twin := *c
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "eerst")}})
	_, err := s.Commit(t.Context(), &bot.Commit{Conversation: &twin, Key: "laat", KeyUntil: start.Add(time.Hour), Messages: []bot.Message{say(bot.FromResident, "te laat")}})
	if !errors.Is(err, bot.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if diff := cmp.Diff([]string{"1 welkom", "2 eerst"}, texts(t, s, "a", 0)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	_, err = s.Commit(t.Context(), &bot.Commit{Conversation: conversation("a")})
	if !errors.Is(err, bot.ErrConflict) {
		t.Errorf("a second conversation of one id: got %v, want a conflict", err)
	}
}

func repeatedKey(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	commit := func() (bot.Receipt, error) {
		c := loaded(t, s, c.ID)
		return s.Commit(t.Context(), &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour),
			Receipt: bot.Receipt{Seq: c.LastSeq + 1}, Messages: []bot.Message{say(bot.FromResident, "een keer")}})
	}
	first, err := commit()
	if err != nil || first.Repeat {
		t.Fatalf("first: %+v, %v", first, err)
	}
	second, err := commit()
	if err != nil || !second.Repeat || second.Seq != first.Seq {
		t.Errorf("second: %+v, %v, want a repeat of %d", second, err, first.Seq)
	}
	if got := texts(t, s, "a", 0); len(got) != 2 {
		t.Errorf("messages %q, want two", got)
	}
}

func fiftyCopies(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for {
				conv, err := s.Load(context.Background(), c.ID)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = s.Commit(context.Background(), &bot.Commit{Conversation: conv, Key: "k", KeyUntil: time.Now().Add(time.Hour),
					Receipt: bot.Receipt{Seq: conv.LastSeq + 1}, Messages: []bot.Message{say(bot.FromResident, "eens")}})
				if errors.Is(err, bot.ErrConflict) {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]string{"1 welkom", "2 eens"}, texts(t, s, "a", 0)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func withCase(c *bot.Conversation, status cases.Status, who cases.SupporterID, due time.Time) *bot.Conversation {
	c.Case = &cases.Case{ID: cases.CaseID(c.ID), Gemeente: c.Gemeente, Status: status, Supporter: who,
		Organisation: "de-vliet", Opened: start, Consent: cases.Consent{At: start}}
	c.Case.ContactBefore = due
	return c
}

func besideHuman(t *testing.T, s full) {
	c := opened(t, s, withCase(conversation("a"), cases.StatusTaken, "fatima", start))
	_, err := s.Commit(t.Context(), &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromBot, "ik praat erdoorheen")}})
	if !errors.Is(err, bot.ErrOwned) {
		t.Fatalf("got %v, want ErrOwned", err)
	}
	c = loaded(t, s, "a")
	notice := say(bot.FromBot, "bel 112")
	notice.Kind = dialogs.KindNotice
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{notice, say(bot.FromSupporter, "dag"), say(bot.FromResident, "dag")}})
	c = loaded(t, s, "a")
	c.Case.Status = cases.StatusReturned
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromBot, "ik ben er weer")}})
}

func addresses(t *testing.T, s full) {
	c := conversation("a")
	c.Channel, c.Address = bot.ChannelTelegram, "bot:42"
	opened(t, s, c)
	id, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:42")
	if err != nil || id != "a" {
		t.Errorf("found %q, %v", id, err)
	}
	twin := conversation("b")
	twin.Channel, twin.Address = bot.ChannelTelegram, "bot:42"
	if _, err := s.Commit(t.Context(), &bot.Commit{Conversation: twin}); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("a second conversation of one address: got %v, want a conflict", err)
	}
	if _, err := s.Find(t.Context(), bot.ChannelWeb, "bot:42"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("another channel: got %v", err)
	}
}

func caseLists(t *testing.T, s full) {
	opened(t, s, withCase(conversation("later"), cases.StatusAssigned, "fatima", start.Add(48*time.Hour)))
	opened(t, s, withCase(conversation("eerst"), cases.StatusTaken, "fatima", start.Add(time.Hour)))
	urgent := withCase(conversation("spoed"), cases.StatusAssigned, "jan", start.Add(72*time.Hour))
	urgent.Case.Urgent = true
	opened(t, s, urgent)
	opened(t, s, withCase(conversation("dicht"), cases.StatusClosed, "jan", start))
	opened(t, s, conversation("geen"))
	list, err := s.Cases(t.Context(), bot.CaseQuery{Organisation: "de-vliet", Status: []cases.Status{cases.StatusAssigned, cases.StatusTaken}})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range list {
		ids = append(ids, string(r.ID))
	}
	if diff := cmp.Diff([]string{"spoed", "eerst", "later"}, ids); diff != "" {
		t.Errorf("open cases (-want +got):\n%s", diff)
	}
	if list, err := s.Cases(t.Context(), bot.CaseQuery{Organisation: "naast-u"}); err != nil || len(list) != 0 {
		t.Errorf("another organisation sees %d cases, %v", len(list), err)
	}
	counts, err := s.OpenCases(t.Context())
	if diff := cmp.Diff(map[cases.SupporterID]int{"fatima": 2, "jan": 1}, counts); diff != "" || err != nil {
		t.Errorf("counts (-want +got):\n%s %v", diff, err)
	}
}

func erasing(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	opened(t, s, conversation("b"))
	must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: start, Messages: []bot.Message{say(bot.FromResident, "geheim")}})
	report, err := s.Erase(t.Context(), "a")
	if err != nil || len(report) == 0 {
		t.Fatalf("erase: %q, %v", report, err)
	}
	if _, err := s.Load(t.Context(), "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("load after: %v", err)
	}
	if _, err := s.Messages(t.Context(), "a", 0, 0); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("messages after: %v", err)
	}
	if _, err := s.Erase(t.Context(), "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("erase again: %v", err)
	}
	if got := texts(t, s, "b", 0); len(got) != 1 {
		t.Errorf("the neighbour has %q", got)
	}
}

func documents(t *testing.T, s full) {
	ctx := t.Context()
	v, err := s.PutDocument(ctx, bot.Document{Kind: "account", ID: "jan", Body: []byte("een")})
	if err != nil || v != 1 {
		t.Fatalf("put: %d, %v", v, err)
	}
	if _, err := s.PutDocument(ctx, bot.Document{Kind: "account", ID: "jan", Body: []byte("twee")}); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("a second first version: %v", err)
	}
	if _, err := s.PutDocument(ctx, bot.Document{Kind: "account", ID: "jan", Version: 1, Body: []byte("drie")}); err != nil {
		t.Errorf("the next version: %v", err)
	}
	d, err := s.Document(ctx, "account", "jan")
	if err != nil || string(d.Body) != "drie" || d.Version != 2 {
		t.Errorf("got %+v, %v", d, err)
	}
	if v, err := s.DocumentVersion(ctx, "account", "jan"); err != nil || v != 2 {
		t.Errorf("version %d, %v", v, err)
	}
	if err := errors.Join(s.DeleteDocument(ctx, "account", "jan"), s.DeleteDocument(ctx, "account", "jan")); err != nil {
		t.Errorf("delete: %v", err)
	}
	if list, err := s.ListDocuments(ctx, "account"); err != nil || len(list) != 0 {
		t.Errorf("list after: %v, %v", list, err)
	}
}

func deliveries(t *testing.T, s full) {
	c := conversation("a")
	c.Channel, c.Address = bot.ChannelTelegram, "bot:1"
	must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{say(bot.FromBot, "een"), say(bot.FromResident, "nee"), say(bot.FromBot, "twee")}})
	part := partition("a")
	epoch, ok, err := s.Lease(t.Context(), part, "wij")
	if err != nil || !ok {
		t.Fatalf("lease: %v, %v", ok, err)
	}
	for i, want := range []bot.Seq{1, 3} {
		list, err := s.Due(t.Context(), part, 10)
		if err != nil || len(list) != 1 || list[0].Seq != want {
			t.Fatalf("due %d: %+v, %v, want seq %d alone", i, list, err, want)
		}
		if err := s.Settle(t.Context(), part, epoch, list[0], bot.Settlement{Retry: true, Due: time.Now().Add(-time.Second).UnixMilli()}); err != nil {
			t.Fatal(err)
		}
		again, err := s.Due(t.Context(), part, 10)
		if err != nil || len(again) != 1 || again[0].Seq != want || again[0].Attempts != 1 {
			t.Fatalf("after a failed try: %+v, %v", again, err)
		}
		if err := s.Settle(t.Context(), part, epoch, again[0], bot.Settlement{Sent: true}); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.Due(t.Context(), part, 10); err != nil || len(list) != 0 {
		t.Errorf("after all: %+v, %v", list, err)
	}
}

func timers(t *testing.T, s full) {
	due := func() []bot.ConversationID {
		t.Helper()
		list, err := s.DueTimers(t.Context(), partition("a"), start.Add(time.Hour), 10)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	c := conversation("a")
	c.Timers = map[bot.TimerKind]time.Time{bot.TimerTerm: start.Add(time.Hour), bot.TimerRetention: start.Add(48 * time.Hour)}
	c = opened(t, s, c)
	if got := due(); len(got) != 1 || got[0] != "a" {
		t.Fatalf("due: %v", got)
	}
	c.Timers = map[bot.TimerKind]time.Time{bot.TimerRetention: start.Add(48 * time.Hour)}
	must(t, s, &bot.Commit{Conversation: c})
	if got := due(); len(got) != 0 {
		t.Errorf("after the change: %v", got)
	}
	c = loaded(t, s, "a")
	c.Timers = nil
	must(t, s, &bot.Commit{Conversation: c})
	if list, err := s.DueTimers(t.Context(), partition("a"), start.AddDate(1, 0, 0), 10); err != nil || len(list) != 0 {
		t.Errorf("without timers: %v, %v", list, err)
	}
}

func leases(t *testing.T, s full) {
	epoch, ok, err := s.Lease(t.Context(), 5, "eerste")
	if err != nil || !ok {
		t.Fatalf("lease: %v, %v", ok, err)
	}
	if _, ok, err := s.Lease(t.Context(), 5, "tweede"); err != nil || ok {
		t.Errorf("a held partition was leased: %v", err)
	}
	again, ok, err := s.Lease(t.Context(), 5, "eerste")
	if err != nil || !ok || again != epoch {
		t.Errorf("keeping a lease: epoch %d then %d, %v, %v", epoch, again, ok, err)
	}
	err = s.Settle(t.Context(), 5, epoch+1, bot.Delivery{ID: 1, Conversation: "x"}, bot.Settlement{Sent: true})
	if !errors.Is(err, bot.ErrConflict) {
		t.Errorf("settling under another epoch: %v", err)
	}
}

func notFound(t *testing.T, s full) {
	ctx := t.Context()
	_, load := s.Load(ctx, "x")
	_, find := s.Find(ctx, bot.ChannelTelegram, "x")
	_, messages := s.Messages(ctx, "x", 0, 0)
	_, document := s.Document(ctx, "x", "x")
	_, erase := s.Erase(ctx, "x")
	for name, err := range map[string]error{"load": load, "find": find, "messages": messages, "document": document, "erase": erase} {
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func apart(t *testing.T, s full) {
	opened(t, s, conversation("a"))
	opened(t, s, conversation("a1"))
	c := loaded(t, s, "a")
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "alleen a")}})
	if got := texts(t, s, "a1", 0); len(got) != 1 {
		t.Errorf("the neighbour has %q", got)
	}
}

package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/tests/harness/redisd"
)

// used fills an embedded store with some of everything.
func used(t *testing.T) *Embedded {
	t.Helper()
	s := embeddedFactory(t).(*Embedded)
	for i := range 20 {
		c := conversation(fmt.Sprintf("c%02d", i))
		if i%2 == 0 {
			withCase(c, cases.StatusAssigned, "fatima", start.Add(time.Duration(i)*time.Hour))
			c.Timers = map[bot.TimerKind]time.Time{bot.TimerTerm: start}
		}
		c.Channel, c.Address = bot.ChannelTelegram, fmt.Sprint("bot:", i)
		must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{say(bot.FromBot, "welkom"), say(bot.FromBot, "hoi")}})
		c = loaded(t, s, c.ID)
		must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: 3},
			Quarantine: &bot.Quarantine{Seq: 3, Reason: "x"}, Messages: []bot.Message{say(bot.FromResident, "hulp")},
			Audit: []cases.Event{event("fatima", "taken", "geheim")}})
	}
	part := partition("c00")
	epoch, _, err := s.Lease(t.Context(), part, "wij")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range mustDue(t, s, part) {
		if d.Conversation == "c00" {
			if err := s.Settle(t.Context(), part, epoch, d, bot.Settlement{Retry: true, Due: 5}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Erase(t.Context(), "c19"); err != nil {
		t.Fatal(err)
	}
	for v := range uint64(3) {
		if _, err := s.PutDocument(t.Context(), bot.Document{Kind: "account", ID: "jan", Version: v, Body: []byte("geheim")}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func mustDue(t *testing.T, s full, part int) []bot.Delivery {
	t.Helper()
	list, err := s.Due(t.Context(), part, 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestACopyHoldsEverything(t *testing.T) {
	from := used(t)
	to := openRedis(t, redisOptions(redisd.Start(t).URL())) // another store.key
	// The first copy is cut short, the second goes on.
	ctx, cut := context.WithCancel(t.Context())
	if _, err := Copy(ctx, from, to, func(done, _ int) {
		if done == 7 {
			cut()
		}
	}); err == nil {
		t.Fatal("the cut copy succeeded")
	}
	n, err := Copy(t.Context(), from, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n.There < 1 || n.There > 18 {
		t.Errorf("%d of 19 were there already", n.There)
	}
	n.There = 0
	if diff := cmp.Diff(Copied{Conversations: 19, Messages: 57, Documents: 1, Deliveries: 38, Erasures: 1, Audit: 20}, n); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	for i := range 19 {
		id := bot.ConversationID(fmt.Sprintf("c%02d", i))
		if diff := cmp.Diff(loaded(t, from, id), loaded(t, to, id)); diff != "" {
			t.Errorf("%s (-embedded +redis):\n%s", id, diff)
		}
		if diff := cmp.Diff(texts(t, from, id, 0), texts(t, to, id, 0)); diff != "" {
			t.Errorf("%s (-embedded +redis):\n%s", id, diff)
		}
		if found, err := to.Find(t.Context(), bot.ChannelTelegram, fmt.Sprint("bot:", i)); err != nil || found != id {
			t.Errorf("address %d leads to %q, %v", i, found, err)
		}
	}
	sameLists(t, from, to)
	if diff := cmp.Diff(entries(t, from), entries(t, to)); diff != "" {
		t.Errorf("the audit log (-embedded +redis):\n%s", diff)
	}
	r := must(t, to, &bot.Commit{Conversation: loaded(t, to, "c03"), Key: "k", KeyUntil: time.Now().Add(time.Hour), Messages: []bot.Message{say(bot.FromResident, "hulp")}})
	if !r.Repeat || r.Seq != 3 {
		t.Errorf("a message from before the copy: %+v, want a repeat of 3", r)
	}
	if _, err := to.Commit(t.Context(), &bot.Commit{Conversation: conversation("c19")}); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("what was erased can be made anew: %v", err)
	}
	d, err := to.Document(t.Context(), "account", "jan")
	if err != nil || d.Version != 3 || string(d.Body) != "geheim" {
		t.Errorf("document %+v, %v", d, err)
	}
}

func sameLists(t *testing.T, from, to full) {
	t.Helper()
	for part := range Partitions {
		want, got := mustDue(t, from, part), mustDue(t, to, part)
		if len(want) != len(got) {
			t.Errorf("partition %d: %d deliveries, want %d", part, len(got), len(want))
		}
		byConversation := map[bot.ConversationID]bot.Delivery{}
		for _, d := range got {
			byConversation[d.Conversation] = d
		}
		for _, d := range want {
			g := byConversation[d.Conversation]
			if g.Seq != d.Seq || g.Attempts != d.Attempts || g.Channel != d.Channel {
				t.Errorf("delivery %+v, want %+v", g, d)
			}
		}
		a, errA := from.DueTimers(t.Context(), part, start, 100)
		b, errB := to.DueTimers(t.Context(), part, start, 100)
		if len(a) != len(b) || errA != nil || errB != nil {
			t.Errorf("partition %d: timers %v, want %v, %v, %v", part, b, a, errA, errB)
		}
	}
	a, errA := from.Cases(t.Context(), bot.CaseQuery{Organisation: "de-vliet"})
	b, errB := to.Cases(t.Context(), bot.CaseQuery{Organisation: "de-vliet"})
	if diff := cmp.Diff(a, b); diff != "" || errA != nil || errB != nil {
		t.Errorf("cases (-embedded +redis):\n%s%v %v", diff, errA, errB)
	}
	x, errA := from.OpenCases(t.Context())
	y, errB := to.OpenCases(t.Context())
	if diff := cmp.Diff(x, y); diff != "" || errA != nil || errB != nil {
		t.Errorf("open cases (-embedded +redis):\n%s%v %v", diff, errA, errB)
	}
}

func TestACopyIntoAUsedStoreIsRefused(t *testing.T) {
	from := used(t)
	to := openRedis(t, redisOptions(redisd.Start(t).URL()))
	if _, err := Copy(t.Context(), from, to, nil); err != nil {
		t.Fatal(err)
	}
	must(t, to, &bot.Commit{Conversation: loaded(t, to, "c05"), Messages: []bot.Message{say(bot.FromResident, "op Redis")}})
	if _, err := Copy(t.Context(), from, to, nil); !errors.Is(err, errOther) {
		t.Errorf("got %v, want a refusal", err)
	}
	if got := texts(t, to, "c05", 3); len(got) != 1 {
		t.Errorf("the target's message is gone: %q", got)
	}
}

func TestADamagedCopyIsNoticed(t *testing.T) {
	from := used(t)
	server := redisd.Start(t)
	to := openRedis(t, redisOptions(server.URL()))
	if _, err := Copy(t.Context(), from, to, nil); err != nil {
		t.Fatal(err)
	}
	if err := raw(t, server).RPop(t.Context(), namesOf("c07").messages()).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := Copy(t.Context(), from, to, nil); err == nil {
		t.Error("a copy that lacks a message passes")
	}
}

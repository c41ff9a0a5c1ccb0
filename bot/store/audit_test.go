package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/tests/harness/redisd"
)

func event(actor, action, why string) cases.Event {
	return cases.Event{At: start, Actor: actor, Action: action, Why: why}
}

// entries reads and verifies the whole log.
func entries(t *testing.T, s full) []cases.Entry {
	t.Helper()
	var list []cases.Entry
	var v cases.Verifier
	err := s.Entries(t.Context(), func(e cases.Entry) error {
		list = append(list, e)
		return v.Check(e)
	})
	if err != nil {
		t.Fatalf("the audit log: %v", err)
	}
	return list
}

// besideEvery: whatever kind of human state a commit leads to, the bot writes
// notices only.
func besideEvery(t *testing.T, s full) {
	for i, status := range cases.Statuses() {
		c := opened(t, s, withCase(conversation(fmt.Sprint("c", i)), cases.StatusAssigned, "fatima", start))
		c.Case.Status = status
		_, err := s.Commit(t.Context(), &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromBot, "dag")}})
		if status.Human() != errors.Is(err, bot.ErrOwned) || !status.Human() && err != nil {
			t.Errorf("%s: %v", status, err)
		}
		fresh := withCase(conversation(fmt.Sprint("n", i)), status, "fatima", start)
		_, err = s.Commit(t.Context(), &bot.Commit{Conversation: fresh, Messages: []bot.Message{say(bot.FromBot, "dag")}})
		if status.Human() != errors.Is(err, bot.ErrOwned) {
			t.Errorf("%s from the first commit on: %v", status, err)
		}
	}
}

// auditKept: what a turn did with a case is in the log exactly when the turn is
// kept, and its reason can be read back.
func auditKept(t *testing.T, s full) {
	c := opened(t, s, withCase(conversation("a"), cases.StatusAssigned, "fatima", start))
	stale := *c
	kept := &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour), Audit: []cases.Event{event("bot", "assigned", "fatima"), event("fatima", "taken", "")}}
	must(t, s, kept)
	for name, refused := range map[string]*bot.Commit{
		"a repeat":        {Conversation: loaded(t, s, "a"), Key: "k", KeyUntil: time.Now().Add(time.Hour), Audit: []cases.Event{event("bot", "twice", "")}},
		"a stale version": {Conversation: &stale, Audit: []cases.Event{event("bot", "stale", "")}},
	} {
		if r, err := s.Commit(t.Context(), refused); err == nil && !r.Repeat {
			t.Fatalf("%s was kept", name)
		}
	}
	if err := s.Log(t.Context(), "a", []cases.Event{event("jan", "looked", "assigned")}); err != nil {
		t.Fatal(err)
	}
	list := entries(t, s)
	var got []string
	for _, e := range list {
		why, err := s.Reason(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(e.Why), "fatima") {
			t.Error("the reason stands there in the clear")
		}
		got = append(got, fmt.Sprintf("%d %s %s %s %s", e.N, e.Actor, e.Action, why, e.Case))
	}
	want := []string{"1 bot assigned fatima a", "2 fatima taken  a", "3 jan looked assigned a"}
	if !slices.Equal(got, want) || !list[0].At.Equal(start) {
		t.Errorf("the log holds %q, want %q", got, want)
	}
}

// auditAtOnce: writers of one chain at the same moment all get a place.
func auditAtOnce(t *testing.T, s full) {
	opened(t, s, conversation("a"))
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if err := s.Log(context.Background(), "a", []cases.Event{event(fmt.Sprint("w", w), fmt.Sprint(i), "")}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if list := entries(t, s); len(list) != writers*each {
		t.Errorf("%d entries, want %d", len(list), writers*each)
	}
}

// auditErased: after an erasing the chain holds, and no reason can be read.
func auditErased(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	must(t, s, &bot.Commit{Conversation: c, Audit: []cases.Event{event("fatima", "returned", "geheim")}})
	if _, err := s.Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.Log(t.Context(), "a", []cases.Event{event("bot", "erased", "weg")}); err != nil {
		t.Fatal(err)
	}
	list := entries(t, s)
	if len(list) != 2 || len(list[1].Why) != 0 {
		t.Fatalf("entries %+v", list)
	}
	if why, err := s.Reason(t.Context(), list[0]); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the reason can be read: %q, %v", why, err)
	}
}

// TestAChangedLogIsFoundOut changes the log of each store by other hands: the
// first broken link is named.
func TestAChangedLogIsFoundOut(t *testing.T) {
	verify := func(s bot.AuditLog) (*cases.BrokenLink, error) {
		var v cases.Verifier
		err := s.Entries(t.Context(), v.Check)
		var broken *cases.BrokenLink
		errors.As(err, &broken)
		return broken, err
	}
	five := []cases.Event{event("a", "1", "x"), event("b", "2", ""), event("c", "3", "y"), event("d", "4", ""), event("e", "5", "")}
	part := partition("zaak")
	want := func(t *testing.T, s bot.AuditLog, n uint64) {
		t.Helper()
		broken, err := verify(s)
		if broken == nil || broken.Chain != part || broken.N != n {
			t.Errorf("got %v, want chain %d broken at %d", err, part, n)
		}
	}
	for name, c := range map[string]struct {
		sql string
		n   uint64
	}{
		"another actor":        {"UPDATE audit SET actor = 'z' WHERE n = 3", 3},
		"another time":         {"UPDATE audit SET at = at + 1 WHERE n = 2", 2},
		"another reason":       {"UPDATE audit SET why = x'00' WHERE n = 3", 3},
		"an entry taken away":  {"DELETE FROM audit WHERE n = 2", 2},
		"an entry with a hash": {"UPDATE audit SET hash = x'00' WHERE n = 4", 4},
	} {
		t.Run("embedded: "+name, func(t *testing.T) {
			s := embeddedFactory(t).(*Embedded)
			opened(t, s, conversation("zaak"))
			if err := s.Log(t.Context(), "zaak", five); err != nil {
				t.Fatal(err)
			}
			if _, err := s.write.ExecContext(t.Context(), c.sql); err == nil {
				t.Fatal("the store itself lets the log be changed")
			}
			by(t, s.write, "DROP TRIGGER audit_stays", "DROP TRIGGER audit_keeps", c.sql)
			want(t, s, c.n)
		})
	}
	t.Run("Redis", func(t *testing.T) {
		s := openRedis(t, redisOptions(redisd.Start(t).URL()))
		opened(t, s, conversation("zaak"))
		if err := s.Log(t.Context(), "zaak", five); err != nil {
			t.Fatal(err)
		}
		if _, err := verify(s); err != nil {
			t.Fatal(err)
		}
		list := prefixOf(part) + "audit"
		if err := s.client.RPop(t.Context(), list).Err(); err != nil {
			t.Fatal(err)
		}
		want(t, s, 5)
		if err := s.client.LSet(t.Context(), list, 1, `{"n":2,"a":"z"}`).Err(); err != nil {
			t.Fatal(err)
		}
		want(t, s, 2)
	})
}

func by(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, text := range statements {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

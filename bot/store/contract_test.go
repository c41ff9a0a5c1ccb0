package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// wholeMessage: everything of a message comes back as it was.
func wholeMessage(t *testing.T, s full) {
	want := bot.Message{
		Seq: 1, From: bot.FromSupporter, Name: "Fatima Haddad", Text: "twee\nregels met spaties en ‘tekens’ \x00 \u2028", At: start.Add(1500 * time.Millisecond),
		Choices: []dialogs.Choice{{ID: "mens:ja", Label: "Ja"}}, Sources: []kaart.Card{{ID: "geldfit", Name: "Geldfit"}}, Kind: dialogs.KindHandover,
	}
	must(t, s, &bot.Commit{Conversation: conversation("a"), Messages: []bot.Message{want, say(bot.FromBot, ""), {From: bot.FromResident, At: start}}})
	got, err := s.Messages(t.Context(), "a", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]bot.Message{want}, got); diff != "" {
		t.Errorf("the message (-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		after bot.Seq
		limit int
		want  []bot.Seq
	}{{0, 2, []bot.Seq{1, 2}}, {1, 1, []bot.Seq{2}}, {2, 0, []bot.Seq{3}}, {3, 0, nil}, {99, 5, nil}} {
		list, err := s.Messages(t.Context(), "a", c.after, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		var seqs []bot.Seq
		for _, m := range list {
			seqs = append(seqs, m.Seq)
		}
		if diff := cmp.Diff(c.want, seqs); diff != "" {
			t.Errorf("after %d, at most %d (-want +got):\n%s", c.after, c.limit, diff)
		}
	}
}

// wholeCase: the row of a case says what the desk lists.
func wholeCase(t *testing.T, s full) {
	c := withCase(conversation("a"), cases.StatusAssigned, "fatima", start.Add(time.Hour))
	c.Case.Levensgebieden = []knowledge.Levensgebied{"wonen", "financien"}
	c.Case.Urgent = true
	opened(t, s, c)
	list, err := s.Cases(t.Context(), bot.CaseQuery{Supporter: "fatima", Gemeenten: []knowledge.GemeenteID{"opmeer", "medemblik"}})
	want := []bot.CaseRow{{
		ID: "a", Gemeente: "medemblik", Organisation: "de-vliet", Supporter: "fatima", Status: cases.StatusAssigned, Levensgebied: "wonen",
		Urgent: true, Due: start.Add(time.Hour), Opened: start, Updated: start,
	}}
	if diff := cmp.Diff(want, list); diff != "" || err != nil {
		t.Errorf("the row (-want +got):\n%s %v", diff, err)
	}
	for name, q := range map[string]bot.CaseQuery{
		"another supporter": {Supporter: "jan"}, "another gemeente": {Gemeenten: []knowledge.GemeenteID{"opmeer"}},
		"another status": {Status: []cases.Status{cases.StatusClosed}}, "another organisation": {Organisation: "naast-u"},
	} {
		if list, err := s.Cases(t.Context(), q); err != nil || len(list) != 0 {
			t.Errorf("%s: %d cases, %v", name, len(list), err)
		}
	}
}

// manyCases: a list over all partitions is in order and as long as asked.
func manyCases(t *testing.T, s full) {
	const n = 300
	for i := range n {
		c := withCase(conversation(fmt.Sprintf("c%03d", i)), cases.StatusAssigned, cases.SupporterID(fmt.Sprint("s", i%3)), start.Add(time.Duration(i*7%n)*time.Minute))
		c.Case.Urgent = i%50 == 7
		if i%2 == 1 {
			c.Gemeente, c.Case.Gemeente = "opmeer", "opmeer"
		}
		must(t, s, &bot.Commit{Conversation: c})
	}
	check := func(name string, q bot.CaseQuery, want int) {
		t.Helper()
		list, err := s.Cases(t.Context(), q)
		if err != nil || len(list) != want {
			t.Fatalf("%s: %d cases, want %d, %v", name, len(list), want, err)
		}
		seen := map[cases.CaseID]bool{}
		for i, r := range list {
			if seen[r.ID] {
				t.Errorf("%s: %s is there twice", name, r.ID)
			}
			seen[r.ID] = true
			if i > 0 && (r.Urgent && !list[i-1].Urgent || r.Urgent == list[i-1].Urgent && r.Due.Before(list[i-1].Due)) {
				t.Errorf("%s: %s stands behind %s", name, r.ID, list[i-1].ID)
			}
		}
	}
	check("all", bot.CaseQuery{Limit: 1000}, n)
	check("some", bot.CaseQuery{Organisation: "de-vliet", Limit: 37}, 37)
	check("of one supporter", bot.CaseQuery{Organisation: "de-vliet", Supporter: "s1", Limit: 1000}, n/3)
	check("of one gemeente", bot.CaseQuery{Gemeenten: []knowledge.GemeenteID{"opmeer"}, Limit: 90}, 90)
	check("as many as is usual", bot.CaseQuery{}, 200)
}

// movedCase: lists and counts follow a case through its life.
func movedCase(t *testing.T, s full) {
	counts := func(want map[cases.SupporterID]int) {
		t.Helper()
		got, err := s.OpenCases(t.Context())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("counts (-want +got):\n%s %v", diff, err)
		}
	}
	listed := func(org cases.OrganisationID, status cases.Status, want int) {
		t.Helper()
		list, err := s.Cases(t.Context(), bot.CaseQuery{Organisation: org, Status: []cases.Status{status}})
		if err != nil || len(list) != want {
			t.Errorf("%s, %s: %d cases, want %d, %v", org, status, len(list), want, err)
		}
	}
	c := opened(t, s, withCase(conversation("a"), cases.StatusAssigned, "fatima", start))
	counts(map[cases.SupporterID]int{"fatima": 1})
	c.Case.Status = cases.StatusTaken
	must(t, s, &bot.Commit{Conversation: c})
	listed("de-vliet", cases.StatusAssigned, 0)
	listed("de-vliet", cases.StatusTaken, 1)
	c = loaded(t, s, "a")
	c.Case.Supporter, c.Case.Organisation, c.Case.Status = "jan", "naast-u", cases.StatusAssigned
	must(t, s, &bot.Commit{Conversation: c})
	counts(map[cases.SupporterID]int{"jan": 1})
	listed("de-vliet", cases.StatusTaken, 0)
	listed("naast-u", cases.StatusAssigned, 1)
	c = loaded(t, s, "a")
	c.Case.Status = cases.StatusClosed
	must(t, s, &bot.Commit{Conversation: c})
	counts(map[cases.SupporterID]int{})
	listed("naast-u", cases.StatusClosed, 1)
	listed("", cases.StatusClosed, 1)
}

// erasingAll: lists, counts, deliveries, timers, keys and the address go too.
func erasingAll(t *testing.T, s full) {
	c := withCase(conversation("a"), cases.StatusAssigned, "fatima", start)
	c.Channel, c.Address = bot.ChannelTelegram, "bot:9"
	c.Timers = map[bot.TimerKind]time.Time{bot.TimerTerm: start}
	must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: 1}, Deliver: true,
		Quarantine: &bot.Quarantine{Seq: 1, Reason: "x"}, Messages: []bot.Message{say(bot.FromBot, "een")}})
	if _, err := s.Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	due, err := s.Due(t.Context(), partition("a"), 10)
	if err != nil || len(due) != 0 {
		t.Errorf("deliveries: %v, %v", due, err)
	}
	timers, err := s.DueTimers(t.Context(), partition("a"), start.AddDate(1, 0, 0), 10)
	if err != nil || len(timers) != 0 {
		t.Errorf("timers: %v, %v", timers, err)
	}
	list, err := s.Cases(t.Context(), bot.CaseQuery{})
	if err != nil || len(list) != 0 {
		t.Errorf("cases: %v, %v", list, err)
	}
	counts, err := s.OpenCases(t.Context())
	if err != nil || len(counts) != 0 {
		t.Errorf("counts: %v, %v", counts, err)
	}
	if _, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:9"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the address: %v", err)
	}
	next := conversation("b")
	next.Channel, next.Address = bot.ChannelTelegram, "bot:9"
	must(t, s, &bot.Commit{Conversation: next, Key: "k", KeyUntil: time.Now().Add(time.Hour)})
	if id, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:9"); err != nil || id != "b" {
		t.Errorf("the next conversation of the address: %q, %v", id, err)
	}
}

// erasedMeanwhile: a turn that was under way makes nothing anew.
func erasedMeanwhile(t *testing.T, s full) {
	c := opened(t, s, conversation("a"))
	if _, err := s.Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "nog iets")}}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if _, err := s.Load(t.Context(), "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("it is there again: %v", err)
	}
}

// refusedWhole: what was refused left nothing, its key neither.
func refusedWhole(t *testing.T, s full) {
	c := opened(t, s, withCase(conversation("a"), cases.StatusTaken, "fatima", start))
	refused := &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: 2}, Messages: []bot.Message{say(bot.FromBot, "ik praat erdoorheen")}}
	if _, err := s.Commit(t.Context(), refused); !errors.Is(err, bot.ErrOwned) {
		t.Fatalf("got %v, want ErrOwned", err)
	}
	if c := loaded(t, s, "a"); c.Version != 1 || c.LastSeq != 1 {
		t.Errorf("version %d, last seq %d", c.Version, c.LastSeq)
	}
	r := must(t, s, &bot.Commit{Conversation: loaded(t, s, "a"), Key: "k", KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: 2}, Messages: []bot.Message{say(bot.FromResident, "dag")}})
	if r.Repeat {
		t.Error("the key of what was refused is known")
	}
	if got := texts(t, s, "a", 0); len(got) != 2 {
		t.Errorf("messages %q, want two", got)
	}
}

// keysApart: the same key in another conversation is another key.
func keysApart(t *testing.T, s full) {
	for _, id := range []string{"a", "a:k", "b"} {
		c := opened(t, s, conversation(id))
		r := must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: 2}, Messages: []bot.Message{say(bot.FromResident, "x")}})
		if r.Repeat {
			t.Errorf("%s: the key counts as a repeat", id)
		}
	}
}

// givenUp: a delivery that failed for good lets the next go, and one that was
// settled already is no error.
func givenUp(t *testing.T, s full) {
	c := conversation("a")
	c.Channel, c.Address = bot.ChannelTelegram, "bot:1"
	must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{say(bot.FromBot, "een"), say(bot.FromBot, "twee")}})
	part := partition("a")
	epoch, _, err := s.Lease(t.Context(), part, "wij")
	if err != nil {
		t.Fatal(err)
	}
	first := dueOne(t, s, part)
	for range 2 {
		if err := s.Settle(t.Context(), part, epoch, first, bot.Settlement{Reason: "geblokkeerd"}); err != nil {
			t.Fatal(err)
		}
	}
	second := dueOne(t, s, part)
	if second.Seq != 2 || second.Channel != bot.ChannelTelegram || second.Conversation != "a" {
		t.Fatalf("next is %+v", second)
	}
	if err := s.Settle(t.Context(), part, epoch, second, bot.Settlement{Retry: true, Due: time.Now().Add(time.Hour).UnixMilli()}); err != nil {
		t.Fatal(err)
	}
	must(t, s, &bot.Commit{Conversation: loaded(t, s, "a"), Deliver: true, Messages: []bot.Message{say(bot.FromBot, "drie")}})
	if due, err := s.Due(t.Context(), part, 10); err != nil || len(due) != 0 {
		t.Errorf("a later message overtakes: %+v, %v", due, err)
	}
}

func dueOne(t *testing.T, s full, part int) bot.Delivery {
	t.Helper()
	due, err := s.Due(t.Context(), part, 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("due: %+v, %v, want one", due, err)
	}
	return due[0]
}

// sameParts: conversations of one partition don't wait for each other.
func sameParts(t *testing.T, s full) {
	want := map[bot.ConversationID]bool{}
	part := partition("a")
	for i := 0; len(want) < 5; i++ {
		id := bot.ConversationID(fmt.Sprint("x", i))
		if partition(id) != part {
			continue
		}
		want[id] = true
		c := conversation(string(id))
		c.Channel, c.Address = bot.ChannelTelegram, "bot:"+string(id)
		must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{say(bot.FromBot, "een"), say(bot.FromBot, "twee")}})
	}
	due, err := s.Due(t.Context(), part, 10)
	if err != nil {
		t.Fatal(err)
	}
	got := map[bot.ConversationID]bool{}
	for _, d := range due {
		got[d.Conversation] = true
	}
	if diff := cmp.Diff(want, got); diff != "" || len(due) != 5 {
		t.Errorf("due (-want +got):\n%s", diff)
	}
	if due, err := s.Due(t.Context(), part, 2); err != nil || len(due) != 2 {
		t.Errorf("at most two: %d, %v", len(due), err)
	}
}

// documentLists: each kind for itself, by id.
func documentLists(t *testing.T, s full) {
	ctx := t.Context()
	for _, d := range []bot.Document{{Kind: "account", ID: "jan", Body: []byte("j")}, {Kind: "account", ID: "fatima", Body: []byte{}}, {Kind: "sessie", ID: "jan", Body: []byte("\x00\xff")}} {
		if _, err := s.PutDocument(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.ListDocuments(ctx, "account")
	if err != nil || len(list) != 2 || list[0].ID != "fatima" || list[1].ID != "jan" || list[1].Version != 1 || string(list[1].Body) != "j" {
		t.Errorf("accounts: %+v, %v", list, err)
	}
	if err := s.DeleteDocument(ctx, "account", "jan"); err != nil {
		t.Fatal(err)
	}
	if d, err := s.Document(ctx, "sessie", "jan"); err != nil || string(d.Body) != "\x00\xff" {
		t.Errorf("another kind: %+v, %v", d, err)
	}
	if _, err := s.PutDocument(ctx, bot.Document{Kind: "account", ID: "jan", Version: 1}); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("the next version of what was deleted: %v", err)
	}
	if _, err := s.DocumentVersion(ctx, "account", "jan"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the version of what was deleted: %v", err)
	}
}

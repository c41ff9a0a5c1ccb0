package tests

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/tests/harness"
)

// taken is a conversation that fatima took.
func taken(t *testing.T, s *harness.Service) (*harness.Web, cases.CaseID) {
	t.Helper()
	w := open(t, s)
	toSupporter(t, w, "fatima")
	if err := s.App.Bot.Take(t.Context(), "fatima", cases.CaseID(w.ID)); err != nil {
		t.Fatal(err)
	}
	return w, cases.CaseID(w.ID)
}

// logged are the actions of a case in the audit log, whose every link holds.
func logged(t *testing.T, s *harness.Service, id cases.CaseID) []string {
	t.Helper()
	var v cases.Verifier
	var list []string
	err := s.App.Store.Entries(t.Context(), func(e cases.Entry) error {
		if e.Case == id {
			list = append(list, e.Actor+" "+e.Action)
		}
		return v.Check(e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestEverythingThatIsDoneOrSeenIsLogged(t *testing.T) {
	s := harness.Start(t, nil)
	w, id := taken(t, s)
	b, ctx := s.App.Bot, t.Context()
	for range 3 { // one sitting
		if _, err := b.Look(ctx, "fatima", id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Look(ctx, "jan", id); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Waiting(ctx, "fatima", id); err != nil {
		t.Fatal(err)
	}
	s.Clock.Move(time.Hour)
	if _, err := b.Look(ctx, "fatima", id); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Look(ctx, "kasia", id); bot.KindOf(err) != bot.KindForbidden {
		t.Errorf("across the wall: %v", err)
	}
	if err := errors.Join(b.LogContact(ctx, "fatima", id), b.Close(ctx, "fatima", id, "geholpen")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Press("wis"), w.Press("wis:ja")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"bot offered", "inwoner consented", "bot assigned", "fatima taken", "fatima looked", "jan looked", "fatima looked",
		"fatima contact", "fatima closed", "bot erased",
	}
	if got := logged(t, s, id); !slices.Equal(got, want) {
		t.Errorf("the log holds %q\nwant %q", got, want)
	}
}

func TestAColleagueReadsOnlyWhatIsAllowed(t *testing.T) {
	s := harness.Start(t, nil)
	w, id := taken(t, s)
	b, ctx := s.App.Bot, t.Context()
	if v, err := b.Look(ctx, "jan", id); err != nil || len(v.Messages) != 0 || v.Case.Summary == "" {
		t.Errorf("a colleague of the organisation reads %d messages, %v", len(v.Messages), err)
	}
	if err := b.Consult(ctx, "fatima", id, "esra", "Wat kan hier, bel 06 00 00 00 01?", true); err != nil {
		t.Fatal(err)
	}
	list, err := b.Consults(ctx, "esra")
	if err != nil || len(list) != 1 || list[0].Open || strings.Contains(list[0].Question, "00 00 01") {
		t.Errorf("the colleague reads %+v, %v", list, err)
	}
	if _, err := b.Look(ctx, "esra", id); bot.KindOf(err) != bot.KindForbidden {
		t.Errorf("an anonymous consultation opens the case: %v", err)
	}
	if err := errors.Join(b.Advise(ctx, "esra", id, "Eerst de verhuurder bellen."), b.Consulted(ctx, "fatima", id)); err != nil {
		t.Fatal(err)
	}
	if list, err := b.Consults(ctx, "esra"); err != nil || len(list) != 0 {
		t.Errorf("after the end: %+v, %v", list, err)
	}
	if err := b.Consult(ctx, "fatima", id, "esra", "Leest u mee?", false); err != nil {
		t.Fatal(err)
	}
	if err := w.Press("akkoord:1:ja"); err != nil {
		t.Fatal(err)
	}
	if v, err := b.Look(ctx, "esra", id); err != nil || len(v.Messages) == 0 {
		t.Errorf("after the yes: %d messages, %v", len(v.Messages), err)
	}
	if _, err := b.Answer(ctx, "esra", id, "k", "Dag."); bot.KindOf(err) != bot.KindConflict {
		t.Errorf("who thinks along answers: %v", err)
	}
	if err := b.Consulted(ctx, "fatima", id); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Look(ctx, "esra", id); bot.KindOf(err) != bot.KindForbidden {
		t.Errorf("after the consultation: %v", err)
	}
}

func TestAnAppointmentIsACalendarFile(t *testing.T) {
	s := harness.Start(t, nil)
	w, id := taken(t, s)
	b, ctx := s.App.Bot, t.Context()
	if _, err := b.Invitation(ctx, bot.ConversationID(id)); bot.KindOf(err) != bot.KindNotFound {
		t.Errorf("without an appointment: %v", err)
	}
	past := cases.Appointment{At: b.Clock().Add(-time.Hour), Minutes: 30, How: cases.HowOffice}
	err := b.Appoint(ctx, "fatima", id, past, true)
	var sentence *bot.Error
	if !errors.As(err, &sentence) || !strings.Contains(sentence.Public, "al voorbij") {
		t.Errorf("in the past: %v", err)
	}
	next := past
	next.At = b.Clock().Add(72 * time.Hour)
	next.Place = "Dorpshuis"
	if err := b.Appoint(ctx, "fatima", id, next, true); err != nil {
		t.Fatal(err)
	}
	file, err := b.Invitation(ctx, bot.ConversationID(id))
	if err != nil || !strings.Contains(string(file), "SUMMARY:Gesprek met Fatima Haddad") || strings.Contains(strings.ToLower(string(file)), "huur") {
		t.Errorf("%v\n%s", err, file)
	}
	if v := view(t, w); !strings.Contains(v.Messages[len(v.Messages)-1].Text, "Dorpshuis") {
		t.Errorf("the resident reads %q", v.Messages[len(v.Messages)-1].Text)
	}
}

func TestSignalsAndOpinionsOutliveTheConversation(t *testing.T) {
	s := harness.Start(t, nil)
	w, id := taken(t, s)
	b, ctx := s.App.Bot, t.Context()
	signal := cases.Signal{Kind: cases.SignalWaiting, Levensgebied: "wonen", Text: "Een half jaar wachten, BSN 123456782.", Tried: "Gebeld."}
	if err := errors.Join(b.Report(ctx, "fatima", id, signal), b.Close(ctx, "fatima", id, "geholpen"),
		w.Press("mening:geholpen:ja"), w.Press("mening:onafhankelijk:beetje"), w.Press("mening:opnieuw:nee")); err != nil {
		t.Fatal(err)
	}
	if err := b.Erase(ctx, bot.ConversationID(id)); err != nil {
		t.Fatal(err)
	}
	read := func(kind string, into any) {
		t.Helper()
		docs, err := s.App.Store.ListDocuments(ctx, kind)
		if err != nil || len(docs) != 1 {
			t.Fatalf("%s: %d documents, %v", kind, len(docs), err)
		}
		if strings.Contains(string(docs[0].Body)+docs[0].ID, string(id)) || strings.Contains(string(docs[0].Body), "123456782") {
			t.Errorf("%s leads to a person: %s", kind, docs[0].Body)
		}
		if err := json.Unmarshal(docs[0].Body, into); err != nil {
			t.Fatal(err)
		}
	}
	var sr bot.SignalRecord
	var or bot.OpinionRecord
	read(bot.KindSignal, &sr)
	read(bot.KindOpinion, &or)
	if sr.Kind != cases.SignalWaiting || sr.Gemeente != "medemblik" || sr.Tried != "Gebeld." || or.Helped != "ja" || or.Independent != "beetje" || or.Again != "nee" {
		t.Errorf("signal %+v, opinion %+v", sr, or)
	}
}

// TestAnImportedRosterIsTakenOver: who is gone loses the case to somebody else,
// and the resident is told; a running service follows.
func TestAnImportedRosterIsTakenOver(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	toSupporter(t, w, "jan")
	text, err := os.ReadFile(filepath.Join("..", "bot", "cases", "example", "roster.toml"))
	if err != nil {
		t.Fatal(err)
	}
	next := strings.ReplaceAll(strings.ReplaceAll(string(text), `id = "jan"`, `id = "joke"`), "Jan Visser", "Joke Visser")
	if err := s.App.ImportRoster(t.Context(), "nieuw.toml", []byte(next)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new roster", func() bool { _, ok := s.App.Bot.People.Roster().Supporter("joke"); return ok })
	if n, err := s.App.Bot.Reconcile(context.Background()); err != nil || n != 1 {
		t.Fatalf("%d cases got an owner, %v", n, err)
	}
	v := view(t, w)
	if v.Supporter == nil || strings.Contains(v.Supporter.Name, "Jan") || !strings.Contains(v.Messages[len(v.Messages)-1].Text, v.Supporter.Name) {
		t.Errorf("supporter %+v, the resident reads %q", v.Supporter, v.Messages[len(v.Messages)-1].Text)
	}
	if err := s.App.ImportRoster(t.Context(), "kapot.toml", []byte("[[supporter")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Second) // two looks
	if _, ok := s.App.Bot.People.Roster().Supporter("joke"); !ok {
		t.Error("a roster that can't be read replaced the one of before")
	}
}

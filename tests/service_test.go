package tests

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/bot/config"
	"wegwijzer/dialogs"
	"wegwijzer/tests/harness"
)

// toSupporter walks the road to a named supporter.
func toSupporter(t *testing.T, w *harness.Web, who string) {
	t.Helper()
	if err := w.Say("ik wil iemand spreken over mijn huurschuld"); err != nil {
		t.Fatal(err)
	}
	for _, choice := range []string{"mens:ja", "summary:ok", "consent:yes", "contact:chat", "supporter:" + who} {
		if err := w.Press(choice); err != nil {
			t.Fatalf("%s: %v", choice, err)
		}
	}
}

func open(t *testing.T, s *harness.Service) *harness.Web {
	t.Helper()
	w, err := harness.OpenWeb(s.URL, "medemblik")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func view(t *testing.T, w *harness.Web) bot.View {
	t.Helper()
	v, err := w.View()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// eventually waits for something that the service does by itself.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestATermThatPassesIsToldAndTakenOver(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	toSupporter(t, w, "jan")
	first := view(t, w)
	if first.Supporter == nil || first.Supporter.Name != "Jan Visser" {
		t.Fatalf("supporter %+v", first.Supporter)
	}
	s.Clock.Move(3 * 24 * time.Hour)
	eventually(t, "the take-over", func() bool {
		v := view(t, w)
		return v.Supporter != nil && v.Supporter.Name != "Jan Visser"
	})
	v := view(t, w)
	last := v.Messages[len(v.Messages)-1]
	if last.Kind != dialogs.KindNotice || !strings.Contains(last.Text, "Jan Visser niet gelukt") || !strings.Contains(last.Text, v.Supporter.Name) {
		t.Errorf("the resident reads %q", last.Text)
	}
	if !v.Terms.ContactBefore.After(first.Terms.ContactBefore) {
		t.Errorf("the new term %v is not after %v", v.Terms.ContactBefore, first.Terms.ContactBefore)
	}
	time.Sleep(2500 * time.Millisecond) // two more looks at the timers
	if again := view(t, w); len(again.Messages) != len(v.Messages) {
		t.Errorf("the timer went off again: %q", again.Messages[len(again.Messages)-1].Text)
	}
}

func TestATermThatPassedWhileTheServiceWasDown(t *testing.T) {
	dir := t.TempDir()
	s := harness.StartIn(t, dir, nil)
	w := open(t, s)
	toSupporter(t, w, "jan")
	s.Stop()
	s = harness.StartIn(t, dir, nil)
	s.Clock.Move(30 * 24 * time.Hour)
	w.URL = s.URL
	eventually(t, "the take-over", func() bool { return view(t, w).Supporter.Name != "Jan Visser" })
}

func TestContactInTimeStopsTheClock(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	toSupporter(t, w, "fatima")
	ctx, id := context.Background(), cases.CaseID(w.ID)
	if err := errors.Join(s.App.Bot.Take(ctx, "fatima", id), s.App.Bot.LogContact(ctx, "fatima", id)); err != nil {
		t.Fatal(err)
	}
	before := view(t, w)
	if before.Terms.AppointmentBefore.IsZero() {
		t.Error("the second term doesn't run")
	}
	s.Clock.Move(3 * 24 * time.Hour)
	time.Sleep(2500 * time.Millisecond)
	if v := view(t, w); len(v.Messages) != len(before.Messages) {
		t.Errorf("the first clock went on: %q", v.Messages[len(v.Messages)-1].Text)
	}
}

func TestAConversationIsErasedAfterItsTime(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	if err := w.Say("ik heb schulden"); err != nil {
		t.Fatal(err)
	}
	s.Clock.Move(29 * 24 * time.Hour)
	eventually(t, "the erasing", func() bool {
		_, err := s.App.Store.Load(context.Background(), bot.ConversationID(w.ID))
		return errors.Is(err, bot.ErrNotFound)
	})
}

func TestAnOpenCaseIsKeptPastTheRetention(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	toSupporter(t, w, "fatima")
	if err := s.App.Bot.Take(context.Background(), "fatima", cases.CaseID(w.ID)); err != nil {
		t.Fatal(err)
	}
	s.Clock.Move(60 * 24 * time.Hour)
	time.Sleep(2500 * time.Millisecond)
	if v := view(t, w); v.Status != bot.StatusHuman {
		t.Errorf("status %s", v.Status)
	}
}

func TestTheResidentErasesTheConversation(t *testing.T) {
	s := harness.Start(t, nil)
	for name, erase := range map[string]func(*harness.Web) error{
		"by the API": func(w *harness.Web) error {
			status, body, err := harness.Call(http.MethodDelete, s.URL+"/api/v1/conversations/"+w.ID, w.Token, nil)
			if err == nil && status != http.StatusNoContent {
				t.Errorf("status %d: %s", status, body)
			}
			return err
		},
		"by saying so": func(w *harness.Web) error { return errors.Join(w.Press("wis"), w.Press("wis:ja")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, s)
			toSupporter(t, w, "fatima")
			if err := erase(w); err != nil {
				t.Fatal(err)
			}
			if _, err := w.View(); err == nil {
				t.Error("the conversation can still be read")
			}
			rows, err := s.App.Bot.Queue(context.Background(), "fatima", bot.CaseQuery{})
			if err != nil || len(rows) != 0 {
				t.Errorf("the desk still lists %d cases, %v", len(rows), err)
			}
		})
	}
}

func TestBesideAHumanTheBotIsSilent(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	toSupporter(t, w, "fatima")
	if err := s.App.Bot.Take(context.Background(), "fatima", cases.CaseID(w.ID)); err != nil {
		t.Fatal(err)
	}
	before := len(view(t, w).Messages)
	for _, text := range []string{"dank u", "ben je een robot?", "opnieuw", "ik wil een andere vraag stellen over school"} {
		if err := w.Say(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range view(t, w).Messages[before:] {
		if m.From == bot.FromBot {
			t.Errorf("the bot wrote %q beside a human", m.Text)
		}
	}
	if err := w.Say("ik wil niet meer leven"); err != nil {
		t.Fatal(err)
	}
	v := view(t, w)
	last := v.Messages[len(v.Messages)-1]
	if last.Kind != dialogs.KindNotice || !strings.Contains(last.Text, "113") {
		t.Errorf("in a crisis beside a human: %s %q", last.Kind, last.Text)
	}
}

func TestBadInputGetsTheRightAnswer(t *testing.T) {
	s := harness.Start(t, nil)
	w, other := open(t, s), open(t, s)
	path := "/api/v1/conversations/" + w.ID + "/messages"
	const id = `"id":"00000000-0000-4000-8000-000000000001"`
	for _, c := range []struct {
		name, path, token, body string
		want                    []int
	}{
		{"empty text", path, w.Token, `{` + id + `,"text":""}`, []int{422, 400}},
		{"only spaces", path, w.Token, `{` + id + `,"text":"   "}`, []int{422, 400}},
		{"ten megabytes", path, w.Token, `{` + id + `,"text":"` + strings.Repeat("a", 10<<20) + `"}`, []int{413}},
		{"invalid UTF-8", path, w.Token, "{" + id + ",\"text\":\"\xff\xfe\"}", []int{400, 422}},
		{"malformed JSON", path, w.Token, `{"text":`, []int{400}},
		{"no id", path, w.Token, `{"text":"hallo"}`, []int{400, 422}},
		{"unknown gemeente", "/api/v1/conversations", "", `{"gemeente":"atlantis"}`, []int{404, 422}},
		{"wrong token", path, "verkeerd", `{` + id + `,"text":"hallo"}`, []int{401, 404}},
		{"another conversation's token", path, other.Token, `{` + id + `,"text":"hallo"}`, []int{401, 404}},
		{"no token", path, "", `{` + id + `,"text":"hallo"}`, []int{401}},
		{"no such conversation", "/api/v1/conversations/bestaatniet/messages", w.Token, `{` + id + `,"text":"hallo"}`, []int{401, 404}},
		{"no such address", "/api/v2/niets", "", `{}`, []int{404}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body, err := harness.Call(http.MethodPost, s.URL+c.path, c.token, c.body)
			if err != nil {
				t.Fatal(err)
			}
			ok := false
			for _, want := range c.want {
				ok = ok || status == want
			}
			if !ok {
				t.Errorf("status %d, want one of %v: %s", status, c.want, body)
			}
			var p struct{ Title, Detail string }
			if err := json.Unmarshal(body, &p); err != nil || p.Title == "" {
				t.Errorf("no problem document: %s", body)
			}
		})
	}
	if v := view(t, w); len(v.Messages) != 3 {
		t.Errorf("bad input left %d messages", len(v.Messages))
	}
	for _, choice := range []string{"bestaat:niet", "supporter:niemand", "kern:huurachterstand"} {
		if err := w.Press(choice); err != nil {
			t.Errorf("choice %s: %v", choice, err)
		}
		v := view(t, w)
		if last := v.Messages[len(v.Messages)-1]; last.From != bot.FromBot || !strings.Contains(last.Text, "Waar kan ik u mee helpen") {
			t.Errorf("after choice %s: %q", choice, last.Text)
		}
	}
}

func TestTwoServicesOnOneFolderAreRefused(t *testing.T) {
	program := harness.Build(t)
	dir := t.TempDir()
	p, err := harness.Serve(program, "WEGWIJZER_STORE_DIR="+dir)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	if _, err := harness.Serve(program, "WEGWIJZER_STORE_DIR="+dir); err == nil || !strings.Contains(err.Error(), "another wegwijzer runs on the folder") {
		t.Errorf("a second service: %v", err)
	}
}

func TestWrongSettingsStopTheStart(t *testing.T) {
	program := harness.Build(t)
	wrong := t.TempDir()
	if err := os.WriteFile(filepath.Join(wrong, "wonen.toml"), []byte("levensgebied = ["), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ env, want string }{
		"an unknown variable":  {"WEGWIJZER_SERVER_ADRES=x", "WEGWIJZER_SERVER_ADDR"},
		"a missing dialog map": {"WEGWIJZER_CONTENT_DIALOGS=" + filepath.Join(wrong, "weg"), "content.dialogs"},
		"a wrong dialog":       {"WEGWIJZER_CONTENT_DIALOGS=" + wrong, "wonen.toml:1"},
		"a bad key":            {"WEGWIJZER_STORE_KEY=kort", "32 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := harness.Serve(program, "WEGWIJZER_STORE_DIR="+t.TempDir(), c.env)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestWhoRefusesEverybodyKeepsTheLead(t *testing.T) {
	s := harness.Start(t, nil)
	w := open(t, s)
	toSupporter(t, w, "any")
	seen := map[string]bool{}
	for range 8 {
		v := view(t, w)
		if v.Supporter == nil {
			break
		}
		if seen[v.Supporter.Name] {
			t.Fatalf("%s was refused and came back", v.Supporter.Name)
		}
		seen[v.Supporter.Name] = true
		if err := w.Press("andere-ondersteuner"); err != nil {
			t.Fatal(err)
		}
	}
	v := view(t, w)
	if v.Supporter != nil || v.Status != bot.StatusBot || len(seen) < 2 {
		t.Fatalf("after refusing %d: supporter %+v, status %s", len(seen), v.Supporter, v.Status)
	}
	if last := v.Messages[len(v.Messages)-1]; !strings.Contains(last.Text, "niemand anders") || last.Kind == dialogs.KindNotice {
		t.Errorf("the resident reads %s %q", last.Kind, last.Text)
	}
	if err := w.Say("ik heb ook een vraag over mijn huur"); err != nil {
		t.Fatal(err)
	}
	if v = view(t, w); len(v.Messages) == 0 || v.Messages[len(v.Messages)-1].From != bot.FromBot {
		t.Error("the conversation doesn't go on")
	}
}

func TestConsentCanBeTakenBackAtAnyTime(t *testing.T) {
	s := harness.Start(t, nil)
	ctx := context.Background()
	for name, c := range map[string]struct {
		taken bool
		back  func(*harness.Web) error
	}{
		"by a button before the taking": {false, func(w *harness.Web) error { return w.Press("toestemming:intrekken") }},
		"by a button beside a human":    {true, func(w *harness.Web) error { return w.Press("toestemming:intrekken") }},
		"in words before the taking":    {false, func(w *harness.Web) error { return w.Say("ik trek mijn toestemming in") }},
		"in words beside a human":       {true, func(w *harness.Web) error { return w.Say("Ik wil mijn toestemming intrekken") }},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, s)
			toSupporter(t, w, "fatima")
			id := cases.CaseID(w.ID)
			if c.taken {
				if err := s.App.Bot.Take(ctx, "fatima", id); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.App.Bot.Look(ctx, "fatima", id); err != nil {
				t.Fatalf("before: %v", err)
			}
			if err := c.back(w); err != nil {
				t.Fatal(err)
			}
			if _, err := s.App.Bot.Look(ctx, "fatima", id); bot.KindOf(err) != bot.KindForbidden {
				t.Errorf("the supporter still sees it: %v", err)
			}
			if _, err := s.App.Bot.Answer(ctx, "fatima", id, "k", "hallo"); err == nil {
				t.Error("the supporter still writes")
			}
			v := view(t, w)
			if last := v.Messages[len(v.Messages)-1]; !strings.Contains(last.Text, "niet meer lezen") || v.Supporter != nil {
				t.Errorf("the resident reads %q, supporter %+v", last.Text, v.Supporter)
			}
			if err := w.Say("ik wil toch weer een mens spreken"); err != nil {
				t.Fatal(err)
			}
			if v = view(t, w); v.Messages[len(v.Messages)-1].From != bot.FromBot {
				t.Error("the bot doesn't go on")
			}
		})
	}
}

func TestACaseOfSomebodyWhoLeftGetsAnOwner(t *testing.T) {
	dir := t.TempDir()
	s := harness.StartIn(t, dir, nil)
	w := open(t, s)
	toSupporter(t, w, "jan")
	s.Stop()
	roster := filepath.Join(dir, "roster.toml")
	without := `
[[organisation]]
id = "de-vliet"
name = "De Vliet"
[[supporter]]
id = "fatima"
name = "Fatima Haddad"
organisation = "de-vliet"
gemeenten = ["medemblik"]
languages = ["nl"]
coordinator = true
`
	if err := os.WriteFile(roster, []byte(without), 0o600); err != nil {
		t.Fatal(err)
	}
	s = harness.StartIn(t, dir, func(c *config.Config) { c.Content.Roster = roster })
	w.URL = s.URL
	eventually(t, "the new owner", func() bool {
		v := view(t, w)
		return v.Supporter != nil && v.Supporter.Name == "Fatima Haddad"
	})
	v := view(t, w)
	if last := v.Messages[len(v.Messages)-1]; !strings.Contains(last.Text, "Fatima Haddad van De Vliet") {
		t.Errorf("the resident reads %q", last.Text)
	}
}

func TestMetricsStandOnAnAddressOfTheirOwn(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	s := harness.Start(t, func(c *config.Config) { c.Metrics.Addr = addr })
	w := open(t, s)
	toSupporter(t, w, "fatima")
	var text string
	eventually(t, "the metrics", func() bool {
		status, body, err := harness.Call(http.MethodGet, "http://"+addr+"/metrics", "", nil)
		text = string(body)
		return err == nil && status == http.StatusOK
	})
	for _, want := range []string{`wegwijzer_cases_open{status="assigned"} 1`, `wegwijzer_turn_seconds_count{result="kept"} 6`, "wegwijzer_cases_overdue 0"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q isn't in the metrics", want)
		}
	}
	if status, _, err := harness.Call(http.MethodGet, s.URL+"/metrics", "", nil); err != nil || status != http.StatusNotFound {
		t.Errorf("/metrics on the public port: status %d, %v", status, err)
	}
}

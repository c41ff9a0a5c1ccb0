package faults

import (
	"slices"
	"strings"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/dialogs"
	"wegwijzer/tests/harness/botapi"
)

// planShown makes a plan in chat 7 and has it shown.
func planShown(h *house) {
	h.t.Helper()
	h.post(h.api.Message(botToken, 7, "ik wil een persoonlijk plan maken"), 200)
	h.post(h.api.Message(botToken, 7, "traplopen lukt niet meer sinds mijn val"), 200)
	h.post(h.api.Message(botToken, 7, "toon het plan"), 200)
	if !slices.ContainsFunc(h.messages(":7"), func(m bot.Message) bool { return m.Kind == dialogs.KindPlan }) {
		h.t.Fatalf("no plan was shown: %q", wordsOf(h.messages(":7"), bot.FromBot))
	}
}

func TestAPlanGoesOutAsAFileOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault botapi.Fault
		files int
	}{
		"at once":                  {botapi.Fault{}, 1},
		"after a 500":              {botapi.Internal(), 1},
		"after a 429":              {botapi.TooMany(1), 1},
		"a lost answer repeats it": {botapi.LostAnswer(), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.api.Next("sendDocument", tc.fault)
			planShown(h)
			sent := h.settled(7, ":7")
			h.api.Wait(t, patience, "the file", func() bool { return len(h.api.Files(botToken, 7)) >= tc.files })
			if n := h.inOrder(7, ":7"); n != 0 {
				t.Errorf("%d messages were repeated because of the file", n)
			}
			for _, f := range h.api.Files(botToken, 7) {
				before := sent[f.Text-1].Text
				if f.Name != "mijn-plan.pdf" || f.Size < 5000 || !strings.Contains(f.Caption, "Het plan als bestand") || !strings.Contains(before, "Traplopen lukt niet meer") {
					t.Errorf("%+v behind %q", f, before)
				}
			}
			if n := len(h.api.Files(botToken, 7)); n != tc.files {
				t.Errorf("%d files, want %d", n, tc.files)
			}
		})
	}
}

func TestAPlanWithoutAFileIsAMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.api.Next("sendDocument", botapi.Fault{Code: 400}) // refused for good
	planShown(h)
	h.settled(7, ":7")
	if n := h.inOrder(7, ":7"); n != 0 {
		t.Errorf("%d repeats", n)
	}
	if n := len(h.api.Files(botToken, 7)); n != 0 {
		t.Errorf("%d files", n)
	}
}

package faults

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/tests/harness"
)

// judge stops the writing and compares every transcript, read at url, with what
// was acknowledged. It returns how many messages that were.
func (c *crowd) judge(url string) int {
	c.t.Helper()
	c.stop()
	c.wg.Wait()
	total := 0
	for i, w := range c.writers {
		w.web.URL = url
		v := view(c.t, w.web)
		total += len(w.said)
		compare(c.t, i, w.said, v.Messages)
		answeredOnce(c.t, i, v.Messages)
	}
	for i, w := range c.callers {
		w.web.URL = url
		v := view(c.t, w.web)
		answeredOnce(c.t, i, v.Messages)
		c.handedOver(i, v)
		total += int(w.n.Load())
	}
	return total
}

// handedOver: the one who called has every step once and a supporter once.
func (c *crowd) handedOver(who int, v bot.View) {
	c.t.Helper()
	mine, handed := 0, 0
	for _, m := range v.Messages {
		if m.From == bot.FromResident {
			mine++
		}
		if m.Kind == dialogs.KindHandover && strings.Contains(m.Text, "Uw vraag staat nu bij") {
			handed++
		}
	}
	if mine != len(road) || handed != 1 || v.Supporter == nil {
		c.t.Errorf("caller %d: %d of %d steps, handed over %d times, supporter %+v", who, mine, len(road), handed, v.Supporter)
	}
}

// oneCaseEach: each caller's escalation is one open case, and nobody else's is.
func oneCaseEach(t *testing.T, index bot.CaseIndex, callers []*writer) {
	t.Helper()
	rows, err := index.Cases(t.Context(), bot.CaseQuery{Limit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	found := map[cases.CaseID]int{}
	for _, r := range rows {
		found[r.ID]++
	}
	for i, w := range callers {
		if n := found[cases.CaseID(w.web.ID)]; n != 1 {
			t.Errorf("caller %d has %d cases", i, n)
		}
	}
	if len(rows) != len(callers) {
		t.Errorf("%d cases of %d callers", len(rows), len(callers))
	}
	counts, err := index.OpenCases(t.Context())
	open := 0
	for _, n := range counts {
		open += n
	}
	if err != nil || open != len(callers) {
		t.Errorf("the supporters have %d open cases, want %d, %v", open, len(callers), err)
	}
}

// answeredOnce: within one turn nothing is said twice.
func answeredOnce(t *testing.T, who int, messages []bot.Message) {
	t.Helper()
	said := map[string]bool{}
	for _, m := range messages {
		if m.From == bot.FromResident {
			clear(said)
			continue
		}
		if said[m.Text] {
			t.Errorf("resident %d: %q is said twice in one turn", who, m.Text)
		}
		said[m.Text] = true
	}
}

// view reads a conversation; a service that only just got well may still need
// a moment.
func view(t *testing.T, w *harness.Web) (v bot.View) {
	t.Helper()
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var err error
		if v, err = w.View(); err == nil {
			return v
		}
		last = errors.Join(err)
	}
	t.Fatalf("read a conversation: %v", last)
	return v
}

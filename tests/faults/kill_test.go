// Package faults breaks the running service on purpose and looks whether
// anything was lost, doubled or out of order.
package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/tests/harness"
)

// TestAConversationGoesOnAfterAKill kills the process at every step of the
// road from a first message to a named supporter.
func TestAConversationGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	service, dir := program(t), t.TempDir()
	start := func() *harness.Process {
		t.Helper()
		p, err := harness.Serve(service, "WEGWIJZER_STORE_DIR="+dir)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := start()
	defer func() { p.Kill() }()
	link := p.Link
	if link == "" {
		t.Error("no one-time link on the first start")
	}
	w, err := harness.OpenWeb(p.URL, "medemblik")
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct{ text, choice, want string }{
		{"ik wil iemand spreken over mijn huurschuld", "", "Wilt u dat ik dit doorgeef"},
		{"", "mens:ja", "huurschuld"},
		{"", "summary:ok", "Mag een onafhankelijke"},
		{"", "consent:yes", "Hoe wilt u"},
		{"", "contact:chat", "Deze mensen"},
		{"", "supporter:fatima", "Uw vraag staat nu bij Fatima"},
	}
	for i, s := range steps {
		if err := w.Send(s.text, s.choice); err != nil {
			t.Fatal(err)
		}
		p.Kill()
		p = start()
		w.URL = p.URL
		if p.Link != "" {
			t.Error("a one-time link on a later start")
		}
		// The sender didn't see the answer and sends the same again.
		if err := w.SendAs(fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1), s.text, s.choice); err != nil {
			t.Fatal(err)
		}
		v, err := w.View()
		if err != nil {
			t.Fatal(err)
		}
		last := v.Messages[len(v.Messages)-1]
		if !strings.Contains(last.Text, s.want) {
			t.Fatalf("step %d: the last message is %q, want %q", i, last.Text, s.want)
		}
		mine := 0
		for _, m := range v.Messages {
			if m.From == bot.FromResident {
				mine++
			}
		}
		if mine != i+1 {
			t.Fatalf("step %d: %d of the resident's messages, want %d", i, mine, i+1)
		}
	}
	v, err := w.View()
	if err != nil || v.Supporter == nil || v.Supporter.Name != "Fatima Haddad" || v.Terms.ContactBefore.IsZero() {
		t.Errorf("after all kills: %+v, %v", v.Supporter, err)
	}
	if err := p.Interrupt(); err != nil {
		t.Error(err)
	}
}

// TestNothingIsLostUnderLoad kills the process every second while residents
// write and others walk the road to a supporter, and compares every transcript
// with what was acknowledged.
func TestNothingIsLostUnderLoad(t *testing.T) {
	t.Parallel()
	const writers, callers, kills = 8, 6, 8
	service, dir := program(t), t.TempDir()
	p, err := harness.Serve(service, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { p.Kill() }()
	var url atomic.Value
	url.Store(p.URL)
	people := gather(t, writers, callers, p.URL, func(int) string { return url.Load().(string) })
	for range kills {
		time.Sleep(time.Second)
		p.Kill()
		if p, err = harness.Serve(service, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error"); err != nil {
			t.Fatal(err)
		}
		url.Store(p.URL)
	}
	people.goOn()
	total := people.judge(p.URL)
	if total < writers*kills {
		t.Errorf("only %d messages were acknowledged: the test shows too little", total)
	}
	t.Logf("%d messages acknowledged through %d kills, %d tries failed", total, kills, people.failures())
	if err := p.Interrupt(); err != nil {
		t.Error(err)
	}
	oneCaseEach(t, openFolder(t, dir), people.callers)
}

// write sends numbered messages, each until it is acknowledged, and returns
// those that were. url says where the next try goes to; told hears of each.
func write(ctx context.Context, w *harness.Web, who int, url func(try int) string, told func(n int, acknowledged bool)) []string {
	var done []string
	for n := 1; ; n++ {
		text := fmt.Sprintf("bericht %d van bewoner %d over mijn huur", n, who)
		for try := who + n; ; try++ {
			w.URL = url(try)
			if err := w.SendAs(fmt.Sprintf("00000000-0000-4000-9000-%012d", n), text, ""); err == nil {
				done = append(done, text)
				told(n, true)
				break
			}
			told(n, false)
			select {
			case <-ctx.Done():
				return done
			case <-time.After(10 * time.Millisecond):
			}
		}
		if ctx.Err() != nil {
			return done
		}
	}
}

// compare proves that every acknowledged message stands in the transcript
// once, in order, each with an answer, and that seqs have no gap.
func compare(t *testing.T, who int, acknowledged []string, messages []bot.Message) {
	t.Helper()
	var kept []string
	for i, m := range messages {
		if m.Seq != bot.Seq(i+1) {
			t.Fatalf("resident %d: message %d has seq %d", who, i+1, m.Seq)
		}
		if m.From != bot.FromResident {
			continue
		}
		kept = append(kept, m.Text)
		if i+1 == len(messages) || messages[i+1].From == bot.FromResident {
			t.Errorf("resident %d: %q has no answer", who, m.Text)
		}
	}
	// The last one may be kept without its acknowledgement having arrived.
	if len(kept) == len(acknowledged)+1 {
		kept = kept[:len(acknowledged)]
	}
	if !slices.Equal(kept, acknowledged) {
		t.Errorf("resident %d: %d acknowledged, %d kept, or in another order", who, len(acknowledged), len(kept))
	}
}

package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wegwijzer/bot"
	"wegwijzer/bot/store"
	"wegwijzer/dialogs"
)

// TestTheOutboxIsMeasured sends, puts off and gives up messages, lets a turn
// fail and a timer be late, and reads what an operator would.
func TestTheOutboxIsMeasured(t *testing.T) {
	s, err := store.OpenEmbedded(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	now := time.Now()
	a := &App{Store: s, Bot: bot.New(bot.Parts{Store: s, Cases: s, Clock: func() time.Time { return now }})}
	m := newMetrics(a)
	counted := m.counting(s)
	at := now.Add(-90 * time.Second)
	message := bot.Message{From: bot.FromBot, Kind: dialogs.KindMessage, Text: "hoi", At: at}
	c := &bot.Conversation{ID: "a", Gemeente: "medemblik", Channel: bot.ChannelTelegram, Address: "bot:1", Created: at, Updated: at,
		Timers: map[bot.TimerKind]time.Time{bot.TimerTerm: now.Add(-time.Hour)}}
	_, err = a.Bot.Store.Commit(t.Context(), &bot.Commit{Conversation: c, Deliver: true, Quarantine: &bot.Quarantine{Seq: 1, Reason: "x"},
		Messages: []bot.Message{message, message, message}})
	if err != nil {
		t.Fatal(err)
	}
	settle(t, counted, bot.Settlement{Sent: true})
	settle(t, counted, bot.Settlement{Retry: true, Reason: "429"})
	settle(t, counted, bot.Settlement{Reason: "403"})
	text := scrape(t, m)
	for _, want := range []string{
		`wegwijzer_outbox_waiting{channel="telegram"} 1`, `wegwijzer_outbox_oldest_seconds{channel="telegram"} 90`,
		`wegwijzer_deliveries_total{channel="telegram",result="sent"} 1`, `wegwijzer_deliveries_total{channel="telegram",result="retried"} 1`,
		`wegwijzer_deliveries_total{channel="telegram",result="failed"} 1`, "wegwijzer_quarantined_total 1", "wegwijzer_timers_late 1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q isn't in the metrics:\n%s", want, grep(text, "wegwijzer_"))
		}
	}
}

// settle takes the oldest waiting delivery under a lease.
func settle(t *testing.T, s Store, o bot.Settlement) {
	t.Helper()
	for part := range s.Partitions() {
		due, err := s.Due(t.Context(), part, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(due) == 0 {
			continue
		}
		epoch, _, err := s.Lease(t.Context(), part, "wij")
		if err == nil {
			err = s.Settle(t.Context(), part, epoch, due[0], o)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("nothing is due")
}

func scrape(t *testing.T, m *metrics) string {
	t.Helper()
	rec := httptest.NewRecorder()
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	return rec.Body.String()
}

// grep keeps the lines that begin with something.
func grep(text, prefix string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			b.WriteString(line)
		}
	}
	return b.String()
}

package load

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/store"
	"wegwijzer/dialogs"
	"wegwijzer/tests/harness"
)

// preload fills a store with conversations of six messages each.
func preload(b *testing.B, dir string, from, to int) {
	b.Helper()
	s, err := store.OpenEmbedded(b.Context(), store.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}()
	const workers = 256
	errs := make(chan error, workers)
	for w := range workers {
		go func() {
			for i := from + w; i < to; i += workers {
				c := &bot.Conversation{ID: bot.ConversationID("voorraad-" + strconv.Itoa(i)), Gemeente: "opmeer", Channel: bot.ChannelWeb, Created: time.Now(), Updated: time.Now()}
				var messages []bot.Message
				for range 6 {
					messages = append(messages, bot.Message{From: bot.FromResident, Kind: dialogs.KindMessage, Text: said[i%len(said)], At: time.Now()})
				}
				if _, err := s.Commit(context.Background(), &bot.Commit{Conversation: c, Messages: messages}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range workers {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStoreSize: the cost of a turn with many conversations in the store
// against few, bound 1.3 times; and the start with 100,000, bound 2 s. LOADSIZE
// conversations are made, 100,000 unless the environment says otherwise.
func BenchmarkStoreSize(b *testing.B) {
	many := size(b)
	program := harness.Build(b)
	for range b.N {
		dir := b.TempDir()
		cost := func(name string) float64 {
			began := time.Now()
			p, err := harness.Serve(program, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error")
			if err != nil {
				b.Fatal(err)
			}
			defer p.Kill()
			b.ReportMetric(time.Since(began).Seconds(), name+"-start-s")
			r := closed(people(b, []string{p.URL}, 32), 5*time.Second)
			report(b, name, r)
			return 1 / r.rate()
		}
		preload(b, dir, 0, 1000)
		few := cost("few")
		preload(b, dir, 1000, many)
		b.ReportMetric(cost("many")/few, "times")
	}
}

// BenchmarkKills: 50 kills of the service under load; nothing may be lost,
// doubled or out of order. The comparing is that of tests/faults; here it is
// the number of kills that counts.
func BenchmarkKills(b *testing.B) {
	const kills = 50
	program, dir := harness.Build(b), b.TempDir()
	p, err := harness.Serve(program, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error")
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		lost := 0
		for k := range kills {
			w, err := harness.OpenWeb(p.URL, "medemblik")
			if err != nil {
				b.Fatal(err)
			}
			acknowledged := until(w, p, 200*time.Millisecond)
			if p, err = harness.Serve(program, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error"); err != nil {
				b.Fatal(err)
			}
			w.URL = p.URL
			v, err := w.View()
			if err != nil {
				b.Fatal(err)
			}
			lost += missing(acknowledged, v.Messages)
			if k == kills-1 {
				b.ReportMetric(float64(kills), "kills")
			}
		}
		b.ReportMetric(float64(lost), "lost")
		if lost > 0 {
			b.Errorf("%d messages were lost or out of order", lost)
		}
	}
	p.Kill()
}

// until writes until the process is killed under it.
func until(w *harness.Web, p *harness.Process, after time.Duration) []string {
	var done []string
	stop := time.AfterFunc(after, p.Kill)
	defer stop.Stop()
	for n := 0; ; n++ {
		text := fmt.Sprintf("bericht %d over mijn huur", n)
		if w.Say(text) != nil {
			p.Kill()
			return done
		}
		done = append(done, text)
	}
}

// missing counts the acknowledged messages that aren't there in their order.
func missing(acknowledged []string, messages []bot.Message) int {
	at := 0
	for _, m := range messages {
		if m.From == bot.FromResident && at < len(acknowledged) && m.Text == acknowledged[at] {
			at++
		}
	}
	return len(acknowledged) - at
}

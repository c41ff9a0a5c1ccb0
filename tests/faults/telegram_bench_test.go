package faults

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"wegwijzer/tests/harness/botapi"
)

// BenchmarkAcknowledgement posts 200 updates a second of 200 chats, whole
// turns on the embedded store, and reports how long the answers took.
func BenchmarkAcknowledgement(b *testing.B) {
	h := newHouse(b)
	for chat := int64(1); chat <= 200; chat++ {
		h.post(h.api.Message(botToken, chat, "/start"), 200)
	}
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / 200)
	defer tick.Stop()
	b.ResetTimer()
	for n := 0; b.Loop(); n++ {
		<-tick.C
		body := h.api.Message(botToken, int64(n%200)+1, fmt.Sprintf("mijn huur is te hoog %d", n)).JSON()
		wg.Go(func() {
			start := time.Now()
			status, _, err := botapi.Post(b.Context(), h.hook, botSecret, body)
			d := time.Since(start)
			if err != nil || status != 200 {
				b.Errorf("status %d, %v", status, err)
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, d)
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

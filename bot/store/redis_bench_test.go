package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// BenchmarkRedisTurn loads a conversation and commits a turn of 1.4 KB on a
// Redis that syncs every write, with so many conversations at once.
func BenchmarkRedisTurn(b *testing.B) {
	server := redisd.Start(b)
	s, err := OpenRedis(b.Context(), redisOptions(server.URL()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	for _, clients := range []int{1, 16, 256} {
		b.Run(fmt.Sprint("clients=", clients), func(b *testing.B) {
			turns := make(chan int, b.N)
			for i := range b.N {
				turns <- i
			}
			close(turns)
			for i := range clients {
				c := conversation(fmt.Sprint("b", b.N, "-", clients, "-", i))
				if _, err := s.Commit(b.Context(), &bot.Commit{Conversation: c}); err != nil {
					b.Fatal(err)
				}
			}
			done := make(chan error, clients)
			b.ResetTimer()
			for i := range clients {
				go func() {
					id := bot.ConversationID(fmt.Sprint("b", b.N, "-", clients, "-", i))
					for n := range turns {
						c, err := s.Load(b.Context(), id)
						if err == nil {
							_, err = s.Commit(b.Context(), &bot.Commit{
								Conversation: c, Key: fmt.Sprint(n), KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: c.LastSeq + 1},
								Messages: []bot.Message{say(bot.FromResident, strings.Repeat("a", 400)), say(bot.FromBot, strings.Repeat("b", 1000))},
							})
						}
						if err != nil {
							done <- err
							return
						}
					}
					done <- nil
				}()
			}
			for range clients {
				if err := <-done; err != nil {
					b.Error(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
		})
	}
}

package tests

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/tests/harness"
)

// turns are what a resident says and presses over and over.
var turns = []bot.Incoming{
	{Text: "ik kan mijn huur niet betalen"},
	{Choice: "huurder:corporatie"},
	{Choice: "brief:geen-brief"},
	{Choice: "klopt:ja"},
	{Text: "ik zoek ook hulp voor mijn moeder, zij is 82 en vergeet steeds meer"},
	{Choice: "opnieuw"},
}

// BenchmarkTurn is a whole turn in process: understanding, guard, dialog,
// search and the durable commit, of many conversations at once.
func BenchmarkTurn(b *testing.B) {
	s := harness.Start(b, nil)
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		ctx := context.Background()
		o, err := s.App.Bot.Open(ctx, bot.Opening{Gemeente: "medemblik", Channel: bot.ChannelWeb})
		if err != nil {
			b.Error(err)
			return
		}
		for i := 0; pb.Next(); i++ {
			in := turns[i%len(turns)]
			in.Conversation, in.Key = o.ID, strconv.FormatInt(n.Add(1), 10)
			if _, err := s.App.Bot.Receive(ctx, in); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}

package dialogs

import (
	"context"
	"testing"
	"time"
)

// BenchmarkChoices is one turn of the engine on choices alone: the questions of
// the housing dialog, answered by buttons, over and over.
func BenchmarkChoices(b *testing.B) {
	content, err := Load(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	e := New(content, keywords{})
	facts := Facts{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	ctx := context.Background()
	open, _, err := e.Next(ctx, State{}, Input{Kind: InputStart}, facts)
	if err != nil {
		b.Fatal(err)
	}
	steps := []string{"lg:wonen", "kern:huurachterstand", "huurder:corporatie", "brief:aanmaning", "klopt:nee", "mens:ja"}
	open.Offered = append(open.Offered, "lg:wonen")
	b.ReportAllocs()
	s := open
	for i := 0; b.Loop(); i++ {
		step := steps[i%len(steps)]
		if step == "lg:wonen" {
			s = open
		}
		next, out, err := e.Next(ctx, s, Input{Kind: InputChoice, Choice: step, Seq: uint64(i)}, facts)
		if err != nil || len(out.Replies) == 0 {
			b.Fatalf("%s: %v", step, err)
		}
		s = next
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}

package guard

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkCrisis reads the development half of the test set over and over and
// reports the 99th percentile beside the mean.
func BenchmarkCrisis(b *testing.B) {
	g := open(b)
	var texts []string
	for _, s := range append(readSamples(b, "crisis.tsv", true), readSamples(b, "veilig.tsv", false)...) {
		if s.split == "dev" {
			texts = append(texts, s.text)
		}
	}
	took := make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		g.Crisis(texts[i%len(texts)], "")
		if len(took) < cap(took) {
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1000, "p99-µs")
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, "p50-µs")
}

package nlu

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"
)

// benchTexts are everyday lengths: two words, a sentence, a short story.
func benchTexts(b *testing.B) []string {
	b.Helper()
	examples, err := EmbeddedExamples()
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for i, e := range examples {
		if i%7 == 0 && !e.aside() {
			out = append(out, e.Text)
		}
	}
	return out
}

func BenchmarkUnderstand(b *testing.B) {
	m, texts := shipped(b), benchTexts(b)
	took := make([]time.Duration, b.N)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		start := time.Now()
		m.Understand(texts[i%len(texts)])
		took[i] = time.Since(start)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	slices.Sort(took)
	b.ReportMetric(float64(took[b.N/2].Nanoseconds()), "p50-ns")
}

func BenchmarkUnderstandStory(b *testing.B) {
	m := shipped(b)
	text := "Mijn man kreeg in maart een herseninfarct en is nu thuis. Ik help hem met wassen en eten, maar ik werk zelf nog drie dagen. " +
		"De huisarts zei dat wij hulp van de gemeente kunnen krijgen. Waar begin ik, en kost dat geld?"
	b.ReportAllocs()
	for b.Loop() {
		m.Understand(text)
	}
}

func BenchmarkEmbedded(b *testing.B) {
	for b.Loop() {
		if _, err := Embedded(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCrossValidation reports the figures of docs/understanding.md:
// five folds over the shipped examples. It takes minutes.
func BenchmarkCrossValidation(b *testing.B) {
	examples, err := EmbeddedExamples()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, err := CrossValidate(context.Background(), examples, DefaultSettings(), 5, nil)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Println(r.Markdown()) // b.Log would cut it short
		b.ReportMetric(r.GebiedMicroF1, "levensgebied-F1")
		b.ReportMetric(r.PrimaryAccuracy, "primary")
		b.ReportMetric(r.IntentMacroF1, "intent-macro-F1")
		b.ReportMetric(r.IntentAccuracy, "intent")
		b.ReportMetric(r.MensF1, "mens-F1")
		b.ReportMetric(r.MomentAccuracy, "moment")
		b.ReportMetric(r.DoelgroepMicroF1, "doelgroep-F1")
		b.ReportMetric(r.LangMacroF1, "language-F1")
		b.ReportMetric(max(r.IntentECE, r.GebiedECE, r.MomentECE, r.DoelgroepECE), "worst-ECE")
		b.ReportMetric(r.IntentAccuracy-r.TypoIntent, "intent-lost-by-typos")
	}
}

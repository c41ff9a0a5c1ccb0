package index

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"wegwijzer/knowledge/kaart"
)

// varied are n services as many regions have them: names and texts of the
// example in new combinations, with organisations, villages and words of their
// own.
func varied(tb testing.TB, n int) []kaart.Service {
	tb.Helper()
	example, err := kaart.Example()
	if err != nil {
		tb.Fatal(err)
	}
	from := example.Services()
	var sentences []string
	for _, s := range from {
		sentences = append(sentences, strings.SplitAfter(s.Description, ". ")...)
	}
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]kaart.Service, n)
	for i := range out {
		s := *from[r.IntN(len(from))]
		s.ID = kaart.ServiceID(fmt.Sprintf("%s-%d", s.ID, i))
		s.Organisation = ""
		s.Name += " " + madeUp(r)
		s.Description = strings.Join([]string{sentences[r.IntN(len(sentences))], sentences[r.IntN(len(sentences))], sentences[r.IntN(len(sentences))], madeUp(r)}, " ")
		if len(s.Areas) > 0 {
			s.Areas = []string{fmt.Sprintf("Gemeente %d", r.IntN(40))}
		}
		out[i] = s
	}
	return out
}

// madeUp is a word that sounds Dutch.
func madeUp(r *rand.Rand) string {
	parts := [...]string{"berg", "lin", "dijk", "wes", "hof", "ter", "zuid", "mee", "kas", "bron", "ven", "ooster", "laan", "rij", "stee", "goud"}
	return parts[r.IntN(len(parts))] + parts[r.IntN(len(parts))] + parts[r.IntN(len(parts))]
}

func kaartOf(tb testing.TB, services []kaart.Service) *kaart.Kaart {
	tb.Helper()
	k, err := kaart.New(nil, services)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// edited is a next kaart: what stands in change is read from its record, the
// others are those of k.
func edited(tb testing.TB, k *kaart.Kaart, r *rand.Rand, extra []kaart.Service, changes int) *kaart.Kaart {
	tb.Helper()
	var list []kaart.Change
	all := k.Services()
	for _, at := range r.Perm(len(all))[:changes] {
		s := *all[at]
		switch r.IntN(4) {
		case 3: // nothing that is searched for
			s.AssuredDate, s.Areas = "2026-11-20", []string{"Gemeente Elders"}
			list = append(list, kaart.Change{Action: "changed", ID: s.ID, After: &s})
		case 0:
			list = append(list, kaart.Change{Action: "removed", ID: s.ID})
		case 1:
			s.Name, s.Does = extra[r.IntN(len(extra))].Name, extra[r.IntN(len(extra))].Does
			list = append(list, kaart.Change{Action: "changed", ID: s.ID, After: &s})
		default:
			s = extra[r.IntN(len(extra))]
			s.ID = kaart.ServiceID(fmt.Sprintf("%s-%d", s.ID, r.Int()))
			list = append(list, kaart.Change{Action: "added", ID: s.ID, After: &s})
		}
	}
	next, err := k.With(list, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return next
}

// After any number of imports an index is the one that a node has that starts
// then.
func TestNextEqualsNew(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	services := varied(t, 200)
	k := kaartOf(t, services[:150])
	x, err := New(k)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 6 {
		k = edited(t, k, r, services[150:], 1+r.IntN(40))
		x = x.Next(k)
		fresh, err := New(k)
		if err != nil {
			t.Fatal(err)
		}
		equalIndexes(t, fmt.Sprint("round ", round), x, fresh)
	}
}

func TestNextReadsTheNameOfAnOrganisationAgain(t *testing.T) {
	services := []kaart.Service{service("a", "Inloop", "Helpt met post.", func(s *kaart.Service) { s.Organisation = "o" })}
	make := func(name string) *kaart.Kaart {
		k, err := kaart.New([]kaart.Organisation{{ID: "o", Name: name}}, services)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	old := make("Windmolen")
	x, err := New(old)
	if err != nil {
		t.Fatal(err)
	}
	next, err := old.With(nil, []kaart.Organisation{{ID: "o", Name: "Zonnehoek"}})
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := New(make("Zonnehoek"))
	if err != nil {
		t.Fatal(err)
	}
	equalIndexes(t, "renamed", x.Next(next), fresh)
}

// equalIndexes holds everything of two indexes side by side that a search looks
// at; the numbers of features may differ.
func equalIndexes(t *testing.T, name string, got, want *Index) {
	t.Helper()
	lists := func(a, b []string) bool { return slices.Equal(a, b) }
	for what, same := range map[string]bool{
		"services":   len(want.services) == len(got.services),
		"stems":      slices.EqualFunc(want.stems, got.stems, lists),
		"areas":      slices.EqualFunc(want.areas, got.areas, lists),
		"cities":     slices.EqualFunc(want.cities, got.cities, lists),
		"in an area": maps.EqualFunc(want.inArea, got.inArea, func(a, b []int32) bool { return slices.Equal(a, b) }),
		"places":     maps.EqualFunc(want.places, got.places, func(a, b [][]string) bool { return slices.EqualFunc(a, b, lists) }),
		"words":      maps.Equal(want.spell.count, got.spell.count),
		"sounds":     maps.Equal(want.spell.sound, got.spell.sound),
		"holes":      maps.Equal(want.spell.without, got.spell.without),
	} {
		if !same {
			t.Fatalf("%s: %s differ", name, what)
		}
	}
	byKind := func(list []kindWeight) []kindWeight {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b kindWeight) int { return int(a.kind - b.kind) })
		return list
	}
	for i := range want.kinds {
		if !slices.EqualFunc(byKind(want.kinds[i]), byKind(got.kinds[i]), func(a, b kindWeight) bool { return a.kind == b.kind && near(a.weight, b.weight) }) {
			t.Fatalf("%s: kinds of %s: %v and %v", name, want.services[i].ID, want.kinds[i], got.kinds[i])
		}
	}
	equalVectors(t, name, got.text, want.text)
}

// near forgives the last digits: features are added up in any order.
func near(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-5 }

func equalVectors(t *testing.T, name string, got, want *vectors) {
	t.Helper()
	if len(got.vocab) != len(want.vocab) || len(got.post) != len(want.post) || got.unknown != want.unknown {
		t.Fatalf("%s: %d features and %d postings, new has %d and %d", name, len(got.vocab), len(got.post), len(want.vocab), len(want.post))
	}
	for f, t1 := range want.vocab {
		t2, ok := got.vocab[f]
		if !ok || want.idf[t1] != got.idf[t2] {
			t.Fatalf("%s: feature %x is there: %v, weighs otherwise", name, f, ok)
		}
		// One step of the weight is a rounding.
		if !slices.EqualFunc(want.postings(t1), got.postings(t2), func(a, b uint32) bool { return a>>weightBits == b>>weightBits && max(a, b)-min(a, b) <= 1 }) {
			t.Fatalf("%s: postings of %x differ", name, f)
		}
	}
	for d, s := range want.scale {
		if !near(s, got.scale[d]) {
			t.Fatalf("%s: scale of %d is %g, new has %g", name, d, got.scale[d], s)
		}
	}
}

// BenchmarkSearchVaried answers the newer questions from services that differ
// as those of many regions do, for one gemeente and for the whole country.
func BenchmarkSearchVaried(b *testing.B) {
	example, small := exampleIndex(b)
	set := judgedSets(b, example)["newer"]
	x, err := New(kaartOf(b, varied(b, 20_000)), WithUnderstander(small.under))
	if err != nil {
		b.Fatal(err)
	}
	for _, gemeente := range []string{"", "Gemeente 7"} {
		b.Run(cmp.Or(gemeente, "everywhere"), func(b *testing.B) {
			took := make([]time.Duration, 0, b.N)
			for i := range b.N {
				start := time.Now()
				if _, err := x.Search(context.Background(), Query{Text: set[i%len(set)].text, Gemeente: gemeente, Now: measuredAt}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// BenchmarkNext takes up a small import into the index of 20,000 services, as
// every running node does.
func BenchmarkNext(b *testing.B) {
	services := varied(b, 20_050)
	k := kaartOf(b, services[:20_000])
	x, err := New(k)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d features, %d postings, %d words", len(x.text.vocab), len(x.text.post), len(x.spell.count))
	for _, changes := range []int{1, 50} {
		b.Run(fmt.Sprint(changes, " changed"), func(b *testing.B) {
			r := rand.New(rand.NewPCG(5, 6))
			var took time.Duration
			for b.Loop() {
				next := edited(b, k, r, services[20_000:], changes)
				start := time.Now()
				_ = x.Next(next)
				took += time.Since(start)
			}
			b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "ms/index")
		})
	}
	if _, err := x.Search(context.Background(), Query{Text: "schulden"}); err != nil {
		b.Fatal(err)
	}
}

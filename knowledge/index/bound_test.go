package index

import (
	"context"
	"math"
	"slices"
	"testing"

	"wegwijzer/knowledge/kaart"
)

// A search leaves out what can't reach the best any more; which services that
// are depends on the order in which it looks. What it finds doesn't.
func TestTheBestAreFoundInAnyOrder(t *testing.T) {
	k, x := exampleIndex(t)
	var orgs []kaart.Organisation
	for _, o := range k.Organisations() {
		orgs = append(orgs, *o)
	}
	var services []kaart.Service
	for _, s := range slices.Backward(k.Services()) {
		services = append(services, *s)
	}
	backward, err := kaart.New(orgs, services)
	if err != nil {
		t.Fatal(err)
	}
	y, err := New(backward, WithUnderstander(x.under))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for name, set := range judgedSets(t, k) {
		for i, j := range set {
			if j.split != "dev" {
				continue
			}
			asked++
			q := Query{Text: j.text, Gemeente: j.gemeente, Now: measuredAt, Limit: 3}
			q.Text += [...]string{"", " vandaag", ", ik ben 70", " in de avond", " in Wognum"}[i%5]
			if got, want := scoresOf(t, y, q), scoresOf(t, x, q); !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1.5*grain }) {
				t.Errorf("%s: %s: backward %.4f, forward %.4f", name, q.Text, got, want)
			}
		}
	}
	if asked == 0 {
		t.Fatal("there are no questions")
	}
}

// scoresOf are the scores that a search finds.
func scoresOf(t *testing.T, x *Index, q Query) []float64 {
	t.Helper()
	r, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, h := range r.Hits {
		out = append(out, h.Score)
	}
	return out
}

package guard

import (
	"math"
	"testing"
)

// TestSumsAgreeWithTheModel checks the quick way of scoring the parts of a
// message against the plain way: all features, one by one.
func TestSumsAgreeWithTheModel(t *testing.T) {
	g := open(t)
	texts := seeds()
	for _, s := range append(readSamples(t, "crisis.tsv", true), readSamples(t, "veilig.tsv", false)...) {
		if s.split == "dev" {
			texts = append(texts, s.text)
		}
	}
	var r reader
	parts := 0
	for _, text := range texts {
		if len(text) > 1000 {
			continue
		}
		r.read(g, text)
		for _, p := range r.parts {
			parts++
			plain := g.model.score(extract(nil, &r.tokens, p, g.rules.all))
			danger := false
			r.hitsIn(p, func(h hit) {
				plain += g.rules.all[h.rule].certain()
				danger = danger || g.rules.all[h.rule].weight > 0
			})
			for _, d := range r.danger[p.from:p.to] {
				danger = danger || d
			}
			if !danger {
				plain -= doubtMargin
			}
			if quick := r.score(g, p); math.Abs(float64(quick-plain)) > 0.01 {
				t.Fatalf("part %v: %v by sums, %v by features", p, quick, plain)
			}
		}
	}
	if parts < 400 {
		t.Errorf("only %d parts were read", parts)
	}
}

package index

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// bridge maps texts to kinds of help. It is read-only after newBridge.
type bridge struct {
	kinds     []kaart.Hulpsoort
	sentences *vectors
	kindOf    []int // of each sentence
	centroids *vectors
	terms     *termFinder // the kinds' own terms
	signals   *signals
	asked     *asked // nil when it doesn't know these kinds
	signalOf  []int  // kind of each name of the signals, or one of the two below
}

// What a name of the signals may be beside a kind.
const (
	noKind      = -1 // one that isn't among the kinds
	outsideKind = -2 // a theme that no kind answers
)

// What a question says of a kind: a softmax regression fitted on the kinds' own
// sentences, each held out of what it was compared with and of what the model
// of levensgebieden was trained with; the signals weigh more than that fit says,
// by the dev halves of the judged questions.
const (
	askNearest      = 2.2  // of the cosine with the kind's nearest sentence
	askLike         = 4.6  // of the cosine with all of the kind's texts together
	askSignal       = 5.0  // of the words that signal it
	askLevensgebied = 2.65 // of how sure the understanding model is of one of its levensgebieden
	askModel        = 0.5  // of the logarithm of its chance by the linear model
	leastChance     = 1e-4 // a chance below counts as this
	askSoftness     = 1.3  // how flat the weights are
	askScale        = 8.0  // to the scale of a likeness
	leastAsked      = 0.03 // weight below which a kind is left out
)

// newBridge learns from the kinds' own sentences. The model is used when it
// knows exactly these kinds.
func newBridge(a *analyser, kinds []kaart.Hulpsoort, sig *signals, model *asked) *bridge {
	b := &bridge{kinds: kinds, terms: newTermFinder(), signals: sig}
	if model.fits(kinds) {
		b.asked = model
	}
	for _, name := range sig.names {
		k := slices.IndexFunc(kinds, func(h kaart.Hulpsoort) bool { return string(h.ID) == name })
		if strings.HasPrefix(name, "-") {
			k = outsideKind
		}
		b.signalOf = append(b.signalOf, k)
	}
	var sentences, sums builder
	learn := func(texts []string) {
		sum := bag{}
		for _, s := range texts {
			x := bag{}
			a.add(x, words(s), 1)
			sentences.add(x)
			b.kindOf = append(b.kindOf, len(sums.docs))
			for f, w := range x {
				sum[f] += w
			}
		}
		sums.add(sum)
	}
	for _, k := range kinds {
		learn(append(append(slices.Clone(k.Sentences), k.Name), k.Words...))
	}
	b.sentences = sentences.build(len(sentences.docs), 0.2, nil)
	b.centroids = sums.build(len(kinds), 0.5, nil)
	for i, k := range kinds {
		for _, w := range append(slices.Clone(k.Words), k.Name) {
			b.terms.add(i, stems(words(w)), b.sentences.rarity)
		}
	}
	return b
}

// reading is what a question seems to ask for.
type reading struct {
	kinds  []knowledge.Scored[kaart.HulpsoortID] // best first
	weight []float32                             // of each kind, the sum at most 1
	best   float32                               // likeness to the nearest sentence of any kind
	cue    float32                               // most that the words signal any kind
	outCue float32                               // and what no kind answers
	chance float32                               // of the kind that the linear model is surest of
	none   float32                               // and that no kind answers
}

// read compares a question, its features, its words and what the model makes
// of it, with all kinds; near has a zero for each sentence.
func (b *bridge) read(a *analyser, q bag, list []string, u Understood, near []float32) reading {
	b.sentences.score(q, near)
	cent := make([]float32, len(b.kinds))
	b.centroids.score(q, cent)
	r := reading{weight: make([]float32, len(b.kinds))}
	r.signalled(b, list)
	top := b.nearest(near)
	var chances []float32
	if b.asked != nil {
		chances = b.asked.chances(a, q, list)
		r.none = chances[len(b.kinds)]
	}
	var most float32
	for k, t := range top {
		w := askNearest*t + askLike*cent[k]
		said := r.weight[k]
		w += askSignal*said + askLevensgebied*chance(u.Levensgebieden, b.kinds[k].Levensgebieden)
		if chances != nil {
			w += askModel * float32(math.Log(float64(chances[k]+leastChance)/leastChance))
			r.chance = max(r.chance, chances[k])
		}
		r.best = max(r.best, t+0.3*said)
		r.weight[k] = w
		most = max(most, w)
	}
	r.sharpen(most, b)
	return r
}

// nearest is the likeness to the nearest sentence of each kind.
func (b *bridge) nearest(near []float32) []float32 {
	top := make([]float32, len(b.kinds))
	for s, c := range near {
		top[b.kindOf[s]] = max(top[b.kindOf[s]], c)
	}
	return top
}

// chance is how sure the model is of any of a kind's levensgebieden; those
// after the first count for less.
func chance(seen []knowledge.Scored[knowledge.Levensgebied], of []knowledge.Levensgebied) float32 {
	var most float32
	for i, l := range of {
		for _, s := range seen {
			if s.ID == l {
				most = max(most, float32(s.Score)/float32(1+i))
			}
		}
	}
	return most
}

// signalled weighs each kind by the words that signal it.
func (r *reading) signalled(b *bridge, list []string) {
	said := make([]float32, len(b.signalOf))
	b.signals.read(list, said)
	for i, k := range b.signalOf {
		switch {
		case k >= 0:
			r.weight[k] = said[i]
			r.cue = max(r.cue, said[i])
		case k == outsideKind:
			r.outCue = max(r.outCue, said[i])
		}
	}
}

// sharpen keeps the kinds near the best one and lists them.
func (r *reading) sharpen(most float32, b *bridge) {
	for k, w := range r.weight {
		x := float32(math.Exp(float64(w-most) / askSoftness))
		if x < leastAsked || most == 0 {
			r.weight[k] = 0
			continue
		}
		r.weight[k] = x
		r.kinds = append(r.kinds, knowledge.Scored[kaart.HulpsoortID]{ID: b.kinds[k].ID, Score: float64(w / askScale)})
	}
	slices.SortStableFunc(r.kinds, func(a, c knowledge.Scored[kaart.HulpsoortID]) int {
		return cmp.Compare(c.Score, a.Score)
	})
	r.kinds = r.kinds[:min(len(r.kinds), 5)]
}

// levensgebieden weighs the levensgebieden of the kinds that a question seems
// to ask for; the best weighs 1 times the likeness.
func (b *bridge) levensgebieden(r reading) map[knowledge.Levensgebied]float32 {
	out := map[knowledge.Levensgebied]float32{}
	var most float32
	for k, w := range r.weight {
		if w == 0 {
			continue
		}
		for _, l := range b.kinds[k].Levensgebieden {
			out[l] += w / float32(len(b.kinds[k].Levensgebieden))
			most = max(most, out[l])
		}
	}
	for l := range out {
		out[l] *= min(1, r.best*sureLikeness) / most
	}
	return out
}

// stems are the stems of the words that say something.
func (a *analyser) stems(list []string) []string {
	var out []string
	for _, w := range list {
		if w == "." || a.stop[w] {
			continue
		}
		out = append(out, stem(w))
	}
	return out
}

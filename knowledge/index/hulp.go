package index

import (
	"cmp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// bridge maps texts to kinds of help. It is read-only after newBridge.
type bridge struct {
	kinds     []kaart.Hulpsoort
	sentences *vectors
	kindOf    []int // of each sentence; len(kinds) and on are themes that no kind answers
	centroids *vectors
	themes    int         // beside the kinds
	terms     *termFinder // the kinds' own terms
	signals   *signals
	signalOf  []int // kind of each name of the signals, or one of the two below
}

// What a name of the signals may be beside a kind.
const (
	noKind      = -1 // one that isn't among the kinds
	outsideKind = -2 // a theme that no kind answers
)

// newBridge learns from the kinds' own sentences; outside are sentences that
// no kind of help answers, by theme.
func newBridge(a *analyser, kinds []kaart.Hulpsoort, outside [][]string, sig *signals) *bridge {
	b := &bridge{kinds: kinds, terms: newTermFinder(), signals: sig}
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
	for i, k := range kinds {
		learn(append(append(slices.Clone(k.Sentences), k.Name), k.Words...))
		for _, w := range append(slices.Clone(k.Words), k.Name) {
			b.terms.add(i, a.stems(words(w)))
		}
	}
	own := len(sentences.docs)
	for _, theme := range outside {
		learn(theme)
	}
	b.themes = len(outside)
	b.sentences = sentences.build(own, 0.2, nil)
	b.centroids = sums.build(len(kinds), 0.5, nil)
	return b
}

// reading is what a question seems to ask for.
type reading struct {
	kinds   []knowledge.Scored[kaart.HulpsoortID] // best first
	weight  []float32                             // of each kind, the sum at most 1
	best    float32                               // likeness to the nearest sentence of any kind
	cue     float32                               // most that the words signal any kind
	outCue  float32                               // and what no kind answers
	outside float32                               // of the nearest theme that no kind answers, on the scale of kinds
}

// read compares a question, its features and its words, with all kinds; near
// has a zero for each sentence.
func (b *bridge) read(q bag, list []string, near []float32) reading {
	b.sentences.score(q, near)
	all := len(b.kinds) + b.themes
	cent := make([]float32, all)
	b.centroids.score(q, cent)
	r := reading{weight: make([]float32, len(b.kinds))}
	r.signalled(b, list)
	said := slices.Clone(r.weight)
	// The three nearest sentences of each kind and theme.
	top := make([][3]float32, all)
	for s, c := range near {
		t := &top[b.kindOf[s]]
		switch {
		case c > t[0]:
			t[0], t[1], t[2] = c, t[0], t[1]
		case c > t[1]:
			t[1], t[2] = c, t[1]
		case c > t[2]:
			t[2] = c
		}
	}
	var most float32
	for k, t := range top {
		w := 0.6*t[0] + 0.25*t[1] + 0.15*t[2] + centroidShare*cent[k]
		if k >= len(b.kinds) {
			r.outside = max(r.outside, w)
			continue
		}
		w += signalShare * r.weight[k]
		r.best = max(r.best, t[0]+0.3*said[k])
		r.weight[k] = w
		most = max(most, w)
	}
	r.sharpen(most, b)
	return r
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
	if most == 0 {
		return
	}
	for k, w := range r.weight {
		x := w / most
		x = x * x * x
		if x < 0.05 {
			r.weight[k] = 0
			continue
		}
		r.weight[k] = x
		r.kinds = append(r.kinds, knowledge.Scored[kaart.HulpsoortID]{ID: b.kinds[k].ID, Score: float64(w)})
	}
	slices.SortStableFunc(r.kinds, func(a, c knowledge.Scored[kaart.HulpsoortID]) int {
		switch {
		case a.Score > c.Score:
			return -1
		case a.Score < c.Score:
			return 1
		}
		return 0
	})
	if len(r.kinds) > 5 {
		r.kinds = r.kinds[:5]
	}
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

// kindWeight is one kind of help that a service gives.
type kindWeight struct {
	kind   int32
	weight float32
}

// ofService finds the kinds of a service: the confirmed ones for certain,
// others by the words in its name and description and by likeness to the
// kinds' sentences. text is the service's bag of features.
func (b *bridge) ofService(a *analyser, s *kaart.Service, text bag) []kindWeight {
	scores := make([]float32, len(b.kinds)+b.themes)
	b.centroids.score(text, scores)
	scores = scores[:len(b.kinds)]
	for k := range scores {
		scores[k] *= likenessShare
	}
	b.addTerms(a, s, scores)
	b.addSignals(s, scores)
	var most float32
	for k := range scores {
		if !shares(b.kinds[k].Levensgebieden, s.Levensgebieden) {
			scores[k] *= otherLevensgebied
		}
		most = max(most, scores[k])
	}
	var out []kindWeight
	for k, w := range scores {
		if w > 0 && w >= leastKind*most {
			out = append(out, kindWeight{int32(k), min(1, w/max(most, sureKind))})
		}
	}
	if len(s.Hulpsoorten) > 0 {
		for i := range out {
			out[i].weight *= 0.5
		}
		out = b.confirm(out, s.Hulpsoorten)
	}
	slices.SortFunc(out, func(a, c kindWeight) int {
		return cmp.Or(cmp.Compare(c.weight, a.weight), cmp.Compare(a.kind, c.kind))
	})
	return out[:min(len(out), mostKinds)]
}

// How a service gets its kinds and a question is compared with them; found on
// the dev half of the judged questions.
const (
	likenessShare     = 4    // of the cosine with a kind's own texts
	otherLevensgebied = 0.5  // times, for a kind of another levensgebied
	leastKind         = 0.15 // part of the best kind below which a kind is left out
	sureKind          = 0.8  // score at which the best kind weighs 1
	doesTerm          = 0.3  // of a term in what the service does; in its name 1
	mostTerms         = 1.0  // of all terms of a kind together
	mostKinds         = 8    // of one service
	serviceSignal     = 0.3
	signalShare       = 1.0 // of the words that signal a kind beside them
	centroidShare     = 1.2 // of the cosine with a kind's texts beside the nearest sentences
)

// addSignals adds what the words of a service signal.
func (b *bridge) addSignals(s *kaart.Service, scores []float32) {
	said := make([]float32, len(b.signalOf))
	b.signals.read(words(s.Name+" . "+s.Does+" . "+s.Description), said)
	for i, k := range b.signalOf {
		if k >= 0 {
			scores[k] += serviceSignal * said[i]
		}
	}
}

// addTerms adds what the kinds' own terms in a service's fields weigh.
func (b *bridge) addTerms(a *analyser, s *kaart.Service, scores []float32) {
	name := b.terms.find(a.stems(words(s.Name + " . " + s.AlternateName)))
	does := b.terms.find(a.stems(words(s.Does)))
	sum := make([]float32, len(scores))
	for t := range name {
		sum[t.kind]++
	}
	for t := range does {
		if !name[t] {
			sum[t.kind] += doesTerm
		}
	}
	for k, w := range sum {
		scores[k] += min(w, mostTerms)
	}
}

// shares reports whether two lists have an id in common; an empty list shares
// with any.
func shares[T comparable](a, b []T) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

func (b *bridge) confirm(out []kindWeight, ids []kaart.HulpsoortID) []kindWeight {
	for _, id := range ids {
		k := slices.IndexFunc(b.kinds, func(h kaart.Hulpsoort) bool { return h.ID == id })
		if k < 0 {
			continue
		}
		if i := slices.IndexFunc(out, func(w kindWeight) bool { return w.kind == int32(k) }); i >= 0 {
			out[i].weight = 1
			continue
		}
		out = append(out, kindWeight{int32(k), 1})
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

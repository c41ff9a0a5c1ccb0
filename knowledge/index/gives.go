package index

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"wegwijzer/knowledge/kaart"
)

// kindWeight is one kind of help that a service gives.
type kindWeight struct {
	kind   int32
	weight float32
}

// How a service gets its kinds: a softmax regression over a few figures of
// each kind, fitted on 233 services of the example kaart that were labelled by
// hand, each as it stands and with all its text in the description, as other
// kaarten have it.
const (
	givesNameTerm   = 1.6  // of the kind's own terms in the name
	givesDoesTerm   = 0.4  // in what it does
	givesRestTerm   = 1.4  // in the rest of the description
	givesNameLike   = 3.9  // of the cosine of the name with the kind's own texts
	givesDoesLike   = 5.2  // of what it does
	givesRestLike   = 3.3  // of the rest
	givesWholeLike  = 6.1  // of all together
	givesSignal     = 3.4  // of the words in name and what it does that signal the kind
	givesRestSignal = 1.7  // in the rest
	givesNearest    = 9.4  // of the cosine with the nearest sentence
	givesShared     = 3.5  // when both are of the same levensgebied
	mostTerms       = 1.2  // of all terms of a kind together
	givesSoftness   = 2.5  // how flat the weights are
	leastKind       = 0.06 // weight below which a kind is left out
	mostKinds       = 8    // of one service
	besideConfirmed = 0.5  // times, for what is suggested beside the editor's kinds
)

// fields are what a service is read from: its name, what it does, and the rest
// of its description. A record without a line for what it does has that in the
// first sentence of its description.
func fields(s *kaart.Service) (name, does, rest string) {
	name, does, rest = s.Name+" . "+s.AlternateName, s.Does, s.Description
	if does == "" {
		does, rest, _ = strings.Cut(rest, ". ")
	}
	return name, does, rest
}

// ofService finds the kinds of a service: the confirmed ones for certain,
// others by the words in its name and description and by likeness to the
// kinds' sentences. Weights are of 0 to 1, the best first.
func (b *bridge) ofService(a *analyser, s *kaart.Service) []kindWeight {
	scores := b.givesScores(a, s)
	if len(scores) == 0 {
		return nil
	}
	most := slices.Max(scores)
	var out []kindWeight
	for k, sc := range scores {
		if w := float32(math.Exp(float64(sc-most) / givesSoftness)); w >= leastKind && most > 0 {
			out = append(out, kindWeight{int32(k), w})
		}
	}
	if len(s.Hulpsoorten) > 0 {
		for i := range out {
			out[i].weight *= besideConfirmed
		}
		out = b.confirm(out, s.Hulpsoorten)
	}
	slices.SortFunc(out, func(a, c kindWeight) int {
		return cmp.Or(cmp.Compare(c.weight, a.weight), cmp.Compare(a.kind, c.kind))
	})
	return out[:min(len(out), mostKinds)]
}

// givesScores is how much each kind fits a service, on a scale of its own.
func (b *bridge) givesScores(a *analyser, s *kaart.Service) []float32 {
	name, does, rest := fields(s)
	scores := make([]float32, len(b.kinds))
	b.addTerms(scores, name, does, rest)
	b.addSignals(scores, name+" . "+does, givesSignal)
	b.addSignals(scores, rest, givesRestSignal)
	b.addLikeness(a, scores, name, givesNameLike)
	b.addLikeness(a, scores, does, givesDoesLike)
	b.addLikeness(a, scores, rest, givesRestLike)
	b.addLikeness(a, scores, name+" . "+does+" . "+rest, givesWholeLike)
	b.addNearest(a, scores, name+" . "+does)
	for k := range scores {
		if len(s.Levensgebieden) > 0 && shares(b.kinds[k].Levensgebieden, s.Levensgebieden) {
			scores[k] += givesShared
		}
	}
	return scores
}

// addTerms adds what the kinds' own terms in a service's fields weigh; a term
// counts once, where it stands first.
func (b *bridge) addTerms(scores []float32, fields ...string) {
	seen := map[termID]bool{}
	for i, share := range [...]float32{givesNameTerm, givesDoesTerm, givesRestTerm} {
		sum := map[int]float32{}
		for t := range b.terms.find(stems(words(fields[i]))) {
			if !seen[t] {
				seen[t] = true
				sum[t.kind] += b.terms.weight[t.nr]
			}
		}
		for k, w := range sum {
			scores[k] += share * min(w, mostTerms)
		}
	}
}

// addSignals adds what the words of a text signal.
func (b *bridge) addSignals(scores []float32, text string, share float32) {
	said := make([]float32, len(b.signalOf))
	b.signals.read(words(text), said)
	for i, k := range b.signalOf {
		if k >= 0 {
			scores[k] += share * said[i]
		}
	}
}

// addLikeness adds the cosine of a text with the kinds' own texts.
func (b *bridge) addLikeness(a *analyser, scores []float32, text string, share float32) {
	like := make([]float32, len(b.kinds))
	b.centroids.score(a.bagOf(text), like)
	for k := range scores {
		scores[k] += share * like[k]
	}
}

// addNearest adds the cosine with the nearest sentence of each kind.
func (b *bridge) addNearest(a *analyser, scores []float32, text string) {
	near := make([]float32, len(b.kindOf))
	b.sentences.score(a.bagOf(text), near)
	top := b.nearest(near)
	for k := range scores {
		scores[k] += givesNearest * top[k]
	}
}

// bagOf are the features of a text.
func (a *analyser) bagOf(text string) bag {
	b := bag{}
	a.add(b, words(text), 1)
	return b
}

// stems are the stems of all words.
func stems(list []string) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = stem(w)
	}
	return out
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

package index

import (
	"math"
	"slices"
)

// evidence is what answerable looks at.
type evidence struct {
	score   float32 // of the best hit
	cue     float32 // of the words that signal a kind
	outCue  float32 // and of those that signal what no kind answers
	chance  float32 // of the kind that the linear model is surest of
	none    float32 // and that no kind answers
	lacking float32 // score of the kind that is asked for, as far as no hit gives it
	given   float32 // most that the first hits give of any kind that is asked for
	shared  int     // words that the question and the best hit share
	other   bool    // a topic is named that none of the first hits is about
	words   int     // of the question
	help    float32 // how sure the understanding model is that help is asked for
	beside  float32 // that something else is asked for
}

// How many of the hits are looked at.
const (
	hitsGiven = 3
	hitsAbout = 5
)

// evidence gathers it for a question and its hits, best first.
func (x *Index) evidence(found []candidate, r reading, c cues, u Understood) evidence {
	e := evidence{
		cue: r.cue, outCue: r.outCue, chance: r.chance, none: r.none, words: len(c.content),
		help: float32(u.Help), beside: float32(u.Outside),
	}
	if len(found) == 0 {
		return e
	}
	e.score = found[0].score
	e.shared = len(x.sharedWords(found[0].i, c.content))
	e.other = len(c.topics) > 0 && !slices.ContainsFunc(found[:min(hitsAbout, len(found))], func(f candidate) bool {
		return x.topics.names(c.topics, x.stems[f.i])
	})
	if len(r.kinds) > 0 {
		top := slices.Index(r.weight, slices.Max(r.weight))
		e.lacking = float32(r.kinds[0].Score) * (1 - x.gives(found, top))
	}
	for k, w := range r.weight {
		if w >= likelyAsked {
			e.given = max(e.given, w*x.gives(found[:min(hitsGiven, len(found))], k))
		}
	}
	return e
}

// likelyAsked is the weight from which a kind counts as asked for.
const likelyAsked = 0.3

// gives is the most that any of the hits gives of a kind.
func (x *Index) gives(found []candidate, kind int) float32 {
	var most float32
	for _, f := range found {
		for _, k := range x.kinds[f.i] {
			if int(k.kind) == kind {
				most = max(most, k.weight)
			}
		}
	}
	return most
}

// answerable decides whether the best hits are an answer at all, by a logistic
// regression over the dev halves of the judged questions, those without an
// answer counted three times; at leastSure, found by cross-validation, one in
// thirty of those that have an answer is refused.
func (e evidence) answerable() bool {
	sure := -4.03 + 0.77*e.score + 0.31*e.cue - 1.99*e.outCue - 1.82*e.lacking + 0.51*e.given +
		0.36*float32(min(e.shared, 2)) + 0.70*e.help - 1.14*e.beside +
		0.45*logOf(e.chance, 0.01) - 0.38*logOf(e.none, 0.001) + 0.98*logOf(float32(e.words), 1)
	if e.other {
		sure -= 1.42
	}
	return sure >= leastSure
}

const leastSure = 0.1

// logOf is the logarithm of a number and a little.
func logOf(v, little float32) float32 { return float32(math.Log(float64(v + little))) }

package nlu

import (
	"cmp"
	"slices"

	"wegwijzer/knowledge"
)

// scoredGebied is a levensgebied with its probability.
type scoredGebied = knowledge.Scored[knowledge.Levensgebied]

// answer is what the heads say together of one message.
type answer struct {
	intent      knowledge.Scored[knowledge.Intent]
	act, maybe  []scoredGebied
	moment      knowledge.Moment
	doelgroepen []knowledge.Doelgroep
}

// decode turns scores into an answer by the calibration in heads.
func decode(s *scratch, heads []head, scores []float32) answer {
	var a answer
	a.intent.ID, a.intent.Score = best[knowledge.Intent](s, &heads[headIntent], scores)
	a.act, a.maybe = gebieden(s, heads, scores)
	if id, _ := best[knowledge.Moment](s, &heads[headMoment], scores); id != none {
		a.moment = id
	}
	groups := &heads[headDoelgroep]
	a.doelgroepen = []knowledge.Doelgroep{}
	for i, p := range s.headProbabilities(groups, scores) {
		if p >= groups.threshold(i) {
			a.doelgroepen = append(a.doelgroepen, knowledge.Doelgroep(groups.Labels[i]))
		}
	}
	return a
}

// maybeShare is the share of its threshold from which a levensgebied is worth
// a question.
const maybeShare = 0.4

// gebieden splits the levensgebieden into those to act on and those to ask
// about. The one that the message asks first comes first.
func gebieden(s *scratch, heads []head, scores []float32) (act, maybe []scoredGebied) {
	h := &heads[headGebied]
	probs := s.gebiedProbabilities(heads, scores)
	asked := s.headProbabilities(&heads[headPrimary], scores)
	act = []scoredGebied{}
	var top scoredGebied
	primary, most := -1, 0.0
	for i, p := range probs {
		one := scoredGebied{ID: knowledge.Levensgebied(h.Labels[i]), Score: p}
		switch {
		case p >= h.threshold(i):
			act = append(act, one)
			if first := p * asked[i]; first > most {
				primary, most = i, first
			}
		case p >= maybeShare*h.threshold(i):
			maybe = append(maybe, one)
		}
		if p > top.Score {
			top = one
		}
	}
	if len(act) == 0 && asked[len(h.Labels)] < h.Fallback && top.Score >= h.Floor {
		act = append(act, top)
		maybe = slices.DeleteFunc(maybe, func(g scoredGebied) bool { return g.ID == top.ID })
	}
	order := func(a, b scoredGebied) int { return cmp.Compare(b.Score, a.Score) }
	slices.SortStableFunc(act, order)
	slices.SortStableFunc(maybe, order)
	if i := slices.IndexFunc(act, func(g scoredGebied) bool { return primary >= 0 && string(g.ID) == h.Labels[primary] }); i > 0 {
		g := act[i]
		copy(act[1:i+1], act[:i])
		act[0] = g
	}
	return act, maybe[:min(len(maybe), 2)]
}

// threshold is the bound of label i of an any-of head.
func (h *head) threshold(i int) float64 {
	if i < len(h.Thresholds) {
		return h.Thresholds[i]
	}
	return 0.5
}

// headProbabilities returns the probabilities of a head in the scratch.
func (s *scratch) headProbabilities(h *head, scores []float32) []float64 {
	probs := s.probabilities(len(h.Labels))
	h.probabilities(probs, scores)
	return probs
}

// best returns the likeliest label of a one-of head.
func best[T ~string](s *scratch, h *head, scores []float32) (T, float64) {
	probs := s.headProbabilities(h, scores)
	at := 0
	for i, p := range probs {
		if p > probs[at] {
			at = i
		}
	}
	return T(h.Labels[at]), probs[at]
}

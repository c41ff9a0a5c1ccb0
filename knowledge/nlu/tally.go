package nlu

import (
	"cmp"
	"slices"

	"wegwijzer/knowledge"
)

// tally gathers right and wrong answers into a report.
type tally struct {
	intents, gebieden, momenten, groepen counts
	primaryRight, primaryAll             int
	confused                             map[[2]string]int
	stated                               [headDoelgroep + 1][]float64
	held                                 [headDoelgroep + 1][]bool
	typos                                *tally
}

func newTally() *tally {
	return &tally{
		intents: counts{}, gebieden: counts{}, momenten: counts{}, groepen: counts{}, confused: map[[2]string]int{},
		typos: &tally{intents: counts{}, gebieden: counts{}, momenten: counts{}, groepen: counts{}, confused: map[[2]string]int{}},
	}
}

// add compares one answer with what was labelled.
func (t *tally) add(e Example, a answer) {
	t.intents.add([]string{string(e.Intent)}, []string{string(a.intent.ID)})
	t.momenten.add([]string{momentLabel(e.Moment)}, []string{momentLabel(a.moment)})
	t.groepen.add(labelsOf(e.Doelgroepen), labelsOf(a.doelgroepen))
	if e.Intent != a.intent.ID {
		t.confused[[2]string{string(e.Intent), string(a.intent.ID)}]++
	}
	if first, ok := t.addGebieden(e, a.act); !ok {
		t.confused[[2]string{string(e.Levensgebieden[0]), first}]++
	}
}

// addGebieden compares the levensgebieden; ok unless the first is wrong.
func (t *tally) addGebieden(e Example, act []scoredGebied) (first string, ok bool) {
	got := make([]string, len(act))
	for i, g := range act {
		got[i] = string(g.ID)
	}
	t.gebieden.add(labelsOf(e.Levensgebieden), got)
	if len(e.Levensgebieden) == 0 {
		return "", true
	}
	t.primaryAll++
	first = none
	if len(got) > 0 {
		first = got[0]
	}
	if first != string(e.Levensgebieden[0]) {
		return first, false
	}
	t.primaryRight++
	return first, true
}

// addStated notes the stated probabilities: of the likeliest label of a one-of
// head, of every label above 0.05 of an any-of head.
func (t *tally) addStated(s *scratch, heads []head, j judged) {
	target := targetOf(j.example, heads, 0)
	for k := range heads {
		h := &heads[k]
		probs := s.anyProbabilities(heads, k, j.scores)
		top := 0
		for i, p := range probs {
			if p > probs[top] {
				top = i
			}
			if h.Kind == anyOf && p >= 0.05 {
				t.stated[k] = append(t.stated[k], p)
				t.held[k] = append(t.held[k], target[h.from+i] > 0.5)
			}
		}
		if h.Kind == oneOf {
			t.stated[k] = append(t.stated[k], probs[top])
			t.held[k] = append(t.held[k], target[h.from+top] > 0.5)
		}
	}
}

func (t *tally) accuracy(c counts, n int) float64 {
	right := 0
	for _, x := range c {
		right += x[0]
	}
	return float64(right) / float64(max(n, 1))
}

func (t *tally) primary() float64 { return float64(t.primaryRight) / float64(max(t.primaryAll, 1)) }

func (t *tally) report(n int) Report {
	r := Report{
		Examples: n, IntentAccuracy: t.accuracy(t.intents, n), MomentAccuracy: t.accuracy(t.momenten, n),
		GebiedMicroF1: t.gebieden.micro(), DoelgroepMicroF1: t.groepen.micro(), PrimaryAccuracy: t.primary(),
		Intents: t.intents.figures(labelsOf(knowledge.Intents())), Levensgebieden: t.gebieden.figures(labelsOf(knowledge.Levensgebieden())),
		Momenten:    t.momenten.figures(append(labelsOf(knowledge.Momenten()), none)),
		Doelgroepen: t.groepen.figures(labelsOf(knowledge.Doelgroepen())),
		TypoIntent:  t.typos.accuracy(t.typos.intents, n), TypoGebied: t.typos.gebieden.micro(), TypoPrimary: t.typos.primary(),
	}
	ece := func(k int) float64 { return calibrationError(t.stated[k], t.held[k]) }
	r.IntentECE, r.GebiedECE, r.MomentECE, r.DoelgroepECE = ece(headIntent), ece(headGebied), ece(headMoment), ece(headDoelgroep)
	r.IntentMacroF1 = macro(r.Intents)
	if n := t.intents[string(knowledge.IntentMens)]; n != nil {
		r.MensF1 = f1(n[0], n[1], n[2])
	}
	for pair, k := range t.confused {
		r.Confusions = append(r.Confusions, Confusion{pair[0], pair[1], k})
	}
	slices.SortFunc(r.Confusions, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	return r
}

package nlu

import (
	"context"
	"math"
	"slices"

	"wegwijzer/knowledge"
)

// ClassFigures are the figures of one label, with a 95 % confidence interval
// of the F1 (Wilson, on the decisions that concern the label).
type ClassFigures struct {
	Label                 string
	Support               int
	Precision, Recall, F1 float64
	Low, High             float64
}

// Confusion counts how often messages of one intent were taken for another.
type Confusion struct {
	Want, Got string
	N         int
}

// Report holds the figures of a cross-validation. Scores lie between 0 and 1.
type Report struct {
	Examples         int
	IntentAccuracy   float64
	IntentMacroF1    float64
	GebiedMicroF1    float64
	PrimaryAccuracy  float64 // first levensgebied right, of messages that have one
	MomentAccuracy   float64
	DoelgroepMicroF1 float64
	MensF1           float64 // the wish for a human
	IntentECE        float64
	GebiedECE        float64
	MomentECE        float64
	DoelgroepECE     float64
	// TypoIntent, TypoGebied and TypoPrimary are the same figures under 10 %
	// slips of the keyboard.
	TypoIntent, TypoGebied, TypoPrimary float64

	LangMacroF1 float64

	Intents, Levensgebieden, Momenten, Doelgroepen []ClassFigures
	Langs                                          []ClassFigures
	Confusions                                     []Confusion // intents and primary levensgebieden, most frequent first
}

// CrossValidate measures the method on the labelled examples: every message
// is judged by a network, and by temperatures and thresholds, that come from
// the other folds only. progress may be nil.
func CrossValidate(ctx context.Context, examples []Example, set Settings, folds int, progress func(done, total int)) (Report, error) {
	examples = withoutAlike(examples)
	heads, js, err := crossScores(ctx, examples, set, folds, progress)
	if err != nil {
		return Report{}, err
	}
	r := reportOf(heads, js, folds)
	langs, err := crossLang(ctx, examples, set, folds)
	if err != nil {
		return Report{}, err
	}
	r.Langs = langs.figures(labelsOf(knowledge.Langs()))
	r.LangMacroF1 = macro(r.Langs)
	return r, nil
}

func reportOf(heads []head, js []judged, folds int) Report {
	t := newTally()
	var s scratch
	for fold := range folds {
		var rest []judged
		for _, j := range js {
			if j.fold != fold {
				rest = append(rest, j)
			}
		}
		fitted := calibrate(heads, rest)
		for _, j := range js {
			if j.fold == fold {
				t.add(j.example, decode(&s, fitted, j.scores))
				t.addStated(&s, fitted, j)
				t.typos.add(j.example, decode(&s, fitted, j.typos))
			}
		}
	}
	return t.report(len(js))
}

// counts holds hits, guesses and truths by label.
type counts map[string]*[3]int

func (c counts) add(want, got []string) {
	at := func(l string) *[3]int {
		if c[l] == nil {
			c[l] = new([3]int)
		}
		return c[l]
	}
	for _, l := range got {
		at(l)[1]++
		if slices.Contains(want, l) {
			at(l)[0]++
		}
	}
	for _, l := range want {
		at(l)[2]++
	}
}

// micro is the F1 over all decisions together.
func (c counts) micro() float64 {
	var sum [3]int
	for _, n := range c {
		for i := range sum {
			sum[i] += n[i]
		}
	}
	return f1(sum[0], sum[1], sum[2])
}

// figures lists the labels that occur, in order of labels.
func (c counts) figures(labels []string) []ClassFigures {
	var out []ClassFigures
	for _, l := range labels {
		n := c[l]
		if n == nil || n[2] == 0 {
			continue
		}
		f := ClassFigures{Label: l, Support: n[2], F1: f1(n[0], n[1], n[2])}
		f.Precision = float64(n[0]) / float64(max(n[1], 1))
		f.Recall = float64(n[0]) / float64(n[2])
		f.Low, f.High = wilson(f.F1, float64(n[1]+n[2])/2)
		out = append(out, f)
	}
	return out
}

func f1(hit, guess, truth int) float64 {
	return 2 * float64(hit) / float64(max(guess+truth, 1))
}

// wilson is the 95 % interval of a share p of n cases.
func wilson(p, n float64) (low, high float64) {
	const z = 1.96
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, mid-half), min(1, mid+half)
}

func macro(fs []ClassFigures) float64 {
	sum := 0.0
	for _, f := range fs {
		sum += f.F1
	}
	return sum / float64(max(len(fs), 1))
}

// none-aware label of a moment.
func momentLabel(m knowledge.Moment) string {
	if m == "" {
		return none
	}
	return string(m)
}

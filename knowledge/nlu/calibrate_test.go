package nlu

import (
	"context"
	"math"
	"slices"
	"testing"

	"wegwijzer/knowledge"
)

func TestCalibrationError(t *testing.T) {
	tests := []struct {
		name   string
		stated []float64
		held   []bool
		want   float64
	}{
		{"as sure as right", []float64{0.5, 0.5}, []bool{true, false}, 0},
		{"too sure", []float64{0.9, 0.9}, []bool{true, false}, 0.4},
		{"not sure enough", []float64{0.25, 0.25}, []bool{true, true}, 0.75},
		{"nothing stated", nil, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := calibrationError(tt.stated, tt.held); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("got %f, want %f", got, tt.want)
			}
		})
	}
}

// A head whose scores are twice too large gets temperature 2, and a threshold
// between what holds and what doesn't.
func TestCalibrateFindsTheScale(t *testing.T) {
	heads := messageHeads()
	outputs := layout(heads)
	var js []judged
	for i := range 400 {
		// The intent is right with odds of e to 1 and the score says e² to 1.
		e := Example{Intent: knowledge.IntentHulpvraag, Levensgebieden: []knowledge.Levensgebied{knowledge.Wonen}}
		if i%1000 >= 292 {
			e.Intent = knowledge.IntentMens
			e.Levensgebieden = nil
		}
		scores := make([]float32, outputs)
		for k := range heads[headIntent].Labels {
			scores[k] = -40
		}
		scores[0], scores[1] = 2, 0
		for k := range heads[headGebied].Labels {
			scores[heads[headGebied].from+k] = -4 - float32(i%7)
		}
		scores[heads[headGebied].from] += float32(i%5) + 3
		js = append(js, judged{example: e, scores: scores})
	}
	got := calibrate(heads, js)
	if temp := got[headIntent].Temperature; math.Abs(temp-2) > 0.1 {
		t.Errorf("temperature %f, want 2", temp)
	}
	if th := got[headGebied].Thresholds; len(th) != 13 || !(th[0] > 0 && th[0] < 1) {
		t.Errorf("thresholds %v", th)
	}
	if heads[headIntent].Temperature != 1 {
		t.Error("the heads that were given changed")
	}
}

// Half of the messages ask for nothing; the head of the first levensgebied
// can't tell them from the others, the score of the likeliest can.
func TestFallbackWantsALittleOfTheLikeliest(t *testing.T) {
	heads := messageHeads()
	outputs := layout(heads)
	heads[headGebied].Thresholds = slices.Repeat([]float64{0.9}, len(heads[headGebied].Labels))
	var js []judged
	for i := range 100 {
		e := Example{Intent: knowledge.IntentHulpvraag, Levensgebieden: []knowledge.Levensgebied{knowledge.Wonen}}
		scores := make([]float32, outputs)
		for k := range heads[headGebied].Labels {
			scores[heads[headGebied].from+k] = -6
		}
		scores[heads[headGebied].from] = -1
		if i%2 == 0 {
			e = Example{Intent: knowledge.IntentGroet}
			scores[heads[headGebied].from] = -4
		}
		js = append(js, judged{example: e, scores: scores})
	}
	g := &heads[headGebied]
	g.Fallback, g.Floor = bestFallback(heads, js)
	var s scratch
	for _, j := range js {
		act, _ := gebieden(&s, heads, j.scores)
		if len(act) != len(j.example.Levensgebieden) {
			t.Fatalf("acts on %v for %v (fallback %g, floor %g)", act, j.example.Levensgebieden, g.Fallback, g.Floor)
		}
	}
}

func TestCrossValidateMeasuresEveryExampleOnce(t *testing.T) {
	r, err := CrossValidate(context.Background(), smallExamples(t), smallSettings(), 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	support := 0
	for _, f := range r.Intents {
		support += f.Support
		if f.F1 < f.Low-1e-9 || f.F1 > f.High+1e-9 {
			t.Errorf("F1 of %s lies outside its interval: %+v", f.Label, f)
		}
	}
	if r.Examples == 0 || support != r.Examples {
		t.Errorf("%d judged of %d", support, r.Examples)
	}
	for name, v := range map[string]float64{
		"intent": r.IntentAccuracy, "gebied": r.GebiedMicroF1, "primary": r.PrimaryAccuracy,
		"moment": r.MomentAccuracy, "language": r.LangMacroF1, "typo intent": r.TypoIntent,
	} {
		if !(v > 0 && v <= 1) {
			t.Errorf("%s %f", name, v)
		}
	}
}

func TestTooFewExamplesForFolds(t *testing.T) {
	if _, err := CrossValidate(context.Background(), smallExamples(t)[:2], smallSettings(), 5, nil); err == nil {
		t.Error("no error")
	}
}

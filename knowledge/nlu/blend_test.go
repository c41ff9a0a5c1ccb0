package nlu

import (
	"math"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/knowledge"
)

// The scores of the levensgebied head say nothing here and those of the head
// for the first one say everything: the blend must listen to the latter.
func TestBlendListensToTheHeadThatKnows(t *testing.T) {
	heads := messageHeads()
	outputs := layout(heads)
	var js []judged
	var targets [][]float32
	for i := range 200 {
		scores := make([]float32, outputs)
		for k := range heads[headGebied].Labels {
			scores[heads[headGebied].from+k] = float32((i*7+k*5)%11) - 5
		}
		e := Example{Intent: knowledge.IntentHulpvraag, Levensgebieden: []knowledge.Levensgebied{knowledge.Levensgebieden()[i%13]}}
		scores[heads[headPrimary].from+i%13] = 4
		js = append(js, judged{example: e, scores: scores})
		targets = append(targets, targetOf(e, heads, 0))
	}
	heads[headGebied].Blend = fitBlend(heads, js, targets)
	var s scratch
	for _, j := range js {
		for k, p := range s.gebiedProbabilities(heads, j.scores) {
			holds := heads[headGebied].Labels[k] == string(j.example.Levensgebieden[0])
			if holds != (p > 0.5) {
				t.Fatalf("%s has probability %f, holds: %t", heads[headGebied].Labels[k], p, holds)
			}
		}
	}
}

func TestBlendIsFiniteForExtremeScores(t *testing.T) {
	heads := messageHeads()
	outputs := layout(heads)
	heads[headGebied].Blend = []float64{1, 1, -1, 1, 1, -1, 1}
	for _, v := range []float32{0, -1e6, 1e6} {
		scores := make([]float32, outputs)
		for i := range scores {
			scores[i] = v * float32(i%3-1)
		}
		var s scratch
		for k, p := range s.gebiedProbabilities(heads, scores) {
			if math.IsNaN(p) || p < 0 || p > 1 {
				t.Errorf("scores of ±%g: label %d has probability %f", v, k, p)
			}
		}
	}
}

// A line without intent teaches its first levensgebied and leaves open what it
// doesn't know.
func TestAsideTeachesOnlyItsLevensgebied(t *testing.T) {
	examples, err := LoadExamples(fstest.MapFS{"a.tsv": {Data: []byte("-\twonen,zorg\t-\t-\thuis met trap\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if !examples[0].aside() {
		t.Fatalf("%+v is no aside", examples[0])
	}
	heads := messageHeads()
	layout(heads)
	target := targetOf(examples[0], heads, 0)
	got := map[string]float32{}
	for _, k := range []int{headIntent, headGebied, headPrimary, headMoment, headDoelgroep} {
		for i, l := range heads[k].Labels {
			if v := target[heads[k].from+i]; v > 0 || v < 0 && k == headGebied {
				got[heads[k].Name+" "+l] = v
			}
			if v := target[heads[k].from+i]; v >= 0 && k != headGebied && k != headPrimary {
				t.Errorf("%s %s is %f, want unknown", heads[k].Name, l, v)
			}
		}
	}
	want := map[string]float32{"levensgebied wonen": 1, "levensgebied zorg": unknown, "primary wonen": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	if js := dealFolds(examples, 2); len(js) != 0 {
		t.Errorf("an aside is measured: %+v", js)
	}
}

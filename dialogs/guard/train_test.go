package guard

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"testing"
)

// go test ./dialogs/guard -run TestModelIsFresh -train writes model.bin anew.
var retrain = flag.Bool("train", false, "train the model and write model.bin")

func TestModelIsFresh(t *testing.T) {
	if *retrain {
		raw, err := Train(Embedded(), os.DirFS("../../knowledge/nlu/examples"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("model.bin", raw, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	g := open(t)
	if stale, err := g.Stale(Embedded()); stale || err != nil {
		t.Errorf("model.bin was trained on other content (%v): run go test ./dialogs/guard -run TestModelIsFresh -train", err)
	}
}

func TestTrainIsRepeatable(t *testing.T) {
	r, _, err := loadRules(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	examples, err := loadExamples(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	few := examples[:200]
	if !bytes.Equal(newTrainer(r).fit(few).bytes(), newTrainer(r).fit(few).bytes()) {
		t.Error("two trainings on the same examples differ")
	}
}

// TestCrossValidation trains on four fifths of the examples and measures on
// the rest: the honest figure for sentences that nobody tuned on.
func TestCrossValidation(t *testing.T) {
	if testing.Short() {
		t.Log("two folds only")
	}
	r, _, err := loadRules(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	examples, err := loadExamples(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	perm := rng.Perm(len(examples))
	const folds = 5
	var danger, found, safe, alarms, kinds int
	for fold := range folds {
		var train, held []example
		for i, p := range perm {
			if i%folds == fold {
				held = append(held, examples[p])
			} else {
				train = append(train, examples[p])
			}
		}
		g := &Guard{rules: r, model: newTrainer(r).fit(train)}
		for _, e := range held {
			c, ok := g.Crisis(e.text, e.lang)
			switch {
			case e.kind != "" && ok:
				danger, found = danger+1, found+1
				if c.Kind == e.kind {
					kinds++
				}
			case e.kind != "":
				danger++
				t.Logf("missed %s %s: %s", e.kind, e.lang, e.text)
			case ok:
				safe, alarms = safe+1, alarms+1
				t.Logf("alarm %s %s %v: %s", c.Kind, e.lang, c.Words, e.text)
			default:
				safe++
			}
		}
	}
	recall, rate := float64(found)/float64(danger), float64(alarms)/float64(safe)
	t.Logf("cross-validation: recall %.3f (%d), false alarms %.3f (%d), right kind %.3f",
		recall, danger, rate, safe, float64(kinds)/float64(found))
}

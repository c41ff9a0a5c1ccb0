package guard

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

// go test ./dialogs/guard -run TestModelIsFresh -train writes model.bin anew.
var retrain = flag.Bool("train", false, "train the model and write model.bin")

func TestModelIsFresh(t *testing.T) {
	if *retrain {
		raw, err := Train(Embedded())
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

// TestExamplesAreNotTheTestSet keeps the two apart: a sentence that the model
// learned from says nothing about sentences that it never saw.
func TestExamplesAreNotTheTestSet(t *testing.T) {
	learned := map[string]bool{}
	examples, err := loadExamples(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		learned[strings.ToLower(e.text)] = true
	}
	all := slices.Concat(readSamples(t, "crisis.tsv", true), readSamples(t, "veilig.tsv", false), readSamples(t, "gewoon.tsv", false))
	for i, s := range all {
		if learned[strings.ToLower(s.text)] {
			t.Errorf("message %d of the test set is also an example", i+1)
		}
	}
}

// BenchmarkCrossValidation trains five times on four fifths of the examples
// and counts what it makes of the rest: recall, and false alarms on sentences
// that were made difficult and on everyday messages. It takes about a minute.
func BenchmarkCrossValidation(b *testing.B) {
	r, _, err := loadRules(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	examples, err := loadExamples(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var seen, alarm [3]float64 // danger, safe, everyday
		for fold := range 5 {
			var learn, rest []example
			for i, e := range examples {
				if i%5 == fold {
					rest = append(rest, e)
				} else {
					learn = append(learn, e)
				}
			}
			g := &Guard{rules: r, model: average(r, learn)}
			for _, e := range rest {
				group := 0
				switch {
				case e.everyday:
					group = 2
				case e.kind == "":
					group = 1
				}
				seen[group]++
				if _, ok := g.Crisis(e.text, ""); ok {
					alarm[group]++
				}
			}
		}
		b.ReportMetric(100*alarm[0]/seen[0], "%recall")
		b.ReportMetric(100*alarm[1]/seen[1], "%alarm-difficult")
		b.ReportMetric(100*alarm[2]/seen[2], "%alarm-everyday")
	}
}

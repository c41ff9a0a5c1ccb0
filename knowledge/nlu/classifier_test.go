package nlu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// fruit is a corpus that any classifier must master.
func fruit() []Labeled {
	var out []Labeled
	for i := range 30 {
		out = append(out,
			Labeled{"appel", fmt.Sprintf("de appel aan boom %d is rood", i)},
			Labeled{"peer", fmt.Sprintf("een peer uit mand %d smaakt zoet", i)})
	}
	return out
}

func fruitSettings() Settings {
	s := ClassifierSettings()
	s.Members, s.Hidden, s.Epochs = 2, 8, 6
	return s
}

func TestClassifierLearnsAndSurvivesItsFile(t *testing.T) {
	c, err := TrainClassifier(context.Background(), fruit(), fruitSettings(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := c.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	back, err := ReadClassifier(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*Classifier{"trained": c, "read back": back} {
		t.Run(name, func(t *testing.T) {
			for _, want := range []Labeled{{"appel", "rode appel"}, {"peer", "zoete peer"}} {
				if got, p := c.Classify(want.Text); got != want.Label || p < 0.5 || p > 1 {
					t.Errorf("Classify(%q) = %s %.2f, want %s", want.Text, got, p, want.Label)
				}
			}
		})
	}
	if _, err := ReadModel(file.Bytes()); !errors.Is(err, ErrModelFile) {
		t.Errorf("a classifier was read as the model of messages: %v", err)
	}
}

func TestEvaluateReportsItsFigures(t *testing.T) {
	test := []Labeled{{"appel", "rode appel"}, {"peer", "zoete peer"}, {"peer", "rode appel"}}
	calls := 0
	ev, err := Evaluate(context.Background(), fruit(), test, fruitSettings(), func(done, total int) {
		if calls++; done != calls || total != 12 {
			t.Errorf("progress %d of %d at call %d", done, total, calls)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if ev.Accuracy < 0.66 || ev.Accuracy > 0.67 {
		t.Errorf("accuracy %f, want two of three", ev.Accuracy)
	}
	if ev.Labels != 2 || ev.TestRows != 3 || ev.ModelBytes < 1000 || !(ev.TrainSeconds > 0) || !(ev.USPerMessage > 0) {
		t.Errorf("figures %+v", ev)
	}
	if calls != 12 {
		t.Errorf("%d calls of progress, want one an epoch of each member", calls)
	}
}

func TestReadLabeledNamesTheLine(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"no tab", "a\tb\nzonder\n", "f.tsv:2: want label<TAB>text"},
		{"no label", "\tb\n", "f.tsv:1: want label<TAB>text"},
		{"no text", "a\t \n", "f.tsv:1: want label<TAB>text"},
		{"nothing", "# kop\n\n", "f.tsv: no examples"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ReadLabeled(strings.NewReader(tt.in), "f.tsv"); err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("tabs in the text stay", func(t *testing.T) {
		got, err := ReadLabeled(strings.NewReader("a\tb\tc\r\n"), "f.tsv")
		if err != nil || len(got) != 1 || got[0] != (Labeled{"a", "b\tc"}) {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

func TestOneLabelIsNoCorpus(t *testing.T) {
	if _, err := TrainClassifier(context.Background(), []Labeled{{"a", "x"}, {"a", "y"}}, fruitSettings(), nil); err == nil {
		t.Error("no error")
	}
}

func FuzzReadLabeled(f *testing.F) {
	f.Add("a\tb\n# c\n\nd\te\tf\r\n")
	f.Add("\t\t\n")
	f.Fuzz(func(t *testing.T, content string) {
		got, err := ReadLabeled(strings.NewReader(content), "f.tsv")
		if (err == nil) != (len(got) > 0) {
			t.Fatalf("%d lines and error %v", len(got), err)
		}
		for _, l := range got {
			if l.Label == "" || strings.ContainsAny(l.Label, "\t\n") || strings.TrimSpace(l.Text) == "" {
				t.Fatalf("line %+v", l)
			}
		}
	})
}

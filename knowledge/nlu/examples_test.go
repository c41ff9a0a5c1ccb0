package nlu

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedExamplesAreEnough(t *testing.T) {
	examples, err := EmbeddedExamples()
	if err != nil {
		t.Fatal(err)
	}
	byLang, labelled := map[string]int{}, 0
	for _, e := range examples {
		if e.Intent != "" && !e.aside() {
			labelled++
		} else if !e.aside() {
			byLang[string(e.Lang)]++
		}
	}
	if labelled < 12000 {
		t.Errorf("%d labelled examples, want at least 12000", labelled)
	}
	for _, lang := range []string{"en", "de", "tr", "pl", "uk", "ar"} {
		if byLang[lang] < 150 {
			t.Errorf("%d examples in %s, want at least 150", byLang[lang], lang)
		}
	}
}

func TestExampleErrorsNameTheLine(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{"too few columns", "hulpvraag\twonen\t-\thoi", "wonen.tsv:2: want 5 columns"},
		{"unknown intent", "vraag\t-\t-\t-\thoi", "wonen.tsv:2: unknown intent"},
		{"unknown levensgebied", "hulpvraag\twonen,huis\t-\t-\thoi", "wonen.tsv:2: unknown levensgebied"},
		{"unknown moment", "hulpvraag\t-\tlater\t-\thoi", "wonen.tsv:2: unknown moment"},
		{"unknown doelgroep", "hulpvraag\t-\t-\toud\thoi", "wonen.tsv:2: unknown doelgroep"},
		{"one id twice", "hulpvraag\twonen,wonen\t-\t-\thoi", "stands twice"},
		{"no intent but a moment", "-\twonen\ttoegang\t-\thoi", "wonen.tsv:2: a line without intent"},
		{"no label at all", "-\t-\t-\t-\thoi", "wonen.tsv:2: a line without intent"},
		{"empty text", "hulpvraag\t-\t-\t-\t ", "empty text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{"wonen.tsv": {Data: []byte("# kop\n" + tt.line + "\n")}}
			_, err := LoadExamples(fsys)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("no examples at all", func(t *testing.T) {
		if _, err := LoadExamples(fstest.MapFS{}); err == nil {
			t.Error("no error")
		}
	})
}

func TestExamplesFromElsewhereOnlyHelp(t *testing.T) {
	row := []byte("buiten-bereik\t-\t-\t-\tzet de wekker op zeven uur\n")
	examples, err := LoadExamples(fstest.MapFS{"a.tsv": {Data: row}, "elders/b.tsv": {Data: row}})
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) != 2 || examples[0].aside() || !examples[1].aside() {
		t.Fatalf("got %+v, want the second aside", examples)
	}
	if js := dealFolds(examples, 1); len(js) != 1 || js[0].example.File != "a.tsv" {
		t.Errorf("measured on %+v, want a.tsv only", js)
	}
	c := messageCorpus(examples, DefaultSettings())
	if c.weights[0] != 1 || c.weights[1] >= 1 {
		t.Errorf("weights %v, want the second below the first", c.weights)
	}
	for i := range c.targets[0] {
		if c.targets[0][i] != c.targets[1][i] {
			t.Fatal("other targets for the same labels")
		}
	}
}

func TestNearDuplicatesAreFound(t *testing.T) {
	examples, err := LoadExamples(fstest.MapFS{"a.tsv": {Data: []byte(
		"hulpvraag\twonen\t-\t-\tik kan mijn huur deze maand niet betalen\n" +
			"hulpvraag\twonen\t-\t-\tmijn buren maken elke nacht lawaai\n" +
			"hulpvraag\twonen\t-\t-\tIk kan mijn huur deze maand niet betalen!\n")}})
	if err != nil {
		t.Fatal(err)
	}
	got := NearDuplicates(examples)
	if len(got) != 1 || got[0].Earlier.Line != 1 || got[0].Later.Line != 3 {
		t.Errorf("got %v, want line 3 like line 1", got)
	}
}

func TestShippedExamplesHaveNoNearDuplicates(t *testing.T) {
	examples, err := EmbeddedExamples()
	if err != nil {
		t.Fatal(err)
	}
	var labelled []Example
	for _, e := range examples {
		if e.Intent != "" && !e.aside() {
			labelled = append(labelled, e)
		}
	}
	for _, d := range NearDuplicates(labelled) {
		t.Error(d)
	}
}

func FuzzLoadExamples(f *testing.F) {
	f.Add("hulpvraag\twonen,werk\ttoegang\touderen\thoi\n")
	f.Add("# c\n\n\t\t\t\t\n")
	f.Add("hulpvraag\t\xff\t-\t-\thoi")
	f.Fuzz(func(t *testing.T, content string) {
		got, err := LoadExamples(fstest.MapFS{"x.tsv": {Data: []byte(content)}})
		if err == nil && len(got) == 0 {
			t.Fatal("neither examples nor an error")
		}
		for _, e := range got {
			if e.Text == "" || e.Line < 1 {
				t.Fatalf("example %+v", e)
			}
		}
	})
}

package nlu

import (
	"slices"
	"strings"
	"testing"
)

// conceptsOf names the concepts of text in the shipped lexicon.
func conceptsOf(t *testing.T, text string) []string {
	t.Helper()
	lex, err := lexiconNamed(lexConcepts)
	if err != nil {
		t.Fatal(err)
	}
	names := map[uint32]string{}
	for _, line := range strings.Split(conceptFile, "\n") {
		if name, _, ok := strings.Cut(line, ":"); ok {
			names[hash(nsConcept, []byte(name))] = name
		}
	}
	var s scratch
	var out []string
	for _, f := range s.features(text, reader{lex: lex}) {
		if name := names[f]; name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func TestConceptsAreFound(t *testing.T) {
	tests := []struct{ text, want, not string }{
		{"mijn huur is te hoog", "huur", "werk"},
		{"beschimmelde muur", "woongebrek", "werk"},
		{"uitkeering gestopt", "uitkering", "woning"},
		{"het zorg kantoor belt niet", "wlz", "huur"},
		{"tot ziens", "afscheid", "rouw"},
		{"mijn zoon van 6", "jongkind", "oudwoord"},
		{"moeder van 84", "oudwoord", "jongkind"},
		{"I can't pay the rent", "huur", "werk"},
		{"ik wil een medewerker spreken", "menswens", "wisselwens"},
		{"een mede werker spreken", "mens", "wisselwens"},
		{"de aanvraag is afgewezen", "aanvraagfase", "lopendehulp"},
		{"dat bedoel ik niet", "correctiewoorden", "jawoorden"},
		{"не можу заплатити, борги", "schulden", "werk"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got := conceptsOf(t, tt.text)
			if !slices.Contains(got, tt.want) || slices.Contains(got, tt.not) {
				t.Errorf("concepts %v, want %s and not %s", got, tt.want, tt.not)
			}
		})
	}
}

func TestConceptErrorsNameTheLine(t *testing.T) {
	for name, text := range map[string]string{
		"no colon": "a b c", "no words": "wonen: ", "stem too short": "wonen: hu*",
		"a long phrase": "wonen: een_huis_met_een_grote_tuin", "an empty word": "wonen: een__huis",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseLexicon("concepts", "# kop\n"+text); err == nil || !strings.HasPrefix(err.Error(), "concepts.txt:2: ") {
				t.Errorf("error %v, want one that names concepts.txt:2", err)
			}
		})
	}
}

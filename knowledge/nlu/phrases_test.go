package nlu

import (
	"slices"
	"testing"
)

func phraseLexicon(t *testing.T) *lexicon {
	t.Helper()
	lex, err := parseLexicon(lexConcepts, "bel: bel_mij_terug\nkoop: wil_een_huis*\nkind: zoon\nschool: klas\n")
	if err != nil {
		t.Fatal(err)
	}
	lex.name = lexConcepts
	return lex
}

func TestPhrasesAreFound(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"side by side", "kunt u mij bellen, bel mij terug graag", "bel"},
		{"by sound", "bel mei terugg", "bel"},
		{"the last word only begun", "ik wil een huisje", "koop"},
		{"another order", "mij terug bel", ""},
		{"a word between", "bel mij eens terug", ""},
		{"cut short", "bel mij", ""},
	}
	lex := phraseLexicon(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s scratch
			feats := s.features(tt.text, reader{lex: lex})
			for _, name := range []string{"bel", "koop"} {
				if got := slices.Contains(feats, hash(nsConcept, []byte(name))); got != (name == tt.want) {
					t.Errorf("%s found: %t", name, got)
				}
			}
		})
	}
}

func TestConceptsMeetInAnyOrder(t *testing.T) {
	rd := reader{lex: phraseLexicon(t)}
	features := func(text string) []uint32 {
		var s scratch
		return slices.Clone(s.features(text, rd))
	}
	child, class := hash(nsConcept, []byte("kind")), hash(nsConcept, []byte("school"))
	both := spread(min(child, class)*31+max(child, class)) ^ nsMeeting
	for text, want := range map[string]bool{"zoon in de klas": true, "de klas van mijn zoon": true, "mijn zoon": false, "een klas": false} {
		if got := slices.Contains(features(text), both); got != want {
			t.Errorf("%q: met %t, want %t", text, got, want)
		}
	}
}

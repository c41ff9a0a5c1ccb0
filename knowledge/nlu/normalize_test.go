package nlu

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func tokens(text string) string {
	var s scratch
	s.normalize(text)
	out := make([]string, len(s.ends))
	for i := range out {
		out[i] = string(s.token(i))
	}
	return strings.Join(out, " ")
}

func TestNormalize(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"lower case without punctuation", "Ik heb, HULP nodig.", "ik heb hulp nodig"},
		{"diacritics go", "Mijn cliënt één façade Łódź ağaç", "mijn client een facade lodz agac"},
		{"combining marks go", "cafe\u0301", "cafe"},
		{"stretched letters shrink", "heeeeel eeeerg aubbbb", "heel eerg alstublieft"},
		{"chat words are written out", "ksnap die brief vd gemeente niet", "ik snap die brief van de gemeente niet"},
		{"apostrophes join", "m'n foto's", "mijn fotos"},
		{"numbers become classes", "1.234 euro in 2024, zoon 9, oma 84", "6 euro in 5 zoon 0 oma 3"},
		{"marks with meaning stay", "help?! €50 😭", "help ? ! € 2 😭"},
		{"invisible characters don't split", "hu\u200bur\u00adtoe\u0000slag", "huurtoeslag"},
		{"other scripts stay", "Допоможіть мені", "допоможіть мені"},
		{"invalid bytes are skipped", "hu\xffur \xc3", "huur"},
		{"nothing yields nothing", " \n\t…", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tokens(tt.in)); diff != "" {
				t.Errorf("tokens of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestSoundMeetsMisspelling(t *testing.T) {
	for _, pair := range [][2]string{
		{"verhuisd", "verhuist"}, {"uitkering", "uitkeering"}, {"zelfmoord", "selfmoort"},
		{"gemijnte", "gemeinte"}, {"schuld", "sguld"}, {"vrouw", "frauw"},
	} {
		t.Run(pair[1], func(t *testing.T) {
			a, b := appendSound(nil, []byte(pair[0])), appendSound(nil, []byte(pair[1]))
			if string(a) != string(b) {
				t.Errorf("sounds differ: %q %q", a, b)
			}
		})
	}
}

func TestSplitCompoundSharesFeature(t *testing.T) {
	var s scratch
	joined := append([]uint32(nil), s.features("huurtoeslag", reader{})...)
	for _, f := range s.features("huur toeslag", reader{}) {
		if f == joined[0] {
			return
		}
	}
	t.Error("\"huur toeslag\" has no feature of \"huurtoeslag\"")
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{"", "ksnap het nie", "hu\xffur", "éééé€€😭", strings.Repeat("ij", 5000), "\u200b\u0301a", "Ÿŉĳß"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s scratch
		first := append([]uint32(nil), s.features(text, reader{})...)
		if len(s.ends) > maxTokens+8 {
			t.Fatalf("%d tokens", len(s.ends))
		}
		for i := range s.ends {
			if w := s.token(i); len(w) == 0 {
				t.Fatalf("token %d is empty", i)
			}
		}
		if diff := cmp.Diff(first, s.features(text, reader{})); diff != "" {
			t.Fatalf("second look differs:\n%s", diff)
		}
		if utf8.ValidString(text) && strings.TrimSpace(text) == "" && len(s.ends) > 0 {
			t.Fatalf("blank text has tokens")
		}
	})
}

func TestSpellerRepairsOneSlip(t *testing.T) {
	texts := []string{"huurtoeslag gemeente betalen", "huurtoeslag gemeente betalen", "huurtoeslag gemeente betalen", "gemeenten eenmaal"}
	sp := buildSpeller(texts)
	tests := []struct{ name, in, want string }{
		{"wrong letter", "hiurtoeslag", "huurtoeslag"},
		{"missing letter", "gemente", "gemeente"},
		{"letter too many", "betallen", "betalen"},
		{"swapped letters", "bteaen", "bteaen"},
		{"swapped neighbours", "betaeln", "betalen"},
		{"a known word stays", "gemeenten", "gemeenten"},
		{"a short word stays", "gem", "gem"},
		{"two slips stay", "gmente", "gmente"},
		{"a rare word is no correction", "eenmal", "eenmal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(sp.repair([]byte(tt.in))); got != tt.want {
				t.Errorf("repair(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

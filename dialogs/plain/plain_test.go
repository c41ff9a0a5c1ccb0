package plain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		"huis": 1, "wonen": 2, "gemeente": 3, "bijstand": 2, "huurachterstand": 4, "u": 1, "ij": 1, "reis": 1,
		"officiële": 5, "geïnd": 2, "yoga": 2, "12": 1, "wmo": 1, "schuldhulp": 2, "energie": 3, "ruzie": 2,
	} {
		t.Run(word, func(t *testing.T) {
			if got := Syllables(word); got != want {
				t.Errorf("%d syllables, want %d", got, want)
			}
		})
	}
}

func TestPlainTextScoresHigherThanOfficialText(t *testing.T) {
	easy := Measure("U heeft een brief gekregen. Leg hem klaar. Bel daarna met uw huisbaas.", Words{})
	hard := Measure("Teneinde de aanvraag in behandeling te kunnen nemen dient betrokkene onverwijld de gevraagde documentatie te overleggen.", Words{
		Avoid: map[string]string{"teneinde": "om te", "dient": "moet", "onverwijld": "meteen"},
	})
	if easy.Douma() < 65 || hard.Douma() > 40 || easy.PerSentence() > 6 || hard.Sentences != 1 {
		t.Errorf("easy %.1f (%+v), hard %.1f (%+v)", easy.Douma(), easy, hard.Douma(), hard)
	}
	if diff := cmp.Diff([]string{"dient", "onverwijld", "teneinde"}, hard.Official); diff != "" {
		t.Error(diff)
	}
}

func TestPassivesAreFound(t *testing.T) {
	for text, want := range map[string]int{
		"Het formulier wordt verstuurd.":          1,
		"De aanvraag werd door ons afgewezen.":    1,
		"Wij sturen het formulier.":               0,
		"Het wordt laat. Dat is mooi gedaan.":     0,
		"U wordt gebeld. Uw brief wordt gelezen.": 2,
	} {
		t.Run(text, func(t *testing.T) {
			if got := Measure(text, Words{}).Passives; len(got) != want {
				t.Errorf("passives %q, want %d", got, want)
			}
		})
	}
}

func TestTermsAndPlacesToFillInAreLeftOut(t *testing.T) {
	with := Measure("Een cliëntondersteuner van {gemeente} belt u.", Words{Terms: []string{"cliëntondersteuner"}})
	without := Measure("Een cliëntondersteuner van {gemeente} belt u.", Words{})
	if with.Douma() <= without.Douma() || with.Words != without.Words {
		t.Errorf("with %.1f, without %.1f", with.Douma(), without.Douma())
	}
}

func TestSentences(t *testing.T) {
	got := Sentences("Bel 112. Is er haast?\nDan om 9.00 uur! Klaar")
	if diff := cmp.Diff([]string{"Bel 112", "Is er haast", "Dan om 9.00 uur", "Klaar"}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzMeasure(f *testing.F) {
	f.Add("Een tekst. Nog een!")
	f.Add("ï\xffij…\n\n{")
	f.Fuzz(func(t *testing.T, text string) {
		s := Measure(text, Words{Avoid: map[string]string{"indien": "als"}})
		if s.Words < s.counted || s.Syllables < s.counted || s.Sentences > strings.Count(text, "")+1 {
			t.Errorf("%+v", s)
		}
	})
}

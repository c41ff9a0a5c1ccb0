package nlu

import (
	"os"
	"slices"
	"strings"
	"testing"

	"wegwijzer/knowledge"
)

// examined is one message of testdata/examen.tsv with its labels.
type examined struct {
	split, text  string
	intent       knowledge.Intent
	gebieden     []string
	moment       string
	crisis, lang string
}

func examMessages(t *testing.T) []examined {
	t.Helper()
	data, err := os.ReadFile("testdata/examen.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var list []examined
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 8 {
			t.Fatalf("examen.tsv: %d columns in %q", len(f), line)
		}
		e := examined{split: f[0], intent: knowledge.Intent(f[1]), moment: f[3], crisis: f[5], lang: f[6], text: f[7]}
		if f[2] != none {
			e.gebieden = strings.Split(f[2], ",")
		}
		list = append(list, e)
	}
	return list
}

// marks are the shares that came out right.
type marks struct{ gebied, first, intent, person, moment, lang float64 }

// examine lets the model judge the messages of one split. In a crisis, which
// the guard finds, the levensgebied of the danger comes first, and the moment
// isn't asked.
func examine(m *Model, list []examined, split string) (marks, int) {
	gebieden, person := counts{}, counts{}
	var first, firsts, intents, moments, asked, langs, n int
	for _, e := range list {
		if e.split != split {
			continue
		}
		n++
		u := m.Understand(e.text)
		if e.crisis != none {
			u = u.InCrisis(knowledge.CrisisKind(e.crisis))
		} else if asked++; momentLabel(u.Moment) == e.moment {
			moments++
		}
		var got []string
		for _, l := range u.Levensgebieden {
			got = append(got, string(l.ID))
		}
		gebieden.add(e.gebieden, got)
		if len(e.gebieden) > 0 {
			if firsts++; len(got) > 0 && got[0] == e.gebieden[0] {
				first++
			}
		}
		if u.Intent.ID == e.intent {
			intents++
		}
		wish := func(i knowledge.Intent) []string {
			return slices.DeleteFunc([]string{string(i)}, func(s string) bool { return s != string(knowledge.IntentMens) })
		}
		person.add(wish(e.intent), wish(u.Intent.ID))
		if string(u.Lang) == e.lang {
			langs++
		}
	}
	share := func(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
	return marks{gebieden.micro(), share(first, firsts), share(intents, n), person.micro(), share(moments, asked), share(langs, n)}, n
}

// TestExam holds the shipped model to what it reached on an outside examiner's
// messages, a few below; docs/understanding.md has the figures.
func TestExam(t *testing.T) {
	m, list := shipped(t), examMessages(t)
	for split, least := range map[string]marks{
		"dev":  {gebied: 0.80, first: 0.80, intent: 0.93, person: 0.85, moment: 0.84, lang: 0.98},
		"kept": {gebied: 0.80, first: 0.80, intent: 0.92, person: 0.80, moment: 0.86, lang: 0.98},
	} {
		t.Run(split, func(t *testing.T) {
			got, n := examine(m, list, split)
			t.Logf("%d messages: %+v", n, got)
			if n < 250 {
				t.Fatalf("%d messages are too few", n)
			}
			for name, pair := range map[string][2]float64{
				"levensgebied micro-F1": {got.gebied, least.gebied}, "first levensgebied": {got.first, least.first}, "intent": {got.intent, least.intent},
				"wish for a person F1": {got.person, least.person}, "moment": {got.moment, least.moment}, "language": {got.lang, least.lang},
			} {
				if pair[0] < pair[1] {
					t.Errorf("%s: %.3f, at least %.2f is due", name, pair[0], pair[1])
				}
			}
		})
	}
}

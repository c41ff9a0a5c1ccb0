package guard

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/knowledge"
)

var local = Local{Gemeente: "Voorbeeldstad", Phone: "14 0000", OutOfHours: "000-1110000", Homeless: "000-2220000"}

// noon is a winter day at 13.00 in Amsterdam.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestReplyStartsWithTheRightNumber(t *testing.T) {
	g := open(t)
	first := map[knowledge.CrisisKind][]string{
		knowledge.CrisisSuicide: {"113", "0800-0113"},
		knowledge.CrisisGeweld:  {"112"},
		knowledge.CrisisMedisch: {"112"},
		knowledge.CrisisDakloos: {"000-2220000"},
		knowledge.CrisisAnders:  {"112"},
	}
	whole := map[knowledge.CrisisKind][]string{
		knowledge.CrisisSuicide: {"112", "113.nl", "112NL", "kpnteletolk.nl"},
		knowledge.CrisisGeweld:  {"0800-2000", "veiligthuis.nl", "112NL"},
		knowledge.CrisisMedisch: {"112NL", "kpnteletolk.nl", "huisartsenpost"},
		knowledge.CrisisDakloos: {"14 0000", "000-1110000", "112", "kpnteletolk.nl", "Voorbeeldstad"},
		knowledge.CrisisAnders:  {"112NL", "14 0000"},
	}
	for _, lang := range knowledge.Langs() {
		for _, kind := range knowledge.CrisisKinds() {
			t.Run(string(lang)+" "+string(kind), func(t *testing.T) {
				got := g.Reply(Crisis{Kind: kind, Lang: lang}, local, noon)
				line, _, _ := strings.Cut(got, "\n")
				for _, want := range first[kind] {
					if !strings.Contains(line, want) {
						t.Errorf("first line lacks %s: %s", want, line)
					}
				}
				for _, want := range whole[kind] {
					if !strings.Contains(got, want) {
						t.Errorf("reply lacks %s:\n%s", want, got)
					}
				}
				if strings.ContainsAny(got, "{}<>") {
					t.Errorf("placeholder or markup left:\n%s", got)
				}
			})
		}
	}
}

// A human has the conversation: nothing offers one, and the numbers stay.
func TestReplyBesideAHumanOffersNoOther(t *testing.T) {
	g := open(t)
	for _, lang := range knowledge.Langs() {
		for _, kind := range knowledge.CrisisKinds() {
			t.Run(string(lang)+" "+string(kind), func(t *testing.T) {
				c := Crisis{Kind: kind, Lang: lang}
				alone := strings.Split(g.Reply(c, local, noon), "\n")
				beside := strings.Split(g.ReplyBeside(c, local, noon), "\n")
				last := len(alone) - 1
				if diff := cmp.Diff(alone[:last], beside[:last]); diff != "" {
					t.Errorf("the help itself differs, -alone +beside:\n%s", diff)
				}
				if want := g.texts[lang].beside[0]; len(beside) != len(alone) || beside[last] != want {
					t.Errorf("ends with %q, want %q", beside[len(beside)-1], want)
				}
			})
		}
	}
}

func TestKindertelefoonOnlyForAChildWhileOpen(t *testing.T) {
	g := open(t)
	day := func(month time.Month, hour, minute int) time.Time {
		return time.Date(2026, month, 20, hour, minute, 0, 0, time.UTC)
	}
	cases := []struct {
		name  string
		child bool
		now   time.Time
		want  bool
	}{
		{"winter, opens at eleven", true, day(11, 10, 0), true},
		{"winter, a minute early", true, day(11, 9, 59), false},
		{"winter, last minute", true, day(11, 19, 59), true},
		{"winter, closed at nine", true, day(11, 20, 0), false},
		{"summer, opens at eleven", true, day(7, 9, 0), true},
		{"summer, closed at nine", true, day(7, 19, 0), false},
		{"an adult", false, day(11, 12, 0), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, lang := range knowledge.Langs() {
				got := g.Reply(Crisis{Kind: knowledge.CrisisGeweld, Lang: lang, Child: c.child}, local, c.now)
				if strings.Contains(got, "0800-0432") != c.want {
					t.Errorf("%s: Kindertelefoon shown = %v", lang, !c.want)
				}
			}
		})
	}
}

func TestReplyWithoutLocalNumbersStillHelps(t *testing.T) {
	g := open(t)
	for _, lang := range append(knowledge.Langs(), "", "xx") {
		for _, kind := range append(knowledge.CrisisKinds(), "") {
			got := g.Reply(Crisis{Kind: kind, Lang: lang}, Local{}, noon)
			if !strings.Contains(got, "112") || strings.Contains(got, "  ") {
				t.Errorf("%s %s: %q", lang, kind, got)
			}
		}
		if e := g.Emergency(lang, Local{}); !strings.Contains(e, "112") || !strings.Contains(e, "113") ||
			!strings.Contains(e, "0800-2000") || strings.Contains(e, "\n") {
			t.Errorf("%s: emergency line %q", lang, e)
		}
	}
}

func TestNumbersAreChecked(t *testing.T) {
	g := open(t)
	want := map[string]string{"112": "112", "113": "113", "veilig-thuis": "0800-2000", "kindertelefoon": "0800-0432"}
	for _, n := range g.Numbers() {
		if !strings.HasPrefix(n.Source, "https://") || len(n.Checked) != len("2026-11") {
			t.Errorf("%s: source %q checked %q", n.ID, n.Source, n.Checked)
		}
		if phone, ok := want[n.ID]; ok && n.Phone != phone {
			t.Errorf("%s: phone %q, want %q", n.ID, n.Phone, phone)
		}
		delete(want, n.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing numbers: %v", want)
	}
}

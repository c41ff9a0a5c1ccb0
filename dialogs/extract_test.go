package dialogs

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// day is a Sunday.
var day = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestDeadlines(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ik moet voor 1 december betalen", "2026-12-01"},
		{"uiterlijk 3 januari", "2027-01-03"},
		{"binnen 2 weken reageren", "2026-12-06"},
		{"over drie dagen word ik uitgezet", "2026-11-25"},
		{"morgen moet ik eruit", "2026-11-23"},
		{"morgen om 10 uur komt de deurwaarder", "2026-11-23"},
		{"tot morgen", ""},
		{"sinds 1 maart woon ik hier", ""},
		{"31 februari", ""},
		{"30-11-2026", "2026-11-30"},
		{"geboren 5 mei 1980", ""},
		{"de brief is van 12 oktober", ""},
		{"een besluit van 12 oktober, ik mag binnen 6 weken bezwaar maken", "2026-11-23"},
		{"besluit van 12-10-2026, binnen zes weken bezwaar", "2026-11-23"},
		{"ik moet voor vrijdag bezwaar maken", "2026-11-27"},
		{"voor vrijdag", "2026-11-27"},
		{"vrijdag ga ik naar de markt", ""},
		{"zondag is de zitting", "2026-11-29"},
		{"volgende week moet ik eruit", "2026-11-23"},
		{"I must pay before Friday", "2026-11-27"},
		{"the bailiff comes tomorrow", "2026-11-23"},
		{"I have to leave by 1 December", "2026-12-01"},
	} {
		t.Run(c.text, func(t *testing.T) {
			var got []string
			list, _ := deadlines(c.text, day, nil)
			for _, d := range list {
				got = append(got, d.On.Format(time.DateOnly))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestATermCountsFromTheLetterThatIsNamedLater(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog en ik mag binnen 6 weken bezwaar maken")
	if got := c.s.Hulpvraag.Deadlines[0].On.Format(time.DateOnly); got != "2027-01-03" {
		t.Errorf("from now: %s", got)
	}
	c.say("de brief is van 12 oktober")
	if d := c.s.Hulpvraag.Deadlines; len(d) != 1 || d[0].On.Format(time.DateOnly) != "2026-11-23" {
		t.Errorf("from the letter: %+v", d)
	}
}

func TestForWhom(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"mijn moeder heeft een traplift nodig", "mijn moeder"},
		{"ik schrijf voor mijn moeder van 76", "mijn moeder"},
		{"ik zoek een maatje voor mijn vader", "mijn vader"},
		{"mijn buurman van 68 zit de hele dag binnen", "mijn buurman"},
		{"namens mijn cliënt vraag ik hulp", "mijn cliënt"},
		{"mijn cliënt durft niet te bellen", "mijn cliënt"},
		{"my mother needs cleaning help", "my mother"},
		{"mijn man is in april overleden en ik zit maar thuis", ""},
		{"mijn vriend wordt heel boos als ik geld uitgeef", ""},
		{"en mijn zoon dan", ""},
		{"ik heb ruzie met mijn vader", ""},
		{"ik woon bij mijn moeder", ""},
		{"ik kan mijn huur niet betalen", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			if got := writesFor(c.text, tokens(c.text), false); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestClauses(t *testing.T) {
	for _, c := range []struct{ text, tried, helps, wish string }{
		{"ik heb al drie keer gebeld met de verhuurder, maar die doet niets", "ik heb al drie keer gebeld met de verhuurder", "", ""},
		{"mijn dochter helpt mij met de post en ik hoop dat het stopt", "", "mijn dochter helpt mij met de post", "ik hoop dat het stopt"},
		{"Ik krijg hulp van het wijkteam. Ik zou graag weer zelf koken.", "", "Ik krijg hulp van het wijkteam", "Ik zou graag weer zelf koken"},
		{"niemand helpt mij", "", "niemand helpt mij", ""},
		{"wie helpt mij hiermee?", "", "", ""},
		{"kunt u mij helpen", "", "", ""},
		{"ik wil iemand spreken", "", "", ""},
		{"ik wil niet meer leven", "", "", ""},
		{"ik heb hulp nodig", "", "", ""},
		{"de woningbouw heeft mij nooit gebeld", "", "", ""},
		{"I have called them twice but I would like to stay here", "I have called them twice", "", "I would like to stay here"},
	} {
		t.Run(c.text, func(t *testing.T) {
			tried, helps, wish := clauses(c.text)
			if diff := cmp.Diff([]string{c.tried, c.helps, c.wish}, []string{tried, helps, wish}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsToldFillsEverySlot(t *testing.T) {
	c := newTalk(t).say("Mijn moeder heeft sinds maart schuld, wel 8.000 euro. Ik heb al gebeld met de bank. Haar zus helpt haar soms met de post. Ik hoop dat ze rust krijgt. Voor 30 november moet ze 200 euro betalen.")
	h := c.s.Hulpvraag
	got := []string{h.For.Text, h.Since.Text, h.Tried.Text, h.Helps.Text, h.Wish.Text, h.Amounts[0].Text, h.Amounts[1].Text, h.Deadlines[0].On.Format(time.DateOnly)}
	want := []string{"mijn moeder", "sinds maart", "Ik heb al gebeld met de bank", "Haar zus helpt haar soms met de post", "Ik hoop dat ze rust krijgt", "8.000 euro", "200 euro", "2026-11-30"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, l := range c.e.SummaryLines(&c.s) {
		if len(l.Seqs) == 0 && !strings.HasPrefix(l.Label, "Nog niet") {
			t.Errorf("the line %q comes from no message", l.Label)
		}
	}
}

func TestSince(t *testing.T) {
	for text, want := range map[string]string{
		"ik heb sinds maart schulden": "sinds maart", "al een half jaar": "al een half jaar", "al jaren": "al jaren", "al heel lang": "al heel lang",
		"sinds drie maanden": "sinds drie maanden", "sinds mei 2025": "sinds mei 2025", "al 6 jaar": "al 6 jaar", "sinds vorige zomer": "sinds vorige zomer",
		"ik heb al drie keer gebeld": "", "ik ben al 79": "", "al een brief": "", "since last year": "since last year", "for three months": "for three months",
		"voor drie maanden": "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := sinceRE.FindString(text); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/bot/scripts"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/tests/harness"
)

// checkedContent are the files in which a fact may stand that a reply tells:
// the example kaart, the texts, the emergency numbers, the gemeenten, the
// roster.
var checkedContent = []string{
	"../knowledge/kaart/example", "../dialogs/flows", "../dialogs/guard",
	"../bot/config/example.toml", "../bot/cases/example", "../channels/emergency.go",
}

// factKinds are the facts that are looked for in a reply, and what makes two
// spellings of one the same.
var factKinds = map[string]struct {
	pattern *regexp.Regexp
	same    func(string) string
}{
	"a phone number": {regexp.MustCompile(`\b(?:11[2-9]\b|1\d{3}\b|0\d[\d \-–]{6,}\d)`), digits},
	"a web address": {regexp.MustCompile(`(?:https?://|www\.)[^\s<>")\];,]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:nl|org|com|eu|net|info|example)\b(?:/[^\s<>")\];,]*)?`), func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
		return strings.TrimRight(strings.TrimPrefix(s, "www."), ".,;:!?/")
	}},
	"a price":    {regexp.MustCompile(`€ ?\d[\d.,]*|\b\d[\d.,]* euro\b`), digits},
	"a time":     {regexp.MustCompile(`\b\d{1,2}[.:]\d{2}\b`), func(s string) string { return strings.TrimPrefix(digits(s), "0") }},
	"a postcode": {regexp.MustCompile(`\b\d{4} [A-Z]{2}\b`), strings.ToUpper},
}

// term is the moment by which somebody hears, which is reckoned from now.
var term = regexp.MustCompile(`(?:uiterlijk|at the latest|by) [^.?!]*?\d{1,2}[.:]\d{2}`)

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// facts are all facts of a text, by kind.
func facts(text string, add func(kind, fact, as string)) {
	for kind, k := range factKinds {
		for _, found := range k.pattern.FindAllString(text, -1) {
			add(kind, k.same(found), found)
		}
	}
}

// knownFacts reads the checked content, and the hours of the kaart's records as
// they are written for people.
func knownFacts(t *testing.T, k *kaart.Kaart) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, s := range k.Services() {
		facts(s.Schedule.Plain(false)+" "+s.Schedule.Plain(true), func(kind, fact, _ string) { known[kind+fact] = true })
	}
	files := 0
	for _, root := range checkedContent {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			facts(string(data), func(kind, fact, _ string) { known[kind+fact] = true })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 20 || len(known) < 200 {
		t.Fatalf("only %d facts in %d files: the walk is wrong", len(known), files)
	}
	return known
}

// TestEveryFactStandsInARecord plays every conversation and finds each phone
// number, web address, price, time and postcode that the bot told in the kaart
// or in a checked content file, and each card equal to its record. What the
// resident said may be said back; the term of a handover is reckoned.
func TestEveryFactStandsInARecord(t *testing.T) {
	k, err := kaart.Example()
	if err != nil {
		t.Fatal(err)
	}
	known := knownFacts(t, k)
	s := harness.Start(t, nil)
	told, cards := 0, 0
	for _, script := range conversations(t) {
		if script.MovesClock() {
			continue
		}
		doors := map[string]scripts.Opener{}
		for _, ch := range []bot.Channel{bot.ChannelWeb, bot.ChannelTelegram, bot.ChannelTerminal} {
			doors[string(ch)] = scripts.Direct(s.App.Bot, ch)
		}
		p := &scripts.Player{Bot: s.App.Bot, Doors: doors}
		_ = p.Play(script, script.Channels()[0]) // whether it goes as written is TestConversations' to say
		own := map[string]bool{}
		for _, m := range p.Messages() {
			if m.From != bot.FromBot {
				facts(m.Text, func(kind, fact, _ string) { own[kind+fact] = true })
			}
		}
		for _, m := range p.Messages() {
			if m.From != bot.FromBot {
				continue
			}
			facts(term.ReplaceAllString(m.Text, ""), func(kind, fact, as string) {
				told++
				if !known[kind+fact] && !own[kind+fact] {
					t.Errorf("%s/%s: message %d tells %s that stands nowhere: %q in %q", filepath.Base(script.File), script.Name, m.Seq, kind, as, m.Text)
				}
			})
			for _, c := range m.Sources {
				cards++
				checkCard(t, k, known, script.Name, c)
			}
		}
	}
	if told == 0 || cards == 0 {
		t.Fatalf("%d facts and %d cards were told: nothing is tested", told, cards)
	}
	t.Logf("%d facts, %d cards", told, cards)
}

// checkCard holds a card of a service against its record.
func checkCard(t *testing.T, k *kaart.Kaart, known map[string]bool, script string, c kaart.Card) {
	t.Helper()
	s, ok := k.Service(kaart.ServiceID(c.ID))
	if !ok { // emergency numbers and the gemeente's own
		facts(c.Phone+" "+c.URL, func(kind, fact, as string) {
			if !known[kind+fact] {
				t.Errorf("%s: card %s holds %s that stands nowhere: %s", script, c.ID, kind, as)
			}
		})
		return
	}
	if c.Name != s.Name || c.URL != s.URL || c.CheckedAt != string(s.AssuredDate) {
		t.Errorf("%s: card %s is %q, %q, %q; the record %q, %q, %q", script, c.ID, c.Name, c.URL, c.CheckedAt, s.Name, s.URL, s.AssuredDate)
	}
	phones, places := "", ""
	for _, p := range s.Phones {
		phones += p.Number + "|"
	}
	for _, l := range s.Locations {
		places += l.OneLine() + "|"
	}
	if c.Phone != "" && !strings.Contains(phones, c.Phone) || c.Address != "" && !strings.Contains(places, c.Address) {
		t.Errorf("%s: card %s has %q, %q; the record %q, %q", script, c.ID, c.Phone, c.Address, phones, places)
	}
}

package guard

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"wegwijzer/knowledge"
)

// Local holds the gemeente's own checked numbers. An empty field leaves out
// the lines that need it.
type Local struct {
	Gemeente   string // as people write it
	Phone      string // in office hours
	OutOfHours string // evenings, nights and weekends
	Homeless   string // a roof for tonight
}

// texts holds the replies of one language, each a list of lines with
// placeholders in braces. A line whose placeholder has no value is left out.
type texts struct {
	reply     map[knowledge.CrisisKind][]string
	emergency []string
	beside    []string // stands in place of the last line of a reply
}

// the placeholders that are not an id of a number.
var localFields = []string{"gemeente", "telefoon", "avond", "opvang", "eerst", "kind"}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// newTexts checks that each kind has a reply and each placeholder a meaning.
func newTexts(lf langFile, numbers []Number) (texts, error) {
	t := texts{reply: map[knowledge.CrisisKind][]string{}}
	known := slices.Clone(localFields)
	for _, n := range numbers {
		known = append(known, n.ID, n.ID+".also", n.ID+".chat", n.ID+".name")
	}
	check := func(key, text string) ([]string, error) {
		if strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("the text %q is missing", key)
		}
		for _, p := range placeholder.FindAllString(text, -1) {
			if !slices.Contains(known, strings.Trim(p, "{}")) {
				return nil, fmt.Errorf("text %q: unknown placeholder %s", key, p)
			}
		}
		return strings.Split(strings.TrimSpace(text), "\n"), nil
	}
	for _, kind := range knowledge.CrisisKinds() {
		lines, err := check(string(kind), lf.Reply[string(kind)])
		if err != nil {
			return t, err
		}
		t.reply[kind] = lines
	}
	if len(lf.Reply) != len(t.reply) {
		return t, fmt.Errorf("a reply for a kind that does not exist")
	}
	var err error
	if t.emergency, err = check("emergency", lf.Emergency); err != nil {
		return t, err
	}
	t.beside, err = check("beside", lf.Beside)
	return t, err
}

// Reply is the answer to a crisis: plain text with line breaks, the right
// number in the first line, in c.Lang. The Kindertelefoon is in it only when
// c.Child and only while it is open at now. Its last line stays with the
// resident and, where there is time for it, offers a person.
func (g *Guard) Reply(c Crisis, local Local, now time.Time) string {
	_, lines := g.lines(c)
	return strings.Join(fill(lines, g.values(local, inAmsterdam(now), c.Child)), "\n")
}

// ReplyBeside is Reply for a conversation that a human has already: it offers
// no person, but says that this one reads along and is not to be waited for.
func (g *Guard) ReplyBeside(c Crisis, local Local, now time.Time) string {
	t, lines := g.lines(c)
	lines = slices.Concat(lines[:len(lines)-1], t.beside)
	return strings.Join(fill(lines, g.values(local, inAmsterdam(now), c.Child)), "\n")
}

// lines are the texts of a language and the reply to a crisis in it, with
// placeholders; what is unknown is read as Dutch and as another emergency.
func (g *Guard) lines(c Crisis) (texts, []string) {
	t, ok := g.texts[c.Lang]
	if !ok {
		t = g.texts[knowledge.NL]
	}
	lines, ok := t.reply[c.Kind]
	if !ok {
		lines = t.reply[knowledge.CrisisAnders]
	}
	return t, lines
}

// Emergency is the short line with the numbers for an answer that can't be
// more: too busy, out of order, not reachable. An unknown language gives Dutch.
func (g *Guard) Emergency(lang knowledge.Lang, local Local) string {
	t, ok := g.texts[lang]
	if !ok {
		t = g.texts[knowledge.NL]
	}
	return strings.Join(fill(t.emergency, g.values(local, time.Time{}, false)), " ")
}

// values maps each placeholder to its text; a missing one drops its line.
func (g *Guard) values(local Local, now time.Time, child bool) map[string]string {
	v := map[string]string{
		"gemeente": local.Gemeente, "telefoon": local.Phone, "avond": local.OutOfHours, "opvang": local.Homeless,
	}
	for _, n := range g.numbers {
		v[n.ID], v[n.ID+".also"], v[n.ID+".chat"], v[n.ID+".name"] = n.Phone, n.Also, n.Chat, n.Name
	}
	v["eerst"] = firstNumber(local, now)
	if child && now.Hour() >= childOpens && now.Hour() < childCloses {
		v["kind"] = v["kindertelefoon"]
	}
	return v
}

// The Kindertelefoon answers between these hours, every day (source in
// numbers.toml).
const childOpens, childCloses = 11, 21

// firstNumber is the gemeente's number to try first for a roof tonight.
func firstNumber(local Local, now time.Time) string {
	office := now.Weekday() != time.Saturday && now.Weekday() != time.Sunday && now.Hour() >= 9 && now.Hour() < 17
	order := []string{local.Homeless, local.OutOfHours, local.Phone}
	if office {
		order = []string{local.Homeless, local.Phone, local.OutOfHours}
	}
	for _, n := range order {
		if n != "" {
			return n
		}
	}
	return ""
}

// fill replaces the placeholders and leaves out lines that lack a value.
func fill(lines []string, values map[string]string) []string {
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		complete := true
		line = placeholder.ReplaceAllStringFunc(line, func(p string) string {
			s := values[strings.Trim(p, "{}")]
			complete = complete && s != ""
			return s
		})
		if complete {
			out = append(out, line)
		}
	}
	return out
}

// inAmsterdam is t on the clock of the help lines. The rule is written out
// (summer time from the last Sunday of March to the last of October, 01:00
// UTC), so that no zone database is needed on the machine.
func inAmsterdam(t time.Time) time.Time {
	t = t.UTC()
	lastSunday := func(m time.Month) time.Time {
		d := time.Date(t.Year(), m, 31, 1, 0, 0, 0, time.UTC)
		return d.AddDate(0, 0, -int(d.Weekday()))
	}
	hours := 1
	if !t.Before(lastSunday(time.March)) && t.Before(lastSunday(time.October)) {
		hours = 2
	}
	return t.In(time.FixedZone("Europe/Amsterdam", hours*3600))
}

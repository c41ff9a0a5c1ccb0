package dialogs

import (
	"regexp"
	"slices"
	"strconv"

	"wegwijzer/knowledge"
)

// Ages: who is addressed as je, and who is so young that what is told stays
// with them first (S15).
const (
	youngest = 6
	minor    = 16
	oldest   = 27
)

// ageRE finds an own age, with what follows it: "ik ben 15 jaar getrouwd" is
// none.
var ageRE = regexp.MustCompile(`(?i)\b(?:ik ben|ben|ik word|i am|i'm|i m)\s+(?:(?:nog|maar|net|pas|trouwens|eigenlijk|zelf|bijna|nu|ook|al|only|just|almost|een jongen van|een meisje van|a boy of|a girl of)\s+)*` +
	`(\d{1,2})\b(?:\s+(?:jaar|jaren|years?)\b)?(?:\s+(?:oud|jong|old)\b)?\s*(\p{L}*)`)

// classRE finds a class that only the young are in.
var classRE = regexp.MustCompile(`(?i)\b(?:ik zit|zit)\s+(?:nog\s+|nu\s+)?in\s+(?:groep\s+[4-8]|de brugklas|klas\s+[123]\b|[123]\s?(?:vmbo|havo|vwo|mavo|gymnasium))`)

// ownAge is the age that the writer says of themselves, 0 for none.
func ownAge(text string) int {
	for _, m := range ageRE.FindAllStringSubmatch(text, 4) {
		after := m[2]
		if after != "" && !slices.Contains([]string{"en", "maar", "want", "dus", "ik", "mijn", "met", "zonder", "of", "omdat", "and", "but", "because", "so", "i", "my", "with", "without"}, after) {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n >= youngest {
			return n
		}
	}
	if classRE.MatchString(text) {
		return minor - 1
	}
	return 0
}

// address settles on je for a young person who writes for themselves: only
// then, since a wrong je is worse than a stiff u.
func (t *turn) address() {
	age := ownAge(t.in.Text)
	if age > 0 && age < minor {
		t.isMinor()
		return
	}
	if t.s.Hulpvraag.For != nil || aboutChild(t.tokens) {
		return
	}
	if t.s.Je = t.s.Je || age > 0 && age <= oldest; t.s.Je {
		t.s.Hulpvraag.Doelgroepen = add(t.s.Hulpvraag.Doelgroepen, knowledge.Jongeren)
	}
}

// isMinor goes on as with somebody under sixteen: je, told once that talking is
// allowed and that nothing goes to the parents, and where a child can call. In
// danger the guard's reply has said that number.
func (t *turn) isMinor() {
	t.s.Je = true
	t.s.Hulpvraag.Doelgroepen = add(t.s.Hulpvraag.Doelgroepen, knowledge.Jongeren)
	if t.s.Minor {
		return
	}
	t.s.Minor = true
	t.trace("under sixteen")
	if t.in.Crisis == "" {
		t.say("algemeen.jong", nil)
	}
}

// youthCare makes of care help for the young, and puts that first, where a child
// asks for it.
func (t *turn) youthCare() {
	if !t.s.Minor {
		return
	}
	var list []knowledge.Scored[knowledge.Levensgebied]
	for _, l := range t.u.Levensgebieden {
		switch {
		case l.ID != knowledge.Jeugdzorg && l.ID != knowledge.Zorg:
			list = append(list, l)
		case len(list) == 0 || list[0].ID != knowledge.Jeugdzorg:
			l.ID = knowledge.Jeugdzorg
			list = slices.Insert(list, 0, l)
		}
	}
	t.u.Levensgebieden = list
}

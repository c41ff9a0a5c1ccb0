package dialogs

import (
	"regexp"
	"strings"
)

// shown answers a question about the services that were shown last, from their
// records: of each what it says, and of one that says nothing the number to ask.
func (t *turn) shown(a *Aside) {
	var lines, numbers []string
	known := false
	for _, c := range t.s.Hulpvraag.Cards {
		v := t.told(c, a)
		known = known || v != ""
		if v == "" {
			v = t.notTold(c)
		}
		if c.Phone != "" {
			numbers = append(numbers, c.Name+": "+c.Phone)
		}
		if v != "" {
			lines = append(lines, c.Name+": "+v)
		}
	}
	switch {
	case len(lines) == 0:
		t.detour("algemeen.staat-er-niet")
		return
	case !known:
		t.progress()
		t.say("algemeen.staat-er-niet-bij", Vars{"regels": bullets(numbers)})
	default:
		t.progress()
		t.say("tussendoor."+a.ID, Vars{"regels": bullets(lines)})
	}
	if t.s.Phase == PhaseOffer || t.s.Phase == PhaseClarify {
		t.again()
	}
}

// notTold says that a record doesn't say it, with the number where it can be
// asked; "" when there is no number either.
func (t *turn) notTold(c Shown) string {
	if c.Phone == "" {
		return ""
	}
	return t.words("algemeen.vraag-het", Vars{"nummer": c.Phone})
}

// told is what the record of a service says of what was asked, "" for nothing.
func (t *turn) told(c Shown, a *Aside) string {
	switch a.Shown {
	case "phone":
		return c.Phone
	case "hours":
		return c.Hours
	case "address":
		return c.Address
	case "cost":
		return c.Cost
	case "languages":
		return t.tongues(c.Languages)
	case "about":
		return sentencesOf(c.About, a.tells)
	}
	return c.URL
}

// tongues names the languages of a record as people do; what is no code stays
// as it stands.
func (t *turn) tongues(list string) string {
	var names []string
	for l := range strings.SplitSeq(list, ",") {
		l = strings.TrimSpace(l)
		if key := "taal." + l; t.c.Texts.Has("nl", key) {
			l = t.words(key, nil)
		}
		if l != "" {
			names = append(names, l)
		}
	}
	return t.sum(names)
}

var sentenceRE = regexp.MustCompile(`[^.?!;]+[.?!;]*`)

// maxSentences is how much of a description one answer repeats.
const maxSentences = 2

// sentencesOf are the first sentences of a description that any of the phrases
// matches.
func sentencesOf(about string, tells []phrase) string {
	var found []string
	for _, s := range sentenceRE.FindAllString(about, -1) {
		if len(found) < maxSentences && bestMatch(tells, tokens(s)) > 0 {
			found = append(found, strings.TrimRight(strings.TrimSpace(s), ";"))
		}
	}
	return strings.Join(found, " ")
}

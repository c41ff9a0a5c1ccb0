package dialogs

import (
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

var (
	amountRE = regexp.MustCompile(`(?i)(?:€|euro)\s?\d[\d.]*(?:,\d{2})?|\d[\d.]*(?:,\d{2}|,-)?\s?(?:euro|eur|€)`)
	sinceRE  = regexp.MustCompile(`(?i)\b(?:sinds|vanaf|al|since|for)\s+(?:(?:ongeveer|bijna|ruim|meer dan|de|een|een paar|paar|afgelopen|vorige?|vorig|about|almost|the|last)\s+)*` +
		`(?:(?:\d{1,3}|een|twee|drie|vier|vijf|zes|zeven|acht|tien|half|heel|two|three|four|five|six)\s+(?:dagen|weken|week|maanden|maand|jaren|jaar|lang|days|weeks|months|years)|` +
		`(?:jaren|maanden|weken|dagen|years|months|weeks|maand|jaar|week|zomer|winter|kort|summer|month|year|20\d\d|` +
		`januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october)\b(?:\s+(?:lang|20\d\d))?)`)
	forRE = regexp.MustCompile(`(?i)\b(?:(voor|namens|over|for)\s+)?(mijn|m'n|mn|me|ons|onze|my|our)\s+(moeder|ma|mam|mama|vader|pa|papa|ouders|zoon|zoontje|dochter|dochtertje|kind|kinderen|man|vrouw|partner|vriend|vriendin|broer|broertje|zus|zusje|buurvrouw|buurman|oma|opa|tante|oom|nicht|nichtje|neef|neefje|schoonmoeder|schoonvader|cliënt|client|patiënt|leerling|mother|mum|mom|father|dad|parents|son|daughter|child|husband|wife|friend|brother|sister|neighbour|neighbor|uncle|aunt|grandmother|grandfather)\b`)
)

// extract takes from the text what can be known without asking: amounts,
// dates to come, since when, for whom, what was tried, who helps, the wish.
// What was told stays, unless this message is a correction.
func (t *turn) extract() {
	h, text, seq := &t.s.Hulpvraag, t.in.Text, t.in.Seq
	for _, a := range amountRE.FindAllString(text, 4) {
		a = strings.TrimSpace(a)
		if !slices.ContainsFunc(h.Amounts, func(q Quote) bool { return q.Text == a }) {
			h.Amounts = append(h.Amounts, Quote{Text: a, Seq: seq})
		}
	}
	t.dates()
	put := func(name string, field **Quote, found string) {
		if found != "" && (*field == nil || t.corrects) {
			t.trace("%s filled from the text", name)
			*field = &Quote{Text: found, Seq: seq}
		}
	}
	put("sinds", &h.Since, strings.ToLower(sinceRE.FindString(text)))
	put("voor-wie", &h.For, writesFor(text, t.tokens, t.corrects))
	tried, helps, wish := clauses(text)
	put("geprobeerd", &h.Tried, tried)
	put("hulp", &h.Helps, helps)
	if t.u.Intent.ID == knowledge.IntentHulpvraag || t.u.Intent.ID == knowledge.IntentKlacht || t.corrects {
		put("wens", &h.Wish, wish)
	}
	if h.Helps != nil && h.Helps.Seq == seq {
		h.support(knowledge.ActiveringNetwerk, seq)
	}
}

// writesFor finds the person for whom is asked, "" when the writer asks for
// themselves or only mentions somebody. Who died, who does harm and who is
// quarrelled with is nobody to ask for.
func writesFor(text string, words []string, corrects bool) string {
	if hasAny(words, "overleden", "overleed", "gestorven", "dood", "ex", "boos", "slaat", "dreigt", "bedreigt", "controleert", "mishandelt", "ruzie", "verlaten",
		"passed", "died", "dead", "hits", "threatens", "angry") {
		return ""
	}
	for _, m := range forRE.FindAllStringSubmatchIndex(text, 4) {
		whose, who := strings.ToLower(text[m[4]:m[5]]), strings.ToLower(text[m[6]:m[7]])
		said := "mijn " + who
		if whose == "my" || whose == "our" {
			said = "my " + who
		}
		forWhom := m[2] >= 0 && !strings.EqualFold(text[m[2]:m[3]], "over")
		if forWhom || corrects || inCare(who) || needs(tokens(text[:m[0]]), tokens(text[m[1]:])) {
			return said
		}
	}
	return ""
}

// inCare says whether the word names somebody whom a professional writes for.
func inCare(word string) bool {
	return slices.Contains([]string{"cliënt", "client", "patiënt", "leerling"}, word)
}

// needs says whether the words around a person tell of that person's question:
// the story begins with them, and says how it goes with them.
func needs(before, after []string) bool {
	if hasAny(before, "ik", "wij", "we", "i", "en", "and", "met", "with", "door") {
		return false
	}
	return hasAny(after[:min(6, len(after))], "heeft", "hebben", "kan", "kunnen", "wil", "willen", "zoekt", "moet", "moeten", "krijgt", "valt", "vergeet",
		"is", "zijn", "woont", "wonen", "durft", "staat", "slaapt", "eet", "zit", "gaat", "redt", "loopt", "wordt", "werd", "mag", "komt", "laat", "ligt", "heb",
		"has", "can", "can't", "cannot", "wants", "needs", "lives", "gets", "forgets", "falls", "sits")
}

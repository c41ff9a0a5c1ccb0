package dialogs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegwijzer/knowledge"
)

var (
	amountRE = regexp.MustCompile(`(?i)(?:€|euro)\s?\d[\d.]*(?:,\d{2})?|\d[\d.]*(?:,\d{2}|,-)?\s?(?:euro|eur|€)`)
	dayRE    = regexp.MustCompile(`(?i)\b(\d{1,2})[ -](januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|jan|feb|mrt|apr|jun|jul|aug|sep|okt|nov|dec)\b(?:[ -](20\d\d))?`)
	numDayRE = regexp.MustCompile(`\b(\d{1,2})[-/](\d{1,2})[-/](20\d\d)\b`)
	termRE   = regexp.MustCompile(`(?i)\b(?:binnen|over|nog)\s+(\d{1,3}|een|twee|drie|vier|vijf|zes|zeven|acht|tien|veertien)\s+(dag|dagen|week|weken)\b`)
	soonRE   = regexp.MustCompile(`(?i)\b(vandaag|morgen|overmorgen)\b`)
	sinceRE  = regexp.MustCompile(`(?i)\b(?:sinds|vanaf|al)\s+(?:(?:ongeveer|bijna|ruim|meer dan|de|een|paar|afgelopen|vorige?|vorig)\s+)*(?:\d{1,3}|twee|drie|vier|vijf|zes|half|heel|jaren|maanden|weken|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|maand|jaar|week|zomer|winter|kort)(?:\s+(?:dagen|weken|maanden|jaar|jaren|lang|maand|week|20\d\d))*`)
	forRE    = regexp.MustCompile(`(?i)\b(?:voor|over|met|van)?\s*(mijn|m'n|me|ons|onze)\s+(moeder|ma|mam|vader|pa|ouders|zoon|zoontje|dochter|dochtertje|kind|kinderen|man|vrouw|partner|vriend|vriendin|broer|broertje|zus|zusje|buurvrouw|buurman|oma|opa|tante|oom|nicht|neef|cliënt|client|patiënt|leerling)\b`)
)

var numbers = map[string]int{"een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "tien": 10, "veertien": 14}

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
	for _, d := range deadlines(text, t.f.Now) {
		d.Seq = seq
		if !slices.ContainsFunc(h.Deadlines, func(x Deadline) bool { return x.On.Equal(d.On) }) {
			h.Deadlines = append(h.Deadlines, d)
		}
	}
	put := func(name string, field **Quote, found string) {
		if found != "" && (*field == nil || t.corrects) {
			t.trace("%s filled from the text", name)
			*field = &Quote{Text: found, Seq: seq}
		}
	}
	put("sinds", &h.Since, strings.ToLower(sinceRE.FindString(text)))
	if m := forRE.FindStringSubmatch(text); m != nil && (inCare(m[2]) || t.corrects || speaksFor(t.tokens)) {
		put("voor-wie", &h.For, "mijn "+strings.ToLower(m[2]))
	}
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

// inCare says whether the word names somebody whom a professional writes for.
func inCare(word string) bool {
	return slices.Contains([]string{"cliënt", "client", "patiënt", "leerling"}, strings.ToLower(word))
}

// speaksFor says whether the writer tells of someone else's question rather
// than mentioning a relative in their own.
func speaksFor(words []string) bool {
	first := slices.IndexFunc(words, func(w string) bool { return w == "ik" || w == "wij" || w == "we" })
	rel := slices.IndexFunc(words, func(w string) bool { return w == "mijn" || w == "me" || w == "m'n" })
	return rel >= 0 && (first < 0 || rel < first || slices.Contains(words, "namens"))
}

// deadlines finds dates that lie ahead, at most a year, with the words that
// name them.
func deadlines(text string, now time.Time) []Deadline {
	if now.IsZero() {
		return nil
	}
	var list []Deadline
	put := func(on time.Time, words string) {
		if days := on.Sub(now).Hours() / 24; days > -1 && days < 366 {
			list = append(list, Deadline{On: on, Text: words})
		}
	}
	for _, m := range dayRE.FindAllStringSubmatch(text, 3) {
		day, _ := strconv.Atoi(m[1])
		month := monthOf(m[2])
		year := now.Year()
		if m[3] != "" {
			year, _ = strconv.Atoi(m[3])
		}
		on := inZone(now, year, month, day)
		if on.Day() != day || pastTold(text, m[0]) {
			continue // 31 februari
		}
		if m[3] == "" && on.Before(now.AddDate(0, 0, -1)) {
			on = inZone(now, year+1, month, day)
		}
		put(on, m[0])
	}
	for _, m := range numDayRE.FindAllStringSubmatch(text, 3) {
		day, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		year, _ := strconv.Atoi(m[3])
		if on := inZone(now, year, time.Month(month), day); on.Day() == day && int(on.Month()) == month {
			put(on, m[0])
		}
	}
	for _, m := range termRE.FindAllStringSubmatch(text, 3) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = numbers[strings.ToLower(m[1])]
		}
		if strings.HasPrefix(strings.ToLower(m[2]), "we") {
			n *= 7
		}
		put(inZone(now, now.Year(), now.Month(), now.Day()+n), m[0])
	}
	if m := soonRE.FindString(text); m != "" && urgentWord(text) {
		n := map[string]int{"vandaag": 0, "morgen": 1, "overmorgen": 2}[strings.ToLower(m)]
		put(inZone(now, now.Year(), now.Month(), now.Day()+n), m)
	}
	return list
}

// urgentWord keeps "morgen" in small talk from becoming a deadline.
func urgentWord(text string) bool {
	return slices.ContainsFunc(tokens(text), func(w string) bool {
		return strings.HasPrefix(w, "moet") || strings.HasPrefix(w, "uiterlijk") || strings.HasPrefix(w, "uitgezet") ||
			strings.HasPrefix(w, "ontruim") || strings.HasPrefix(w, "termijn") || strings.HasPrefix(w, "betalen") || strings.HasPrefix(w, "afgesloten")
	})
}

// pastTold says whether a date is named as since when, not as until when.
func pastTold(text, date string) bool {
	before, _, _ := strings.Cut(text, date)
	words := tokens(before)
	return len(words) > 0 && slices.Contains([]string{"sinds", "vanaf", "geboren"}, words[len(words)-1])
}

func monthOf(name string) time.Month {
	name = strings.ToLower(name)
	if name == "mrt" {
		return time.March
	}
	for i, m := range maanden {
		if strings.HasPrefix(m, name) {
			return time.Month(i + 1)
		}
	}
	return 0
}

package dialogs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	dayRE    = regexp.MustCompile(`(?i)\b(\d{1,2})(?:e|de|ste)?[ -](januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|june|july|august|october|jan|feb|mrt|apr|jun|jul|aug|sep|sept|okt|oct|nov|dec)\b(?:[ -](20\d\d))?`)
	numDayRE = regexp.MustCompile(`\b(\d{1,2})[-/](\d{1,2})[-/](20\d\d)\b`)
	termRE   = regexp.MustCompile(`(?i)\b(binnen|over|nog|within|in)\s+(\d{1,3}|een|één|twee|drie|vier|vijf|zes|zeven|acht|tien|veertien|two|three|four|six|ten)\s+(dag|dagen|week|weken|days|weeks)\b`)
	soonRE   = regexp.MustCompile(`(?i)\b(vandaag|morgen|overmorgen|today|tomorrow|deze week|volgende week|this week|next week)\b`)
	weekRE   = regexp.MustCompile(`(?i)\b(?:(voor|vóór|uiterlijk|tot|before|by)\s+)?(?:(?:aanstaande|komende|deze|next|this)\s+)?(maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b`)
)

var numbers = map[string]int{
	"een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "tien": 10, "veertien": 14,
	"two": 2, "three": 3, "four": 4, "six": 6, "ten": 10,
}

// dates takes the dates that the message names. A day that has passed is that
// of a letter or a decision: a term "binnen zes weken" counts from it, and one
// that was told before is counted anew.
func (t *turn) dates() {
	h := &t.s.Hulpvraag
	list, letter := deadlines(t.in.Text, t.f.Now, h.Letter)
	if t.letter != nil { // that is what was asked for
		list, letter = nil, t.letter
	}
	if letter != nil && (h.Letter == nil || !h.Letter.Equal(*letter)) {
		h.Letter = letter
		for i, d := range h.Deadlines {
			if d.Within > 0 {
				h.Deadlines[i].On = letter.AddDate(0, 0, d.Within)
			}
		}
	}
	for _, d := range list {
		d.Seq = t.in.Seq
		if !slices.ContainsFunc(h.Deadlines, func(x Deadline) bool { return x.On.Equal(d.On) }) {
			h.Deadlines = append(h.Deadlines, d)
			t.trace("a date at %s", d.On.Format(time.DateOnly))
		}
	}
}

// longPast is how far back a day without a year is taken for one that has
// passed; longer ago it is next year's.
const longPast = 200 * 24 * time.Hour

// deadlines finds dates that lie ahead, at most a year, with the words that
// name them, and the day of a letter or decision when one is named. letter is
// the day that was named before, nil for none.
func deadlines(text string, now time.Time, letter *time.Time) ([]Deadline, *time.Time) {
	if now.IsZero() {
		return nil, nil
	}
	f := &dateFinder{text: text, now: now}
	f.days()
	if f.letter != nil {
		letter = f.letter
	}
	for _, m := range termRE.FindAllStringSubmatch(text, 3) {
		f.term(m, letter)
	}
	if soon(text) {
		f.near()
	}
	for _, m := range weekRE.FindAllStringSubmatch(text, 2) {
		if m[1] != "" || soon(text) {
			f.put(Deadline{On: nextWeekday(now, m[2]), Text: m[0]})
		}
	}
	return f.list, f.letter
}

type dateFinder struct {
	text   string
	now    time.Time
	list   []Deadline
	letter *time.Time
}

// put keeps a day that lies ahead; one that has passed is a letter's.
func (f *dateFinder) put(d Deadline) {
	days := d.On.Sub(f.now).Hours() / 24
	switch {
	case days > -1 && days < 366:
		f.list = append(f.list, d)
	case days <= -1 && days > -366:
		f.letter = &d.On
	}
}

func (f *dateFinder) days() {
	for _, m := range dayRE.FindAllStringSubmatch(f.text, 3) {
		day, _ := strconv.Atoi(m[1])
		month, year := monthOf(m[2]), f.now.Year()
		if m[3] != "" {
			year, _ = strconv.Atoi(m[3])
		}
		on := inZone(f.now, year, month, day)
		if on.Day() != day || pastTold(f.text, m[0]) {
			continue // 31 februari
		}
		if m[3] == "" && f.now.Sub(on) > longPast {
			on = inZone(f.now, year+1, month, day)
		}
		f.put(Deadline{On: on, Text: m[0]})
	}
	for _, m := range numDayRE.FindAllStringSubmatch(f.text, 3) {
		day, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		year, _ := strconv.Atoi(m[3])
		if on := inZone(f.now, year, time.Month(month), day); on.Day() == day && int(on.Month()) == month && !pastTold(f.text, m[0]) {
			f.put(Deadline{On: on, Text: m[0]})
		}
	}
}

// term counts "binnen zes weken" from the letter, and "over zes weken" from
// now.
func (f *dateFinder) term(m []string, letter *time.Time) {
	n, err := strconv.Atoi(m[2])
	if err != nil {
		n = numbers[strings.ToLower(m[2])]
	}
	if strings.HasPrefix(strings.ToLower(m[3]), "we") {
		n *= 7
	}
	d := Deadline{On: inZone(f.now, f.now.Year(), f.now.Month(), f.now.Day()+n), Text: m[0]}
	if word := strings.ToLower(m[1]); word == "binnen" || word == "within" {
		d.Within = n
		if letter != nil {
			d.On = inZone(f.now, letter.Year(), letter.Month(), letter.Day()+n)
		}
	}
	f.put(d)
}

// near finds "morgen" and "volgende week".
func (f *dateFinder) near() {
	m := soonRE.FindString(f.text)
	if m == "" {
		return
	}
	n := map[string]int{"vandaag": 0, "today": 0, "morgen": 1, "tomorrow": 1, "overmorgen": 2}[strings.ToLower(m)]
	switch strings.ToLower(m) {
	case "deze week", "this week": // its Friday, or today when that has passed
		n = max(0, int(time.Friday-f.now.Weekday()))
	case "volgende week", "next week": // its Monday
		n = (8 - int(f.now.Weekday())) % 7
		if n == 0 {
			n = 7
		}
	}
	f.put(Deadline{On: inZone(f.now, f.now.Year(), f.now.Month(), f.now.Day()+n), Text: m})
}

// nextWeekday is the first such day after today.
func nextWeekday(now time.Time, name string) time.Time {
	name = strings.ToLower(name)
	for n := 1; n <= 7; n++ {
		on := inZone(now, now.Year(), now.Month(), now.Day()+n)
		if dagen[on.Weekday()] == name || strings.ToLower(on.Weekday().String()) == name {
			return on
		}
	}
	return time.Time{}
}

// soon keeps "morgen" and "vrijdag" in small talk from becoming a deadline.
func soon(text string) bool {
	return slices.ContainsFunc(tokens(text), func(w string) bool {
		return slices.ContainsFunc([]string{
			"moet", "uiterlijk", "uitgezet", "ontruim", "termijn", "betalen", "afgesloten", "deurwaarder", "zitting", "rechtbank", "rechter",
			"bezwaar", "inleveren", "reageren", "must", "have to", "evict", "bailiff", "court", "landlord", "pay",
		}, func(p string) bool { return strings.HasPrefix(w, p) })
	})
}

// pastTold says whether a date is named as since when, not as until when.
func pastTold(text, date string) bool {
	before, _, _ := strings.Cut(text, date)
	words := tokens(before)
	return len(words) > 0 && hasAny(words[len(words)-1:], "sinds", "vanaf", "geboren", "since", "born")
}

func monthOf(name string) time.Month {
	name = strings.ToLower(name)
	switch name {
	case "mrt":
		return time.March
	case "oct":
		return time.October
	}
	for i, m := range maanden {
		if strings.HasPrefix(m, name) || strings.HasPrefix(strings.ToLower(time.Month(i+1).String()), name) {
			return time.Month(i + 1)
		}
	}
	return 0
}

// inZone keeps dates in the gemeente's zone.
func inZone(now time.Time, year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, now.Location())
}

package kaart

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dayNames are the short names, from Monday; long names begin with them.
var dayNames = [7]string{"ma", "di", "wo", "do", "vr", "za", "zo"}

var longDays = map[string]int{
	"maandag": 0, "dinsdag": 1, "woensdag": 2, "donderdag": 3, "vrijdag": 4, "zaterdag": 5, "zondag": 6,
}

// notePrefix marks a section as words for people.
const notePrefix = "info: "

var (
	reHours    = regexp.MustCompile(`^(.*?)\s*(\d{1,2}(?:[:.]\d{2})?)\s*(?:-|–|tot)\s*(\d{1,2}(?:[:.]\d{2})?)(?:\s*uur)?$`)
	reDateTime = regexp.MustCompile(`^(\S+)\s+(\d{1,2}(?:[:.]\d{2})?)\s*[-–]\s*(\d{1,2}(?:[:.]\d{2})?)$`)
	rePeriod   = regexp.MustCompile(`^(.*?)(?: van (\d{4}-\d\d-\d\d))?(?: t/m (\d{4}-\d\d-\d\d))?$`)
	reNth      = regexp.MustCompile(`^(?:(\d)e|(laatste))\s+(\S+)$`)
	reNextDay  = regexp.MustCompile(`(\d(?:\s*uur)?)\s*(?:,|\ben\b|&)\s*((?:\de\s+|laatste\s+)?(?:ma|di|wo|do|vr|za|zo)(?:andag|nsdag|ensdag|nderdag|ijdag|terdag|ndag)?\b)`)
	reYearly   = regexp.MustCompile(`^(\d{1,2})-(\d{1,2})$`)
)

// ParseSchedule reads opening hours as the template writes them:
//
//	ma-vr 09:00-17:00; za 10:00-12:00 | gesloten 25-12, 2026-12-31, feestdagen | extra 2026-12-24 09:00-12:00 | op afspraak
//
// A part that names no day and is not an exception is a note for people. An
// empty string gives the zero Schedule.
func ParseSchedule(text string) (Schedule, error) {
	var s Schedule
	for _, section := range strings.Split(text, "|") {
		section = strings.TrimSpace(section)
		lower := strings.ToLower(section)
		var err error
		switch {
		case section == "":
		case strings.HasPrefix(lower, notePrefix):
			s.addNote(strings.TrimSpace(section[len(notePrefix):]))
		case strings.HasPrefix(lower, "gesloten "):
			err = s.addClosed(section[len("gesloten "):])
		case strings.HasPrefix(lower, "extra "):
			err = s.addExtra(section[len("extra "):])
		case lower == "24/7" || lower == "dag en nacht" || lower == "altijd":
			s.addDays([]int{0, 1, 2, 3, 4, 5, 6}, 0, 0, 1440)
		case startsWithDay(lower):
			err = s.addHours(lower)
		default:
			s.addNote(section)
		}
		if err != nil {
			return Schedule{}, err
		}
	}
	if err := s.normalise(); err != nil {
		return Schedule{}, err
	}
	return s, nil
}

func (s *Schedule) addNote(note string) {
	if s.Note != "" {
		s.Note += "; "
	}
	s.Note += note
}

func (s *Schedule) addDays(days []int, nth int, from, to Clock) {
	for _, d := range days {
		s.Hours = append(s.Hours, Hours{Day: time.Weekday((d + 1) % 7), From: from, To: to, Nth: nth})
	}
}

// addHours reads "ma-vr 09:00-12:00 en 13:00-17:00; za 10:00-12:00".
func (s *Schedule) addHours(text string) error {
	text = reNextDay.ReplaceAllString(text, "$1; $2") // people write a comma there too
	for _, part := range strings.Split(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		var rest []string // earlier stretches of the same days, last first
		var err error
		var valid [2]Date
		if m := rePeriod.FindStringSubmatch(part); m != nil {
			part = m[1]
			for i := range valid {
				if valid[i], err = ParseDate(m[2+i]); err != nil {
					return err
				}
			}
		}
		for {
			m := reHours.FindStringSubmatch(part)
			if m == nil {
				return fmt.Errorf("%q is niet te lezen; schrijf tijden als ma-vr 09:00-17:00", clip(part))
			}
			rest = append(rest, m[2]+"-"+m[3])
			before := strings.TrimSpace(m[1])
			cut, more := cutJoin(before)
			if more {
				part = cut
				continue
			}
			if err := s.addStretches(before, rest, valid); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// cutJoin takes a joining word after a stretch of hours away: "ma 9-12 en"
// gives "ma 9-12"; it reports false when what stands before is days only.
func cutJoin(s string) (string, bool) {
	for _, join := range []string{" en", ",", "&"} {
		if t, ok := strings.CutSuffix(s, join); ok && reHours.MatchString(strings.TrimSpace(t)) {
			return strings.TrimSpace(t), true
		}
	}
	return s, reHours.MatchString(s)
}

func (s *Schedule) addStretches(days string, stretches []string, valid [2]Date) error {
	list, nth, err := parseDays(days)
	if err != nil {
		return err
	}
	for _, st := range stretches {
		f, t, _ := strings.Cut(st, "-")
		from, err := ParseClock(f)
		if err != nil {
			return err
		}
		to, err := ParseClock(t)
		if err != nil {
			return err
		}
		if to <= from {
			return fmt.Errorf("%s-%s kan niet: het einde moet na het begin komen", from, to)
		}
		s.addDays(list, nth, from, to)
	}
	for i := len(s.Hours) - len(list)*len(stretches); i < len(s.Hours); i++ {
		s.Hours[i].ValidFrom, s.Hours[i].ValidTo = valid[0], valid[1]
	}
	return nil
}

// parseDays reads "ma-vr", "ma, wo en vr", "werkdagen", "dagelijks", "2e di".
func parseDays(text string) (days []int, nth int, err error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), ":")
	switch text {
	case "dagelijks", "elke dag":
		return []int{0, 1, 2, 3, 4, 5, 6}, 0, nil
	case "werkdagen":
		return []int{0, 1, 2, 3, 4}, 0, nil
	}
	if m := reNth.FindStringSubmatch(text); m != nil {
		nth = -1
		if m[1] != "" {
			nth, _ = strconv.Atoi(m[1])
		}
		d, ok := parseDay(m[3])
		if !ok || nth == 0 || nth > 5 {
			return nil, 0, fmt.Errorf("%q is geen dag", clip(text))
		}
		return []int{d}, nth, nil
	}
	text = strings.NewReplacer(" t/m ", "-", " tot en met ", "-", " en ", ",", "&", ",", "–", "-", "/", ",").Replace(text)
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		a, b, isRange := strings.Cut(part, "-")
		from, ok := parseDay(a)
		to := from
		if isRange && ok {
			to, ok = parseDay(b)
		}
		if !ok {
			return nil, 0, fmt.Errorf("%q is geen dag; gebruik ma di wo do vr za zo", clip(part))
		}
		for d := from; ; d = (d + 1) % 7 {
			days = append(days, d)
			if d == to {
				break
			}
		}
	}
	if len(days) == 0 {
		return nil, 0, fmt.Errorf("er staan tijden zonder dag")
	}
	return days, 0, nil
}

func parseDay(s string) (int, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	for i, n := range dayNames {
		if s == n {
			return i, true
		}
	}
	d, ok := longDays[s]
	return d, ok
}

func startsWithDay(s string) bool {
	word := s
	if i := strings.IndexFunc(s, func(r rune) bool { return strings.ContainsRune(" ,-–/&:;.", r) }); i >= 0 {
		word = s[:i]
	}
	if _, ok := parseDay(word); ok {
		return true
	}
	if f := strings.Fields(s); len(f) > 1 && reNth.MatchString(f[0]+" "+f[1]) {
		_, ok := parseDay(f[1])
		return ok
	}
	return (word == "dagelijks" || word == "werkdagen" || strings.HasPrefix(s, "elke dag ")) && strings.ContainsAny(s, "0123456789")
}

func (s *Schedule) addClosed(text string) error {
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.EqualFold(strings.TrimPrefix(part, "op "), "feestdagen"):
			s.ClosedHolidays = true
		default:
			d, err := parseExceptionDate(part)
			if err != nil {
				return err
			}
			s.Exceptions = append(s.Exceptions, Exception{Date: d, Closed: true})
		}
	}
	return nil
}

func (s *Schedule) addExtra(text string) error {
	for _, part := range strings.Split(text, ",") {
		m := reDateTime.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return fmt.Errorf("%q is niet te lezen; schrijf het als extra 2026-12-24 09:00-12:00", clip(part))
		}
		d, err := parseExceptionDate(m[1])
		if err != nil {
			return err
		}
		from, err := ParseClock(m[2])
		if err != nil {
			return err
		}
		to, err := ParseClock(m[3])
		if err != nil {
			return err
		}
		if to <= from {
			return fmt.Errorf("%s-%s kan niet: het einde moet na het begin komen", from, to)
		}
		s.Exceptions = append(s.Exceptions, Exception{Date: d, From: from, To: to})
	}
	return nil
}

// parseExceptionDate reads a date, or DD-MM for every year.
func parseExceptionDate(s string) (Date, error) {
	if m := reYearly.FindStringSubmatch(s); m != nil {
		day, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		t := time.Date(2024, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if month < 1 || month > 12 || t.Day() != day || t.Month() != time.Month(month) {
			return "", fmt.Errorf("%q is geen dag van het jaar", s)
		}
		return Date(t.Format("--01-02")), nil
	}
	d, err := ParseDate(s)
	if err == nil && d == "" {
		return "", fmt.Errorf("er ontbreekt een datum")
	}
	return d, err
}

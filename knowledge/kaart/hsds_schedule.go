package kaart

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	rruleDays = [7]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	reByDay   = regexp.MustCompile(`^([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)$`)
)

// readSchedules turns HSDS schedules into simple hours: this is the only
// place where RRULE comes in. What the simple form can't say becomes a note.
func (s *Service) readSchedules(list []hsdsSchedule, f facts) error {
	if text := f.record[codeExceptions]; text != "" {
		x, err := ParseSchedule(text)
		if err != nil {
			return err
		}
		s.Schedule.Exceptions, s.Schedule.ClosedHolidays = x.Exceptions, x.ClosedHolidays
	}
	var notes []string
	for i, h := range list {
		note, err := s.readSchedule(h)
		if err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
		if note = strings.Trim(note, " ,;"); note != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	s.Schedule.Note = strings.ReplaceAll(strings.Join(notes, "; "), "|", "/")
	if note, ok := f.record[codeNote]; ok {
		s.Schedule.Note = cleanLine(note)
	}
	s.Schedule.mergeOverlap()
	return nil
}

// readSchedule reads one schedule and returns what only words can say.
func (s *Service) readSchedule(h hsdsSchedule) (note string, err error) {
	note = cleanLine(h.Description)
	from, to, timed, err := openAndClose(h)
	if err != nil {
		return "", err
	}
	if d, ok := singleDay(h); ok {
		day, err := ParseDate(d)
		if err != nil {
			return "", err
		}
		e := Event{Date: day, From: from, To: to, Title: cmp.Or(note, s.Name), Note: cleanLine(h.Notes)}
		s.Events = append(s.Events, e)
		return "", nil
	}
	if extra := cleanLine(h.Notes); extra != "" && extra != note {
		note = strings.Trim(note+", "+extra, ", ")
	}
	validFrom, err := ParseDate(dayOnly(h.ValidFrom))
	if err != nil {
		return "", err
	}
	validTo, err := ParseDate(dayOnly(cmp.Or(h.ValidTo, h.Until)))
	if err != nil {
		return "", err
	}
	simple := h.ByWeekNo == "" && h.ByMonthDay == "" && h.ByYearDay == "" && (h.Interval == nil || *h.Interval <= 1) && h.Count == nil
	if h.ByDay == "" || !timed || !simple {
		return cmp.Or(note, ruleInWords(h)), nil
	}
	for _, part := range strings.FieldsFunc(strings.ToUpper(h.ByDay), func(r rune) bool { return r == ',' || r == ' ' }) {
		m := reByDay.FindStringSubmatch(part)
		if m == nil {
			return "", fmt.Errorf("byday %q is geen lijst van MO,TU,WE,TH,FR,SA,SU", clip(h.ByDay))
		}
		nth, _ := strconv.Atoi(m[1]) // empty means every week
		if nth < -1 || nth > 5 {
			return cmp.Or(note, ruleInWords(h)), nil
		}
		day := time.Weekday((slices.Index(rruleDays[:], m[2]) + 1) % 7)
		s.Schedule.Hours = append(s.Schedule.Hours, Hours{Day: day, From: from, To: to, Nth: nth, ValidFrom: validFrom, ValidTo: validTo})
	}
	return note, nil
}

// openAndClose reads both times; timed is false when one is missing.
func openAndClose(h hsdsSchedule) (from, to Clock, timed bool, err error) {
	if h.OpensAt == "" || h.ClosesAt == "" {
		return 0, 0, false, nil
	}
	if from, err = ParseClock(h.OpensAt); err != nil {
		return 0, 0, false, fmt.Errorf("opens_at: %w", err)
	}
	if to, err = ParseClock(h.ClosesAt); err != nil {
		return 0, 0, false, fmt.Errorf("closes_at: %w", err)
	}
	if to == 0 || to == 1439 { // midnight, and how others write it
		to = 1440
	}
	if to <= from {
		return 0, 0, false, fmt.Errorf("%s-%s kan niet: het einde moet na het begin komen", from, to)
	}
	return from, to, true, nil
}

// singleDay reports whether the schedule is about one date only.
func singleDay(h hsdsSchedule) (string, bool) {
	switch {
	case h.ByDay != "":
		return "", false
	case h.ValidFrom != "" && h.ValidFrom == h.ValidTo:
		return dayOnly(h.ValidFrom), true
	case h.DTStart != "" && h.Count != nil && *h.Count == 1, h.DTStart != "" && h.DTStart == h.Until:
		return dayOnly(h.DTStart), true
	}
	return "", false
}

// ruleInWords says what can be said of a rule that isn't simple.
func ruleInWords(h hsdsSchedule) string {
	if h.OpensAt == "" || h.ClosesAt == "" {
		return ""
	}
	return h.OpensAt + "–" + h.ClosesAt
}

// mergeOverlap joins stretches that touch or overlap on the same day: HSDS
// may list phone hours and walk-in hours side by side.
func (s *Schedule) mergeOverlap() {
	slices.SortFunc(s.Hours, compareHours)
	var out []Hours
	for _, h := range s.Hours {
		if n := len(out); n > 0 {
			p := &out[n-1]
			if p.Day == h.Day && p.Nth == h.Nth && p.ValidFrom == h.ValidFrom && p.ValidTo == h.ValidTo && h.From < p.To {
				p.To = max(p.To, h.To)
				continue
			}
		}
		out = append(out, h)
	}
	s.Hours = out
}

// schedules writes hours and events as HSDS schedules.
func (s *Service) schedules(link string) []hsdsSchedule {
	type key struct {
		from, to Clock
		nth      bool
		a, b     Date
	}
	var order []key
	days := map[key][]string{}
	for _, h := range s.Schedule.Hours {
		k := key{h.From, h.To, h.Nth != 0, h.ValidFrom, h.ValidTo}
		if _, ok := days[k]; !ok {
			order = append(order, k)
		}
		d := rruleDays[weekdayIndex(h.Day)]
		if h.Nth != 0 {
			d = strconv.Itoa(h.Nth) + d
		}
		days[k] = append(days[k], d)
	}
	var out []hsdsSchedule
	for i, k := range order {
		h := hsdsSchedule{
			ID: uuidOf("schedule", fmt.Sprintf("%s/%d", link, i)), Freq: "WEEKLY", ByDay: strings.Join(days[k], ","),
			OpensAt: k.from.String(), ClosesAt: k.to.String(), ValidFrom: string(k.a), ValidTo: string(k.b),
		}
		if k.nth {
			h.Freq = "MONTHLY"
		}
		out = append(out, h)
	}
	for i, e := range s.Events {
		h := hsdsSchedule{
			ID: uuidOf("schedule", fmt.Sprintf("%s/event/%d", link, i)), ValidFrom: string(e.Date), ValidTo: string(e.Date),
			DTStart: string(e.Date), Description: e.Title, Notes: e.Note,
		}
		if e.To != 0 {
			h.OpensAt, h.ClosesAt = e.From.String(), e.To.String()
		}
		out = append(out, h)
	}
	return out
}

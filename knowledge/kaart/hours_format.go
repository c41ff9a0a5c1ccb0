package kaart

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// String writes the schedule as the template does; ParseSchedule reads it
// back to the same value.
func (s Schedule) String() string {
	var sections []string
	if s.Always() && len(s.Hours) == 7 {
		sections = append(sections, "24/7")
	} else if len(s.Hours) > 0 {
		var parts []string
		for _, g := range groupHours(s.Hours) {
			parts = append(parts, g.days("-", dayNames[:])+" "+g.times("-", " en ", Clock.String)+g.period(" van ", " t/m "))
		}
		sections = append(sections, strings.Join(parts, "; "))
	}
	var closed, extra []string
	for _, e := range s.Exceptions {
		d := string(e.Date)
		if len(d) == 7 {
			d = d[5:] + "-" + d[2:4]
		}
		if e.Closed {
			closed = append(closed, d)
		} else {
			extra = append(extra, d+" "+e.From.String()+"-"+e.To.String())
		}
	}
	if s.ClosedHolidays {
		closed = append(closed, "feestdagen")
	}
	if len(closed) > 0 {
		sections = append(sections, "gesloten "+strings.Join(closed, ", "))
	}
	if len(extra) > 0 {
		sections = append(sections, "extra "+strings.Join(extra, ", "))
	}
	if s.Note != "" {
		sections = append(sections, noteSection(s.Note))
	}
	return strings.Join(sections, " | ")
}

// noteSection marks a note that would otherwise be read as something else.
func noteSection(note string) string {
	note = strings.ReplaceAll(note, "|", "/")
	if back, err := ParseSchedule(note); err == nil && back.Note == note {
		return note
	}
	return notePrefix + note
}

// hourGroup is a run of weekdays with the same stretches.
type hourGroup struct {
	first, last int
	nth         int
	valid       [2]Date
	stretches   [][2]Clock
}

// period writes the bounds as the template does: " van 2026-01-01 t/m 2026-06-30".
func (g hourGroup) period(from, through string) string {
	s := ""
	if g.valid[0] != "" {
		s += from + string(g.valid[0])
	}
	if g.valid[1] != "" {
		s += through + string(g.valid[1])
	}
	return s
}

// groupHours joins neighbouring weekdays that have the same hours.
func groupHours(hours []Hours) []hourGroup {
	var groups []hourGroup
	for _, h := range slices.SortedFunc(slices.Values(hours), compareHours) {
		d := weekdayIndex(h.Day)
		if n := len(groups); n > 0 && groups[n-1].first == d && groups[n-1].nth == h.Nth && groups[n-1].valid == [2]Date{h.ValidFrom, h.ValidTo} {
			groups[n-1].stretches = append(groups[n-1].stretches, [2]Clock{h.From, h.To})
			continue
		}
		groups = append(groups, hourGroup{first: d, last: d, nth: h.Nth, valid: [2]Date{h.ValidFrom, h.ValidTo}, stretches: [][2]Clock{{h.From, h.To}}})
	}
	var out []hourGroup
	for _, g := range groups {
		if n := len(out); n > 0 && g.nth == 0 && out[n-1].nth == 0 && out[n-1].last+1 == g.first && out[n-1].valid == g.valid && slices.Equal(out[n-1].stretches, g.stretches) {
			out[n-1].last = g.last
			continue
		}
		out = append(out, g)
	}
	return out
}

func (g hourGroup) days(through string, names []string) string {
	switch {
	case g.nth > 0:
		return fmt.Sprintf("%de %s", g.nth, names[g.first])
	case g.nth < 0:
		return fmt.Sprintf("laatste %s", names[g.first])
	case g.first == g.last:
		return names[g.first]
	}
	return names[g.first] + through + names[g.last]
}

func (g hourGroup) times(dash, join string, clock func(Clock) string) string {
	parts := make([]string, len(g.stretches))
	for i, st := range g.stretches {
		parts[i] = clock(st[0]) + dash + clock(st[1])
	}
	return strings.Join(parts, join)
}

// hourWords are the words of Plain in one language.
type hourWords struct {
	days                              [7]string
	through, and, always, nth, last   string
	holidays, openNow, closedNow      string
	opensToday, askFirst, todayClosed string
	from                              string
}

func wordsFor(english bool) hourWords {
	if english {
		return hourWords{
			days:    [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
			through: " to ", and: " and ", always: "day and night", nth: "%s number %d of the month", last: "last %s of the month",
			holidays: "closed on public holidays", openNow: "open now, until %s", closedNow: "closed now",
			opensToday: "opens today at %s", askFirst: "today is a public holiday: call first", todayClosed: "closed today", from: " from ",
		}
	}
	return hourWords{
		days:    [7]string{"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"},
		through: " t/m ", and: " en ", always: "dag en nacht", nth: "%[2]de %[1]s van de maand", last: "laatste %s van de maand",
		holidays: "gesloten op feestdagen", openNow: "nu open, tot %s", closedNow: "nu gesloten",
		opensToday: "vandaag open vanaf %s", askFirst: "vandaag is een feestdag: bel eerst", todayClosed: "vandaag gesloten", from: " vanaf ",
	}
}

// Plain writes the hours in plain words, Dutch or English, such as "maandag
// t/m vrijdag 9.00–17.00". It is empty when nothing is known.
func (s Schedule) Plain(english bool) string {
	w := wordsFor(english)
	var parts []string
	if s.Always() {
		parts = append(parts, w.always)
	} else {
		for _, g := range groupHours(s.Hours) {
			days := ""
			switch {
			case g.nth > 0:
				days = fmt.Sprintf(w.nth, w.days[g.first], g.nth)
			case g.nth < 0:
				days = fmt.Sprintf(w.last, w.days[g.first])
			default:
				days = g.days(w.through, w.days[:])
			}
			parts = append(parts, days+" "+g.times("–", w.and, Clock.Plain)+g.period(w.from, w.through))
		}
	}
	if s.ClosedHolidays {
		parts = append(parts, w.holidays)
	}
	if s.Note != "" {
		parts = append(parts, s.Note)
	}
	return strings.Join(parts, ", ")
}

// Now says in plain words whether it is open at t; empty when not known.
func (s Schedule) Now(t time.Time, english bool) string {
	w := wordsFor(english)
	if s.Always() {
		return ""
	}
	state, until := s.Open(t)
	switch state {
	case Open:
		return fmt.Sprintf(w.openNow, until.Plain())
	case Closed:
		hours, _ := s.At(t)
		for _, h := range hours {
			if h.From > ClockOf(t) {
				return w.closedNow + ", " + fmt.Sprintf(w.opensToday, h.From.Plain())
			}
		}
		if len(hours) == 0 {
			return w.todayClosed
		}
		return w.closedNow
	}
	if s.Known() && IsHoliday(t) {
		return w.askFirst
	}
	return ""
}

package kaart

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Schedule says when a service can be reached. The zero value means that
// nothing is known, which is not the same as closed.
type Schedule struct {
	Hours          []Hours
	Exceptions     []Exception
	ClosedHolidays bool // closed on the official holidays
	Note           string
}

// Hours is one stretch on a weekday.
type Hours struct {
	Day      time.Weekday
	From, To Clock // To after From; 24:00 is the end of the day
	Nth      int   // 0 every week; 1 to 5 the nth such day of the month; -1 the last
	// ValidFrom and ValidTo bound the days on which it holds; zero is no bound.
	ValidFrom, ValidTo Date
}

// Exception replaces the hours of one date.
type Exception struct {
	Date     Date // a date, or "--12-25" for the same day each year
	Closed   bool
	From, To Clock // when not closed
}

// On reports whether the exception is about day d.
func (e Exception) On(d Date) bool {
	if len(e.Date) == 7 && len(d) == 10 {
		return e.Date[2:] == d[5:]
	}
	return e.Date == d
}

// Known reports whether there are hours to reason with.
func (s Schedule) Known() bool { return len(s.Hours) > 0 }

// IsZero reports whether the schedule says nothing at all.
func (s Schedule) IsZero() bool {
	return len(s.Hours) == 0 && len(s.Exceptions) == 0 && !s.ClosedHolidays && s.Note == ""
}

// Always reports whether it is open day and night.
func (s Schedule) Always() bool {
	var days [7]bool
	for _, h := range s.Hours {
		if h.Nth == 0 && h.From == 0 && h.To == 1440 && h.ValidFrom == "" && h.ValidTo == "" {
			days[h.Day] = true
		}
	}
	return !slices.Contains(days[:], false)
}

// At returns the stretches of the day of t, in order, and whether they are
// certain: on an official holiday of which the schedule says nothing they
// are not.
func (s Schedule) At(t time.Time) (hours []Hours, certain bool) {
	d := DateOf(t)
	excepted := false
	for _, e := range s.Exceptions {
		if !e.On(d) {
			continue
		}
		excepted = true
		if !e.Closed {
			hours = append(hours, Hours{Day: t.Weekday(), From: e.From, To: e.To})
		}
	}
	if excepted {
		slices.SortFunc(hours, compareHours)
		return hours, true
	}
	holiday := IsHoliday(t)
	if holiday && s.ClosedHolidays {
		return nil, true
	}
	for _, h := range s.Hours {
		if h.Day == t.Weekday() && h.inMonth(t) && h.ValidFrom <= d && (h.ValidTo == "" || d <= h.ValidTo) {
			hours = append(hours, h)
		}
	}
	slices.SortFunc(hours, compareHours)
	return hours, !holiday || s.Always()
}

// inMonth reports whether t's day of the month is the nth that h means.
func (h Hours) inMonth(t time.Time) bool {
	switch {
	case h.Nth == 0:
		return true
	case h.Nth > 0:
		return (t.Day()-1)/7+1 == h.Nth
	default:
		return t.AddDate(0, 0, 7).Month() != t.Month()
	}
}

// OpenState is the answer to "is it open now?".
type OpenState int

// Unknown comes first: without hours nothing is claimed.
const (
	OpenUnknown OpenState = iota
	Open
	Closed
)

// Open tells whether it is open at t (in t's own location) and until when.
func (s Schedule) Open(t time.Time) (OpenState, Clock) {
	if !s.Known() && len(s.Exceptions) == 0 {
		return OpenUnknown, 0
	}
	hours, certain := s.At(t)
	if !certain {
		return OpenUnknown, 0
	}
	now := ClockOf(t)
	for _, h := range hours {
		if now >= h.From && now < h.To {
			return Open, h.To
		}
	}
	return Closed, 0
}

func compareHours(a, b Hours) int {
	return cmp.Or(
		cmp.Compare(weekdayIndex(a.Day), weekdayIndex(b.Day)),
		cmp.Compare(a.Nth, b.Nth), cmp.Compare(a.ValidFrom, b.ValidFrom), cmp.Compare(a.ValidTo, b.ValidTo),
		cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}

// weekdayIndex numbers the days from Monday, 0 to 6.
func weekdayIndex(d time.Weekday) int { return (int(d) + 6) % 7 }

// normalise sorts the hours and reports what can't be.
func (s *Schedule) normalise() error {
	slices.SortFunc(s.Hours, compareHours)
	s.Hours = slices.Compact(s.Hours)
	for i, h := range s.Hours {
		if h.From < 0 || h.To > 1440 || h.To <= h.From {
			return fmt.Errorf("%s-%s kan niet: het einde moet na het begin komen", h.From, h.To)
		}
		if i > 0 {
			if p := s.Hours[i-1]; p.Day == h.Day && p.Nth == h.Nth && p.ValidFrom == h.ValidFrom && p.ValidTo == h.ValidTo && h.From < p.To {
				return fmt.Errorf("%s-%s en %s-%s vallen over elkaar", p.From, p.To, h.From, h.To)
			}
		}
	}
	for _, e := range s.Exceptions {
		if !e.Closed && e.To <= e.From {
			return fmt.Errorf("%s-%s op %s kan niet: het einde moet na het begin komen", e.From, e.To, e.Date)
		}
	}
	return nil
}

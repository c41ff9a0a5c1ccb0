package index

import (
	"fmt"
	"slices"
	"time"

	"wegwijzer/knowledge/kaart"
)

// when is the time that a question names: "vandaag", "deze week", "'s avonds".
// The zero value is any time.
type when struct {
	days    int  // from today on, today among them; 0 names no day
	skip    int  // days before the first
	evening bool // from five o'clock on
}

// eveningFrom is when the evening begins.
const eveningFrom = kaart.Clock(17 * 60)

// whenIn reads the time that the words name; today is its weekday.
func whenIn(list []string, today time.Weekday) when {
	var w when
	for i, word := range list {
		prev := ""
		if i > 0 {
			prev = list[i-1]
		}
		switch word {
		case "vandaag", "nu", "straks", "meteen", "vanmiddag", "vanochtend", "vanmorgen":
			w.days = max(w.days, 1)
		case "vanavond":
			w.days, w.evening = max(w.days, 1), true
		case "avond", "avonds":
			w.evening = true
		case "week":
			if prev == "deze" {
				w.days = (7-int(today))%7 + 1 // to Sunday
			}
		case "weekend":
			w.skip = (6 - int(today)) % 7 // Saturday; on Sunday what is left
			if today == time.Sunday {
				w.skip = 0
			}
			w.days = map[bool]int{true: 1, false: 2}[today == time.Sunday]
		}
	}
	return w
}

// named reports whether any time was named.
func (w when) named() bool { return w.days > 0 || w.evening }

// fits looks for the first time of a service that fits: a meeting with a date,
// or opening hours. The text says it in Dutch. known is false when the record
// says nothing of its times.
func (w when) fits(s *kaart.Service, now time.Time) (text string, fit, known bool) {
	known = s.Schedule.Known() || len(s.Events) > 0
	if !known {
		return "", false, false
	}
	days := w.days
	if days == 0 {
		days = 7
	}
	for d := range days {
		day := now.AddDate(0, 0, w.skip+d)
		from := kaart.Clock(0)
		if w.skip+d == 0 {
			from = kaart.ClockOf(now)
		}
		if w.evening {
			from = max(from, eveningFrom)
		}
		if text, ok := firstAfter(s, day, from); ok {
			return text, true, true
		}
	}
	return "", false, true
}

// firstAfter is the first meeting or opening of a day that ends after a time.
func firstAfter(s *kaart.Service, day time.Time, from kaart.Clock) (string, bool) {
	date := kaart.DateOf(day)
	name := dayName(day)
	i := slices.IndexFunc(s.Events, func(e kaart.Event) bool {
		return e.Date == date && (e.To > from || (e.To == 0 && from < eveningFrom))
	})
	if i >= 0 {
		e := s.Events[i]
		if e.To == 0 {
			return fmt.Sprintf("Op %s: %s", name, e.Title), true
		}
		return fmt.Sprintf("Op %s, %s–%s: %s", name, e.From.Plain(), e.To.Plain(), e.Title), true
	}
	hours, certain := s.Schedule.At(day)
	if !certain {
		return "", false
	}
	for _, h := range hours {
		if h.To > from {
			return fmt.Sprintf("Open op %s, %s–%s", name, h.From.Plain(), h.To.Plain()), true
		}
	}
	return "", false
}

// dayName writes a day as people say it: maandag 23 november.
func dayName(t time.Time) string {
	days := [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}
	return fmt.Sprintf("%s %d %s", days[t.Weekday()], t.Day(), monthName(t.Month()))
}

// What a service gains whose times fit the question, and loses when they don't.
const (
	timeFits    = 1.12
	timeDoesNot = 0.94
)

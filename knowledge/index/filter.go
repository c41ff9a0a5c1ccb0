package index

import (
	"slices"
	"time"

	"wegwijzer/knowledge/kaart"
)

// filter decides which services may be shown, and which a little less.
type filter struct {
	area          string // folded; empty means everywhere
	age           int    // asked for: a filter
	saidAge       int    // said in the text: a signal
	pointed       pointedAt
	areas         []string
	when          when
	now           time.Time
	stale, hidden kaart.Date // last checked before: lower, and not at all; empty means that no age counts
}

func newFilter(q Query, c cues, fresh kaart.Freshness) filter {
	f := filter{area: kaart.FoldArea(q.Gemeente), age: q.Age, saidAge: c.age, areas: c.areas}
	if !q.Now.IsZero() {
		f.now, f.when = q.Now, whenIn(words(q.Text), q.Now.Weekday())
		today := kaart.DateOf(q.Now)
		f.stale, f.hidden = today.AddMonths(-fresh.Stale), today.AddMonths(-fresh.Hidden)
	}
	return f
}

// lets reports whether a service of the area may be shown at all.
func (f filter) lets(s *kaart.Service) bool {
	switch {
	case f.age > 0 && !fitsAge(s, f.age):
		return false
	case s.AssuredDate != "" && s.AssuredDate < f.hidden:
		return false
	}
	return true
}

func fitsAge(s *kaart.Service, age int) bool {
	return age >= s.MinAge && (s.MaxAge == 0 || age <= s.MaxAge)
}

// ownAge is what a service gains that is meant for the age that was said.
const ownAge = 1.15

// forItsAge reports whether the service is for the young or the old only.
func forItsAge(s *kaart.Service) bool { return forTheYoung(s) || forTheOld(s) }

// soft is what the score is multiplied with.
func (f filter) soft(s *kaart.Service, areas, cities []string) float32 {
	m := float32(1)
	switch age := max(f.saidAge, f.age); {
	case age == 0 && f.pointed.misses(s):
		m *= unasked
	case age == 0:
	case f.age == 0 && !fitsAge(s, age):
		m *= 0.6
	case fitsAge(s, age) && forItsAge(s):
		m *= ownAge
	}
	if s.AssuredDate == "" || s.AssuredDate < f.stale {
		m *= 0.97
	}
	if f.when.named() {
		switch _, fit, known := f.when.fits(s, f.now); {
		case fit:
			m *= timeFits
		case known:
			m *= timeDoesNot
		}
	}
	for _, a := range f.areas {
		switch {
		case slices.Contains(cities, a):
			m *= inTheCity
		case slices.Contains(areas, a):
			m *= 1.05
		case len(areas) > 0:
			m *= 0.7
		}
	}
	return m
}

// inTheCity is what a service gains for each place that is named where it is.
const inTheCity = 1.1

// most is the most that soft multiplies with.
func (f filter) most() float32 {
	m := float32(1)
	if f.age > 0 || f.saidAge > 0 {
		m *= ownAge
	}
	if f.when.named() {
		m *= timeFits
	}
	for range f.areas {
		m *= inTheCity
	}
	return m
}

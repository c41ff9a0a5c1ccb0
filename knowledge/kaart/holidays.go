package kaart

import "time"

// IsHoliday reports whether t's day is an official Dutch holiday on which
// most counters are closed (Algemene termijnenwet art. 3, Easter and
// Pentecost Sunday included).
func IsHoliday(t time.Time) bool {
	y, m, d := t.Date()
	switch {
	case m == time.January && d == 1, m == time.December && (d == 25 || d == 26):
		return true
	}
	if k := koningsdag(y); m == k.Month() && d == k.Day() {
		return true
	}
	e := easter(y)
	for _, off := range []int{0, 1, 39, 49, 50} {
		if h := e.AddDate(0, 0, off); h.Month() == m && h.Day() == d {
			return true
		}
	}
	return m == time.May && d == 5 && y%5 == 0
}

// koningsdag is 27 April, or the day before when that is a Sunday.
func koningsdag(y int) time.Time {
	k := time.Date(y, time.April, 27, 0, 0, 0, 0, time.UTC)
	if k.Weekday() == time.Sunday {
		return k.AddDate(0, 0, -1)
	}
	return k
}

// easter is Easter Sunday by the anonymous Gregorian computus.
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

package kaart

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar day as YYYY-MM-DD, so that dates compare as strings. The
// zero value means not known.
type Date string

// ParseDate reads YYYY-MM-DD or the Dutch DD-MM-YYYY; a day that doesn't exist
// is an error. An empty string gives the zero Date.
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	for _, layout := range []string{time.DateOnly, "02-01-2006", "2-1-2006"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1000 {
			return Date(t.Format(time.DateOnly)), nil
		}
	}
	return "", fmt.Errorf("%q is geen datum; schrijf hem als 2026-12-31", clip(s))
}

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time returns midnight at the start of d in loc; the zero time for a zero or
// malformed date.
func (d Date) Time(loc *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddMonths returns the date n months later (earlier when negative).
func (d Date) AddMonths(n int) Date {
	t := d.Time(time.UTC)
	if t.IsZero() {
		return ""
	}
	return DateOf(t.AddDate(0, n, 0))
}

// Clock is a time of day in minutes after midnight, 0 to 1440 (24:00).
type Clock int

// ParseClock reads 9, 9:00, 09.00, 09:00:00 and 24:00, with or without a zone
// suffix as HSDS writes it ("Z", "+01:00"), which is dropped: times are local.
func ParseClock(s string) (Clock, error) {
	t := strings.TrimSuffix(strings.TrimSpace(s), "Z")
	if i := strings.IndexAny(t, "+"); i > 0 {
		t = t[:i]
	}
	parts := strings.FieldsFunc(t, func(r rune) bool { return r == ':' || r == '.' })
	if len(parts) == 0 || len(parts) > 3 {
		return 0, fmt.Errorf("%q is geen tijd; schrijf hem als 09:00", clip(s))
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 || len(p) > 2 {
			return 0, fmt.Errorf("%q is geen tijd; schrijf hem als 09:00", clip(s))
		}
		n[i] = v
	}
	c := Clock(n[0]*60 + n[1])
	if n[1] > 59 || n[2] > 59 || c > 1440 {
		return 0, fmt.Errorf("%q is geen tijd van de dag", clip(s))
	}
	return c, nil
}

// String writes the time as 09:00.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// Plain writes the time as Dutch people do: 9.00.
func (c Clock) Plain() string { return fmt.Sprintf("%d.%02d", int(c)/60, int(c)%60) }

// ClockOf returns the time of day of t in t's own location.
func ClockOf(t time.Time) Clock { return Clock(t.Hour()*60 + t.Minute()) }

// clip shortens a value for an error message.
func clip(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

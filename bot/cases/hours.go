package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Hours are when somebody works: "ma-do 09:00-17:00", "vr 9:00-12:30". None
// means the office hours of the gemeente.
type Hours []string

var hoursRE = regexp.MustCompile(`^(ma|di|wo|do|vr|za|zo)(?:-(ma|di|wo|do|vr|za|zo))? (\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$`)

// span is one line of hours: weekdays from and until, Monday is 0, and minutes
// of the day.
type span struct{ first, last, from, until int }

func parseHours(line string) (span, error) {
	m := hoursRE.FindStringSubmatch(line)
	if m == nil {
		return span{}, fmt.Errorf("hours %q are not like \"ma-do 09:00-17:00\"", line)
	}
	weekdays := []string{"ma", "di", "wo", "do", "vr", "za", "zo"}
	s := span{first: slices.Index(weekdays, m[1])}
	if s.last = s.first; m[2] != "" {
		s.last = slices.Index(weekdays, m[2])
	}
	var n [4]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[3+i]) // digits only
	}
	s.from, s.until = n[0]*60+n[1], n[2]*60+n[3]
	if n[1] > 59 || n[3] > 59 || s.until > 24*60 || s.from >= s.until || s.first > s.last {
		return span{}, fmt.Errorf("hours %q end before they begin", line)
	}
	return s, nil
}

// hold says whether somebody works at that time, in the zone of at. A line that
// can't be read counts as not.
func (h Hours) hold(at time.Time) bool {
	weekday, minute := (int(at.Weekday())+6)%7, at.Hour()*60+at.Minute()
	return slices.ContainsFunc(h, func(line string) bool {
		s, err := parseHours(line)
		return err == nil && s.first <= weekday && weekday <= s.last && s.from <= minute && minute < s.until
	})
}

package cases

import (
	"fmt"
	"time"
)

// Terms are a gemeente's promises: contact within so many days of consent,
// an appointment within so many days of contact (S11). The zero value is not
// of use; DefaultTerms is.
type Terms struct {
	ContactDays     int
	AppointmentDays int
	// Working counts working days, Dutch holidays left out; else calendar days.
	Working bool
	// UrgentHours is the term of a crisis case in office hours.
	UrgentHours int
	// Office is when the organisations work.
	Office Office
	Zone   *time.Location
}

// Office is the working day, Monday to Friday, in hours of the gemeente's zone.
type Office struct{ From, To int }

// DefaultTerms are those of the tender of the six Westfriese gemeenten: two
// days and seven days.
func DefaultTerms(zone *time.Location) Terms {
	return Terms{ContactDays: 2, AppointmentDays: 7, UrgentHours: 1, Office: Office{9, 17}, Zone: zone}
}

// Contact returns the end of the first term for a consent at from. A crisis
// shortens it to the urgent term, the resident's own deadline to the day
// before it; neither to less than the urgent term.
func (t Terms) Contact(from time.Time, urgent bool, deadline time.Time) time.Time {
	soonest := t.officeHours(from, t.UrgentHours)
	if urgent {
		return soonest
	}
	return t.shorter(t.days(from, t.ContactDays), soonest, deadline)
}

// Appointment returns the end of the second term for contact made at from. The
// resident's own deadline shortens it to the day before, not to less than the
// urgent term; zero: none.
func (t Terms) Appointment(from, deadline time.Time) time.Time {
	return t.shorter(t.days(from, t.AppointmentDays), t.officeHours(from, t.UrgentHours), deadline)
}

// shorter puts an end before a deadline, but not before the soonest.
func (t Terms) shorter(end, soonest, deadline time.Time) time.Time {
	if !deadline.IsZero() {
		if before := deadline.AddDate(0, 0, -1); before.Before(end) {
			end = before
		}
	}
	if end.Before(soonest) {
		return soonest
	}
	return end
}

// days adds days on the calendar, so that a clock change doesn't move the hour.
func (t Terms) days(from time.Time, n int) time.Time {
	from = from.In(t.Zone)
	if !t.Working {
		return from.AddDate(0, 0, n)
	}
	year := calendar()
	end := from
	for n > 0 {
		end = end.AddDate(0, 0, 1)
		if year.IsWorkday(end) {
			n--
		}
	}
	return end
}

// InOffice says whether people are at work at that time.
func (t Terms) InOffice(at time.Time) bool {
	at = at.In(t.Zone)
	return calendar().IsWorkday(at) && at.Hour() >= t.Office.From && at.Hour() < t.Office.To
}

// officeHours adds hours that count only while people are at work.
func (t Terms) officeHours(from time.Time, n int) time.Time {
	year := calendar()
	at := from.In(t.Zone)
	left := time.Duration(n) * time.Hour
	for range 30 { // no row of closed days is longer
		opens := time.Date(at.Year(), at.Month(), at.Day(), t.Office.From, 0, 0, 0, t.Zone)
		closes := time.Date(at.Year(), at.Month(), at.Day(), t.Office.To, 0, 0, 0, t.Zone)
		if year.IsWorkday(at) && at.Before(closes) {
			if at.Before(opens) {
				at = opens
			}
			if room := closes.Sub(at); room >= left {
				return at.Add(left)
			} else {
				left -= room
			}
		}
		at = time.Date(at.Year(), at.Month(), at.Day()+1, t.Office.From, 0, 0, 0, t.Zone)
	}
	return at
}

// Opens returns when people are at work again: at itself while they are.
func (t Terms) Opens(at time.Time) time.Time { return t.officeHours(at, 0) }

// Check refuses terms that promise nothing or the impossible.
func (t Terms) Check() error {
	switch {
	case t.ContactDays < 1 || t.ContactDays > 30:
		return fmt.Errorf("contact_days must be 1 to 30, is %d", t.ContactDays)
	case t.AppointmentDays < 1 || t.AppointmentDays > 60:
		return fmt.Errorf("appointment_days must be 1 to 60, is %d", t.AppointmentDays)
	case t.UrgentHours < 1 || t.UrgentHours > 8:
		return fmt.Errorf("urgent_hours must be 1 to 8, is %d", t.UrgentHours)
	case t.Office.From < 0 || t.Office.To > 24 || t.Office.From >= t.Office.To:
		return fmt.Errorf("office hours %d to %d are impossible", t.Office.From, t.Office.To)
	case t.Zone == nil:
		return fmt.Errorf("the terms have no time zone")
	}
	return nil
}

package cases

import (
	"fmt"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/nl"
)

// calendar is the Dutch working year: Monday to Friday without the public
// holidays on which offices are closed. Goede Vrijdag is a working day; 5 May is
// a holiday once in five years, as in the collective agreement of gemeenten.
func calendar() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.AddHoliday(nl.Nieuwjaar, nl.TweedePaasdag, nl.Koningsdag, nl.Hemelvaart,
		nl.TweedePinksterDag, nl.EersteKerstdag, nl.TweedeKerstdag, liberation())
	return c
}

// liberation is Bevrijdingsdag in the years in which offices close.
func liberation() *cal.Holiday {
	day := nl.BevrijdingsDag.Clone(nil)
	day.Func = func(h *cal.Holiday, year int) time.Time {
		if year%5 != 0 {
			return time.Time{}
		}
		return cal.CalcDayOfMonth(h, year)
	}
	return day
}

// Workday says whether people work on the day of at.
func (t Terms) Workday(at time.Time) bool { return calendar().IsWorkday(at.In(t.Zone)) }

// AppointmentError says why an appointment can't be then. It is ErrAppointment.
type AppointmentError struct {
	Why string // "voorbij", "ver", "feestdag" or "weekend"
	Day time.Time
	// Name is the holiday's.
	Name string
}

func (e *AppointmentError) Error() string {
	return fmt.Sprintf("%v: %s (%s %s)", ErrAppointment, e.Day.Format("2006-01-02 15:04"), e.Why, e.Name)
}

// Is makes it an ErrAppointment.
func (e *AppointmentError) Is(target error) bool { return target == ErrAppointment }

// furthest is how far ahead an appointment can be.
const furthest = 183 * 24 * time.Hour

func (t Terms) checkAppointment(at time.Time, sure bool, now time.Time) error {
	day := at.In(t.Zone)
	switch {
	case !at.After(now):
		return &AppointmentError{Why: "voorbij", Day: day}
	case at.Sub(now) > furthest:
		return &AppointmentError{Why: "ver", Day: day}
	case sure:
		return nil
	}
	if actual, observed, h := calendar().IsHoliday(day); (actual || observed) && h != nil {
		return &AppointmentError{Why: "feestdag", Day: day, Name: h.Name}
	}
	if !calendar().IsWorkday(day) {
		return &AppointmentError{Why: "weekend", Day: day}
	}
	return nil
}

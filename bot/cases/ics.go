package cases

import (
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Invitation is what stands in the calendar file of an appointment. It says
// nothing of what the question is about: others see a calendar.
type Invitation struct {
	Case         CaseID
	Appointment  Appointment
	Supporter    string
	Organisation string
	// Title and Note are in the resident's language.
	Title, Note string
	Stamp       time.Time
}

// ICS writes an appointment as iCalendar (RFC 5545). A change of it has the
// same UID and a higher sequence, so that a calendar replaces the old one.
func ICS(v Invitation) []byte {
	cal := ics.NewCalendarFor("wegwijzer")
	cal.SetMethod(ics.MethodPublish)
	e := cal.AddEvent(fmt.Sprintf("%s@wegwijzer", digest(string(v.Case))[:24]))
	e.SetDtStampTime(v.Stamp)
	e.SetStartAt(v.Appointment.At)
	e.SetEndAt(v.Appointment.At.Add(time.Duration(v.Appointment.Minutes) * time.Minute))
	e.SetSequence(v.Appointment.Changes)
	e.SetSummary(v.Title)
	e.SetDescription(v.Note)
	if v.Appointment.Place != "" {
		e.SetLocation(v.Appointment.Place)
	}
	e.SetClass(ics.ClassificationPrivate)
	e.SetStatus(ics.ObjectStatusConfirmed)
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

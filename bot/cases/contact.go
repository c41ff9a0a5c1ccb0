package cases

import (
	"slices"
	"strings"
	"time"
)

// How is the way of a contact or an appointment.
type How string

// The ways. Real personal contact, which stops the first clock, is by voice or
// in person; words in the chat are it when the resident chose the chat.
const (
	HowPhone  How = "telefoon"
	HowHome   How = "thuis"
	HowOffice How = "kantoor"
	HowVideo  How = "video"
	HowChat   How = "chat"
	HowMail   How = "mail"
	HowOther  How = "overleg" // with others, for the resident
)

// Hows returns the ways of a contact; the first four can be an appointment.
func Hows() []How {
	return []How{HowPhone, HowHome, HowOffice, HowVideo, HowChat, HowMail, HowOther}
}

// Longer is why a case takes more than two dagdelen (S12). It is a closed set,
// so that the report to the gemeente holds nothing personal.
type Longer string

// The reasons.
const (
	LongerComplex  Longer = "meer-levensgebieden"
	LongerWaiting  Longer = "wachten-op-anderen"
	LongerLanguage Longer = "taal-of-begrip"
	LongerTrust    Longer = "vertrouwen-opbouwen"
	LongerDispute  Longer = "klacht-of-bezwaar"
	LongerNoOther  Longer = "geen-andere-hulp"
	LongerOther    Longer = "anders"
)

// Longers returns the reasons.
func Longers() []Longer {
	return []Longer{LongerComplex, LongerWaiting, LongerLanguage, LongerTrust, LongerDispute, LongerNoOther, LongerOther}
}

// ContactEntry is one contact in the log. Personal is real contact with the
// resident.
type ContactEntry struct {
	At       time.Time   `json:"at"`
	By       SupporterID `json:"by"`
	How      How         `json:"how,omitempty"`
	Minutes  int         `json:"minutes,omitempty"`
	Personal bool        `json:"personal,omitempty"`
}

// TwoDagdelen is how many minutes a case takes in principle (S12).
const TwoDagdelen = 2 * 4 * 60

// maxMinutes bounds one entry: a day.
const maxMinutes = 24 * 60

// Minutes is the time that was spent on the case.
func (c *Case) Minutes() int {
	n := 0
	for _, e := range c.Contacts {
		n += e.Minutes
	}
	return n
}

// LogContact logs a contact. The first personal one stops the first clock and
// starts the second (S11). What brings the time to two dagdelen needs longer,
// once: without it the error is ErrReason, and the same entry with a reason is
// accepted.
func (c *Case) LogContact(who SupporterID, e ContactEntry, longer Longer, now time.Time, terms Terms) error {
	if err := c.mine("contact", who); err != nil {
		return err
	}
	if longer != "" && !slices.Contains(Longers(), longer) || e.How != "" && !slices.Contains(Hows(), e.How) ||
		e.Minutes < 0 || e.Minutes > maxMinutes {
		return c.refuse("contact", ErrWords)
	}
	if longer != "" {
		c.Longer = longer
	}
	if c.Longer == "" && c.Minutes()+e.Minutes >= TwoDagdelen {
		return c.refuse("contact", ErrReason)
	}
	e.At, e.By = now, who
	if len(c.Contacts) == maxContacts { // put the oldest two together: the minutes stay
		c.Contacts[1].Minutes += c.Contacts[0].Minutes
		c.Contacts = c.Contacts[1:]
	}
	c.Contacts = append(c.Contacts, e)
	c.log(now, Actor(who), "contact", string(e.How))
	if e.Personal && c.Contacted.IsZero() {
		c.Contacted, c.Overdue = now, false
		c.AppointmentBefore = terms.Appointment(now, c.Deadline)
		c.begin(now)
	}
	return nil
}

// maxContacts bounds the log of one case.
const maxContacts = 200

// Appointment is a meeting with the resident. Made counts its changes, for the
// calendar.
type Appointment struct {
	At      time.Time   `json:"at"`
	Minutes int         `json:"minutes"`
	How     How         `json:"how"`
	Place   string      `json:"place,omitempty"` // address, room or link; for the resident and the supporter
	By      SupporterID `json:"by"`
	Changes int         `json:"changes,omitempty"`
}

// Appoint makes or moves the appointment, which stops the second clock. One in
// the past, more than half a year ahead or on a day on which nobody works is
// ErrAppointment; sure is for a holiday or weekend that both want.
func (c *Case) Appoint(who SupporterID, a Appointment, sure bool, now time.Time, terms Terms) error {
	if err := c.mine("appointment", who); err != nil {
		return err
	}
	if !slices.Contains(Hows()[:4], a.How) || a.Minutes < 5 || a.Minutes > 8*60 || len(a.Place) > 300 {
		return c.refuse("appointment", ErrWords)
	}
	if err := terms.checkAppointment(a.At, sure, now); err != nil {
		return c.refuse("appointment", err)
	}
	a.By, a.Place = who, strings.TrimSpace(a.Place)
	if c.Appointment != nil {
		a.Changes = c.Appointment.Changes + 1
	}
	c.Appointment = &a
	c.Appointed, c.AppointmentLate = now, false
	c.log(now, Actor(who), "appointment", string(a.How))
	return nil
}

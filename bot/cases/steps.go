package cases

import (
	"errors"
	"time"
)

// Take gives the case to a supporter who was assigned or is a colleague; one
// wins, the other is told who. The roster decides who may.
func (c *Case) Take(r *Roster, who SupporterID, now time.Time) error {
	switch {
	case c.Human() && c.Supporter == who:
		return nil // again, by a double click
	case c.Human():
		return c.refuse(StepTake, ErrTaken)
	case c.Status != StatusAssigned:
		return c.refuse(StepTake, ErrClosed)
	case !c.readable():
		return c.refuse(StepTake, ErrConsent)
	}
	if err := r.MayTake(c, who); err != nil {
		return c.refuse(StepTake, err)
	}
	s, _ := r.Supporter(who)
	c.Supporter, c.Organisation, c.Taken = who, s.Organisation, now
	return c.step(StepTake, now, Actor(who), "")
}

// HandBack returns the conversation to the bot.
func (c *Case) HandBack(who SupporterID, now time.Time, why string) error {
	return c.stepBy(StepReturn, who, why, now)
}

// stepBy takes a step that only the supporter whose case it is may take.
func (c *Case) stepBy(s Step, who SupporterID, why string, now time.Time) error {
	if err := c.mine(s, who); err != nil {
		return err
	}
	return c.step(s, now, Actor(who), why)
}

// Answer says whether the supporter may write to the resident now.
func (c *Case) Answer(who SupporterID) error { return c.mine("answer", who) }

// Refuse records that the resident wants someone else, without a reason and
// with no way back to the refused (S08), and gives the case to the next. With
// nobody left the conversation is the bot's again, and the error is ErrNobody.
func (c *Case) Refuse(r *Roster, load Load, terms Terms, now time.Time) (Choice, error) {
	if !c.Owned() {
		return Choice{}, c.refuse(StepRefuse, ErrClosed)
	}
	c.Refused = append(c.Refused, c.Supporter)
	c.Ask, c.Consult, c.Waakvlam, c.Appointment = nil, nil, nil, nil
	if err := c.step(StepRefuse, now, ActorResident, string(c.Supporter)); err != nil {
		return Choice{}, err
	}
	next, err := r.Route(c.need(now), "", load)
	if err != nil {
		return Choice{}, joined(c.step(StepReturn, now, ActorBot, "nobody left"), err)
	}
	// The promise of contact stands from the consent; a new person gets no
	// later date than the old one unless that has passed. With contact made by
	// somebody else, the first clock begins anew: nobody of now knows them.
	if !c.Contacted.IsZero() || c.ContactBefore.Before(now) {
		c.restart(terms, now)
	}
	c.assign(next, now)
	return next, nil
}

// restart begins the first term anew.
func (c *Case) restart(terms Terms, now time.Time) {
	c.Contacted, c.AppointmentBefore, c.Appointed = time.Time{}, time.Time{}, time.Time{}
	c.Overdue, c.AppointmentLate = false, false
	c.ContactBefore = terms.Contact(now, c.Urgent, c.Deadline)
	c.begin(now)
}

// assign names a supporter. The status is set by the step before it.
func (c *Case) assign(to Choice, now time.Time) { c.name(to, now, named) }

// named is the action of the event that names a supporter.
const named = string(StepAssign)

func (c *Case) name(to Choice, now time.Time, action string) {
	c.Supporter, c.Organisation = to.Supporter.ID, to.Supporter.Organisation
	c.Taken = time.Time{}
	c.Because = to.Because
	c.Ask, c.Consult = nil, nil
	c.log(now, ActorBot, action, string(to.Supporter.ID))
}

// Revoke withdraws consent: the supporter's view closes at once, in whatever
// state. Without a standing consent nothing happens.
func (c *Case) Revoke(now time.Time) {
	if c == nil || !c.Consent.Stands() {
		return
	}
	c.Consent.Revoked = now
	if c.step(StepRevoke, now, ActorResident, "") != nil { // it had ended: only the view closes
		c.log(now, ActorResident, "view-closed", "")
		return
	}
	c.Closed = now
}

// Orphaned gives the case of a supporter who left to someone else. The first
// term is not put off, unless it has passed or the former one made contact; a
// case in waakvlam stays so.
func (c *Case) Orphaned(r *Roster, load Load, terms Terms, now time.Time) error {
	if !c.Owned() {
		return c.refuse(StepPass, ErrClosed)
	}
	n := c.need(now)
	n.Refused = append(append([]SupporterID(nil), c.Refused...), c.Supporter)
	next, err := r.Route(n, "", load)
	if errors.Is(err, ErrNobody) {
		return err
	}
	if err != nil {
		return c.refuse(StepPass, err)
	}
	c.log(now, ActorClock, "orphaned", string(c.Supporter))
	if c.Status == StatusWaakvlam {
		c.name(next, now, "waakvlam-with")
		return nil
	}
	if err := c.step(StepPass, now, ActorClock, ""); err != nil {
		return err
	}
	switch {
	case !c.Contacted.IsZero(): // nobody of now knows the new one
		c.restart(terms, now)
	case !c.ContactBefore.After(now):
		c.Overdue = false
		c.ContactBefore = terms.Contact(now, true, time.Time{})
		c.begin(now)
	}
	c.assign(next, now)
	return nil
}

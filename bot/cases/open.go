package cases

import (
	"time"

	"wegwijzer/knowledge"
)

// Opening is what a case is made of. Deadline is the nearest legal date that
// the resident named; zero: none.
type Opening struct {
	ID       CaseID
	Need     Need
	Wish     SupporterID // "" is anyone who fits
	Stelsels []knowledge.Stelsel
	Crisis   knowledge.CrisisKind
	Summary  string
	Lines    []Line
	Words    string
	Shown    []string
	Contact  Contact
	Deadline time.Time
	Cause    string
	// Road is the way here: it holds the consent to exactly Summary.
	Road *Road
	// Before is the case that this conversation had; nil: none.
	Before *Case
}

// Open makes a case and gives it to a supporter in one step, so that there is
// no moment in which nobody owns it. Without a standing consent to exactly this
// text it is ErrConsent, and beside a case that is somebody's ErrTaken.
func Open(o Opening, r *Roster, load Load, terms Terms) (*Case, Choice, error) {
	now := o.Need.Now
	if o.Before.Owned() {
		return nil, Choice{}, o.Before.refuse(StepAssign, ErrTaken)
	}
	if !o.Road.agreed(o.Summary) {
		return nil, Choice{}, &StepError{Step: StepAssign, Status: o.Road.at(), Err: ErrConsent}
	}
	choice, err := r.Route(o.Need, o.Wish, load)
	if err != nil {
		return nil, Choice{}, err
	}
	c := &Case{
		ID: o.ID, Gemeente: o.Need.Gemeente, Levensgebieden: o.Need.Levensgebieden,
		Doelgroepen: o.Need.Doelgroepen, Moment: o.Need.Moment, Stelsels: o.Stelsels, Side: o.Need.Side, Lang: o.Need.Lang,
		Urgent: o.Crisis != "", Crisis: o.Crisis,
		Summary: o.Summary, Lines: o.Lines, Words: o.Words, Shown: o.Shown,
		Consent: o.Road.Consent, Contact: o.Contact, Opened: now,
		Refused: o.Need.Refused, Cause: o.Cause,
	}
	c.Deadline = o.Deadline
	c.ContactBefore = terms.Contact(o.Road.Consent.At, o.Crisis != "", o.Deadline)
	c.begin(o.Road.Consent.At)
	c.follow(o.Before, o.Road)
	c.Status, _ = After(StatusConsented, StepAssign)
	c.assign(choice, now)
	return c, choice, nil
}

// follow takes over the history of the conversation.
func (c *Case) follow(before *Case, road *Road) {
	if before != nil {
		c.Events, c.Since = before.Events, before.Since
		c.Earlier = append(before.Earlier, Round{
			Supporter: before.Supporter, Opened: before.Opened, Ended: before.Ended, Outcome: before.Outcome, Minutes: before.Minutes(),
		})
		c.Asks = before.Asks
		if n := len(c.Events); n > maxEvents/2 {
			c.Events = c.Events[n-maxEvents/2:]
		}
		if n := len(c.Earlier); n > maxRounds {
			c.Earlier = c.Earlier[n-maxRounds:]
		}
	}
	if road != nil {
		c.Events = append(c.Events, road.Events...)
		c.Since = append(c.Since, road.Since...)
	}
}

// maxRounds bounds the earlier cases that a case remembers.
const maxRounds = 10

// LastSupporter is who helped in this conversation before, for who comes back
// (S26); "" is nobody.
func (c *Case) LastSupporter() SupporterID {
	if c == nil || c.Technical {
		return ""
	}
	return c.Supporter
}

// Technical makes a case of a conversation in which the bot keeps failing. It
// goes to the coordinator, holds no words of the resident and no consent:
// whoever takes it can write to the resident, not read back.
func Technical(o Opening, r *Roster, load Load, terms Terms) (*Case, Choice, error) {
	n := o.Need
	if o.Before.Owned() {
		return nil, Choice{}, o.Before.refuse(StepAssign, ErrTaken)
	}
	choice, err := r.coordinator(n, load)
	if err != nil {
		if choice, err = r.Route(n, "", load); err != nil {
			return nil, Choice{}, err
		}
	}
	c := &Case{
		ID: o.ID, Gemeente: n.Gemeente, Lang: n.Lang, Summary: o.Summary, Technical: true,
		Opened: n.Now, Refused: n.Refused, Cause: o.Cause,
	}
	c.ContactBefore = terms.Contact(n.Now, false, time.Time{})
	c.begin(n.Now)
	c.follow(o.Before, o.Road)
	c.Status = o.Road.at()
	if err := c.step(StepRescue, n.Now, ActorBot, ""); err != nil {
		return nil, Choice{}, err
	}
	c.assign(choice, n.Now)
	return c, choice, nil
}

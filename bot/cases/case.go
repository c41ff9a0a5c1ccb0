// Package cases holds what a handed-over question is and the rules it lives
// by: who may take it, whose it is, by when contact must be made, what was
// consented to. It is pure: time comes in as a value, and what is decided goes
// out as values that the store commits together with the turn.
//
// After is the ownership machine; a Case changes its status through it alone,
// and every step leaves an Event. docs/zaken.md tells it to people.
package cases

import (
	"slices"
	"time"

	"wegwijzer/knowledge"
)

// CaseID names a case; it equals its conversation's id, since a conversation
// has at most one case at a time.
type CaseID string

// SupporterID names a supporter in the roster.
type SupporterID string

// OrganisationID names a supporter's organisation in the roster.
type OrganisationID string

// Actor is who does a step: a supporter's id, or one of those below.
type Actor string

// Actors that are no supporter.
const (
	ActorResident Actor = "inwoner"
	ActorBot      Actor = "bot"
	ActorClock    Actor = "klok"
)

// Line is one line of the summary with the messages it comes from.
type Line struct {
	Label string   `json:"label"`
	Text  string   `json:"text"`
	Seqs  []uint64 `json:"seqs,omitempty"`
}

// Consent is the resident's toestemming. A supporter sees the case only while
// it stands.
type Consent struct {
	At      time.Time `json:"at"`
	Revoked time.Time `json:"revoked,omitzero"`
}

// Stands says whether the consent was given and not revoked.
func (c Consent) Stands() bool { return !c.At.IsZero() && c.Revoked.IsZero() }

// Contact says how the resident wants to be reached: "phone", "email" or
// "chat", with the number or address.
type Contact struct {
	How string `json:"how"`
	At  string `json:"at,omitempty"`
}

// Event is one step in the life of a case: who did what, when and why.
type Event struct {
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"` // supporter id, "inwoner", "bot" or "klok"
	Action string    `json:"action"`
	Why    string    `json:"why,omitempty"`
}

// Case is a question in a supporter's hands.
type Case struct {
	ID             CaseID                   `json:"id"`
	Gemeente       knowledge.GemeenteID     `json:"gemeente"`
	Status         Status                   `json:"status"`
	Supporter      SupporterID              `json:"supporter"`
	Organisation   OrganisationID           `json:"organisation"`
	Levensgebieden []knowledge.Levensgebied `json:"levensgebieden,omitempty"`
	Doelgroepen    []knowledge.Doelgroep    `json:"doelgroepen,omitempty"`
	Moment         knowledge.Moment         `json:"moment,omitempty"`
	Stelsels       []knowledge.Stelsel      `json:"stelsels,omitempty"`
	Side           Side                     `json:"side,omitempty"`
	Lang           knowledge.Lang           `json:"lang"`
	Urgent         bool                     `json:"urgent,omitempty"`
	Crisis         knowledge.CrisisKind     `json:"crisis,omitempty"`
	// Summary is byte for byte the text that consent was given to.
	Summary string   `json:"summary"`
	Lines   []Line   `json:"lines,omitempty"`
	Words   string   `json:"words,omitempty"` // the resident's first words
	Shown   []string `json:"shown,omitempty"`
	// Technical marks a case that the failing of the bot made, without consent.
	Technical bool      `json:"technical,omitempty"`
	Consent   Consent   `json:"consent"`
	Contact   Contact   `json:"contact"`
	Opened    time.Time `json:"opened"`
	Terming
	Taken   time.Time     `json:"taken,omitzero"`
	Closed  time.Time     `json:"closed,omitzero"`
	Ended   time.Time     `json:"ended,omitzero"` // closed, given back or revoked
	Refused []SupporterID `json:"refused,omitempty"`
	// Cause is the key of the message that made the case: a repeat of it makes
	// no second one.
	Cause   string   `json:"cause"`
	Because []string `json:"because,omitempty"` // why this supporter; see Reason
	Events  []Event  `json:"events"`
	Work
	// Since is what happened since the case was loaded; it is not kept.
	Since []Event `json:"-"`
}

// Work is what the supporter does on a case.
type Work struct {
	Contacts    []ContactEntry `json:"contacts,omitempty"`
	Longer      Longer         `json:"longer,omitempty"` // why more than two dagdelen
	Appointment *Appointment   `json:"appointment,omitempty"`
	// Ask is what the resident was asked and has not answered; Asks counts them.
	Ask      *Ask      `json:"ask,omitempty"`
	Asks     int       `json:"asks,omitempty"`
	Consult  *Consult  `json:"consult,omitempty"`
	Waakvlam *Waakvlam `json:"waakvlam,omitempty"`
	Outcome  Outcome   `json:"outcome,omitempty"`
	Signals  []Signal  `json:"signals,omitempty"`
	Feedback *Feedback `json:"feedback,omitempty"`
	// Earlier are the cases of this conversation before this one.
	Earlier []Round `json:"earlier,omitempty"`
}

// Round is an earlier case of the same conversation.
type Round struct {
	Supporter SupporterID `json:"supporter"`
	Opened    time.Time   `json:"opened"`
	Ended     time.Time   `json:"ended"`
	Outcome   Outcome     `json:"outcome,omitempty"`
	Minutes   int         `json:"minutes,omitempty"`
}

// Open says whether somebody has work to do on the case.
func (c *Case) Open() bool { return c != nil && c.Status.Open() }

// Owned says whether the case is a supporter's: open, or in waakvlam.
func (c *Case) Owned() bool { return c != nil && c.Status.Owned() }

// Human says whether a person owns the conversation: then the dialog engine is
// not called.
func (c *Case) Human() bool { return c != nil && c.Status.Human() }

// maxEvents bounds the history in the case; the audit log has it all.
const maxEvents = 300

// log notes what happened.
func (c *Case) log(now time.Time, actor Actor, action, why string) {
	if len(c.Events) >= maxEvents {
		c.Events = append(c.Events[:1], c.Events[2:]...)
	}
	e := Event{At: now, Actor: string(actor), Action: action, Why: why}
	c.Events = append(c.Events, e)
	c.Since = append(c.Since, e)
}

// Fresh returns what happened to the case since it was loaded: what the audit
// log must hold with the next commit. A nil case has nothing.
func (c *Case) Fresh() []Event {
	if c == nil {
		return nil
	}
	return c.Since
}

// step takes one step of the machine and logs it, or says why it can't be.
func (c *Case) step(s Step, now time.Time, actor Actor, why string) error {
	to, ok := After(c.Status, s)
	if !ok {
		return c.refuse(s, ErrStep)
	}
	c.Status = to
	if to == StatusReturned || to == StatusClosed {
		c.Ended = now
		c.Ask, c.Consult, c.Waakvlam = nil, nil, nil
	}
	c.log(now, actor, string(s), why)
	return nil
}

func (c *Case) refuse(s Step, err error) error {
	return &StepError{Step: s, Status: c.Status, Owner: c.Supporter, Err: err}
}

// Clone copies the case, so that a failed commit leaves the old one whole.
func (c *Case) Clone() *Case {
	if c == nil {
		return nil
	}
	d := *c
	d.Events, d.Since = slices.Clone(c.Events), slices.Clone(c.Since)
	d.Refused = slices.Clone(c.Refused)
	d.PassedOver = slices.Clone(c.PassedOver)
	d.Contacts = slices.Clone(c.Contacts)
	d.Signals = slices.Clone(c.Signals)
	d.Earlier = slices.Clone(c.Earlier)
	d.Appointment, d.Ask, d.Consult = copied(c.Appointment), copied(c.Ask), copied(c.Consult)
	d.Waakvlam, d.Feedback = copied(c.Waakvlam), copied(c.Feedback)
	return &d
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// mine says whether the case is this supporter's to work on, and open.
func (c *Case) mine(s Step, who SupporterID) error {
	switch {
	case !c.Owned():
		return c.refuse(s, ErrClosed)
	case !c.Human() || c.Supporter != who:
		return c.refuse(s, ErrNotYours)
	case !c.readable():
		return c.refuse(s, ErrConsent)
	}
	return nil
}

// Readable says whether anybody may see the case: with standing consent, or
// because the bot failed and someone must reach the resident.
func (c *Case) Readable() bool { return c.readable() }

// MayRead says which messages a supporter may read: those from since until
// until, zero being no bound. The resident let one person read the
// conversation: who took the case, after its end what was said till then, and
// a colleague whom the resident let think along. Who was called in because the
// bot failed reads what was said since.
func (c *Case) MayRead(who SupporterID) (since, until time.Time, ok bool) {
	switch {
	case c.thinksAlong(who) && c.Consent.Stands():
		return since, until, true
	case c.Supporter != who || !c.readable():
		return since, until, false
	}
	if c.Technical {
		since = c.Taken
	}
	switch {
	case c.Human():
		return since, until, true
	case !c.Taken.IsZero() && (c.Status == StatusClosed || c.Status == StatusReturned):
		return since, c.endedAt(), !c.endedAt().IsZero()
	case c.Status == StatusWaakvlam:
		return since, c.Waakvlam.Since, true
	}
	return since, until, c.Status == StatusAssigned && !c.Technical
}

func (c *Case) endedAt() time.Time {
	if c.Ended.IsZero() { // of before it was kept
		return c.Closed
	}
	return c.Ended
}

// readable says whether a supporter may work on the case: with consent, or
// because the bot failed and someone must reach the resident.
func (c *Case) readable() bool {
	return c.Consent.Stands() || c.Technical && c.Consent.Revoked.IsZero()
}

// need is what routing must know of the case.
func (c *Case) need(now time.Time) Need {
	return Need{
		Gemeente: c.Gemeente, Levensgebieden: c.Levensgebieden, Doelgroepen: c.Doelgroepen, Moment: c.Moment,
		Side: c.Side, Urgent: c.Urgent, Lang: c.Lang, Refused: c.Refused, Now: now,
	}
}

// Package cases holds what a handed-over question is and the rules it lives
// by: who may take it, whose it is, by when contact must be made, what was
// consented to. It is pure: time comes in as a value, and what is decided goes
// out as values that the store commits together with the turn.
package cases

import (
	"errors"
	"fmt"
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

// Status says whose a case is.
type Status string

// The states of a case. Between assigned and taken the bot still answers;
// from taken on only the supporter does.
const (
	StatusAssigned Status = "assigned"
	StatusTaken    Status = "taken"
	StatusReturned Status = "returned" // back with the bot
	StatusClosed   Status = "closed"
)

// ParseStatus reads a status; an unknown one is an error.
func ParseStatus(s string) (Status, error) {
	all := []Status{StatusAssigned, StatusTaken, StatusReturned, StatusClosed}
	if i := slices.Index(all, Status(s)); i >= 0 {
		return all[i], nil
	}
	return "", fmt.Errorf("unknown status %q", s)
}

// Errors of transitions. They say who or what stood in the way.
var (
	ErrTaken    = errors.New("case is taken by someone else")
	ErrNotYours = errors.New("case is not yours")
	ErrClosed   = errors.New("case is closed")
	ErrWall     = errors.New("case is behind a wall")
	ErrConsent  = errors.New("consent was withdrawn")
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
	Lang           knowledge.Lang           `json:"lang"`
	Urgent         bool                     `json:"urgent,omitempty"`
	Crisis         knowledge.CrisisKind     `json:"crisis,omitempty"`
	// Summary is byte for byte the text that consent was given to.
	Summary string   `json:"summary"`
	Lines   []Line   `json:"lines,omitempty"`
	Words   string   `json:"words,omitempty"` // the resident's first words
	Shown   []string `json:"shown,omitempty"`
	// Technical marks a case that the failing of the bot made, without consent.
	Technical bool    `json:"technical,omitempty"`
	Consent   Consent `json:"consent"`
	Contact   Contact `json:"contact"`
	// ContactBefore is the end of the first term, AppointmentBefore of the
	// second; the second is zero until contact was made.
	Opened            time.Time     `json:"opened"`
	ContactBefore     time.Time     `json:"contact_before"`
	Contacted         time.Time     `json:"contacted,omitzero"`
	Overdue           bool          `json:"overdue,omitempty"` // the first term passed without contact
	AppointmentBefore time.Time     `json:"appointment_before,omitzero"`
	Taken             time.Time     `json:"taken,omitzero"`
	Closed            time.Time     `json:"closed,omitzero"`
	Refused           []SupporterID `json:"refused,omitempty"`
	// Cause is the key of the message that made the case: a repeat of it makes
	// no second one.
	Cause   string   `json:"cause"`
	Because []string `json:"because,omitempty"` // why this supporter
	Events  []Event  `json:"events"`
}

// Open says whether somebody still has work to do on the case.
func (c *Case) Open() bool { return c.Status == StatusAssigned || c.Status == StatusTaken }

// Human says whether a person owns the conversation: then the dialog engine is
// not called.
func (c *Case) Human() bool { return c != nil && c.Status == StatusTaken }

func (c *Case) log(now time.Time, actor, action, why string) {
	c.Events = append(c.Events, Event{At: now, Actor: actor, Action: action, Why: why})
}

// Clone copies the case, so that a failed commit leaves the old one whole.
func (c *Case) Clone() *Case {
	if c == nil {
		return nil
	}
	d := *c
	d.Events = slices.Clone(c.Events)
	d.Refused = slices.Clone(c.Refused)
	return &d
}

// Take gives the case to a supporter who was not assigned or was; one wins,
// the other is told who. The roster decides who may.
func (c *Case) Take(r *Roster, who SupporterID, now time.Time) error {
	switch {
	case c.Status == StatusTaken && c.Supporter == who:
		return nil // again, by a double click
	case c.Status == StatusTaken:
		return fmt.Errorf("%w: %s", ErrTaken, c.Supporter)
	case !c.Open():
		return ErrClosed
	case !c.readable():
		return ErrConsent
	}
	if err := r.MaySee(c, who); err != nil {
		return err
	}
	s, _ := r.Supporter(who)
	if s.Deciding {
		return fmt.Errorf("%w: %s decides on applications", ErrWall, who)
	}
	c.Status, c.Supporter, c.Organisation, c.Taken = StatusTaken, who, s.Organisation, now
	c.log(now, string(who), "taken", "")
	return nil
}

// LogContact logs real personal contact: it stops the first clock and starts the
// second (S11).
func (c *Case) LogContact(who SupporterID, now time.Time, terms Terms) error {
	if err := c.mine(who); err != nil {
		return err
	}
	if c.Contacted.IsZero() {
		c.Contacted = now
		c.AppointmentBefore = terms.Appointment(now)
		c.log(now, string(who), "contact", "")
	}
	return nil
}

// HandBack returns the conversation to the bot.
func (c *Case) HandBack(who SupporterID, now time.Time, why string) error {
	if err := c.mine(who); err != nil {
		return err
	}
	c.Status = StatusReturned
	c.log(now, string(who), "returned", why)
	return nil
}

// Close ends the case with an outcome.
func (c *Case) Close(who SupporterID, now time.Time, outcome string) error {
	if err := c.mine(who); err != nil {
		return err
	}
	c.Status, c.Closed = StatusClosed, now
	c.log(now, string(who), "closed", outcome)
	return nil
}

// Answer says whether the supporter may write to the resident now.
func (c *Case) Answer(who SupporterID) error { return c.mine(who) }

func (c *Case) mine(who SupporterID) error {
	switch {
	case c.Status == StatusClosed || c.Status == StatusReturned:
		return ErrClosed
	case c.Status != StatusTaken || c.Supporter != who:
		return fmt.Errorf("%w: it is with %s", ErrNotYours, c.Supporter)
	case !c.readable():
		return ErrConsent
	}
	return nil
}

// readable says whether a supporter may work on the case: with consent, or
// because the bot failed and someone must reach the resident.
func (c *Case) readable() bool {
	return c.Consent.Stands() || c.Technical && c.Consent.Revoked.IsZero()
}

// Refuse records that the resident wants someone else, without a reason and
// with no way back to the refused (S08), and gives the case to the next.
func (c *Case) Refuse(r *Roster, load Load, terms Terms, now time.Time) (Choice, error) {
	if !c.Open() {
		return Choice{}, ErrClosed
	}
	c.Refused = append(c.Refused, c.Supporter)
	c.log(now, "inwoner", "refused", string(c.Supporter))
	next, err := r.Route(c.need(now), "", load)
	if errors.Is(err, ErrNobody) {
		// No way back to the refused: the conversation is the bot's again.
		c.Status = StatusReturned
		c.log(now, "bot", "returned", "nobody left")
	}
	if err != nil {
		return Choice{}, err
	}
	c.assign(next, now)
	// The promise of contact stands from the consent; a new person gets no
	// later date than the old one unless that has passed.
	if c.Contacted.IsZero() && c.ContactBefore.Before(now) {
		c.ContactBefore = terms.Contact(now, c.Urgent, time.Time{})
	}
	return next, nil
}

func (c *Case) assign(to Choice, now time.Time) {
	c.Status, c.Supporter, c.Organisation = StatusAssigned, to.Supporter.ID, to.Supporter.Organisation
	c.Taken = time.Time{}
	c.Because = to.Because
	c.log(now, "bot", "assigned", string(to.Supporter.ID))
}

// MarkUrgent shortens the first term because of acute danger.
func (c *Case) MarkUrgent(kind knowledge.CrisisKind, terms Terms, now time.Time) {
	c.Urgent, c.Crisis = true, kind
	if t := terms.Contact(now, true, time.Time{}); c.Contacted.IsZero() && t.Before(c.ContactBefore) {
		c.ContactBefore = t
	}
	c.log(now, "bot", "urgent", string(kind))
}

// Revoke withdraws consent: the supporter's view closes at once.
func (c *Case) Revoke(now time.Time) {
	if c.Consent.Stands() {
		c.Consent.Revoked = now
		c.Status, c.Closed = StatusClosed, now
		c.log(now, "inwoner", "revoked", "")
	}
}

// need is what routing must know of the case.
func (c *Case) need(now time.Time) Need {
	return Need{
		Gemeente: c.Gemeente, Levensgebieden: c.Levensgebieden, Doelgroepen: c.Doelgroepen,
		Moment: c.Moment, Lang: c.Lang, Refused: c.Refused, Now: now,
	}
}

// Breach acts on a first term that passed without contact: a case that nobody
// took goes to someone else with a short new term; one that was taken is
// marked, for the coordinator to see. Either happens once for each term.
func (c *Case) Breach(r *Roster, load Load, terms Terms, now time.Time) error {
	c.log(now, "klok", "overdue", string(c.Supporter))
	if c.Status == StatusTaken {
		c.Overdue = true
		return nil
	}
	n := c.need(now)
	n.Refused = append(slices.Clone(c.Refused), c.Supporter) // passed over now, not refused for ever
	next, err := r.Route(n, "", load)
	if errors.Is(err, ErrNobody) {
		c.Overdue = true // the last one there is keeps it, marked
		return nil
	}
	if err != nil {
		return err
	}
	c.ContactBefore = terms.Contact(now, true, time.Time{})
	c.assign(next, now)
	return nil
}

// Orphaned gives the case of a supporter who left to someone else. The first
// term is not put off, unless it has passed.
func (c *Case) Orphaned(r *Roster, load Load, terms Terms, now time.Time) error {
	if !c.Open() {
		return ErrClosed
	}
	n := c.need(now)
	next, err := r.Route(n, "", load)
	if err != nil {
		return err
	}
	c.log(now, "klok", "orphaned", string(c.Supporter))
	if c.Contacted.IsZero() && c.ContactBefore.Before(now) {
		c.ContactBefore = terms.Contact(now, true, time.Time{})
	}
	c.assign(next, now)
	return nil
}

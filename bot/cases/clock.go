package cases

import (
	"errors"
	"slices"
	"time"
)

// Stage is how far a term has run. A stage is told once.
type Stage string

// The stages, in order; "" is the beginning.
const (
	StageHalf   Stage = "half"
	StageEighty Stage = "tachtig"
	StageOver   Stage = "voorbij"
)

// stages are the stages with the share of the term, in percent.
func stages() []struct {
	stage Stage
	share int
} {
	return []struct {
		stage Stage
		share int
	}{{StageHalf, 50}, {StageEighty, 80}, {StageOver, 100}}
}

func (s Stage) rank() int {
	switch s {
	case StageHalf:
		return 1
	case StageEighty:
		return 2
	case StageOver:
		return 3
	}
	return 0
}

// Terming are the two clocks of a case. The first runs from the consent to real
// personal contact, the second from there to an appointment.
type Terming struct {
	ContactBefore     time.Time `json:"contact_before"`
	Contacted         time.Time `json:"contacted,omitzero"`
	Overdue           bool      `json:"overdue,omitempty"`           // the first term passed without contact
	AppointmentBefore time.Time `json:"appointment_before,omitzero"` // zero until contact was made
	Appointed         time.Time `json:"appointed,omitzero"`          // when an appointment was made
	AppointmentLate   bool      `json:"appointment_late,omitempty"`  // the second term passed without one
	// TermFrom is when the term that runs began; zero in cases of before it was
	// kept: then it is Opened. Warned is the last stage of it that was told.
	TermFrom time.Time `json:"term_from,omitzero"`
	Warned   Stage     `json:"warned,omitempty"`
	// Deadline is the nearest legal date that the resident named; zero: none.
	Deadline time.Time `json:"deadline,omitzero"`
	// PassedOver let the first term pass: they aren't asked again for this case.
	PassedOver []SupporterID `json:"passed_over,omitempty"`
}

// Term returns the term that runs: from when, until when, and whether it is
// the one for contact; ok is false when none does.
func (c *Case) Term() (from, until time.Time, contact, ok bool) {
	if !c.Open() {
		return from, until, false, false
	}
	from = c.TermFrom
	if from.IsZero() {
		if from = c.Opened; !c.Contacted.IsZero() {
			from = c.Contacted
		}
	}
	switch {
	case c.Contacted.IsZero():
		return from, c.ContactBefore, true, !c.Overdue
	case c.Appointed.IsZero() && !c.AppointmentBefore.IsZero():
		return from, c.AppointmentBefore, false, !c.AppointmentLate
	}
	return from, until, false, false
}

// begin starts a term anew: its stages are told again.
func (c *Case) begin(from time.Time) { c.TermFrom, c.Warned = from, "" }

// NextStage is when the next stage of the running term must be told; zero when
// none must.
func (c *Case) NextStage() time.Time {
	from, until, _, ok := c.Term()
	if !ok {
		return time.Time{}
	}
	for _, s := range stages() {
		if s.stage.rank() > c.Warned.rank() {
			return share(from, until, s.share)
		}
	}
	return time.Time{}
}

// Reached is the furthest stage that is due at now and was not told; "" is
// none. After a night of downtime that is one, not three.
func (c *Case) Reached(now time.Time) Stage {
	from, until, _, ok := c.Term()
	if !ok {
		return ""
	}
	for _, s := range slices.Backward(stages()) {
		if s.stage.rank() > c.Warned.rank() && !now.Before(share(from, until, s.share)) {
			return s.stage
		}
	}
	return ""
}

// share is the moment at which so many percent of a term have passed.
func share(from, until time.Time, percent int) time.Time {
	if percent == 100 || !until.After(from) {
		return until
	}
	return from.Add(until.Sub(from) / 100 * time.Duration(percent))
}

// Warn notes that the supporter was warned of a stage.
func (c *Case) Warn(s Stage, now time.Time) {
	c.Warned = s
	c.log(now, ActorClock, "warned", string(s))
}

// Breach acts on a term that is over. A case that nobody took goes to someone
// else with a short new term, never to one who let it pass before; one that
// was taken, or that nobody else can take, is marked for the coordinator. It
// happens once for each term.
func (c *Case) Breach(r *Roster, load Load, terms Terms, now time.Time) error {
	_, _, contact, ok := c.Term()
	if !ok {
		return c.refuse("overdue", ErrStep)
	}
	c.Warned = StageOver
	if !contact {
		c.AppointmentLate = true
		c.log(now, ActorClock, "appointment-late", string(c.Supporter))
		return nil
	}
	c.log(now, ActorClock, "overdue", string(c.Supporter))
	if c.Status != StatusAssigned {
		c.Overdue = true
		return nil
	}
	n := c.need(now)
	passed := append(slices.Clone(c.PassedOver), c.Supporter)
	n.Refused = append(slices.Clone(c.Refused), passed...)
	next, err := r.Route(n, "", load)
	if errors.Is(err, ErrNobody) {
		c.Overdue = true // the last one there is keeps it, marked
		return nil
	}
	if err != nil {
		return err
	}
	c.PassedOver = passed
	return c.pass(next, terms, now)
}

// pass gives the case to somebody else with the urgent term.
func (c *Case) pass(to Choice, terms Terms, now time.Time) error {
	if err := c.step(StepPass, now, ActorClock, ""); err != nil {
		return err
	}
	c.ContactBefore = terms.Contact(now, true, time.Time{})
	c.begin(now)
	c.assign(to, now)
	return nil
}

// MarkUrgent shortens the first term because of acute danger.
func (c *Case) MarkUrgent(kind string, terms Terms, now time.Time) {
	c.Urgent = true
	if t := terms.Contact(now, true, time.Time{}); c.Contacted.IsZero() && t.Before(c.ContactBefore) {
		c.ContactBefore = t
		c.begin(now)
	}
	c.log(now, ActorBot, "urgent", kind)
}

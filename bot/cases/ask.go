package cases

import (
	"strings"
	"time"
	"unicode/utf8"
)

// AskKind is what a supporter may ask the resident's toestemming for.
type AskKind string

// The kinds of questions.
const (
	AskHandover AskKind = "overdracht" // may a colleague take this over?
	AskConsult  AskKind = "meedenken"  // may a colleague read this and think along?
	AskWaakvlam AskKind = "waakvlam"   // may the program ask now and then how it goes?
)

// Ask is a question to the resident that waits for a yes or a no. N tells it
// from earlier ones: a button of an old question answers nothing.
type Ask struct {
	N    int         `json:"n"`
	Kind AskKind     `json:"kind"`
	By   SupporterID `json:"by"`
	To   SupporterID `json:"to,omitempty"`
	Days int         `json:"days,omitempty"` // of the waakvlam
	Why  string      `json:"why,omitempty"`  // for the colleague
	At   time.Time   `json:"at"`
}

// Consult is a colleague who thinks along. Without Consent it is anonymous:
// the colleague reads the question alone, never the case.
type Consult struct {
	With     SupporterID `json:"with"`
	Question string      `json:"question"`
	Advice   string      `json:"advice,omitempty"`
	Consent  Consent     `json:"consent,omitzero"`
	At       time.Time   `json:"at"`
}

// maxWords bounds what a supporter writes about a case, in characters.
const maxWords = 2000

func checkWords(text string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n == 0 || n > maxWords {
		return ErrWords
	}
	return nil
}

func (c *Case) ask(kind AskKind, who, to SupporterID, why string, now time.Time) {
	c.Asks++
	c.Ask = &Ask{N: c.Asks, Kind: kind, By: who, To: to, Why: why, At: now}
}

// Handover offers the case to a colleague, also of another organisation or
// gemeente of the region. The giver keeps it until the resident agrees: it is a
// new person who reads it, so it needs a new toestemming.
func (c *Case) Handover(r *Roster, who, to SupporterID, why string, now time.Time) error {
	if err := c.mine(StepPropose, who); err != nil {
		return err
	}
	if err := c.colleague(r, StepPropose, who, to, why, now); err != nil {
		return err
	}
	if err := c.step(StepPropose, now, Actor(who), string(to)); err != nil {
		return err
	}
	c.ask(AskHandover, who, to, why, now)
	return nil
}

// ConsultWith asks a colleague to think along. Anonymous needs no toestemming and
// shows the question alone; else the resident is asked whether the colleague
// may read the case, and until the yes the colleague sees nothing.
func (c *Case) ConsultWith(r *Roster, who, with SupporterID, question string, anonymous bool, now time.Time) error {
	if err := c.mine(StepConsult, who); err != nil {
		return err
	}
	if err := c.colleague(r, StepConsult, who, with, question, now); err != nil {
		return err
	}
	why := string(with)
	if anonymous {
		why += " (anoniem)"
	}
	if err := c.step(StepConsult, now, Actor(who), why); err != nil {
		return err
	}
	c.Consult = &Consult{With: with, Question: strings.TrimSpace(question), At: now}
	if !anonymous {
		c.ask(AskConsult, who, with, question, now)
	}
	return nil
}

// colleague checks who is brought in: never the same person, one whom the
// resident refused, one with a deciding role or behind a wall.
func (c *Case) colleague(r *Roster, s Step, who, to SupporterID, words string, now time.Time) error {
	if to == who {
		return c.refuse(s, ErrStep)
	}
	if err := checkWords(words); err != nil {
		return c.refuse(s, err)
	}
	if err := r.MayJoin(c, to, now); err != nil {
		return c.refuse(s, err)
	}
	return nil
}

// Advise records what the consulted colleague thinks.
func (c *Case) Advise(who SupporterID, advice string, now time.Time) error {
	if c.Status != StatusConsulting || c.Consult == nil || c.Consult.With != who {
		return c.refuse("advised", ErrNotYours)
	}
	if err := checkWords(advice); err != nil {
		return c.refuse("advised", err)
	}
	c.Consult.Advice = strings.TrimSpace(advice)
	c.log(now, Actor(who), "advised", "")
	return nil
}

// Consulted ends the consultation: the colleague's view closes.
func (c *Case) Consulted(who SupporterID, now time.Time) error {
	if err := c.stepBy(StepConsulted, who, "", now); err != nil {
		return err
	}
	c.Consult, c.Ask = nil, nil
	return nil
}

// Keep takes an offered hand-over back.
func (c *Case) Keep(who SupporterID, now time.Time) error {
	if err := c.stepBy(StepKeep, who, "", now); err != nil {
		return err
	}
	c.Ask = nil
	return nil
}

// Agreed is the resident's yes to question n. With a hand-over the case is the
// colleague's from now on; when that person can't have it any more, the case
// stays where it is and the error is ErrWall.
func (c *Case) Agreed(r *Roster, n int, terms Terms, now time.Time) (Ask, error) {
	a, err := c.asked(n)
	if err != nil {
		return a, err
	}
	c.Ask = nil
	switch a.Kind {
	case AskHandover:
		return a, c.give(r, a, terms, now)
	case AskConsult:
		c.Consult.Consent = Consent{At: now}
		c.log(now, ActorResident, "consult-agreed", string(a.To))
	case AskWaakvlam:
		return a, c.rest(a, now)
	}
	return a, nil
}

// Declined is the resident's no to question n.
func (c *Case) Declined(n int, now time.Time) (Ask, error) {
	a, err := c.asked(n)
	if err != nil {
		return a, err
	}
	c.Ask = nil
	switch a.Kind {
	case AskHandover:
		return a, c.step(StepKeep, now, ActorResident, string(a.To))
	case AskConsult:
		c.Consult = nil
		return a, c.step(StepConsulted, now, ActorResident, string(a.To))
	case AskWaakvlam:
		c.log(now, ActorResident, "waakvlam-declined", "")
	}
	return a, nil
}

func (c *Case) asked(n int) (Ask, error) {
	if c == nil || c.Ask == nil || c.Ask.N != n || !c.Human() {
		return Ask{}, ErrAsked
	}
	return *c.Ask, nil
}

func (c *Case) give(r *Roster, a Ask, terms Terms, now time.Time) error {
	if err := r.MayJoin(c, a.To, now); err != nil {
		return joined(c.step(StepKeep, now, ActorBot, string(a.To)), c.refuse(StepGive, err))
	}
	if err := c.step(StepGive, now, ActorResident, string(a.To)); err != nil {
		return err
	}
	s, _ := r.Supporter(a.To)
	c.Consent = Consent{At: now}
	c.Appointment = nil
	c.restart(terms, now)
	c.assign(Choice{Supporter: s, Because: []string{reason(ReasonHandover, string(a.By))}}, now)
	return nil
}

// joined returns the first error, else the second.
func joined(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

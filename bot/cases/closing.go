package cases

import (
	"slices"
	"time"

	"wegwijzer/knowledge"
)

// Outcome is how a case ended.
type Outcome string

// The outcomes.
const (
	OutcomeHelped    Outcome = "geholpen"
	OutcomeReferred  Outcome = "doorverwezen"
	OutcomeNoContact Outcome = "geen-contact"
	OutcomeWithdrawn Outcome = "ingetrokken"
	OutcomeOther     Outcome = "anders"
)

// Outcomes returns the outcomes.
func Outcomes() []Outcome {
	return []Outcome{OutcomeHelped, OutcomeReferred, OutcomeNoContact, OutcomeWithdrawn, OutcomeOther}
}

// SignalKind is what a signal is about (S27).
type SignalKind string

// The kinds of signals.
const (
	SignalMissing   SignalKind = "ontbreekt"   // help that isn't there
	SignalWaiting   SignalKind = "wachttijd"   // help that comes late
	SignalThreshold SignalKind = "drempel"     // help that can't be reached: language, money, digital, distance
	SignalRules     SignalKind = "regels"      // rules that work out badly or clash
	SignalTreatment SignalKind = "bejegening"  // how people are treated
	SignalTogether  SignalKind = "samenwerken" // organisations that don't work together
)

// SignalKinds returns the kinds.
func SignalKinds() []SignalKind {
	return []SignalKind{SignalMissing, SignalWaiting, SignalThreshold, SignalRules, SignalTreatment, SignalTogether}
}

// Signal is a gap or bottleneck that a supporter reports: what, and what was
// tried (the ombuds function). Text holds nothing personal; whoever keeps it
// masks what it can.
type Signal struct {
	Kind         SignalKind             `json:"kind"`
	Levensgebied knowledge.Levensgebied `json:"levensgebied,omitempty"`
	Text         string                 `json:"text"`
	Tried        string                 `json:"tried,omitempty"`
	At           time.Time              `json:"at"`
}

// Report adds a signal to the case.
func (c *Case) Report(who SupporterID, s Signal, now time.Time) error {
	if err := c.mine("signal", who); err != nil {
		return err
	}
	if !slices.Contains(SignalKinds(), s.Kind) || checkWords(s.Text) != nil || s.Tried != "" && checkWords(s.Tried) != nil || len(c.Signals) >= maxSignals {
		return c.refuse("signal", ErrWords)
	}
	s.At = now
	c.Signals = append(c.Signals, s)
	c.log(now, Actor(who), "signal", string(s.Kind))
	return nil
}

// maxSignals bounds the signals of one case.
const maxSignals = 20

// Close ends the case with an outcome. A waakvlam is ended by its supporter in
// the same way.
func (c *Case) Close(who SupporterID, now time.Time, outcome Outcome) error {
	if c.Status != StatusWaakvlam || c.Supporter != who {
		if err := c.mine(StepClose, who); err != nil {
			return err
		}
	}
	if err := c.step(StepClose, now, Actor(who), string(outcome)); err != nil {
		return err
	}
	c.Closed, c.Outcome = now, outcome
	return nil
}

// EndWaakvlam ends the waakvlam because the resident wants no more questions.
func (c *Case) EndWaakvlam(now time.Time) error {
	if c.Status != StatusWaakvlam {
		return c.refuse(StepClose, ErrStep)
	}
	c.Closed, c.Outcome = now, OutcomeHelped
	return c.step(StepClose, now, ActorResident, "")
}

// Feedback is what the resident said after the end: helped, independent, again
// (S32). "" is no answer.
type Feedback struct {
	Helped      Opinion `json:"helped,omitempty"`
	Independent Opinion `json:"independent,omitempty"`
	Again       Opinion `json:"again,omitempty"`
}

// Opinion is an answer to one question of the feedback.
type Opinion string

// The opinions.
const (
	OpinionYes    Opinion = "ja"
	OpinionPartly Opinion = "beetje"
	OpinionNo     Opinion = "nee"
)

// Question of the feedback.
type Question string

// The questions, in their order.
const (
	AskedHelped      Question = "geholpen"
	AskedIndependent Question = "onafhankelijk"
	AskedAgain       Question = "opnieuw"
)

// NextQuestion returns the first question without an answer; "" when all were
// answered or the case didn't end with a supporter.
func (c *Case) NextQuestion() Question {
	if c == nil || c.Status != StatusClosed || c.Technical || !c.Consent.Stands() {
		return ""
	}
	switch f := c.Feedback; {
	case f == nil || f.Helped == "":
		return AskedHelped
	case f.Independent == "":
		return AskedIndependent
	case f.Again == "":
		return AskedAgain
	}
	return ""
}

// Opine records an answer; each question is answered once, in its order.
func (c *Case) Opine(q Question, o Opinion, now time.Time) error {
	if q == "" || c.NextQuestion() != q || !slices.Contains([]Opinion{OpinionYes, OpinionPartly, OpinionNo}, o) {
		return ErrAsked
	}
	f := Feedback{}
	if c.Feedback != nil {
		f = *c.Feedback
	}
	switch q {
	case AskedHelped:
		f.Helped = o
	case AskedIndependent:
		f.Independent = o
	case AskedAgain:
		f.Again = o
	}
	c.Feedback = &f
	c.log(now, ActorResident, "feedback", string(q))
	return nil
}

package cases

import (
	"fmt"
	"slices"
)

// Status says how far a conversation is on the road to a person and back, and
// with that whose it is. There is none in which nobody owns it.
type Status string

// The states. The first three come before a case and are kept in a Road; the
// bot owns them. From taken on the supporter speaks, and nobody else does.
const (
	StatusBot        Status = "bot"         // no person was asked for
	StatusOffered    Status = "offered"     // a person was offered, or a summary shown
	StatusConsented  Status = "consented"   // the resident agreed to exactly one text
	StatusAssigned   Status = "assigned"    // somebody was named; the bot still answers
	StatusTaken      Status = "taken"       // the supporter speaks
	StatusConsulting Status = "consulting"  // taken, and a colleague thinks along
	StatusHandover   Status = "handed-over" // offered to a colleague; the giver's until the resident agrees
	StatusReturned   Status = "returned"    // back with the bot
	StatusClosed     Status = "closed"      // ended with an outcome
	StatusWaakvlam   Status = "waakvlam"    // the supporter's; the bot asks now and then how it goes
)

// Statuses returns all states, in the order of the road.
func Statuses() []Status {
	return []Status{
		StatusBot, StatusOffered, StatusConsented, StatusAssigned, StatusTaken, StatusConsulting, StatusHandover,
		StatusReturned, StatusClosed, StatusWaakvlam,
	}
}

// CaseStatuses returns the states of a case that somebody was named for.
func CaseStatuses() []Status { return Statuses()[3:] }

// OpenStatuses are those in which somebody has work to do on a case.
func OpenStatuses() []Status {
	return []Status{StatusAssigned, StatusTaken, StatusConsulting, StatusHandover}
}

// HumanStatuses are those in which a person speaks and the bot doesn't.
func HumanStatuses() []Status { return []Status{StatusTaken, StatusConsulting, StatusHandover} }

// ParseStatus reads a status; an unknown one is an error.
func ParseStatus(s string) (Status, error) {
	all := Statuses()
	if i := slices.Index(all, Status(s)); i >= 0 {
		return all[i], nil
	}
	return "", fmt.Errorf("unknown status %q", s)
}

// Human says whether a person speaks in this state.
func (s Status) Human() bool {
	return s == StatusTaken || s == StatusConsulting || s == StatusHandover
}

// Open says whether somebody has work to do on a case in this state.
func (s Status) Open() bool { return s == StatusAssigned || s.Human() }

// Owned says whether a case in this state is a supporter's.
func (s Status) Owned() bool { return s.Open() || s == StatusWaakvlam }

// Step is one move from a state to the next; it is the action of the event
// that tells of it.
type Step string

// The steps.
const (
	StepOffer     Step = "offered"
	StepDecline   Step = "declined"
	StepConsent   Step = "consented"
	StepAssign    Step = "assigned"
	StepRescue    Step = "rescued" // assigned without consent, because the bot keeps failing
	StepTake      Step = "taken"
	StepRefuse    Step = "refused"        // the resident wants somebody else
	StepPass      Step = "passed"         // to somebody else: a term was broken, a supporter left
	StepConsult   Step = "consulting"     // a colleague is asked
	StepConsulted Step = "consulted"      // the colleague is done
	StepPropose   Step = "handover-asked" // offered to a colleague
	StepKeep      Step = "handover-kept"  // the resident or the giver says no
	StepGive      Step = "handed-over"    // the resident agrees
	StepReturn    Step = "returned"
	StepClose     Step = "closed"
	StepRevoke    Step = "revoked"
	StepRest      Step = "waakvlam"
	StepWake      Step = "woken"
)

// Steps returns all steps.
func Steps() []Step {
	return []Step{
		StepOffer, StepDecline, StepConsent, StepAssign, StepRescue, StepTake, StepRefuse, StepPass, StepConsult, StepConsulted,
		StepPropose, StepKeep, StepGive, StepReturn, StepClose, StepRevoke, StepRest, StepWake,
	}
}

// After returns the state that a step leads to; false when it can't be taken
// there. This is the whole machine: nothing else changes a status.
func After(at Status, s Step) (Status, bool) {
	switch s {
	case StepOffer, StepDecline, StepConsent:
		return road(at, s)
	case StepAssign:
		return StatusAssigned, at == StatusConsented
	case StepRescue:
		return StatusAssigned, !at.Owned()
	case StepTake:
		return StatusTaken, at == StatusAssigned
	case StepRefuse:
		return StatusAssigned, at.Owned()
	case StepPass:
		return StatusAssigned, at.Open()
	case StepConsult:
		return StatusConsulting, at == StatusTaken
	case StepConsulted:
		return StatusTaken, at == StatusConsulting
	case StepPropose:
		return StatusHandover, at == StatusTaken
	case StepKeep:
		return StatusTaken, at == StatusHandover
	case StepGive:
		return StatusAssigned, at == StatusHandover
	case StepReturn:
		return StatusReturned, at.Open() // of assigned only the bot, when nobody is left
	case StepClose:
		return StatusClosed, at.Human() || at == StatusWaakvlam
	case StepRevoke:
		return StatusClosed, at.Owned()
	case StepRest:
		return StatusWaakvlam, at == StatusTaken
	case StepWake:
		return StatusAssigned, at == StatusWaakvlam
	}
	return at, false
}

// road is the part of the machine before a case: what the resident and the bot
// do. After an end it begins anew.
func road(at Status, s Step) (Status, bool) {
	bots := at == StatusBot || at == StatusOffered || at == StatusConsented
	switch s {
	case StepOffer:
		return StatusOffered, at == StatusBot
	case StepDecline:
		return StatusBot, at == StatusOffered || at == StatusConsented
	default:
		return StatusConsented, bots
	}
}

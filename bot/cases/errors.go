package cases

import (
	"errors"
	"fmt"
)

// Why a step can't be taken. A StepError wraps one of them.
var (
	ErrTaken       = errors.New("it is taken by someone else")
	ErrNotYours    = errors.New("it is not yours")
	ErrClosed      = errors.New("it is closed or given back")
	ErrWall        = errors.New("it is behind a wall")
	ErrConsent     = errors.New("there is no consent for it")
	ErrStep        = errors.New("that can't be done now")
	ErrReason      = errors.New("longer than two dagdelen needs a reason")
	ErrAppointment = errors.New("the appointment can't be then")
	ErrAsked       = errors.New("the resident was not asked that, or answered already")
	ErrWords       = errors.New("something is missing or too long")
)

// StepError says why a step could not be taken, in which state the case is and
// whose it is.
type StepError struct {
	Step   Step
	Status Status
	Owner  SupporterID // "" is the bot
	Err    error
}

func (e *StepError) Error() string {
	owner := e.Owner
	if owner == "" {
		owner = "the bot"
	}
	return fmt.Sprintf("%s: %v: the case is %s, with %s", e.Step, e.Err, e.Status, owner)
}

func (e *StepError) Unwrap() error { return e.Err }

package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Road is the way to a case: the bot owns the conversation, a person was
// offered, the resident agreed to a text. It is kept with the conversation
// until somebody is named; the zero value is the bot's.
type Road struct {
	Status  Status  `json:"status"`
	Consent Consent `json:"consent,omitzero"`
	// Text is the SHA-256 of the text that was agreed to, in hex.
	Text   string  `json:"text,omitempty"`
	Events []Event `json:"events,omitempty"`
	// Since is what happened since the road was loaded; it is not kept.
	Since []Event `json:"-"`
}

// Fresh returns what happened on the road since it was loaded; see Case.Fresh.
func (r *Road) Fresh() []Event {
	if r == nil {
		return nil
	}
	return r.Since
}

// at is the state; that of the zero value is the bot's.
func (r *Road) at() Status {
	if r == nil || r.Status == "" {
		return StatusBot
	}
	return r.Status
}

// Clone copies the road; nil stays nil.
func (r *Road) Clone() *Road {
	if r == nil {
		return nil
	}
	d := *r
	d.Events, d.Since = slices.Clone(r.Events), slices.Clone(r.Since)
	return &d
}

// maxRoad bounds the events that wait for a case; the audit log has them all.
const maxRoad = 24

func (r *Road) step(s Step, now time.Time, actor Actor, why string) error {
	to, ok := After(r.at(), s)
	if !ok {
		return &StepError{Step: s, Status: r.at(), Err: ErrStep}
	}
	r.Status = to
	if len(r.Events) >= maxRoad {
		r.Events = r.Events[1:]
	}
	e := Event{At: now, Actor: string(actor), Action: string(s), Why: why}
	r.Events, r.Since = append(r.Events, e), append(r.Since, e)
	return nil
}

// Offer says that a person was offered, and why.
func (r *Road) Offer(now time.Time, why string) error { return r.step(StepOffer, now, ActorBot, why) }

// Decline takes the road back: the resident said no, or went on to something
// else.
func (r *Road) Decline(now time.Time) error {
	err := r.step(StepDecline, now, ActorResident, "")
	if err == nil {
		r.Consent, r.Text = Consent{}, ""
	}
	return err
}

// Agree records the toestemming to exactly this text. The same text again
// changes nothing.
func (r *Road) Agree(at time.Time, text string) error {
	if r.at() == StatusConsented && r.Text == digest(text) {
		return nil
	}
	err := r.step(StepConsent, at, ActorResident, digest(text)[:16])
	if err == nil {
		r.Consent, r.Text = Consent{At: at}, digest(text)
	}
	return err
}

// agreed says whether the resident agreed to exactly this text.
func (r *Road) agreed(text string) bool {
	return r != nil && r.at() == StatusConsented && r.Consent.Stands() && r.Text == digest(text)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

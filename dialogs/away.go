package dialogs

import (
	"slices"
	"strings"
	"time"
)

// awayTime is how long somebody is silent before they are welcomed back.
const awayTime = 20 * time.Hour

// arrive counts the turn and welcomes who was away: "we waren bij …".
func (t *turn) arrive() {
	t.s.Turn++
	t.s.Waits++
	away := !t.s.At.IsZero() && t.f.Now.Sub(t.s.At) >= awayTime
	t.s.At = t.f.Now
	if !away || t.in.Crisis != "" || t.s.Supporter != nil || t.s.Phase == PhaseStopped {
		return
	}
	t.welcomed = true
	t.trace("away for more than %s", awayTime)
	if l := t.s.Hulpvraag.Primary(); l != "" {
		t.say("algemeen.weer-terug-bij", Vars{"onderwerp": strings.ToLower(t.areaName(l))})
		return
	}
	t.say("algemeen.weer-terug", nil)
}

// Bounds on the turns without an answer or an offer: after fewQuestions nothing
// more is asked of the dialogs, after patienceTurns the bot stops asking and
// says what it can.
const (
	fewQuestions  = 9
	patienceTurns = 14
)

// patience ends a conversation that goes in circles: with what is known the
// kaart is asked, without it a person is offered. However somebody answers,
// they don't stay without an answer.
func (t *turn) patience() {
	open := []Phase{PhaseListen, PhaseOrder, PhaseClarify, PhasePlayback, PhaseCorrect, PhaseBroad}
	if t.s.Waits < patienceTurns || !slices.Contains(open, t.s.Phase) || t.out.Requests != (Requests{}) {
		return
	}
	t.trace("%d turns without an answer: enough was asked", t.s.Waits)
	if n := len(t.out.Replies); n > 0 && t.prompted {
		t.out.Replies = t.out.Replies[:n-1] // the question that won't be asked
	}
	t.s.Waits = 0
	t.say("algemeen.genoeg-gevraagd", nil)
	switch {
	case t.s.Hulpvraag.Primary() != "":
		t.search()
	case t.mayOffer():
		t.offer("escalatie." + t.stuckRule())
	default:
		t.s.Phase = PhaseListen
		t.ask("algemeen.geen-mens-bellen", nil, t.options(ChoiceMens, "iets-anders", "klaar")...)
	}
}

// stuckRule is the rule about turns without progress; every content has one.
func (t *turn) stuckRule() string {
	for _, r := range t.c.Rules {
		if r.Stalls > 0 {
			return r.ID
		}
	}
	return ""
}

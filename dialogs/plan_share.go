package dialogs

import (
	"strings"

	"wegwijzer/dialogs/plan"
)

// asksShare asks once, before the summary, whether the plan goes with it. It
// reports whether it asked: a supporter gets the plan only when the resident
// says so (S15).
func (t *turn) asksShare() bool {
	p := t.s.Plan
	if len(p.Told()) == 0 || p.Share != "" {
		return false
	}
	t.s.Phase = PhaseShare
	t.ask("plan.meegeven", nil, t.options("plan-delen:ja", "plan-delen:nee")...)
	return true
}

// planShared takes the answer.
func (t *turn) planShared(id string) {
	p := t.s.Plan
	if p == nil {
		t.say("algemeen.oude-keuze", nil)
		t.again()
		return
	}
	if p.Share = plan.ShareNo; id == "ja" {
		p.Share = plan.ShareYes
	}
	if t.s.Supporter == nil {
		t.summary()
		return
	}
	// Somebody has the question already: this is the consent, to the plan that
	// was just shown.
	if p.Share == plan.ShareYes {
		p.SharedTo = t.in.Seq
		t.s.Phase = PhaseWaiting
		t.ask("plan.gedeeld", Vars{"naam": t.s.Supporter.Name}, t.options(ChoiceAndere, "iets-anders")...)
		return
	}
	t.s.Phase = PhaseWaiting
	t.ask("plan.niet-gedeeld", Vars{"naam": t.s.Supporter.Name}, t.options(ChoiceAndere, "iets-anders")...)
}

// planConsented opens the messages of the plan to the supporter, when the plan
// stands in the text that consent was given to.
func (t *turn) planConsented() {
	for _, l := range t.c.summaryLines(t.s) {
		if l.key == "plan" {
			t.s.Plan.SharedTo = t.in.Seq
		}
	}
}

// Private says whether a message of the resident, and what the bot answered to
// it, are about a plan that the resident didn't let the supporter see.
func (s *State) Private(seq uint64) bool { return s.Plan.Private(seq) }

// plan is the line of the summary with the plan, when the resident wants it to
// go with it.
func (w *summarizer) plan() {
	p := w.s.Plan
	if p == nil || p.Share != plan.ShareYes {
		return
	}
	var texts []string
	var seqs []uint64
	for _, id := range p.Told() {
		texts = append(texts, w.say("plan."+string(p.Kind)+".kop."+string(id))+": "+strings.TrimRight(oneLine(p.Parts[id].Text), "."))
		seqs = append(seqs, p.Parts[id].Seq)
	}
	w.put("plan", strings.Join(texts, "; "), seqs...)
}

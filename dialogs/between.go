package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// between answers a question that is asked in between, from content, and
// returns to the open one; or does what was asked at that point: say why, leave
// the question out, go back, show what is known. It reports whether the message
// was one.
func (t *turn) between() bool {
	a, n := t.c.aside(t.tokens, len(t.s.Hulpvraag.Cards) > 0)
	if a == nil || n < 3 && a.Shown == "" && a.Does == "" && len(t.u.Levensgebieden) > 0 && len(t.tokens) > 6 {
		return false // a story that happens to hold the words
	}
	t.trace("question in between: %s", a.ID)
	if a.Shown != "" {
		t.shown(a)
		return true
	}
	switch a.Does {
	case "waarom":
		t.why()
	case "overslaan":
		return t.leaveOut()
	case "terug":
		return t.goBack()
	case "inzien":
		t.inspect()
	case "meer":
		if !t.s.Searched {
			return false
		}
		t.chosen("meer")
	default:
		t.detour("tussendoor." + a.ID)
	}
	return true
}

// why says why the open question is put, from the help text of its step or of
// the phase, and puts it again.
func (t *turn) why() {
	flow := t.c.flow(t.s.Flow)
	key := "waarom." + string(t.s.Phase)
	if t.s.Phase == PhasePlan && t.s.Plan != nil {
		key = "plan." + string(t.s.Plan.Kind) + ".waarom"
	}
	if p := flow.step(t.s.Step); p != nil && t.s.Phase == PhaseClarify && t.c.Texts.Has(knowledge.NL, stepText(flow, p)+".why") {
		key = stepText(flow, p) + ".why"
	}
	if !t.c.Texts.Has(knowledge.NL, key) {
		key = "waarom.algemeen"
	}
	t.say(key, nil)
	if t.s.Phase != PhaseWaiting {
		t.again()
	}
}

// leaveOut skips what is asked. It reports whether there was something to skip.
func (t *turn) leaveOut() bool {
	switch t.s.Phase {
	case PhaseClarify:
		if p := t.c.flow(t.s.Flow).step(t.s.Step); p != nil {
			t.skip(p)
			return true
		}
		t.nextStep()
	case PhaseOrder:
		t.ordered("")
	case PhasePlayback:
		t.chosen("klopt:ja")
	case PhaseOffer:
		t.declined()
	case PhaseBroad:
		t.done()
	case PhaseKnows:
		t.knows("kan-niet")
	case PhasePlan:
		t.planSkip()
	default:
		return false
	}
	return true
}

// goBack returns to the question before. It reports whether there was one.
func (t *turn) goBack() bool {
	switch t.s.Phase {
	case PhaseClarify, PhasePlayback:
		if len(t.s.Asked) == 0 {
			return false
		}
		t.back()
	case PhasePlan:
		t.planBack()
	case PhaseCorrect:
		t.playback()
	case PhaseEdit, PhaseConsent:
		t.summary()
	case PhaseContact:
		t.askConsent()
	case PhaseReach, PhaseChoose:
		t.askContact()
	default:
		return false
	}
	return true
}

// inspect shows what is known of the resident, and how to have it erased.
func (t *turn) inspect() {
	lines := t.understood()
	if len(t.s.Hulpvraag.Words) == 0 {
		lines = nil
	}
	if t.s.Plan != nil && len(t.s.Plan.Told()) > 0 {
		lines = append(lines, t.words("samenvatting.plan", nil)+": "+strings.Join(t.planLines(maxQuote), "; "))
	}
	key := "algemeen.inzien"
	if len(lines) == 0 {
		key = "algemeen.inzien-leeg"
	}
	t.say(key, Vars{"regels": bullets(slices.Clone(lines))})
	if t.s.Phase != PhaseWaiting {
		t.again()
	}
}

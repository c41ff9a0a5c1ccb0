package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// choice reacts to a pressed button.
func (t *turn) choice() {
	id := t.in.Choice
	if t.in.Crisis != "" {
		t.crisis()
		return
	}
	if !slices.Contains(t.s.Offered, id) && !t.always(id) {
		t.trace("choice %q is not open now", id)
		t.say("algemeen.oude-keuze", nil)
		t.again()
		return
	}
	t.chosen(id)
}

// always lists what may be pressed at any time, also late.
func (t *turn) always(id string) bool {
	if t.s.Phase == PhaseWaiting {
		return id == ChoiceAndere || id == ChoiceWithdraw || id == "wis" || t.planAlways(id)
	}
	return slices.Contains([]string{ChoiceMens, ChoiceAndere, "opnieuw", "wis"}, id) || t.planAlways(id)
}

// chosen does what a choice says.
func (t *turn) chosen(id string) {
	t.progress()
	switch id {
	case ChoiceMens:
		t.summary()
	case ChoiceGeenMens:
		t.declined()
	case ChoiceSummaryOK:
		t.askConsent()
	case ChoiceSummaryEdit:
		t.editSummary()
	case ChoiceConsentYes:
		t.consented()
	case ChoiceConsentNo:
		t.noConsent()
	case ChoicePhone, ChoiceEmail, ChoiceChat:
		t.contact(id)
	case ChoiceAndere:
		t.another()
	case ChoiceWithdraw:
		t.withdraw()
	case "klopt:ja", "zoek:ja":
		t.search()
	case "klopt:nee":
		t.askCorrection()
	case "meer":
		t.search()
	case "iets-anders":
		t.s.Phase, t.s.Broad = PhaseListen, true
		t.ask("algemeen.iets-anders", nil, t.rest()...)
	case "klaar":
		if t.s.Broad || t.s.Hulpvraag.Primary() == "" {
			t.done()
			return
		}
		t.broad()
	case "breed:nee":
		t.done()
	case "opnieuw":
		t.restart()
	case "wis", "wis:ja", "wis:nee":
		t.forget(id)
	case "waarom":
		t.why()
	case "antwoorden:meer":
		t.moreAnswers()
	case "weet-niet":
		t.unknown()
	default:
		t.chosenByPrefix(id)
	}
}

func (t *turn) chosenByPrefix(id string) {
	name, rest, _ := strings.Cut(id, ":")
	switch name {
	case "lg":
		t.areaChosen(id)
	case "eerst":
		t.ordered(rest)
	case "gids":
		t.beginGuide(knowledge.Levensgebied(rest))
	case "weet":
		t.knows(rest)
	case "supporter":
		t.supporterChosen(rest)
	case "weg":
		t.hideLine(rest)
	case "plan":
		t.planChosen(rest)
	case "deel":
		t.planPart(rest)
	case "plan-delen":
		t.planShared(rest)
	case "vergelijk", "wil", "neem":
		t.compareChosen(name, rest)
	default:
		t.stepChosen(name, rest)
	}
}

// stepChosen fills the slot of the open step.
func (t *turn) stepChosen(step, value string) {
	flow := t.c.flow(t.s.Flow)
	p := flow.step(step)
	if p == nil || p.choice(value) == nil {
		t.say("algemeen.oude-keuze", nil)
		t.nextStep()
		return
	}
	t.fill(flow, p, p.choice(value), "", t.in.Seq)
	t.nextStep()
}

func (t *turn) unknown() {
	if p := t.c.flow(t.s.Flow).step(t.s.Step); p != nil && t.s.Phase == PhaseClarify {
		t.skip(p)
		return
	}
	t.allAreas()
}

// done ends what was asked; the resident can always come back.
func (t *turn) done() {
	t.s.Phase = PhaseListen
	t.ask("algemeen.klaar", nil)
}

func (t *turn) forget(id string) {
	switch id {
	case "wis":
		t.askForget()
	case "wis:ja":
		t.out.Requests.Forget = true
	default:
		t.say("algemeen.niet-gewist", nil)
		t.s.Prompt, t.s.Before = t.s.Before, nil
		if t.s.Phase != PhaseWaiting {
			t.again()
		}
	}
}

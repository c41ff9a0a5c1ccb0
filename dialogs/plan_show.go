package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// planChosen does what a choice "plan:..." says.
func (t *turn) planChosen(what string) {
	t.worked()
	switch what {
	case "maak":
		t.makePlan(plan.Personal)
	case "familie":
		t.makePlan(plan.Family)
	case "later":
		t.planLater()
	case "vraag":
		t.planQuestion()
	default:
		if t.s.Plan == nil {
			t.say("algemeen.oude-keuze", nil)
			t.again()
			return
		}
		t.planStep(what)
	}
}

// planStep does what a choice says that there must be a plan for.
func (t *turn) planStep(what string) {
	switch what {
	case "verder":
		t.makePlan(t.s.Plan.Kind)
	case "klopt":
		t.planNext()
	case "goed":
		t.planDone()
	case "wijzig":
		t.planChange()
	case "sla-over", "laat-staan":
		t.planSkip()
	default:
		t.showPlan()
	}
}

// planLater lets the plan be.
func (t *turn) planLater() {
	if t.s.Supporter != nil {
		t.whileWaiting()
		return
	}
	t.s.Phase = PhaseListen
	if t.s.Searched {
		t.s.Phase = PhaseAnswered
	}
	t.ask("plan.later", nil, append(t.options(ChoiceMens), t.options("iets-anders", "klaar")...)...)
}

// planChange asks what must be changed.
func (t *turn) planChange() {
	p := t.s.Plan
	t.worked()
	t.s.Phase, p.Open, p.Remark = PhasePlan, "", ""
	t.askPart("plan.wat-wijzigen")
}

// askPart lets the resident point at a part of the plan.
func (t *turn) askPart(key string) {
	var list []Choice
	for _, id := range t.s.Plan.Kind.Parts() {
		list = append(list, Choice{ID: "deel:" + string(id), Label: t.partName(id)})
	}
	t.ask(key, nil, t.orPerson(append(list, t.option("plan:toon")))...)
}

// orPerson adds the road to a person (S33), unless there is one.
func (t *turn) orPerson(list []Choice) []Choice {
	if t.s.Supporter != nil {
		return list
	}
	return append(list, Choice{ID: ChoiceMens, Label: t.words("keuze.plan-mens", nil)})
}

// planPart asks one part again.
func (t *turn) planPart(id string) {
	part := plan.PartID(id)
	if t.s.Plan == nil || !t.s.Plan.Has(part) {
		t.say("algemeen.oude-keuze", nil)
		t.again()
		return
	}
	t.worked()
	if said := t.s.Plan.Remark; said != "" {
		t.s.Plan.Add(part, said, t.in.Seq, t.f.Now)
		t.showPlan()
		return
	}
	// Before everything was asked once, a change goes on to the next question.
	t.s.Plan.Changing = t.s.Plan.Next() == ""
	t.planAsk(part)
}

// partNamed finds the part that the message speaks of, "" for none.
func (t *turn) partNamed() plan.PartID {
	id := mostNamed(t.c.planning.parts, t.tokens)
	if t.s.Plan == nil || !t.s.Plan.Has(id) {
		return ""
	}
	return id
}

func (t *turn) partName(id plan.PartID) string {
	return t.words("plan."+string(t.s.Plan.Kind)+".kop."+string(id), nil)
}

// planLines are the parts in which something stands, one a line.
func (t *turn) planLines(most int) []string {
	var list []string
	for _, id := range t.s.Plan.Told() {
		list = append(list, t.partName(id)+": "+clip(oneLine(t.s.Plan.Parts[id].Text), most))
	}
	return list
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// showPlan shows the plan as it stands, and asks whether it is good.
func (t *turn) showPlan() {
	p := t.s.Plan
	t.worked()
	p.Open, p.Changing, p.Remark = "", false, ""
	switch {
	case len(p.Told()) > 0:
	case p.Next() != "": // there is nothing to see yet
		t.planNext()
		return
	default:
		t.planEmpty()
		return
	}
	choices := t.options("plan:goed", "plan:wijzig")
	if p.Next() != "" {
		choices = t.options("plan:verder", "plan:goed", "plan:wijzig")
	}
	t.s.Phase = PhasePlan
	t.reply(Reply{Kind: KindPlan, Text: t.c.document(t.s, t.f.Gemeente.Name).Text()})
	t.ask("plan.zo-goed", nil, t.orPerson(choices)...)
}

// planEmpty is said when everything was left out.
func (t *turn) planEmpty() {
	t.s.Plan = nil
	t.s.Phase = PhaseListen
	t.ask("plan.leeg", nil, t.options(ChoiceMens, ChoicePlan, "iets-anders", "klaar")...)
}

// planDone says what can be done with the plan.
func (t *turn) planDone() {
	p := t.s.Plan
	p.Good, p.Open = true, ""
	t.say("plan."+string(p.Kind)+".klaar", nil)
	if t.s.Supporter != nil {
		t.s.Phase = PhaseWaiting
		t.ask("plan.laat-zien", Vars{"naam": t.s.Supporter.Name}, t.options("plan-delen:ja", "plan-delen:nee", "plan:wijzig")...)
		return
	}
	t.s.Phase = PhaseAnswered
	list := t.options(ChoiceMens)
	if !t.s.Searched {
		list = append(list, t.option("plan:vraag"))
	} else if t.s.Chosen == nil {
		list = append(list, t.option("vergelijk:begin"))
	}
	t.ask("plan.en-nu", nil, append(list, t.options("plan:wijzig", "iets-anders", "klaar")...)...)
}

// planQuestion looks for help with what the plan says is needed, or goes on
// with the question that was open before it.
func (t *turn) planQuestion() {
	if t.s.Hulpvraag.Primary() != "" {
		t.begin(t.s.Hulpvraag.Primary())
		return
	}
	if t.s.Plan == nil {
		t.again()
		return
	}
	t.s.Phase = PhaseListen
	t.hear(t.s.Plan.Parts[plan.Now].Text + " " + t.s.Plan.Parts[plan.Needed].Text)
	t.story()
}

// roads are the choices beside an answer that lead to a plan or to services
// side by side: where a plan is the law's or was begun, and where there is
// something to choose (S02, S28).
func (t *turn) roads() []Choice {
	var list []Choice
	h := &t.s.Hulpvraag
	switch p := t.s.Plan; {
	case p != nil && p.Next() == "":
		list = t.options("plan:toon")
	case p != nil:
		list = t.options("plan:verder")
	case t.planIsDue():
		list = t.options(makeChoice(t.kindFor(plan.Personal)))
	}
	chooses := h.Moment == knowledge.Ondersteuning || h.Moment == knowledge.Toegang || t.s.Compares
	if chooses && t.s.Chosen == nil && len(h.Cards) > 1 {
		list = append(list, t.option("vergelijk:begin"))
	}
	return list
}

// planIsDue says whether there is a talk to come for which the law gives a
// right to a plan.
func (t *turn) planIsDue() bool {
	h := &t.s.Hulpvraag
	return h.Moment == knowledge.Toegang &&
		(slices.Contains(h.Stelsels, knowledge.Wmo) || slices.Contains(h.Stelsels, knowledge.Jeugdwet))
}

// planOffered tells once, in the toegang moment, that a plan can be made.
func (t *turn) planOffered() {
	const said = "plan-aanbod"
	if t.s.Plan != nil || !t.planIsDue() || slices.Contains(t.s.Rules, said) || t.s.Supporter != nil {
		return
	}
	t.s.Rules = append(t.s.Rules, said)
	t.say("plan."+string(t.kindFor(plan.Personal))+".aanbod", nil)
}

// noNeed are answers to that question that name no help.
func noNeed() []string { return []string{"gemeente", "iets-anders", "anders", "zelf-jong"} }

// needStep is the question of each dialog that asks what it is about.
const needStep = "kern"

package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// The choices that begin a plan.
const (
	ChoicePlan       = "plan:maak"
	ChoiceFamilyPlan = "plan:familie"
)

// planAlways says whether a choice about the plan may be pressed at any time.
func (t *turn) planAlways(id string) bool {
	return id == ChoicePlan || id == ChoiceFamilyPlan || t.s.Plan != nil && slices.Contains([]string{"plan:verder", "plan:toon", "plan:wijzig"}, id)
}

// planWords takes a message that asks for a plan, for a change in it or for
// services side by side. It reports whether the message was that.
func (t *turn) planWords() bool {
	p := &t.c.planning
	if t.handingOver() || t.s.Phase == PhasePlan || t.s.Plan == nil && !p.marks.in(t.tokens) {
		return false
	}
	kind := mostNamed(p.plans, t.tokens)
	switch {
	case kind != "" && len(t.tokens) <= maxAside && bestMatch(p.explain, t.tokens) > 0:
		t.trace("asks what such a plan is: %s", kind)
		t.progress()
		t.ask("plan."+string(kind)+".uitleg", nil, append(t.options(makeChoice(kind)), t.option("plan:later"))...)
	case kind != "":
		t.trace("asks for a plan: %s", kind)
		if len(t.tokens) > maxAside || len(t.u.Levensgebieden) > 0 && len(t.s.Named) == 0 && len(t.tokens) >= enough {
			t.take() // there is a story in it
		}
		t.makePlan(t.kindFor(kind))
	case t.s.Plan != nil && len(t.tokens) <= maxAside && bestMatch(p.show, t.tokens) > 0:
		t.showPlan()
	case t.s.Plan != nil && len(t.tokens) <= maxAside && bestMatch(p.change, t.tokens) > 0 && strings.Contains(strings.Join(t.tokens, " "), "plan"):
		t.planChange()
	case bestMatch(p.compare, t.tokens) == 0 || len(t.tokens) > 2*maxAside:
		return false
	case len(t.s.Named) == 0 && len(t.tokens) >= enough && t.u.Intent.ID != knowledge.IntentAndere: // a story: it is heard first
		t.s.Compares = true
		return false
	case len(t.s.Named) == 0 && len(t.tokens) >= enough: // another provider is no other supporter
		t.take()
		t.compare()
	default:
		t.compare()
	}
	return true
}

// kindFor is the plan that words asked for: "een plan" is a familiegroepsplan
// where it is about a child.
func (t *turn) kindFor(k plan.Kind) plan.Kind {
	if k == plan.Personal && t.aboutFamily() && !hasAny(t.tokens, "persoonlijk", "persoonlijke", "personal") {
		return plan.Family
	}
	return k
}

// aboutFamily says whether the question is about help for a child.
func (t *turn) aboutFamily() bool {
	return !t.s.Je && slices.Contains([]knowledge.Levensgebied{knowledge.Jeugdzorg, knowledge.Opvoeding}, t.s.Hulpvraag.Primary())
}

func makeChoice(k plan.Kind) string {
	if k == plan.Family {
		return ChoiceFamilyPlan
	}
	return ChoicePlan
}

// makePlan begins a plan with what was told, or goes on with the one that was
// begun.
func (t *turn) makePlan(k plan.Kind) {
	if p := t.s.Plan; p != nil && p.Kind == k {
		t.worked()
		if p.Next() == "" {
			t.showPlan()
			return
		}
		t.say("plan.verder", nil)
		t.planNext()
		return
	}
	told := t.toldFor()
	if old := t.s.Plan; old != nil { // the other plan: what stood there counts
		for id, part := range old.Parts {
			if part.Text != "" {
				told[id] = part
			}
		}
	}
	t.s.Plan = plan.New(k, told)
	t.s.Plan.Made = t.f.Now
	t.worked()
	t.say("plan."+string(k)+".begin", nil)
	if len(t.s.Plan.Told()) == 0 {
		t.planNext()
		return
	}
	t.s.Phase = PhasePlan
	t.ask("plan.al-verteld", Vars{"regels": bullets(t.planLines(maxQuote))}, t.options("plan:klopt", "plan:wijzig")...)
}

// worked notes that this turn is about the plan.
func (t *turn) worked() {
	t.s.Waits = 0
	t.progress()
	if t.s.Plan != nil {
		t.s.Plan.Worked(t.in.Seq)
	}
}

// planNext asks the next part, or shows the plan when it is through.
func (t *turn) planNext() {
	if id := t.s.Plan.Next(); id != "" {
		t.planAsk(id)
		return
	}
	t.showPlan()
}

// planAsk asks one part. What stands there already is shown with it.
func (t *turn) planAsk(id plan.PartID) {
	p := t.s.Plan
	p.Open = id
	t.s.Phase, t.s.Step = PhasePlan, ""
	key := "plan." + string(p.Kind) + ".vraag." + string(id)
	if now := p.Parts[id].Text; now != "" {
		t.ask("plan.staat-er", Vars{"kop": t.partName(id), "regels": "• " + oneLine(now)}, t.options("plan:laat-staan", "plan:toon")...)
		return
	}
	list := t.options("plan:sla-over", "waarom")
	if len(p.Told()) > 0 {
		list = append(list, t.option("plan:toon"))
	}
	t.ask(key, nil, list...)
}

// fewWords is how long a message is that points at something, rather than
// tells it.
const fewWords = 5

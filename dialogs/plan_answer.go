package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// planTurn takes the short words by which somebody steers while a plan is made,
// before anything else looks at them. It reports whether the message was that.
func (t *turn) planTurn() bool {
	c := &t.c.planning
	if t.s.Plan == nil {
		t.s.Phase = PhaseListen // the plan was taken away by an older program
		return false
	}
	short := len(t.tokens) <= maxAside
	switch {
	case short && bestMatch(c.change, t.tokens) > 0:
		t.worked()
		if id := t.partNamed(); id != "" {
			t.planPart(string(id))
			return true
		}
		t.planChange()
	case short && bestMatch(c.show, t.tokens) > 0:
		t.showPlan()
	case short && bestMatch(c.compare, t.tokens) > 0:
		t.compare()
	case t.planCommand():
	default:
		t.planAnswer()
	}
	return true
}

// planCommand takes questions and commands of other kinds. An answer in own
// words may hold any of theirs, so only a question, a very short message or a
// wish that the model is sure of counts.
func (t *turn) planCommand() bool {
	asks := strings.HasSuffix(strings.TrimSpace(t.in.Text), "?")
	if a, _ := t.c.aside(t.tokens, false); a != nil && (asks || a.Does != "" && len(t.tokens) <= fewWords) {
		return t.between()
	}
	if t.follow() {
		return true
	}
	commands := []knowledge.Intent{knowledge.IntentMens, knowledge.IntentStop, knowledge.IntentOpnieuw, knowledge.IntentPrivacy, knowledge.IntentAndereTaal, knowledge.IntentUitlegBot}
	if t.u.Intent.Score < certain || !slices.Contains(commands, t.u.Intent.ID) || !asks && len(t.tokens) > fewWords+1 {
		return false
	}
	// "iemand om mee te praten" is what somebody needs; "ik wil iemand spreken" is
	// said to the bot.
	wish := asks || hasAny(t.tokens, "ik", "i") && hasAny(t.tokens, "spreken", "mens", "person", "human", "ondersteuner")
	if t.u.Intent.ID == knowledge.IntentMens && t.s.Plan.Open != "" && !wish {
		return false
	}
	return t.command()
}

// planAnswer takes words as what stands in the open part. Without an open part
// they are a yes, a no, or belong to the part that they name.
func (t *turn) planAnswer() {
	p := t.s.Plan
	t.worked()
	if p.Open == "" {
		t.planRemark()
		return
	}
	keeps := p.Parts[p.Open].Text != "" && bestMatch(t.c.planning.keep, t.tokens) > 0
	if len(t.tokens) <= fewWords && (keeps || t.u.Intent.ID == knowledge.IntentWeetNiet) {
		t.planSkip()
		return
	}
	id, changing := p.Open, p.Changing
	p.Put(id, t.in.Text, t.in.Seq, t.f.Now)
	t.alsoTold(id)
	t.trace("plan: %s is told", id)
	p.Open, p.Changing = "", false
	if changing {
		t.showPlan()
		return
	}
	t.planNext()
}

// planRemark takes words while the plan, or what goes into it, is shown.
func (t *turn) planRemark() {
	p, id := t.s.Plan, t.partNamed()
	short := len(t.tokens) <= fewWords
	switch {
	case t.saysYes() || bestMatch(t.c.planning.keep, t.tokens) > 0 && short:
		t.planGood()
	case t.saysNo():
		t.planChange()
	case id != "" && short:
		p.Remark = ""
		t.planPart(string(id))
	case len(t.tokens) < 2:
		t.stalled("algemeen.niet-begrepen")
	case id != "":
		p.Add(id, t.in.Text, t.in.Seq, t.f.Now)
		t.showPlan()
	default: // where does it belong?
		p.Remark = clip(t.in.Text, plan.MaxPart)
		t.askPart("plan.waar-hoort")
	}
}

// planGood goes on when what is shown is right.
func (t *turn) planGood() {
	if t.s.Plan.Next() == "" {
		t.planDone()
		return
	}
	t.planNext()
}

// alsoTold keeps what the plan's answers say of the hulpvraag, so that no
// dialog asks for it again.
func (t *turn) alsoTold(id plan.PartID) {
	h := &t.s.Hulpvraag
	quote := &Quote{Text: clip(t.in.Text, maxQuote), Seq: t.in.Seq}
	switch {
	case id == plan.Helpers && h.Helps == nil:
		h.Helps = quote
		h.support(knowledge.ActiveringNetwerk, t.in.Seq)
	case id == plan.Wish && h.Wish == nil:
		h.Wish = quote
	}
}

// planSkip leaves the open part out.
func (t *turn) planSkip() {
	p := t.s.Plan
	t.worked()
	if p.Open == "" {
		t.planGood()
		return
	}
	p.Skip(p.Open, t.f.Now)
	changing := p.Changing
	p.Open, p.Changing = "", false
	if changing {
		t.showPlan()
		return
	}
	t.planNext()
}

// planBack asks the part before the open one again.
func (t *turn) planBack() {
	p := t.s.Plan
	t.worked()
	if id := p.Before(p.Open); id != "" {
		t.planAsk(id)
		return
	}
	t.again()
}

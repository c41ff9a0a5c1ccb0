package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
)

// Chosen is the service that the resident chose, and by what.
type Chosen struct {
	Shown
	Seq     uint64           `json:"seq,omitempty"` // of the message that chose it
	Matters []plan.Criterion `json:"matters,omitempty"`
}

// compare begins to put services side by side (S28): what matters to the
// resident, in the message or asked for.
func (t *turn) compare() {
	t.s.Waits = 0
	t.progress()
	if h := &t.s.Hulpvraag; h.Moment == "" && hasAny(t.tokens, "andere", "wisselen", "overstappen", "other", "another", "switch", "change") {
		h.Moment = knowledge.Ondersteuning // there is help already
		h.from("moment", t.in.Seq)
	}
	if t.s.Hulpvraag.Primary() == "" { // there is nothing yet to look for
		t.s.Phase = PhaseListen
		t.s.Matters = add(t.s.Matters, t.criteriaNamed()...)
		t.s.Compares = true
		t.ask("vergelijk.eerst-vertellen", nil, t.rest()...)
		return
	}
	if named := t.criteriaNamed(); len(named) > 0 {
		t.s.Matters = add(t.s.Matters, named...)
		t.compareSearch()
		return
	}
	t.askMatters("vergelijk.wat-telt", plan.Criteria()[:fewCriteria])
}

// fewCriteria is how many are offered at once.
const fewCriteria = 5

// askMatters asks what matters, with those of a list that weren't named yet.
func (t *turn) askMatters(key string, offered []plan.Criterion) {
	t.s.Phase, t.s.Step = PhaseCompare, ""
	var list []Choice
	for _, c := range offered {
		if !slices.Contains(t.s.Matters, c) {
			list = append(list, Choice{ID: "wil:" + string(c), Label: t.words("vergelijk.keuze."+string(c), nil)})
		}
	}
	if len(offered) == fewCriteria {
		list = append(list, t.option("vergelijk:andere"))
	}
	if len(t.s.Matters) > 0 {
		list = append(list, t.option("vergelijk:toon"))
	}
	t.ask(key, Vars{"wat": t.mattersText(t.s.Matters)}, t.orPerson(append(list, t.option("vergelijk:geen")))...)
}

// compareChosen does what a choice says on the way to one service.
func (t *turn) compareChosen(name, rest string) {
	t.s.Waits = 0
	switch {
	case name == "neem":
		t.takeService(rest)
	case name == "wil":
		if c := plan.Criterion(rest); slices.Contains(plan.Criteria(), c) {
			t.s.Matters = add(t.s.Matters, c)
		}
		if len(t.s.Matters) >= maxMatters {
			t.compareSearch()
			return
		}
		t.askMatters("vergelijk.nog-iets", plan.Criteria()[:fewCriteria])
	case rest == "andere":
		t.askMatters("vergelijk.wat-telt", plan.Criteria()[fewCriteria:])
	case rest == "toon":
		t.compareSearch()
	case rest == "geen":
		t.compareLeft()
	default:
		t.compare()
	}
}

// maxMatters is how many things to compare by are asked for: more can't be
// read side by side.
const maxMatters = 4

// criteriaNamed are the things to compare by that the message names.
func (t *turn) criteriaNamed() []plan.Criterion {
	var list []plan.Criterion
	for _, a := range t.c.planning.criteria {
		if bestMatch(a.phrases, t.tokens) > 0 {
			list = add(list, a.ID)
		}
	}
	return list
}

// compareTurn takes words while it is asked what matters, or which service it
// is to be. It reports whether the message was an answer.
func (t *turn) compareTurn() bool {
	if named := t.criteriaNamed(); len(named) > 0 && !strings.HasSuffix(strings.TrimSpace(t.in.Text), "?") {
		t.progress()
		t.s.Matters = add(t.s.Matters, named...)
		t.compareSearch()
		return true
	}
	if t.saysNo() {
		t.compareChosen("vergelijk", "geen")
		return true
	}
	if t.s.Prompt == nil {
		return false
	}
	if t.saysYes() {
		t.progress()
		t.say("algemeen.welke", nil)
		t.again()
		return true
	}
	for _, c := range t.s.Prompt.Choices { // a service by a part of its name
		id, isService := strings.CutPrefix(c.ID, "neem:")
		if isService && slices.ContainsFunc(t.tokens, func(w string) bool { return len(w) > 4 && slices.Contains(tokens(c.Label), w) }) {
			t.progress()
			t.takeService(id)
			return true
		}
	}
	return false
}

// compareSearch asks the kaart for what fits, with what can be compared.
func (t *turn) compareSearch() {
	t.s.Phase = PhaseCompare
	q := t.question()
	if terms := t.helpTerms(); terms != "" {
		q.Terms = terms
		q.Text = terms // a complaint or a wish to switch finds desks, not help
	}
	q.Compare = true
	t.out.Requests.Search = q
}

// helpTerms are the words to search with for the kind of help that the story
// names, whatever is the matter with it; "" when it names none.
func (t *turn) helpTerms() string {
	var told []string
	for _, q := range t.s.Hulpvraag.Words {
		told = append(told, tokens(q.Text)...)
	}
	var terms []string
	for _, l := range t.s.Named {
		p := t.c.flow(l).step(needStep)
		if p == nil {
			continue
		}
		var best *StepChoice
		top := 0
		for _, c := range p.Choices {
			if n := bestMatch(c.phrases, told); n > top && !slices.Contains(noNeed(), c.ID) {
				best, top = c, n
			}
		}
		if best != nil {
			terms = append(terms, best.Search)
		}
	}
	return strings.TrimSpace(strings.Join(terms, " "))
}

// mattersText names things to compare by: "dichtbij en gratis".
func (t *turn) mattersText(list []plan.Criterion) string {
	var names []string
	for _, c := range list {
		names = append(names, t.words("vergelijk.naam."+string(c), nil))
	}
	return t.sum(names)
}

// takeService keeps which service the resident chose.
func (t *turn) takeService(id string) {
	for _, c := range t.s.Hulpvraag.Cards {
		if c.ID != id {
			continue
		}
		t.s.Chosen = &Chosen{Shown: c, Seq: t.in.Seq, Matters: slices.Clone(t.s.Matters)}
		if t.s.Plan != nil {
			t.s.Plan.Touch(t.f.Now)
		}
		t.s.Phase = PhaseAnswered
		key := "vergelijk.gekozen"
		if t.s.Hulpvraag.Moment == knowledge.Ondersteuning {
			key = "vergelijk.gekozen-overstap"
		}
		t.say(key, Vars{"naam": c.Name})
		if t.s.Supporter != nil {
			t.s.Phase = PhaseWaiting
		}
		t.ask("vergelijk.en-nu", Vars{"regels": bullets(t.c.chosenLines(t.s))}, append(t.options(ChoiceMens), append(t.roads(), t.options("iets-anders", "klaar")...)...)...)
		return
	}
	t.say("algemeen.oude-keuze", nil)
	t.again()
}

// compareLeft goes on without a choice.
func (t *turn) compareLeft() {
	if t.s.Supporter != nil {
		t.whileWaiting()
		return
	}
	t.s.Phase = PhaseAnswered
	t.ask("vergelijk.niet", nil, append(t.options(ChoiceMens), t.options("meer", "iets-anders", "klaar")...)...)
}

package dialogs

import (
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// start opens the conversation: what this is, that help is free, what happens
// with what is written, and the first question.
func (t *turn) start() {
	t.s.Phase = PhaseListen
	t.say("algemeen.welkom", nil)
	t.say("algemeen.privacy-kort", nil)
	t.ask("algemeen.vertel", nil)
}

// text reacts to what the resident wrote.
func (t *turn) text() {
	t.u = t.e.understand.Understand(t.in.Text)
	t.trace("intent %s %.2f, levensgebieden %v", t.u.Intent.ID, t.u.Intent.Score, t.u.Levensgebieden)
	if t.in.Crisis != "" {
		t.crisis()
		return
	}
	if id := t.plainWords(); id != "" {
		t.chosen(id)
		return
	}
	if id := t.pick(t.in.Text); id != "" {
		t.trace("the text is the choice %s", id)
		t.chosen(id)
		return
	}
	switch t.s.Phase {
	// What is asked for here is a person's own text or data: nothing in it is
	// a command, except the plain ones.
	case PhaseEdit, PhaseReach:
		t.own()
		return
	}
	if t.handoverWords() || t.follow() || t.command() {
		return
	}
	switch t.s.Phase {
	case PhaseClarify:
		t.answerStep()
	case PhasePlayback, PhaseCorrect:
		t.correct()
	case PhaseWaiting:
		t.whileWaiting()
	case PhaseSummary, PhaseConsent, PhaseContact, PhaseChoose:
		t.duringHandover()
	default:
		t.story()
	}
}

// crisis comes after the guard's own reply: a person is offered at once, and
// what was said counts for the hulpvraag.
func (t *turn) crisis() {
	if t.e.content.Texts.Speaks(t.u.Lang) && len(tokens(t.in.Text)) >= 3 {
		t.s.Lang = t.u.Lang
	}
	t.take()
	t.s.Crisis, t.s.CrisisAt = t.in.Crisis, t.s.Turn
	t.progress()
	if t.s.Supporter != nil {
		t.say("algemeen.crisis-wacht", Vars{"naam": t.s.Supporter.Name})
		return
	}
	t.s.Phase = PhaseOffer
	t.ask("algemeen.crisis-mens", nil, t.options(ChoiceMens, ChoiceGeenMens)...)
}

// take puts what the text says into the hulpvraag. It reports whether a
// levensgebied was found.
func (t *turn) take() bool {
	h := &t.s.Hulpvraag
	h.Words = append(h.Words, Quote{Text: t.in.Text, Seq: t.in.Seq})
	for _, l := range t.u.Levensgebieden {
		h.Levensgebieden = add(h.Levensgebieden, l.ID)
	}
	if t.u.Moment != "" && h.Moment == "" {
		h.Moment = t.u.Moment
	}
	h.Doelgroepen = add(h.Doelgroepen, t.u.Doelgroepen...)
	if t.u.Intent.ID == knowledge.IntentKlacht {
		h.Steunvormen = add(h.Steunvormen, knowledge.GeschilKlachtBezwaar)
	}
	t.extract()
	if youngRE.MatchString(t.in.Text) && h.For == nil && !aboutChild(t.in.Text) {
		t.s.Je = true
	}
	t.fillSlots()
	return len(t.u.Levensgebieden) > 0
}

// youngRE finds an own age of 12 to 27: only then the resident is addressed as
// je, since a wrong je is worse than a stiff u.
var youngRE = regexp.MustCompile(`(?i)\b(?:ik ben|ben|i am|i'm)\s+(?:net\s+|pas\s+)?(?:1[2-9]|2[0-7])\b`)

// aboutChild says whether the text speaks of somebody's child: then the writer
// is not the young person.
func aboutChild(text string) bool {
	return slices.ContainsFunc(tokens(text), func(w string) bool {
		return slices.Contains([]string{"zoon", "zoontje", "dochter", "dochtertje", "kind", "kinderen", "kleinkind", "kleinzoon", "kleindochter", "leerling", "neefje", "nichtje"}, w)
	})
}

// fillSlots answers from the text every step of the dialogs concerned whose
// choice it names, so that what was told is not asked.
func (t *turn) fillSlots() {
	for _, l := range t.s.Hulpvraag.Levensgebieden {
		flow := t.e.flow(l)
		for _, p := range flow.Steps {
			key := string(flow.Levensgebied) + "/" + p.ID
			if _, told := t.s.Slots[key]; told || !flow.wanted(t.s, p) {
				continue
			}
			if c := p.recognise(t.in.Text); c != nil {
				t.trace("%s filled with %s from the text", key, c.ID)
				t.fill(flow, p, c, "")
			}
		}
	}
}

// flow returns the dialog of a levensgebied, the general one when it has none
// of its own.
func (e *Engine) flow(l knowledge.Levensgebied) *Flow {
	if f := e.content.Flows[l]; f != nil {
		return f
	}
	return e.content.Flows[General]
}

// story takes a message as (part of) the question.
func (t *turn) story() {
	found := t.take()
	h := &t.s.Hulpvraag
	switch {
	case found:
		t.progress()
		t.begin(t.u.Levensgebieden[0].ID)
	case len(t.u.Maybe) > 0:
		t.which(t.u.Maybe)
	case h.Primary() != "" && t.s.Phase == PhaseAnswered:
		t.progress()
		t.search()
	case len(tokens(t.in.Text)) < 3 && t.s.Stalls == 0:
		t.s.Stalls++
		t.ask("algemeen.vertel-meer", nil)
	default:
		t.lost()
	}
}

// lost is for words that say nothing that the bot understands: once it asks
// where it is about, then it offers a person (S33).
func (t *turn) lost() {
	t.s.Stalls++
	if t.s.Stalls >= 2 && t.mayOffer() {
		t.offer("algemeen.aanbod-vast")
		return
	}
	t.allAreas()
}

// which asks "A or B?" when the model is not sure.
func (t *turn) which(maybe []knowledge.Scored[knowledge.Levensgebied]) {
	var list []Choice
	for _, m := range maybe {
		list = append(list, t.area(m.ID))
	}
	t.s.Phase = PhaseListen
	t.ask("algemeen.bedoelt-u", nil, append(list, t.option("lg:alle"))...)
}

// allAreas lets the resident point at the part of life.
func (t *turn) allAreas() {
	var list []Choice
	for _, l := range knowledge.Levensgebieden() {
		list = append(list, t.area(l))
	}
	t.s.Phase = PhaseListen
	t.ask("algemeen.waarover", nil, list...)
}

func (t *turn) area(l knowledge.Levensgebied) Choice {
	return Choice{ID: "lg:" + string(l), Label: t.words("levensgebied."+string(l), nil)}
}

// begin starts the dialog of a levensgebied and mirrors that it was heard.
func (t *turn) begin(l knowledge.Levensgebied) {
	h := &t.s.Hulpvraag
	h.Levensgebieden = add(h.Levensgebieden, l)
	flow := t.e.flow(l)
	h.Stelsels = add(h.Stelsels, flow.Stelsels...)
	t.s.Flow, t.s.Step = flow.Levensgebied, ""
	t.s.Phase = PhaseClarify
	if told := t.story8(); told && flow.Levensgebied == General {
		t.s.Asked = add(t.s.Asked, t.s.slotKey("wat"))
	}
	if t.s.Turn <= 1 {
		key := "algemeen.gehoord"
		if t.e.content.Texts.Has(t.s.Lang, string(flow.Levensgebied)+".gehoord") {
			key = string(flow.Levensgebied) + ".gehoord"
		}
		t.say(key, Vars{"onderwerp": strings.ToLower(t.words("levensgebied."+string(l), nil))})
	}
	t.nextStep()
}

// enough is how many words a story has that needn't be asked for again.
const enough = 8

// story8 says whether the resident told more than a few words.
func (t *turn) story8() bool {
	return slices.ContainsFunc(t.s.Hulpvraag.Words, func(q Quote) bool { return len(tokens(q.Text)) >= enough })
}

// areaChosen handles the choices "lg:...".
func (t *turn) areaChosen(id string) {
	t.progress()
	l, err := knowledge.ParseLevensgebied(strings.TrimPrefix(id, "lg:"))
	if err != nil {
		t.allAreas()
		return
	}
	if len(t.s.Hulpvraag.Words) == 0 {
		t.s.Hulpvraag.Words = append(t.s.Hulpvraag.Words, Quote{Text: t.words("levensgebied."+string(l), nil), Seq: t.in.Seq})
	}
	t.u.Levensgebieden = nil
	h := &t.s.Hulpvraag
	h.Levensgebieden = add([]knowledge.Levensgebied{l}, h.Levensgebieden...) // what was pointed at comes first
	t.refill()
	t.begin(l)
}

// refill looks for slots in what was said before the levensgebied was known.
func (t *turn) refill() {
	text := t.in.Text
	for _, w := range t.s.Hulpvraag.Words {
		t.in.Text = w.Text
		t.fillSlots()
	}
	t.in.Text = text
}

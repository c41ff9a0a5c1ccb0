package dialogs

import (
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

// maxText is how much of a message the dialog reads, in characters; the doors
// take less.
const maxText = 8000

// hear reads a text: what it says, and its words.
func (t *turn) hear(text string) {
	t.in.Text = clip(text, maxText)
	t.tokens = tokens(t.in.Text)
	t.u = t.e.understand.Understand(t.in.Text)
}

// text reacts to what the resident wrote.
func (t *turn) text() {
	t.hear(t.in.Text)
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
	if t.s.Phase == PhasePlan && t.planTurn() || t.s.Phase == PhaseCompare && t.compareTurn() {
		return
	}
	switch t.s.Phase {
	// What is asked for here is a person's own text or data: nothing in it is
	// a command, except the plain ones.
	case PhaseEdit, PhaseReach:
		t.own()
		return
	}
	if t.handoverWords() || t.follow() {
		return
	}
	if age := ownAge(t.in.Text); age > 0 && age < minor {
		t.isMinor()
	}
	if t.planWords() || t.between() || t.guideWords() || t.command() {
		return
	}
	switch t.s.Phase {
	case PhaseClarify:
		t.answerStep()
	case PhaseOrder:
		t.orderInWords()
	case PhasePlayback, PhaseCorrect:
		t.correct()
	case PhaseWaiting:
		t.whileWaiting()
	case PhaseKnows:
		t.knowsInWords()
	case PhasePlan:
		t.planAnswer()
	case PhaseSummary, PhaseConsent, PhaseContact, PhaseChoose, PhaseShare:
		t.duringHandover()
	default:
		t.story()
	}
}

// crisis comes after the guard's own reply: a person is offered at once, and
// what was said counts for the hulpvraag.
func (t *turn) crisis() {
	if t.c.Texts.Speaks(t.u.Lang) && len(t.tokens) >= 3 {
		t.s.Lang = t.u.Lang
	}
	t.u = t.u.InCrisis(t.in.Crisis)
	t.take()
	t.s.Crisis, t.s.CrisisAt = t.in.Crisis, t.s.Turn
	t.s.Hulpvraag.from("crisis", t.in.Seq)
	t.progress()
	if t.s.Supporter != nil {
		t.s.Phase, t.s.Step = PhaseWaiting, ""
		t.say("algemeen.crisis-wacht", Vars{"naam": t.s.Supporter.Name})
		return
	}
	t.offer("algemeen.crisis-mens")
}

// take puts what the text says into the hulpvraag. It reports whether a
// levensgebied was found.
func (t *turn) take() bool {
	h := &t.s.Hulpvraag
	t.youthCare()
	if len(t.tokens) > 1 || len(h.Words) == 0 || len(t.u.Levensgebieden) > 0 { // "hm" is no story
		h.Words = append(h.Words, Quote{Text: t.in.Text, Seq: t.in.Seq})
	}
	for _, l := range t.u.Levensgebieden {
		t.s.Named = add(t.s.Named, l.ID)
		h.from("levensgebied:"+string(l.ID), t.in.Seq)
	}
	if t.u.Moment != "" && h.Moment == "" {
		h.Moment = t.u.Moment
		h.from("moment", t.in.Seq)
	}
	h.Doelgroepen = add(h.Doelgroepen, t.u.Doelgroepen...)
	if t.u.Intent.ID == knowledge.IntentKlacht {
		h.support(knowledge.GeschilKlachtBezwaar, t.in.Seq)
	}
	t.derive()
	t.extract()
	t.signs(t.tokens)
	t.address()
	t.fillSlots()
	t.elsewhere()
	return len(t.u.Levensgebieden) > 0
}

// elsewhere tells somebody who says that they live in another gemeente
// that the same help is there for them; what was asked goes on.
func (t *turn) elsewhere() {
	if t.f.Gemeente.Name == "" || !hasAny(t.tokens, "woon", "wonen", "woont", "live", "lives") {
		return
	}
	said := " " + strings.Join(t.tokens, " ") + " "
	own := strings.Join(tokens(t.f.Gemeente.Name), " ")
	place := ""
	for _, p := range t.c.Elsewhere {
		name := strings.Join(tokens(p), " ")
		if name != own && strings.Contains(said, " in "+name+" ") {
			place = p
		}
	}
	outside := strings.Contains(said, " niet in "+own+" ") || strings.Contains(said, " not live in "+own+" ")
	if !outside && (place == "" || t.s.Elsewhere) {
		return
	}
	t.s.Elsewhere = true
	t.trace("lives elsewhere: %t", place != "")
	t.say("algemeen.elders", nil)
}

// aboutChild says whether the words speak of somebody's child: then the writer
// is not the young person.
func aboutChild(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"zoon", "zoontje", "dochter", "dochtertje", "kind", "kinderen", "kleinkind", "kleinzoon", "kleindochter", "leerling", "neefje", "nichtje", "son", "daughter", "child", "children", "kid", "kids", "baby", "toddler", "teenager", "grandchild"}, w)
	})
}

// fillSlots answers from the text every step of the dialogs concerned whose
// choice it names, so that what was told is not asked.
func (t *turn) fillSlots() { t.fillFrom(t.tokens, t.in.Seq) }

func (t *turn) fillFrom(words []string, seq uint64) {
	for _, flow := range t.flows() {
		for _, p := range flow.Steps {
			key := string(flow.Levensgebied) + "/" + p.ID
			if _, told := t.s.Slots[key]; told || !flow.wanted(t.s, p) {
				continue
			}
			if c := p.recognise(words); c != nil {
				t.trace("%s filled with %s from the text", key, c.ID)
				t.fill(flow, p, c, "", seq)
			}
		}
	}
}

// refill looks for slots in what was said before the levensgebied was known.
func (t *turn) refill() {
	for _, w := range t.s.Hulpvraag.Words {
		t.fillFrom(tokens(w.Text), w.Seq)
	}
}

package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// nextStep asks the next open question of the dialog. When there is none it
// goes on with another levensgebied that was left half-way, else it plays back
// what was understood.
func (t *turn) nextStep() {
	flow := t.c.flow(t.s.Flow)
	p := t.toAsk(flow)
	if p == nil || t.s.Waits >= fewQuestions {
		if t.guided(flow) {
			return
		}
		if l := t.halfway(); l != "" && t.s.Waits < fewQuestions {
			t.trace("back to %s, which was left half-way", l)
			t.say("algemeen.terug-naar", Vars{"onderwerp": strings.ToLower(t.areaName(l))})
			t.s.Flow = t.c.flow(l).Levensgebied
			t.nextStep()
			return
		}
		t.playback()
		return
	}
	t.s.Phase, t.s.Step = PhaseClarify, p.ID
	t.s.Asked = append(t.s.Asked, t.s.slotKey(p.ID))
	t.trace("step %s/%s: %s", flow.Levensgebied, p.ID, because(p))
	t.askStep(flow, p)
}

// toAsk is the next open question of a dialog, after those were filled that
// earlier words answer: a question that only an answer opened wasn't looked for
// in them yet.
func (t *turn) toAsk(flow *Flow) *Step {
	for {
		p := flow.next(t.s)
		if p == nil || len(p.When) == 0 || !t.toldBefore(flow, p) {
			return p
		}
	}
}

// toldBefore fills a question from the words that were written before it could
// be asked. It reports whether one of them answers it.
func (t *turn) toldBefore(flow *Flow, p *Step) bool {
	for _, q := range t.s.Hulpvraag.Words {
		if c := p.recognise(tokens(q.Text)); c != nil {
			t.trace("%s/%s filled with %s from earlier words", flow.Levensgebied, p.ID, c.ID)
			t.fill(flow, p, c, "", q.Seq)
			return true
		}
	}
	return false
}

// because says why a step is asked, for --explain.
func because(p *Step) string {
	if len(p.When) == 0 {
		return "not told yet"
	}
	var parts []string
	for id, values := range p.When {
		parts = append(parts, id+" is one of "+strings.Join(values, ", "))
	}
	slices.Sort(parts)
	return "not told yet, and " + strings.Join(parts, ", ")
}

// halfway is a levensgebied whose dialog was begun and left before its end, ""
// when there is none.
func (t *turn) halfway() knowledge.Levensgebied {
	for _, l := range t.untreated() {
		prefix := string(t.c.flow(l).Levensgebied) + "/"
		if slices.ContainsFunc(t.s.Asked, func(key string) bool { return strings.HasPrefix(key, prefix) }) {
			return l
		}
	}
	return ""
}

// stepText is the prefix of a step's texts: shared steps have their own.
func stepText(flow *Flow, p *Step) string {
	if p.Use != "" {
		return "gedeeld." + p.ID
	}
	return string(flow.Levensgebied) + "." + p.ID
}

func (t *turn) askStep(flow *Flow, p *Step) {
	prefix := stepText(flow, p)
	choices, more := p.Choices, false
	if len(choices) > maxShown {
		if t.s.More == t.s.slotKey(p.ID) {
			choices = choices[maxShown-1:]
		} else {
			choices, more = choices[:maxShown-1], true
		}
	}
	var list []Choice
	for _, c := range choices {
		list = append(list, Choice{ID: p.ID + ":" + c.ID, Label: t.words(prefix+".choice."+c.ID, nil)})
	}
	if more {
		list = append(list, t.option("antwoorden:meer"))
	}
	if !t.s.gently() && t.c.Texts.Has(knowledge.NL, prefix+".why") { // asked in words it is told all the same
		list = append(list, t.option("waarom"))
	}
	list = append(list, t.option("weet-niet"))
	t.ask(prefix+".ask", nil, list...)
}

// maxShown is how many answers one message offers: of a longer list the first
// ones, and the others when none of them fits. In words each can be answered.
const maxShown = 6

// moreAnswers shows the answers that weren't shown yet.
func (t *turn) moreAnswers() {
	flow := t.c.flow(t.s.Flow)
	p := flow.step(t.s.Step)
	if p == nil || t.s.Phase != PhaseClarify {
		t.again()
		return
	}
	t.s.More = t.s.slotKey(p.ID)
	t.askStep(flow, p)
}

// answerStep takes free text as the answer to the open question.
func (t *turn) answerStep() {
	flow := t.c.flow(t.s.Flow)
	p := flow.step(t.s.Step)
	if p == nil { // the dialog changed under the conversation
		t.take()
		t.nextStep()
		return
	}
	if t.u.Intent.ID == knowledge.IntentWeetNiet {
		t.skip(p)
		return
	}
	if flow.Guide == "" && len(t.tokens) > 2 && hasAny(t.tokens[:1], "nee", "no") && denied.MatchString(t.in.Text) {
		t.correct()
		return
	}
	if t.yesOrNo(flow, p) {
		return
	}
	if flow.Guide != "" { // what stands in a letter opens no part of life by itself
		t.u.Levensgebieden = nil
		t.letterDay(p)
	}
	if l := t.u.Levensgebieden; len(l) > 0 && t.changesMind() && p.recognise(t.tokens) == nil && t.c.flow(l[0].ID) != flow {
		t.correct() // another subject in the place of this one
		return
	}
	known, named := len(t.s.Slots), len(t.s.Named)
	news := t.take()
	key := t.s.slotKey(p.ID)
	_, told := t.s.Slots[key]
	switch {
	case news && len(t.s.Named) > named && !told && !p.Free && len(t.tokens) > 3:
		t.changeSubject()
	case told || len(t.s.Slots) > known || fieldTold(t.s, p.Fills):
		t.progress()
		t.nextStep()
	case p.Free:
		t.progress()
		t.fill(flow, p, nil, t.in.Text, t.in.Seq)
		t.nextStep()
	// Words that no choice names still are an answer: keep them, ask on. But
	// not what may well have been said to the bot.
	case len(t.tokens) > 2 && !t.perhapsCommand():
		t.progress()
		t.s.Slots[key] = Slot{Value: ownAnswer, Text: t.in.Text, Seq: t.in.Seq}
		t.nextStep()
	default:
		t.stalled("algemeen.niet-begrepen")
	}
}

// yesOrNo takes a bare yes or no to a question with other answers: no is the
// answer that says no, yes is understood, and it is asked which.
func (t *turn) yesOrNo(flow *Flow, p *Step) bool {
	switch {
	case len(p.Choices) == 0:
		return false
	case t.saysNo():
		for _, c := range p.Choices {
			if strings.HasPrefix(c.ID, "geen") || strings.HasPrefix(c.ID, "nee") {
				t.progress()
				t.fill(flow, p, c, "", t.in.Seq)
				t.nextStep()
				return true
			}
		}
	case t.saysYes() && t.s.Stalls == 0:
		t.s.Stalls++
		t.say("algemeen.welke", nil)
		t.again()
		return true
	}
	return false
}

// Values of a slot that are no choice of the step.
const (
	ownAnswer = "eigen-woorden" // the text says it
	notKnown  = "weet-niet"     // the resident doesn't know, or leaves it out
)

// changeSubject follows the resident to another levensgebied. The one that was
// open stays, and the question is asked again later.
func (t *turn) changeSubject() {
	t.progress()
	old := t.s.Named[0]
	open := t.s.slotKey(t.s.Step)
	t.s.Asked = slices.DeleteFunc(t.s.Asked, func(key string) bool { return key == open })
	t.say("algemeen.erbij", Vars{"onderwerp": strings.ToLower(t.areaName(old))})
	t.begin(t.u.Levensgebieden[0].ID)
}

// perhapsCommand says whether the message may be a command that the model is
// not sure enough of to act on.
func (t *turn) perhapsCommand() bool {
	return t.u.Intent.Score >= sure/2 && !slices.Contains([]knowledge.Intent{
		knowledge.IntentHulpvraag, knowledge.IntentJa, knowledge.IntentNee, knowledge.IntentWeetNiet,
		knowledge.IntentCorrectie, knowledge.IntentKlacht,
	}, t.u.Intent.ID)
}

// skip leaves a question unanswered.
func (t *turn) skip(p *Step) {
	t.progress()
	t.s.Slots[t.s.slotKey(p.ID)] = Slot{Value: notKnown, Seq: t.in.Seq}
	t.trace("%s left out", t.s.slotKey(p.ID))
	t.say("algemeen.geeft-niet", nil)
	t.nextStep()
}

// fill writes an answer into its slot and draws the conclusions that the
// dialog file names. c is nil for free words.
func (t *turn) fill(flow *Flow, p *Step, c *StepChoice, free string, seq uint64) {
	slot := Slot{Text: free, Seq: seq}
	words := free
	if c != nil {
		slot.Value = c.ID
		words = t.words(stepText(flow, p)+".choice."+c.ID, nil)
	}
	t.s.Slots[string(flow.Levensgebied)+"/"+p.ID] = slot
	h := &t.s.Hulpvraag
	if c != nil && c.Je && h.For == nil {
		t.s.Je = true
	}
	if c != nil && c.Moment != "" {
		h.Moment = c.Moment
		h.from("moment", seq)
	}
	t.derive()
	quote := &Quote{Text: words, Seq: seq}
	switch p.Fills {
	case "voor-wie":
		h.For = quote
	case "sinds":
		h.Since = quote
	case "geprobeerd":
		h.Tried = quote
	case "hulp":
		h.Helps = quote
	case "wens":
		h.Wish = quote
	}
}

// playback gives back what was understood and asks whether it is right.
func (t *turn) playback() {
	t.s.Phase, t.s.Step = PhasePlayback, ""
	t.prompted = true
	lines := t.understood()
	choices := t.options("klopt:ja", "klopt:nee")
	if t.s.gently() && t.mayOffer() {
		choices = append(choices, t.option(ChoiceMens))
	}
	t.reply(Reply{Text: t.words("algemeen.begrepen", Vars{"regels": bullets(lines)}), Choices: choices})
}

// back takes the last answer away and asks its question again.
func (t *turn) back() {
	drop := 1
	if t.s.Phase == PhaseClarify {
		drop = 2 // the open question and the one before it
	}
	n := max(0, len(t.s.Asked)-drop)
	for _, key := range t.s.Asked[n:] {
		delete(t.s.Slots, key)
	}
	if n < len(t.s.Asked) {
		flow, _, _ := strings.Cut(t.s.Asked[n], "/")
		t.s.Flow = knowledge.Levensgebied(flow)
	}
	t.s.Asked = t.s.Asked[:n]
	t.derive()
	t.progress()
	t.nextStep()
}

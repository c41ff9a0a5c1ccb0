package dialogs

import (
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// nextStep asks the next open question of the dialog, or plays back what was
// understood when there is none.
func (t *turn) nextStep() {
	flow := t.e.flow(t.s.Flow)
	p := flow.next(t.s)
	if p == nil {
		t.playback()
		return
	}
	t.s.Phase, t.s.Step = PhaseClarify, p.ID
	t.s.Asked = append(t.s.Asked, t.s.slotKey(p.ID))
	t.trace("step %s/%s", flow.Levensgebied, p.ID)
	t.askStep(flow, p)
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
	var list []Choice
	for _, c := range p.Choices {
		list = append(list, Choice{ID: p.ID + ":" + c.ID, Label: t.words(prefix+".choice."+c.ID, nil)})
	}
	if t.e.content.Texts.Has(knowledge.NL, prefix+".why") {
		list = append(list, t.option("waarom"))
	}
	list = append(list, t.option("weet-niet"))
	t.ask(prefix+".ask", nil, list...)
}

// answerStep takes free text as the answer to the open question.
func (t *turn) answerStep() {
	flow := t.e.flow(t.s.Flow)
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
	if words := tokens(t.in.Text); len(words) > 2 && words[0] == "nee" && denied.MatchString(t.in.Text) {
		t.correct()
		return
	}
	before := t.s.Hulpvraag.Primary()
	known := len(t.s.Slots)
	news := t.take()
	key := t.s.slotKey(p.ID)
	if _, told := t.s.Slots[key]; told || len(t.s.Slots) > known || fieldTold(t.s, p.Fills) {
		t.progress()
		t.nextStep()
		return
	}
	if news && !p.Free && t.u.Levensgebieden[0].ID != before && len(tokens(t.in.Text)) > 3 {
		t.progress()
		t.begin(t.u.Levensgebieden[0].ID)
		return
	}
	if p.Free {
		t.progress()
		t.fill(flow, p, nil, t.in.Text)
		t.nextStep()
		return
	}
	// Words that no choice names still are an answer: keep them, ask on. But
	// not what may well have been said to the bot.
	if len(tokens(t.in.Text)) > 2 && !t.perhapsCommand() {
		t.progress()
		t.s.Slots[key] = Slot{Value: "eigen-woorden", Text: t.in.Text, Seq: t.in.Seq}
		t.nextStep()
		return
	}
	t.stalled("algemeen.niet-begrepen")
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
	t.s.Slots[t.s.slotKey(p.ID)] = Slot{Value: "weet-niet", Seq: t.in.Seq}
	t.say("algemeen.geeft-niet", nil)
	t.nextStep()
}

// fill writes an answer into its slot and draws the conclusions that the
// dialog file names.
func (t *turn) fill(flow *Flow, p *Step, c *StepChoice, free string) {
	slot := Slot{Text: free, Seq: t.in.Seq}
	if c != nil {
		slot.Value = c.ID
	}
	t.s.Slots[string(flow.Levensgebied)+"/"+p.ID] = slot
	h := &t.s.Hulpvraag
	words := free
	if c != nil {
		words = t.words(stepText(flow, p)+".choice."+c.ID, nil)
		h.Levensgebieden = add(h.Levensgebieden, c.Levensgebieden...)
		h.Doelgroepen = add(h.Doelgroepen, c.Doelgroepen...)
		h.Stelsels = add(h.Stelsels, c.Stelsels...)
		h.Steunvormen = add(h.Steunvormen, c.Steunvormen...)
		if c.Risk != "" {
			h.Risks = add(h.Risks, c.Risk)
		}
		if c.Moment != "" {
			h.Moment = c.Moment
		}
	}
	quote := &Quote{Text: words, Seq: t.in.Seq}
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
	lines := t.e.understood(t.s)
	t.reply(Reply{
		Text:    t.words("algemeen.begrepen", Vars{"regels": bullets(lines)}),
		Choices: t.options("klopt:ja", "klopt:nee"),
	})
}

// correct takes "no, not my rent but the power" and plays back again.
func (t *turn) correct() {
	if t.s.Phase == PhasePlayback && t.u.Intent.ID == knowledge.IntentNee && len(tokens(t.in.Text)) < 3 {
		t.askCorrection()
		return
	}
	h := &t.s.Hulpvraag
	if t.hearCorrection() {
		h.Levensgebieden, h.Stelsels, h.Risks = nil, nil, nil
		t.s.Slots, t.s.Asked = map[string]Slot{}, nil
		h.Words = append(h.Words, Quote{Text: t.in.Text, Seq: t.in.Seq})
		t.allAreas()
		return
	}
	if len(t.u.Levensgebieden) > 0 && (t.denies || t.u.Intent.ID == knowledge.IntentCorrectie || t.s.Phase == PhaseCorrect) {
		if !t.denies && slices.Contains(h.Levensgebieden, t.u.Levensgebieden[0].ID) {
			t.take() // more of the same: nothing that was answered is asked again
			t.overwrite()
			t.playback()
			return
		}
		t.trace("corrected: slots and levensgebieden anew")
		h.Levensgebieden, h.Stelsels, h.Risks = nil, nil, nil
		t.s.Slots = map[string]Slot{}
		t.s.Asked = nil
		t.take()
		t.begin(t.u.Levensgebieden[0].ID)
		return
	}
	before := t.meaning()
	if t.s.Phase == PhasePlayback {
		if t.u.Intent.ID == knowledge.IntentWeetNiet {
			t.chosen("klopt:ja") // what was understood will do
			return
		}
		// What comes after the story seldom opens another part of life: only
		// what is quite sure counts.
		t.u.Levensgebieden = slices.DeleteFunc(t.u.Levensgebieden, func(l knowledge.Scored[knowledge.Levensgebied]) bool { return l.Score < certain })
	}
	stalls := t.s.Stalls
	t.take()
	t.overwrite()
	if t.meaning() != before {
		t.playback()
		return
	}
	t.added(stalls + 1)
}

// meaning is what was understood, without the resident's own words.
func (t *turn) meaning() string {
	var b strings.Builder
	for _, l := range t.e.summaryLines(t.s) {
		if l.key != "woorden" {
			b.WriteString(l.key + l.text + "\n")
		}
	}
	return b.String()
}

// certain is the score that a levensgebied needs to be added late.
const certain = 0.8

// added answers words that changed nothing of what was understood: they are
// kept, and it isn't all said again; the second time a person is offered.
func (t *turn) added(stalls int) {
	t.s.Stalls = stalls
	t.say("algemeen.erbij-gezet", nil)
	if stalls >= 2 && t.mayOffer() {
		t.offer("algemeen.aanbod-vast")
		return
	}
	t.s.Phase = PhasePlayback
	t.ask("algemeen.klopt-nog", nil, t.options("klopt:ja", "klopt:nee")...)
}

// overwrite replaces answers that a correction names otherwise, with what
// followed from them.
func (t *turn) overwrite() {
	h := &t.s.Hulpvraag
	for _, l := range h.Levensgebieden {
		flow := t.e.flow(l)
		for _, p := range flow.Steps {
			slot, told := t.s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			c := p.recognise(t.in.Text)
			if !told || c == nil || c.ID == slot.Value {
				continue
			}
			if old := p.choice(slot.Value); old != nil {
				h.Risks = slices.DeleteFunc(h.Risks, func(r string) bool { return r == old.Risk })
			}
			t.trace("%s/%s is now %s", flow.Levensgebied, p.ID, c.ID)
			t.fill(flow, p, c, "")
		}
	}
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
	t.s.Asked = t.s.Asked[:n]
	t.progress()
	t.nextStep()
}

// denied finds what a correction says it is not about: "niet mijn huur".
var denied = regexp.MustCompile(`(?i)\bniet\s+(?:(?:over|om|voor|met|de|het|mijn|m'n|een|die|dat)\s+){0,2}\p{L}+`)

// hearCorrection understands a correction by what it says it is about, not by
// what it denies. It reports whether only the denial was understood.
func (t *turn) hearCorrection() bool {
	rest := denied.ReplaceAllString(t.in.Text, " ")
	if rest == t.in.Text || len(tokens(rest)) == 0 {
		return false
	}
	u := t.e.understand.Understand(rest)
	if len(u.Levensgebieden) == 0 {
		return len(t.u.Levensgebieden) > 0
	}
	t.denies = true
	t.u.Levensgebieden = u.Levensgebieden
	t.in.Text = strings.Join(strings.Fields(rest), " ")
	return false
}

func (t *turn) askCorrection() {
	t.s.Phase = PhaseCorrect
	t.ask("algemeen.wat-klopt-niet", nil)
}

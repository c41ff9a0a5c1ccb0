package dialogs

import (
	"slices"
	"strings"
	"time"

	"wegwijzer/knowledge"
)

// The guides that do more at their end than say what their answers say.
const (
	guideLetter  knowledge.Levensgebied = "brief"
	guideNetwork knowledge.Levensgebied = "netwerk"
)

// flows are the dialogs of the levensgebieden, and the guides that were begun.
func (t *turn) flows() []*Flow {
	var list []*Flow
	for _, l := range append(slices.Clone(t.s.Hulpvraag.Levensgebieden), t.s.Guides...) {
		list = add(list, t.c.flow(l))
	}
	return list
}

// guideWords begins the guide that a message asks for: "ik snap deze brief
// niet". It reports whether it did.
func (t *turn) guideWords() bool {
	open := []Phase{PhaseListen, PhaseClarify, PhasePlayback, PhaseAnswered, PhaseBroad, PhaseOrder}
	if !slices.Contains(open, t.s.Phase) || t.c.flow(t.s.Flow).Guide != "" && t.s.Phase == PhaseClarify {
		return false
	}
	if p := t.c.flow(t.s.Flow).step(t.s.Step); t.s.Phase == PhaseClarify && p != nil && p.recognise(t.tokens) != nil {
		return false // it answers the open question
	}
	for _, id := range t.c.guides() {
		if g := t.c.Flows[id]; bestMatch(g.phrases, t.tokens) > 0 {
			t.take()
			t.beginGuide(id)
			return true
		}
	}
	return false
}

// guides are the ids of the guides, in order.
func (c *Content) guides() []knowledge.Levensgebied {
	var list []knowledge.Levensgebied
	for id, f := range c.Flows {
		if f.Guide != "" {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// beginGuide starts a guide anew; what was told for it before counts.
func (t *turn) beginGuide(id knowledge.Levensgebied) {
	flow := t.c.Flows[id]
	if flow == nil || flow.Guide == "" { // gone from the files since it was offered
		t.allAreas()
		return
	}
	t.forgetFlow(id)
	t.s.Guides = add(t.s.Guides, id)
	t.s.Flow, t.s.Step, t.s.Phase, t.s.Waits, t.s.Heard = id, "", PhaseClarify, 0, true
	t.progress()
	t.trace("guide %s", id)
	t.refill()
	if key := string(id) + ".gehoord"; t.c.Texts.Has(knowledge.NL, key) {
		t.say(key, nil)
	}
	t.nextStep()
}

// guided goes on with a guide: the end of the one that is open, or the begin of
// one that an answer leads to. It reports whether there was one.
func (t *turn) guided(flow *Flow) bool {
	if flow.Guide != "" {
		t.endGuide(flow)
		return true
	}
	for _, p := range flow.Steps {
		c := p.choice(t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value)
		if c != nil && c.Guide != "" && !slices.Contains(t.s.Guides, c.Guide) {
			t.beginGuide(c.Guide)
			return true
		}
	}
	return false
}

// endGuide says what can be done now, and looks who can help with it.
func (t *turn) endGuide(flow *Flow) {
	t.derive()
	if flow.Guide == guideLetter {
		t.letterTerm()
	}
	for _, p := range flow.Steps {
		if key := stepText(flow, p) + ".today." + t.slot(flow, p.ID).Value; t.c.Texts.Has(knowledge.NL, key) {
			t.say(key, nil)
		}
	}
	if flow.Guide == guideNetwork && t.slot(flow, "wie").Value != "niemand" {
		t.networkText(flow)
	}
	t.search()
}

func (t *turn) slot(flow *Flow, step string) Slot {
	return t.s.Slots[string(flow.Levensgebied)+"/"+step]
}

// letterDay takes the day of a letter when that was asked: also today's, which
// elsewhere would be a day to come.
func (t *turn) letterDay(p *Step) {
	if p.Fills != "brief-datum" || t.f.Now.IsZero() {
		return
	}
	day := func(ago int) *time.Time {
		on := inZone(t.f.Now, t.f.Now.Year(), t.f.Now.Month(), t.f.Now.Day()-ago)
		return &on
	}
	list, letter := deadlines(t.in.Text, t.f.Now, nil)
	switch {
	case letter != nil:
	case len(list) > 0 && list[0].On.Sub(t.f.Now) < 24*time.Hour:
		letter = &list[0].On
	case hasAny(t.tokens, "gisteren", "yesterday"):
		letter = day(1)
	case hasAny(t.tokens, "vandaag", "today"):
		letter = day(0)
	}
	t.letter = letter
}

// objection is how long an objection can be made to most decisions, in days
// from the day after that of the letter (Awb 6:7, 6:8).
const objection = 42

// letterTerm says until when something can be done: the term that was told,
// else the usual one for a decision, reckoned from the day of the letter.
func (t *turn) letterTerm() {
	h := &t.s.Hulpvraag
	decision := t.slot(t.c.flow(guideLetter), "wat").Value == "besluit" || slices.Contains(h.Steunvormen, knowledge.GeschilKlachtBezwaar)
	if h.Letter != nil && len(h.Deadlines) == 0 && decision {
		on := h.Letter.AddDate(0, 0, objection)
		if on.Before(t.f.Now.AddDate(0, 0, -1)) {
			t.say("gids.termijn-voorbij", Vars{"dag": Date(t.s.Lang, on)})
			return
		}
		h.Deadlines = append(h.Deadlines, Deadline{On: on, Text: t.words("gids.zes-weken", nil), Within: objection, Seq: t.in.Seq})
		t.say("gids.termijn-bezwaar", Vars{"dag": Date(t.s.Lang, on)})
		return
	}
	if len(h.Deadlines) > 0 {
		first := slices.MinFunc(h.Deadlines, func(a, b Deadline) int { return a.On.Compare(b.On) })
		t.say("gids.termijn-genoemd", Vars{"dag": Date(t.s.Lang, first.On)})
	}
}

// networkText writes the message that can be sent to somebody near: of what was
// told for it alone, so that nothing about health or debts is in it unless the
// resident put it there.
func (t *turn) networkText(flow *Flow) {
	what := t.slot(flow, "wat")
	key := "gids.netwerk-" + what.Value
	asked := strings.TrimRight(strings.TrimSpace(what.Text), ".!?")
	if !t.c.Texts.Has(knowledge.NL, key) && asked == "" {
		key = "gids.netwerk-iets"
	}
	if t.c.Texts.Has(knowledge.NL, key) {
		asked = t.words(key, nil)
	}
	how := "gids.bericht-je"
	if t.slot(flow, "toon").Value == "u" {
		how = "gids.bericht-u"
	}
	t.say("gids.zo-vraagt-u", nil)
	t.reply(Reply{Text: t.words(how, Vars{"vraag": asked})})
	t.s.Hulpvraag.support(knowledge.ActiveringNetwerk, t.in.Seq)
}

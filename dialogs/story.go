package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// unsure is the score under which a levensgebied isn't taken for what a
// complaint or objection is about.
const unsure = 0.3

// story takes a message as (part of) the question.
func (t *turn) story() {
	if len(t.tokens) <= 2 && hasAny(t.tokens, "alles", "everything") { // no part of life
		t.u.Levensgebieden, t.u.Maybe = nil, nil
		t.lost()
		return
	}
	if l := t.u.Levensgebieden; t.u.Intent.ID == knowledge.IntentKlacht && len(l) > 0 && l[0].Score < unsure {
		// An objection to something that isn't said: that dialog asks to what.
		t.u.Levensgebieden = []knowledge.Scored[knowledge.Levensgebied]{{ID: knowledge.Anders, Score: l[0].Score}}
	}
	t.hint()
	if t.disagrees() {
		return
	}
	if t.s.Searched && len(t.s.Named) > 0 && t.aside() {
		return
	}
	found := t.take()
	h := &t.s.Hulpvraag
	switch {
	case found:
		t.progress()
		if t.severalAtOnce() {
			t.askOrder()
			return
		}
		t.begin(t.u.Levensgebieden[0].ID)
	case len(t.u.Maybe) > 1: // one alone is no choice
		t.which(t.u.Maybe)
	case h.Primary() != "" && t.s.Phase == PhaseAnswered:
		t.progress()
		t.search()
	case len(t.tokens) < 3 && t.s.Stalls == 0:
		t.s.Stalls++
		t.s.Phase = PhaseListen
		t.ask("algemeen.vertel-meer", nil)
	default:
		t.lost()
	}
}

// disagrees takes "daar ben ik het niet mee eens" after an answer as what it is:
// an objection to what was told, and no new subject. It reports whether the
// message was that.
func (t *turn) disagrees() bool {
	says := t.u.Intent.ID == knowledge.IntentKlacht || hasAny(t.tokens, "niet", "don") && hasAny(t.tokens, "eens", "eerlijk", "agree", "fair")
	if !t.s.Searched || !says || len(t.s.Named) == 0 || len(t.tokens) > maxAside {
		return false
	}
	if l := t.u.Levensgebieden; len(l) > 0 && l[0].ID != knowledge.Anders && l[0].Score >= certain {
		return false
	}
	t.u.Levensgebieden = nil
	t.take()
	t.progress()
	t.say("algemeen.erbij-gezet", nil)
	t.again()
	return true
}

// hintWords is how many words of a dialog's first answers a story must hold for
// the dialog to be taken for what it is about.
const hintWords = 2

// hint looks in the words of the dialogs themselves for what a story is about,
// where the model found nothing, or where it is at its weakest: in English.
// Where more dialogs speak of it alike, it is asked which.
func (t *turn) hint() {
	found := t.u.Levensgebieden
	if len(found) > 0 && t.s.Lang == knowledge.NL {
		return
	}
	best := t.spoken()
	if len(best) == 0 || len(found) > 0 && slices.Contains(best, found[0].ID) {
		return
	}
	t.trace("the dialogs' own words: %v", best)
	if len(best) == 1 {
		t.u.Levensgebieden = []knowledge.Scored[knowledge.Levensgebied]{{ID: best[0], Score: certain}}
		return
	}
	t.u.Levensgebieden, t.u.Maybe = nil, nil
	for _, l := range best[:min(len(best), maxOrder)] {
		t.u.Maybe = append(t.u.Maybe, knowledge.Scored[knowledge.Levensgebied]{ID: l})
	}
}

// spoken are the levensgebieden whose dialogs have the most words in common with
// the message: in Dutch, where the model is good, at least hintWords.
func (t *turn) spoken() []knowledge.Levensgebied {
	top := hintWords
	if t.s.Lang != knowledge.NL {
		top = 1
	}
	var best []knowledge.Levensgebied
	for _, l := range knowledge.Levensgebieden() {
		if child := l == knowledge.Jeugdzorg || l == knowledge.Opvoeding; child && !t.s.Minor && !aboutChild(t.tokens) {
			continue // fear and tiredness are everybody's
		}
		switch n := t.c.flow(l).spokenOf(l, t.tokens); {
		case n > top:
			top, best = n, []knowledge.Levensgebied{l}
		case n == top:
			best = append(best, l)
		}
	}
	return best
}

// spokenOf is how many telling words of the dialog's first answers a text holds;
// 0 when the dialog isn't that of the levensgebied itself.
func (f *Flow) spokenOf(l knowledge.Levensgebied, words []string) int {
	n := 0
	if f.Levensgebied != l {
		return 0
	}
	for _, c := range f.Steps[0].Choices {
		for _, p := range c.phrases {
			if p.match(words) > 0 {
				n = max(n, p.telling())
			}
		}
	}
	return n
}

// aside takes a few words after an answer that open no other part of life
// ("ik ben 79"): they are kept, and what was open stays. It reports whether the
// message was that.
func (t *turn) aside() bool {
	if len(t.tokens) < 2 || len(t.tokens) > 4 || t.u.Intent.ID != knowledge.IntentHulpvraag {
		return false
	}
	if l := t.u.Levensgebieden; len(l) > 0 && l[0].Score >= certain {
		return false
	}
	t.u.Levensgebieden = nil
	t.take()
	t.progress()
	t.say("algemeen.erbij-gezet", nil)
	if h := &t.s.Hulpvraag; h.Letter != nil && len(h.Deadlines) == 0 {
		t.letterTerm()
	}
	t.again()
	return true
}

// lost is for words that say nothing that the bot understands: once it asks
// where it is about, then it offers a person (S33).
func (t *turn) lost() {
	t.s.Stalls++
	if r := t.complex(occasion{}); r != nil && len(r.Words) > 0 && t.mayOffer() {
		t.fire(r)
		return
	}
	if !t.stuck() {
		t.allAreas()
	}
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
	return Choice{ID: "lg:" + string(l), Label: t.areaName(l)}
}

func (t *turn) areaName(l knowledge.Levensgebied) string {
	return t.words("levensgebied."+string(l), nil)
}

// begin starts the dialog of a levensgebied and mirrors that it was heard.
func (t *turn) begin(l knowledge.Levensgebied) {
	t.name(l)
	flow := t.c.flow(l)
	t.s.Flow, t.s.Step = flow.Levensgebied, ""
	t.s.Phase = PhaseClarify
	t.s.Hulpvraag.support(knowledge.Vraagverheldering, t.in.Seq)
	if flow.Levensgebied == General && t.toldEnough() {
		t.s.Asked = add(t.s.Asked, t.s.slotKey("wat"))
	}
	if !t.s.Heard {
		t.s.Heard = true
		key := t.heardKey(flow)
		if t.mourns() && !strings.Contains(key, ".heard.") {
			t.say("algemeen.gecondoleerd", nil)
		}
		t.say(key, Vars{"onderwerp": strings.ToLower(t.areaName(l))})
	}
	t.nextStep()
}

// mourns says whether the message tells that somebody near has died.
func (t *turn) mourns() bool {
	return hasAny(t.tokens, "overleden", "gestorven", "overleed", "died") && forRE.MatchString(t.in.Text)
}

// heardKey is the text that says that the story was heard: the one of an answer
// that was told already ("wonen.kern.heard.geen-huis"), of the dialog, or the
// general one.
func (t *turn) heardKey(flow *Flow) string {
	for _, p := range flow.Steps {
		slot := t.s.Slots[string(flow.Levensgebied)+"/"+p.ID]
		if key := stepText(flow, p) + ".heard." + slot.Value; slot.Value != "" && t.c.Texts.Has(t.s.Lang, key) {
			return key
		}
	}
	if key := string(flow.Levensgebied) + ".gehoord"; t.c.Texts.Has(t.s.Lang, key) {
		return key
	}
	return "algemeen.gehoord"
}

// enough is how many words a story has that needn't be asked for again.
const enough = 8

// toldEnough says whether the resident told more than a few words.
func (t *turn) toldEnough() bool {
	return slices.ContainsFunc(t.s.Hulpvraag.Words, func(q Quote) bool { return len(tokens(q.Text)) >= enough })
}

// areaChosen handles the choices "lg:...".
func (t *turn) areaChosen(id string) {
	l, err := knowledge.ParseLevensgebied(strings.TrimPrefix(id, "lg:"))
	if err != nil {
		t.allAreas()
		return
	}
	if len(t.s.Hulpvraag.Words) == 0 {
		t.s.Hulpvraag.Words = append(t.s.Hulpvraag.Words, Quote{Text: t.areaName(l), Seq: t.in.Seq})
	}
	t.u.Levensgebieden = nil
	t.first(l) // what was pointed at comes first
	t.refill()
	t.begin(l)
}

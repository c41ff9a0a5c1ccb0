package dialogs

import (
	"slices"
	"strconv"
	"strings"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
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

// compared puts what was found side by side.
func (t *turn) compared() {
	t.s.Waits, t.s.Searched = 0, true
	var found []plan.Offer
	if t.in.Found != nil && t.in.Found.Answerable {
		offers := t.in.Found.Offers
		if t.s.Hulpvraag.Moment == knowledge.Ondersteuning {
			offers = plan.Providers(offers)
		}
		found = plan.Choose(offers, t.s.Matters, t.home(offers)...)
	}
	if len(found) == 0 {
		t.s.Phase = PhaseAnswered
		t.say("algemeen.niets-gevonden", nil)
		t.ask("algemeen.niets-verder", nil, t.options(ChoiceMens, "iets-anders", "klaar")...)
		return
	}
	h := &t.s.Hulpvraag
	h.Cards = nil
	var blocks []string
	var cards []kaart.Card
	var list []Choice
	for i, o := range found {
		c := o.Card
		cards = append(cards, c)
		h.Cards = append(h.Cards, shownOf(c))
		if !slices.Contains(h.Shown, c.ID) {
			h.Shown = append(h.Shown, c.ID)
			h.Services = append(h.Services, Quote{Text: c.Name, Seq: t.in.Seq})
		}
		blocks = append(blocks, strconv.Itoa(i+1)+". "+c.Name+"\n"+bullets(t.offerLines(o)))
		list = append(list, Choice{ID: "neem:" + c.ID, Label: c.Name})
	}
	h.support(knowledge.InformatieAdvies, t.in.Seq)
	t.reply(Reply{Text: t.words("vergelijk.naast-elkaar", nil) + "\n\n" + strings.Join(blocks, "\n\n"), Sources: cards})
	list = append(list, t.options("vergelijk:meer", ChoiceMens, "vergelijk:geen")...)
	t.ask("vergelijk.welke", nil, list...)
}

// home are the places that count as near: those of the offers that the resident
// named, else the one that the gemeente is called after.
func (t *turn) home(list []plan.Offer) []string {
	var told []string
	for _, q := range t.s.Hulpvraag.Words {
		told = append(told, tokens(q.Text)...)
	}
	var home []string
	for _, o := range list {
		if name := tokens(o.City); len(name) > 0 && slices.Contains(told, name[len(name)-1]) {
			home = add(home, o.City)
		}
	}
	if home == nil {
		home = []string{t.f.Gemeente.Name}
	}
	return home
}

func shownOf(c kaart.Card) Shown {
	return Shown{
		ID: c.ID, Name: c.Name, Phone: c.Phone, Hours: c.Hours, Address: c.Address, URL: c.URL, Cost: c.Cost, Languages: c.Languages,
		About: strings.TrimSpace(c.About + " " + c.Conditions + " " + c.Apply),
	}
}

// offerLines are what the record of a service says of what matters, one a line.
func (t *turn) offerLines(o plan.Offer) []string {
	var lines []string
	for _, c := range t.s.Matters {
		lines = add(lines, t.words("vergelijk.kop."+string(c), nil)+": "+t.offerValue(o, c))
	}
	return lines
}

// offerValue is what the record says of one thing; what it doesn't say is said
// to be unknown, never guessed.
func (t *turn) offerValue(o plan.Offer, c plan.Criterion) string {
	quoted := func(s string) string {
		if s == "" {
			return ""
		}
		return "“" + strings.TrimRight(s, ".") + "”"
	}
	value := ""
	switch c {
	case plan.Near:
		value = o.Card.Address
	case plan.Evening:
		switch {
		case o.Evening != "":
			value = t.words("vergelijk.ja", Vars{"waarde": o.Evening})
		case o.Hours != "":
			value = t.words("vergelijk.nee", Vars{"waarde": o.Hours})
		}
	case plan.Free:
		if value = o.Cost; o.Holds(plan.Free) {
			value = t.words("vergelijk.gratis", nil)
		}
	case plan.Walkin:
		value = quoted(o.Walkin)
	case plan.Waiting:
		value = quoted(o.Waiting)
	case plan.Language:
		value = t.languages(o.Languages)
	default:
		if o.Kind != "" {
			value = t.words("vergelijk.soort."+string(o.Kind), nil)
		}
	}
	if value == "" {
		return t.words("vergelijk.onbekend", nil)
	}
	return value
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

// chosenLines tell the service that was chosen, of its record.
func (c *Content) chosenLines(s *State) []string {
	say := func(key, value string) string { return c.Texts.Say(s.Lang, s.Je, key, Vars{"waarde": value}) }
	lines := []string{s.Chosen.Name}
	for _, x := range []struct{ key, value string }{
		{"kaart.telefoon", s.Chosen.Phone}, {"kaart.adres", s.Chosen.Address}, {"kaart.site", s.Chosen.URL},
	} {
		if x.value != "" {
			lines = append(lines, say(x.key, x.value))
		}
	}
	if names := c.matterNames(s); names != "" {
		lines = append(lines, say("vergelijk.omdat", names))
	}
	return lines
}

func (c *Content) matterNames(s *State) string {
	var names []string
	for _, m := range s.Chosen.Matters {
		names = append(names, c.Texts.Say(s.Lang, s.Je, "vergelijk.naam."+string(m), nil))
	}
	return strings.Join(names, ", ")
}

// chosen is the line of the summary with the service that was chosen.
func (w *summarizer) chosen() {
	if w.s.Chosen == nil {
		return
	}
	text := w.s.Chosen.Name
	if names := w.c.matterNames(w.s); names != "" {
		text += " (" + names + ")"
	}
	w.put("keuze", text, w.s.Chosen.Seq)
}

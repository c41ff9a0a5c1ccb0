package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// search asks the bot to look in the kaart; the answer comes as InputFound in
// the same turn.
func (t *turn) search() {
	t.s.Phase = PhaseAnswered
	t.out.Requests.Search = t.question()
}

// question is what the kaart is asked, of what was told.
func (t *turn) question() *Search {
	h := &t.s.Hulpvraag
	told := make([]string, 0, len(h.Words))
	for _, q := range h.Words {
		told = append(told, q.Text)
	}
	var terms []string
	for _, flow := range t.flows() {
		terms = append(terms, flow.Search)
		for _, p := range flow.Steps {
			if c := p.choice(t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value); c != nil {
				terms = append(terms, c.Search)
			}
		}
	}
	if t.s.Minor {
		terms = append(terms, t.words("algemeen.jong-zoek", nil))
	}
	t.trace("search in the kaart for %v", h.Levensgebieden)
	return &Search{
		Text:           strings.Join(append(told, terms...), " "),
		Terms:          strings.TrimSpace(strings.Join(terms, " ")),
		Levensgebieden: h.Levensgebieden,
		Doelgroepen:    h.Doelgroepen,
	}
}

// maxCards is how many services one answer shows: more is no help.
const maxCards = 3

// found shows the services and says what can be done next.
func (t *turn) found() {
	if t.s.Phase == PhaseCompare {
		t.compared()
		return
	}
	t.s.Phase, t.s.Waits, t.s.Searched = PhaseAnswered, 0, true
	cards := t.newCards()
	none := len(cards) == 0
	if none {
		t.say("algemeen.niets-gevonden", nil)
	} else {
		t.reply(Reply{Text: t.words("algemeen.antwoord", nil) + "\n\n" + cardLines(t, cards), Sources: cards})
		t.today()
	}
	if h := &t.s.Hulpvraag; h.Letter != nil && len(h.Deadlines) == 0 {
		t.letterTerm()
	}
	t.planOffered()
	rule := t.complex(occasion{noAnswer: none})
	switch {
	case rule != nil && t.mayOffer():
		t.fire(rule)
	case none:
		t.ask("algemeen.niets-verder", nil, t.nextChoices()...)
	case t.refusedLately(): // no second time within a few turns (S30)
		t.ask("algemeen.wat-nu-rustig", nil, t.nextChoices()...)
	case t.s.Minor:
		t.ask("algemeen.wat-nu-jong", nil, t.nextChoices()...)
	default:
		t.ask("algemeen.wat-nu", nil, t.nextChoices()...)
	}
}

// newCards are the services that were found and not shown before.
func (t *turn) newCards() []kaart.Card {
	if t.in.Found == nil || !t.in.Found.Answerable {
		return nil
	}
	h := &t.s.Hulpvraag
	var cards []kaart.Card
	for _, c := range t.in.Found.Cards {
		if len(cards) < t.s.cardsAtOnce() && !slices.Contains(h.Shown, c.ID) {
			cards = append(cards, c)
		}
	}
	seq := uint64(0)
	if n := len(h.Words); n > 0 {
		seq = h.Words[n-1].Seq
	}
	if len(cards) > 0 {
		h.Cards = nil
	}
	for _, c := range cards {
		h.Cards = append(h.Cards, shownOf(c))
		h.Shown = append(h.Shown, c.ID)
		h.Services = append(h.Services, Quote{Text: c.Name, Seq: seq})
		h.support(knowledge.InformatieAdvies, seq)
	}
	return cards
}

// today adds what the resident can do now, when the dialog has such a text: the
// last answer that has one knows best.
func (t *turn) today() {
	flow := t.c.flow(t.s.Flow)
	if flow.Guide != "" {
		return // it was said before the services
	}
	for _, p := range slices.Backward(flow.Steps) {
		key := stepText(flow, p) + ".today." + t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value
		if t.c.Texts.Has(t.s.Lang, key) {
			if key != t.s.Today {
				t.say(key, nil)
			}
			t.s.Today = key
			return
		}
	}
}

// nextChoices are the roads on after an answer: a person, the other
// levensgebieden that were named, more services, something else, done.
func (t *turn) nextChoices() []Choice {
	list := t.options(ChoiceMens)
	for i, l := range t.untreated() {
		if i < maxOthers {
			list = append(list, Choice{ID: "lg:" + string(l), Label: t.words("keuze.verder", Vars{"onderwerp": strings.ToLower(t.areaName(l))})})
		}
	}
	roads := t.roads()
	list = append(append(list, roads...), t.option("meer"))
	if len(roads) == 0 { // else there is enough to read
		list = append(list, t.option("gids:netwerk"))
	}
	return append(list, t.options("iets-anders", "klaar")...)
}

// maxOthers is how many levensgebieden are offered to go on with.
const maxOthers = 2

// cardLines writes cards as text, for channels that show text alone.
func cardLines(t *turn, cards []kaart.Card) string {
	var b strings.Builder
	for i, c := range cards {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(c.Name)
		line := func(key, value string) {
			if value != "" {
				b.WriteString("\n" + t.words("kaart."+key, Vars{"waarde": value}))
			}
		}
		line("doet", c.Does)
		line("telefoon", c.Phone)
		line("open", c.Hours)
		line("adres", c.Address)
		line("site", c.URL)
		if c.CheckedAt == "" {
			b.WriteString("\n" + t.words("kaart.niet-gecontroleerd", nil))
			continue
		}
		line("gecontroleerd", c.CheckedAt)
	}
	return b.String()
}

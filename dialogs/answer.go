package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge/kaart"
)

// search asks the bot to look in the kaart; the answer comes as InputFound in
// the same turn.
func (t *turn) search() {
	h := &t.s.Hulpvraag
	told := make([]string, 0, len(h.Words))
	for _, q := range h.Words {
		told = append(told, q.Text)
	}
	var terms []string
	for _, l := range h.Levensgebieden {
		flow := t.e.flow(l)
		terms = append(terms, flow.Search)
		for _, p := range flow.Steps {
			if c := p.choice(t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value); c != nil {
				terms = append(terms, c.Search)
			}
		}
	}
	t.s.Phase = PhaseAnswered
	t.out.Requests.Search = &Search{
		Text:           strings.Join(append(told, terms...), " "),
		Terms:          strings.TrimSpace(strings.Join(terms, " ")),
		Levensgebieden: h.Levensgebieden,
		Doelgroepen:    h.Doelgroepen,
	}
	t.trace("search in the kaart for %v", h.Levensgebieden)
}

// maxCards is how many services one answer shows: more is no help.
const maxCards = 3

// found shows the services and says what can be done next.
func (t *turn) found() {
	t.s.Phase = PhaseAnswered
	found := t.in.Found
	var cards []kaart.Card
	if found != nil && found.Answerable {
		for _, c := range found.Cards {
			if len(cards) < maxCards && !slices.Contains(t.s.Hulpvraag.Shown, c.ID) {
				cards = append(cards, c)
			}
		}
	}
	for _, c := range cards {
		t.s.Hulpvraag.Shown = add(t.s.Hulpvraag.Shown, c.ID)
	}
	none := len(cards) == 0
	rule := t.e.complex(t.s, t.f, none)
	if !none {
		t.reply(Reply{Text: t.words("algemeen.antwoord", nil) + "\n\n" + cardLines(t, cards), Sources: cards})
		t.today()
	}
	if none {
		t.say("algemeen.niets-gevonden", nil)
	}
	switch {
	case rule != nil && t.mayOffer():
		t.s.Rules = append(t.s.Rules, rule.ID)
		t.trace("rule %s: a person is offered", rule.ID)
		t.offer("escalatie." + rule.ID)
	case none:
		t.offer("escalatie.geen-antwoord")
	default:
		t.ask("algemeen.wat-nu", nil, t.nextChoices()...)
	}
}

// today adds what the resident can do now, when the dialog has such a text.
func (t *turn) today() {
	flow := t.e.flow(t.s.Flow)
	for _, p := range flow.Steps {
		key := stepText(flow, p) + ".today." + t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value
		if t.e.content.Texts.Has(t.s.Lang, key) {
			t.say(key, nil)
			return
		}
	}
}

// nextChoices are the roads on after an answer: a person, more services, the
// other levensgebieden, something else, done.
func (t *turn) nextChoices() []Choice {
	list := t.options(ChoiceMens)
	for _, l := range t.s.Hulpvraag.Levensgebieden {
		flow := t.e.flow(l)
		if flow.Levensgebied != t.s.Flow && flow.next(t.s) != nil && len(list) < 3 {
			list = append(list, Choice{ID: "lg:" + string(l), Label: t.words("keuze.verder", Vars{"onderwerp": strings.ToLower(t.words("levensgebied."+string(l), nil))})})
		}
	}
	return append(list, t.options("meer", "iets-anders", "klaar")...)
}

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

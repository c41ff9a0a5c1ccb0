package dialogs

import (
	"slices"
	"strconv"
	"strings"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

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

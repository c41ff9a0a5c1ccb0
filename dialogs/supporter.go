package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// maxSupporters is how many names are offered at once.
const maxSupporters = 8

// chooseSupporter offers those who fit (S14). With one or none there is
// nothing to choose.
func (t *turn) chooseSupporter() {
	if len(t.f.Supporters) < 2 {
		t.escalate("")
		return
	}
	t.s.Phase = PhaseChoose
	list := t.options(ChoiceAnyone)
	var lines []string
	for i, p := range t.f.Supporters {
		if i == maxSupporters {
			break
		}
		list = append(list, Choice{ID: supporterPrefix + p.ID, Label: p.Name})
		lines = append(lines, t.words("algemeen.ondersteuner-regel", Vars{
			"naam": p.Name, "organisatie": p.Organisation, "soort": t.words("soort."+p.Kind, nil),
			"talen": t.languages(p.Languages), "bereikbaar": reachLine(p),
		}))
	}
	t.ask("algemeen.kies-ondersteuner", Vars{"ondersteuners": bullets(lines)}, list...)
}

// languages names languages as people do.
func (t *turn) languages(codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = t.words("taal."+c, nil)
	}
	return strings.Join(names, ", ")
}

func (t *turn) supporterChosen(id string) {
	if id == "any" {
		id = ""
	}
	fits := slices.ContainsFunc(t.f.Supporters, func(p SupporterFact) bool { return p.ID == id })
	if id != "" && !fits {
		t.say("algemeen.ondersteuner-weg", nil)
		t.chooseSupporter()
		return
	}
	t.escalate(id)
}

func (t *turn) escalate(id string) {
	if t.s.Consent == nil {
		t.summary()
		return
	}
	t.s.Phase = PhaseWaiting
	t.out.Requests.Escalate = &Escalation{
		Summary: t.s.Consent.Summary, Supporter: id, Contact: t.s.Contact, Consent: t.s.Consent.At,
	}
	t.trace("escalate with consent, supporter %q", id)
}

// assigned names the supporter and the date (S11, S14, S17).
func (t *turn) assigned() {
	a := t.in.Assigned
	if a == nil {
		return
	}
	if a.Supporter.Name == "" {
		t.s.Release()
		t.ask("algemeen.niemand-over", nil, t.options("iets-anders")...)
		return
	}
	t.s.Supporter = &a.Supporter
	t.s.Hulpvraag.support(knowledge.BemiddelenVerwijzen, t.in.Seq)
	t.s.Phase = PhaseWaiting
	p := a.Supporter
	how := t.words("contactweg."+t.s.Contact.How, nil)
	vars := Vars{
		"naam": p.Name, "organisatie": p.Organisation, "datum": DateTime(t.s.Lang, a.ContactBefore),
		"weg": how, "bereikbaar": reachLine(p),
	}
	key := "algemeen.overgedragen"
	switch {
	case a.Urgent:
		key = "algemeen.overgedragen-spoed"
	case a.Coordinator:
		key = "algemeen.overgedragen-coordinator"
	}
	t.prompted = true
	t.reply(Reply{Kind: KindHandover, Text: t.words(key, vars), Choices: t.options(ChoiceAndere, "iets-anders", ChoiceWithdraw)})
}

func reachLine(p SupporterFact) string {
	var parts []string
	for _, s := range []string{p.Phone, p.Email} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// whileWaiting keeps what is written for the supporter, and never says that
// somebody reads along now.
func (t *turn) whileWaiting() {
	t.progress()
	name := ""
	if t.s.Supporter != nil {
		name = t.s.Supporter.Name
	}
	if t.u.Intent.ID == knowledge.IntentHulpvraag && len(t.u.Levensgebieden) > 0 {
		t.take()
		t.say("algemeen.bij-dossier", Vars{"naam": name})
		t.search()
		return
	}
	t.ask("algemeen.wacht", Vars{"naam": name}, t.options(ChoiceAndere, "iets-anders")...)
}

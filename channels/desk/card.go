package desk

import (
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/knowledge"
)

func firstArea(k *cases.Case) knowledge.Levensgebied {
	if len(k.Levensgebieden) == 0 {
		return ""
	}
	return k.Levensgebieden[0]
}

// facts are what was recognised, beside the summary.
func facts(k *cases.Case) []fact {
	var out []fact
	add := func(label string, parts []string) {
		if len(parts) > 0 {
			out = append(out, fact{label, strings.Join(parts, ", ")})
		}
	}
	var areas, groups, laws []string
	for _, l := range k.Levensgebieden {
		areas = append(areas, areaName(l))
	}
	for _, g := range k.Doelgroepen {
		groups = append(groups, groupName(g))
	}
	for _, s := range k.Stelsels {
		laws = append(laws, words(map[string]string{
			"wmo": "Wmo", "wlz": "Wlz", "jeugdwet": "Jeugdwet", "zvw": "Zvw", "participatiewet": "Participatiewet", "justitie": "Justitie",
		}, string(s)))
	}
	add("Levensgebied", areas)
	add("Let op", groups)
	if k.Moment != "" {
		add("De inwoner", []string{momentName(k.Moment)})
	}
	add("Wet", laws)
	return out
}

// shown names the services that the resident saw; one whose name isn't in the
// conversation shows as its id.
func shown(ids []string, messages []bot.Message) []string {
	names := map[string]string{}
	for i := range messages {
		for j := range messages[i].Sources {
			names[messages[i].Sources[j].ID] = messages[i].Sources[j].Name
		}
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = words(names, id)
	}
	return out
}

// history tells the life of the case in plain words.
func (d *Desk) history(k *cases.Case, now time.Time) []fact {
	out := make([]fact, 0, len(k.Events))
	for _, e := range k.Events {
		out = append(out, fact{clock(e.At.In(d.cfg.Location), now), d.step(e)})
	}
	return out
}

func (d *Desk) step(e cases.Event) string {
	who := d.personName(cases.SupporterID(e.Actor))
	switch e.Action {
	case "consented":
		return "De inwoner gaf toestemming"
	case "assigned":
		return "Toegewezen aan " + d.personName(cases.SupporterID(e.Why))
	case "taken":
		return who + " heeft de vraag opgepakt"
	case "contact":
		return who + " heeft contact gehad"
	case "returned":
		return who + " gaf het gesprek terug aan de wegwijzer"
	case "closed":
		if e.Why == "" {
			return who + " heeft de vraag afgesloten"
		}
		return who + " heeft de vraag afgesloten: " + strings.ToLower(outcomeName(e.Why))
	case "refused":
		return "De inwoner vroeg een andere ondersteuner"
	case "urgent":
		return "Gemarkeerd als dringend: " + crisisName(knowledge.CrisisKind(e.Why))
	case "revoked":
		return "De inwoner trok de toestemming in"
	}
	return d.laterStep(e, who)
}

// laterStep tells what happens to a case beside its main road.
func (d *Desk) laterStep(e cases.Event, who string) string {
	other := d.personName(cases.SupporterID(strings.TrimSuffix(e.Why, " (anoniem)")))
	text, ok := map[string]string{ // #nosec G101 -- words for a log, no secret
		"offered":           "De wegwijzer bood een mens aan",
		"declined":          "De inwoner wilde toen geen mens",
		"warned":            "Er is gewaarschuwd voor de termijn",
		"overdue":           "De termijn voor contact ging voorbij bij " + other,
		"appointment-late":  "De termijn voor een afspraak ging voorbij",
		"orphaned":          other + " werkt hier niet meer",
		"appointment":       who + " maakte een afspraak",
		"consulting":        who + " vroeg " + other + " mee te denken",
		"consult-agreed":    "De inwoner vindt goed dat " + other + " meeleest",
		"advised":           who + " gaf advies",
		"consulted":         "Het overleg is klaar",
		"handover-asked":    who + " vroeg of " + other + " het mag overnemen",
		"handover-kept":     "De overdracht gaat niet door",
		"handed-over":       "De inwoner vindt goed dat " + other + " het overneemt",
		"waakvlam-asked":    who + " stelde een waakvlam voor",
		"waakvlam-declined": "De inwoner wil geen waakvlam",
		"waakvlam":          "De vraag staat op waakvlam",
		"waakvlam-question": "De wegwijzer vroeg hoe het gaat",
		"waakvlam-well":     "De inwoner zei dat het goed gaat",
		"woken":             "De waakvlam is gewekt",
		"signal":            who + " meldde een signaal",
		"feedback":          "De inwoner zei hoe het was",
		"passed":            "Naar een ander doorgegeven",
		"rescued":           "Het programma liep vast en riep een mens",
		"view-closed":       "De inwoner trok de toestemming in; niemand kan dit nog lezen",
		"waakvlam-with":     "De waakvlam is nu bij " + other,
	}[e.Action]
	if !ok {
		return e.Action
	}
	return text
}

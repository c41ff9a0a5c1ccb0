package nlu

import (
	"slices"

	"wegwijzer/knowledge"
)

// crisisGebieden says which levensgebieden a crisis can belong to, the usual
// one first, by the labelling rules of the field. An other acute need (no
// food, gas, a threat) says nothing by itself.
func crisisGebieden(kind knowledge.CrisisKind) []knowledge.Levensgebied {
	switch kind {
	case knowledge.CrisisSuicide:
		return []knowledge.Levensgebied{knowledge.Zorg, knowledge.Jeugdzorg}
	case knowledge.CrisisGeweld:
		return []knowledge.Levensgebied{knowledge.Anders, knowledge.Jeugdzorg, knowledge.ZorgWmo}
	case knowledge.CrisisMedisch:
		return []knowledge.Levensgebied{knowledge.Zorg}
	case knowledge.CrisisDakloos:
		return []knowledge.Levensgebied{knowledge.Wonen}
	}
	return nil
}

// InCrisis returns u with the levensgebied of an acute danger first: of those
// that the kind can belong to, the one with the highest score, or the usual one
// when the model saw none; it then counts as even odds. What else is to act on
// stays behind it. "" and other kinds change nothing.
func (u Understanding) InCrisis(kind knowledge.CrisisKind) Understanding {
	fit := crisisGebieden(kind)
	if len(fit) == 0 {
		return u
	}
	first := knowledge.Scored[knowledge.Levensgebied]{ID: fit[0], Score: 0.5}
	seen := 0.0
	for _, l := range slices.Concat(u.Levensgebieden, u.Maybe) {
		if slices.Contains(fit, l.ID) && l.Score > seen {
			seen, first = l.Score, l
		}
	}
	other := func(l knowledge.Scored[knowledge.Levensgebied]) bool { return l.ID == first.ID }
	u.Levensgebieden = slices.Concat([]knowledge.Scored[knowledge.Levensgebied]{first}, slices.DeleteFunc(slices.Clone(u.Levensgebieden), other))
	u.Maybe = slices.DeleteFunc(slices.Clone(u.Maybe), other)
	return u
}

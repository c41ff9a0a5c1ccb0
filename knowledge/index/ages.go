package index

import (
	_ "embed"
	"fmt"
	"slices"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

//go:embed content/leeftijdswoorden.txt
var ageText string

// ageWords knows which words point at the young and which at the old.
type ageWords struct{ said *signals }

func newAgeWords() (ageWords, error) {
	s, err := parseSignals(ageText)
	if err != nil {
		return ageWords{}, fmt.Errorf("leeftijdswoorden: %w", err)
	}
	return ageWords{s}, nil
}

// pointedAt are the ages that a question is about as far as no number says it.
type pointedAt struct{ young, old bool }

// read finds them in the words of a question and in what was understood of it.
func (a ageWords) read(list []string, wanted []knowledge.Levensgebied, groups []knowledge.Doelgroep) pointedAt {
	said := make([]float32, len(a.said.names))
	a.said.read(list, said)
	var p pointedAt
	for i, name := range a.said.names {
		if said[i] > 0 {
			p.young, p.old = p.young || name == "jong", p.old || name == "oud"
		}
	}
	if len(wanted) > 0 && slices.Contains([]knowledge.Levensgebied{knowledge.Jeugdzorg, knowledge.Opvoeding, knowledge.Onderwijs}, wanted[0]) {
		p.young = true
	}
	for _, g := range groups {
		p.young = p.young || g == knowledge.Jongeren || g == knowledge.GezinJongeKinderen
		p.old = p.old || g == knowledge.Ouderen || g == knowledge.Dementie
	}
	return p
}

// unasked is what a service loses that is for the young or the old only when
// nothing in the question points at them: it comes after its equals that are
// for everyone.
const unasked = 0.85

// misses reports whether a service is for an age that the question doesn't point
// at.
func (p pointedAt) misses(s *kaart.Service) bool {
	return (forTheYoung(s) && !p.young) || (forTheOld(s) && !p.old)
}

func forTheYoung(s *kaart.Service) bool { return s.MaxAge > 0 && s.MaxAge <= 30 }

func forTheOld(s *kaart.Service) bool { return s.MinAge >= 50 }

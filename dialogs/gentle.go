package dialogs

import (
	"slices"

	"wegwijzer/knowledge"
)

// gently says whether the writer shows signs of having trouble to follow much
// at once (S05, S09): then there are fewer words, one service at a time, and a person is offered sooner. The reason is never
// said. Who writes for somebody else doesn't have the trouble themselves.
func (s *State) gently() bool {
	h := &s.Hulpvraag
	if h.For != nil || slices.Contains(h.Doelgroepen, knowledge.Mantelzorger) {
		return false
	}
	return slices.Contains(h.Signs, signOverview) || overlap(h.Doelgroepen, []knowledge.Doelgroep{
		knowledge.LVB, knowledge.Laaggeletterd, knowledge.Dementie, knowledge.NAH,
	})
}

// signOverview is the rule whose words say that it is too much.
const signOverview = "overzicht-kwijt"

// gentleCards is how many services one answer shows to who gets little at a
// time.
const gentleCards = 1

// cardsAtOnce is how many services one answer shows.
func (s *State) cardsAtOnce() int {
	if s.gently() {
		return gentleCards
	}
	return maxCards
}

// shorter is the key of the short form of a text, for who gets little at a time,
// where there is one.
func (t *turn) shorter(key string) string {
	if short := key + "_kort"; t.s.gently() && t.c.Texts.Has(knowledge.NL, short) {
		return short
	}
	return key
}

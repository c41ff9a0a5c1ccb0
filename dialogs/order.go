package dialogs

import (
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// severalAtOnce says whether the message surely names more than one part of
// life, and it wasn't asked yet what presses most.
func (t *turn) severalAtOnce() bool {
	if t.s.Ordered {
		return false
	}
	follows := t.following()
	var sure []knowledge.Levensgebied
	for _, l := range t.u.Levensgebieden {
		if !slices.Contains(follows, l.ID) {
			sure = add(sure, l.ID)
		}
	}
	return len(sure) > 1 && t.apart(sure)
}

// apart says whether two parts of the message, joined by "en", "ook" or a full
// stop, are each about a levensgebied of their own: one need can have two
// labels, and that is no reason for a question.
func (t *turn) apart(sure []knowledge.Levensgebied) bool {
	first := knowledge.Levensgebied("")
	for _, part := range joinRE.Split(t.in.Text, 6) {
		if len(part) < 4 {
			continue
		}
		found := t.e.understand.Understand(part).Levensgebieden
		if len(found) == 0 || found[0].Score < certain || !slices.Contains(sure, found[0].ID) {
			continue
		}
		if first != "" && found[0].ID != first {
			return true
		}
		first = found[0].ID
	}
	return false
}

// joinRE is what stands between two things that are told together.
var joinRE = regexp.MustCompile(`(?i)[.!?;\n]+|\s+(?:en|ook|daarnaast|bovendien|verder|plus|and|also)\s+`)

// following are the levensgebieden that answers bring along: rent that isn't
// paid is about money too, and is one thing all the same.
func (t *turn) following() []knowledge.Levensgebied {
	var list []knowledge.Levensgebied
	for _, l := range t.s.Hulpvraag.Levensgebieden {
		flow := t.c.flow(l)
		for _, p := range flow.Steps {
			if c := p.choice(t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value); c != nil {
				list = add(list, c.Levensgebieden...)
			}
		}
	}
	return list
}

// askOrder orders several levensgebieden with the resident: what can't wait
// stands first, and nothing is dropped.
func (t *turn) askOrder() {
	t.s.Ordered = true
	t.urgentFirst()
	var names []string
	var list []Choice
	for _, l := range t.s.Named {
		if len(list) == maxOrder {
			break
		}
		names = append(names, strings.ToLower(t.areaName(l)))
		list = append(list, Choice{ID: "eerst:" + string(l), Label: t.areaName(l)})
	}
	t.s.Phase = PhaseOrder
	t.ask("algemeen.wat-eerst", Vars{"onderwerpen": t.sum(names)}, append(list, t.option("eerst:alle"))...)
}

// maxOrder is how many levensgebieden are put to choose from.
const maxOrder = 4

// urgentFirst moves the levensgebieden with an answer that can't wait, or with
// a risk, before the others.
func (t *turn) urgentFirst() {
	weight := func(l knowledge.Levensgebied) int {
		flow := t.c.flow(l)
		for _, p := range flow.Steps {
			if c := p.choice(t.s.Slots[string(flow.Levensgebied)+"/"+p.ID].Value); c != nil && (c.Urgent || c.Risk != "") {
				return 0
			}
		}
		return 1
	}
	slices.SortStableFunc(t.s.Named, func(a, b knowledge.Levensgebied) int { return weight(a) - weight(b) })
	t.derive()
}

// sum writes a list as people say it: "a, b en c".
func (t *turn) sum(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	n := len(list) - 1
	return strings.Join(list[:n], ", ") + " " + t.words("algemeen.en", nil) + " " + list[n]
}

// ordered begins with what the resident says is most pressing.
func (t *turn) ordered(id string) {
	if l, err := knowledge.ParseLevensgebied(id); err == nil {
		t.first(l)
	}
	if len(t.s.Named) == 0 {
		t.allAreas()
		return
	}
	t.begin(t.s.Named[0])
}

// orderInWords takes own words as the answer to what presses most.
func (t *turn) orderInWords() {
	if len(t.u.Levensgebieden) > 0 {
		l := t.u.Levensgebieden[0].ID
		t.take()
		t.progress()
		t.ordered(string(l))
		return
	}
	t.take()
	t.progress() // whatever it says, there is enough to begin with
	t.ordered("")
}

// broad asks once about the rest of life (S21), before the conversation is
// closed.
func (t *turn) broad() {
	t.s.Broad = true
	t.s.Phase = PhaseBroad
	t.ask("algemeen.breed", nil, append(t.rest(), t.option("breed:nee"))...)
}

// maxRest is how many other levensgebieden are named at once.
const maxRest = 5

// rest are the levensgebieden to ask about: first those that were named and
// not looked into, then those in which something is wrong most often.
func (t *turn) rest() []Choice {
	var list []Choice
	for _, l := range t.untreated() {
		list = append(list, t.area(l))
	}
	for _, l := range []knowledge.Levensgebied{
		knowledge.InkomenEnSchulden, knowledge.Wonen, knowledge.Zorg, knowledge.Opvoeding, knowledge.Werk, knowledge.Zingeving,
	} {
		if !slices.Contains(t.s.Hulpvraag.Levensgebieden, l) {
			list = append(list, t.area(l))
		}
	}
	return list[:min(len(list), maxRest)]
}

// untreated are the levensgebieden that the resident named and whose dialog
// has questions left.
func (t *turn) untreated() []knowledge.Levensgebied {
	var list []knowledge.Levensgebied
	for _, l := range t.s.Named {
		flow := t.c.flow(l)
		if flow.Levensgebied != t.s.Flow && flow.next(t.s) != nil {
			list = append(list, l)
		}
	}
	return list
}

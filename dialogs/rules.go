package dialogs

import (
	"slices"

	"wegwijzer/knowledge"
)

// Rule says when a question is too much for the bot alone, so that a person is
// offered. All conditions that are set must hold; a rule without any is
// refused. What is said then is the text "escalatie.<id>".
type Rule struct {
	ID string `toml:"id"`
	// Remove takes the rule away that an earlier layer has.
	Remove bool `toml:"remove"`
	// Stelsels is the least number of systems of law that the question touches.
	Stelsels int `toml:"stelsels"`
	// DeadlineDays holds when a date that the resident named is at most so
	// many days away.
	DeadlineDays int `toml:"deadline_days"`
	// Steunvorm holds when the hulpvraag needs that form of support.
	Steunvorm knowledge.Steunvorm `toml:"steunvorm"`
	// Levensgebieden is the least number of levensgebieden.
	Levensgebieden int `toml:"levensgebieden"`
	// Doelgroepen holds when any of these groups showed.
	Doelgroepen []knowledge.Doelgroep `toml:"doelgroepen"`
	// Words holds when the resident wrote any of these phrases; they are
	// written as those of a choice.
	Words []string `toml:"words"`
	// Risk holds when any of these risks was told.
	Risk []string `toml:"risk"`
	// Urgent holds when an answer was given that can't wait.
	Urgent bool `toml:"urgent"`
	// Crisis holds after a crisis reply.
	Crisis bool `toml:"crisis"`
	// NoAnswer holds when the kaart had nothing that fits, Stalls is the least
	// number of turns without progress, and Asked holds when the resident asked
	// for a person. A rule with one of these can fire more than once.
	NoAnswer bool `toml:"no_answer"`
	Stalls   int  `toml:"stalls"`
	Asked    bool `toml:"asked"`
	at       place
	phrases  []phrase
}

// occasion is what happens in this turn that a rule may look at.
type occasion struct{ noAnswer, asked bool }

// conditions counts those that are set.
func (r *Rule) conditions() int {
	n := 0
	for _, set := range []bool{
		r.Stelsels > 0, r.DeadlineDays > 0, r.Steunvorm != "", r.Levensgebieden > 0, len(r.Doelgroepen) > 0,
		len(r.Words) > 0, len(r.Risk) > 0, r.Urgent, r.Crisis, r.NoAnswer, r.Stalls > 0, r.Asked,
	} {
		if set {
			n++
		}
	}
	return n
}

// again says whether the rule may fire more than once: the resident may be
// stuck, find nothing or ask for a person over and over.
func (r *Rule) again() bool { return r.NoAnswer || r.Stalls > 0 || r.Asked }

// fires says whether the rule holds now.
func (r *Rule) fires(s *State, f Facts, o occasion) bool {
	h := &s.Hulpvraag
	return (r.Stelsels == 0 || len(h.Stelsels) >= r.Stelsels) &&
		(r.Levensgebieden == 0 || len(h.Levensgebieden) >= r.Levensgebieden) &&
		(r.Steunvorm == "" || slices.Contains(h.Steunvormen, r.Steunvorm)) &&
		(len(r.Doelgroepen) == 0 || overlap(h.Doelgroepen, r.Doelgroepen)) &&
		(len(r.Words) == 0 || slices.Contains(h.Signs, r.ID)) &&
		(len(r.Risk) == 0 || overlap(h.Risks, r.Risk)) &&
		(!r.Urgent || h.Urgent) &&
		(!r.Crisis || s.CrisisAt > 0) &&
		(!r.NoAnswer || o.noAnswer) &&
		(r.Stalls == 0 || s.Stalls >= r.Stalls) &&
		(!r.Asked || o.asked) &&
		(r.DeadlineDays == 0 || slices.ContainsFunc(h.Deadlines, func(d Deadline) bool {
			days := d.On.Sub(f.Now).Hours() / 24
			return days > -1 && days <= float64(r.DeadlineDays)
		}))
}

func overlap[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

// complex returns the first rule that holds and hasn't been said yet, nil when
// none does.
func (t *turn) complex(o occasion) *Rule {
	for _, r := range t.c.Rules {
		if (r.again() || !slices.Contains(t.s.Rules, r.ID)) && r.fires(t.s, t.f, o) {
			return r
		}
	}
	return nil
}

// fire offers a person for the reason of a rule.
func (t *turn) fire(r *Rule) {
	t.s.Rules = add(t.s.Rules, r.ID)
	t.trace("rule %s: a person is offered", r.ID)
	t.offer("escalatie." + r.ID)
}

// stuck offers a person when a rule about turns without progress holds and an
// offer isn't pushing. It reports whether it did.
func (t *turn) stuck() bool {
	if !t.mayOffer() {
		return false
	}
	for _, r := range t.c.Rules {
		if r.Stalls > 0 && r.fires(t.s, t.f, occasion{}) {
			t.fire(r)
			return true
		}
	}
	return false
}

// signs notes which rules' words the text holds.
func (t *turn) signs(words []string) {
	for _, r := range t.c.Rules {
		if bestMatch(r.phrases, words) > 0 {
			t.s.Hulpvraag.Signs = add(t.s.Hulpvraag.Signs, r.ID)
			t.trace("the words of rule %s", r.ID)
		}
	}
}

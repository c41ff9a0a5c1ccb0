package dialogs

import (
	"slices"

	"wegwijzer/knowledge"
)

// Rule says when a question is too complex for the bot alone, so that a
// person is offered. All conditions that are set must hold.
type Rule struct {
	ID string `toml:"id"`
	// Stelsels is the least number of systems of law that the question touches.
	Stelsels int `toml:"stelsels"`
	// DeadlineDays holds when a date that the resident named is at most so
	// many days away.
	DeadlineDays int `toml:"deadline_days"`
	// Steunvorm holds when the hulpvraag needs that form of support.
	Steunvorm knowledge.Steunvorm `toml:"steunvorm"`
	// Levensgebieden is the least number of levensgebieden.
	Levensgebieden int `toml:"levensgebieden"`
	// NoAnswer holds when the kaart had nothing that fits.
	NoAnswer bool `toml:"no_answer"`
	// Stalls is the least number of turns without progress.
	Stalls int `toml:"stalls"`
	// Risk holds when any of these risks was told.
	Risk []string `toml:"risk"`
	// Crisis holds after a crisis reply.
	Crisis bool `toml:"crisis"`
}

// fires says whether the rule holds now.
func (r *Rule) fires(s *State, f Facts, noAnswer bool) bool {
	h := &s.Hulpvraag
	conditions := 0
	need := func(set, holds bool) bool {
		if set {
			conditions++
		}
		return !set || holds
	}
	ok := need(r.Stelsels > 0, len(h.Stelsels) >= r.Stelsels) &&
		need(r.Levensgebieden > 0, len(h.Levensgebieden) >= r.Levensgebieden) &&
		need(r.Steunvorm != "", slices.Contains(h.Steunvormen, r.Steunvorm)) &&
		need(r.NoAnswer, noAnswer) &&
		need(r.Stalls > 0, s.Stalls >= r.Stalls) &&
		need(r.Crisis, s.CrisisAt > 0) &&
		need(len(r.Risk) > 0, slices.ContainsFunc(r.Risk, func(x string) bool { return slices.Contains(h.Risks, x) })) &&
		need(r.DeadlineDays > 0, slices.ContainsFunc(h.Deadlines, func(d Deadline) bool {
			days := d.On.Sub(f.Now).Hours() / 24
			return days > -1 && days <= float64(r.DeadlineDays)
		}))
	return ok && conditions > 0
}

// complex returns the first rule that holds and hasn't been said yet, nil when
// none does.
func (e *Engine) complex(s *State, f Facts, noAnswer bool) *Rule {
	for _, r := range e.content.Rules {
		if !slices.Contains(s.Rules, r.ID) && r.fires(s, f, noAnswer) {
			return r
		}
	}
	return nil
}

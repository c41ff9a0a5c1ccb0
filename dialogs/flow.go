package dialogs

import (
	"slices"

	"wegwijzer/knowledge"
)

// Flow is the dialog of one levensgebied: the steps that make the question
// clear, in the order in which they are asked.
type Flow struct {
	Levensgebied knowledge.Levensgebied `toml:"levensgebied"`
	// Changes stands in the place of Levensgebied in a file that changes some
	// steps of the dialog that another layer has.
	Changes knowledge.Levensgebied `toml:"changes"`
	// Guide stands in the place of Levensgebied in a dialog about one thing to do
	// (read a letter, ask somebody near); Words are phrases by which it is asked
	// for, as in StepChoice.Words.
	Guide    knowledge.Levensgebied `toml:"guide"`
	Words    []string               `toml:"words"`
	Stelsels []knowledge.Stelsel    `toml:"stelsels"`
	// Search is added to what the kaart is asked.
	Search  string  `toml:"search"`
	Steps   []*Step `toml:"step"`
	at      place
	phrases []phrase
}

// Step is one question. It is skipped when its slot is filled already, when
// When doesn't hold, or when it was asked before.
type Step struct {
	ID string `toml:"id"`
	// After is the step behind which a new step of a file with changes comes;
	// empty: last. Remove takes a step away there.
	After  string `toml:"after"`
	Remove bool   `toml:"remove"`
	// Use takes a shared step of gedeeld.toml by its id.
	Use string `toml:"use"`
	// Fills names a field of the hulpvraag ("moment", "sinds", "voor-wie",
	// "geprobeerd", "hulp", "wens", "termijn", "brief-datum"); empty: a fact of
	// this dialog.
	Fills string `toml:"fills"`
	// When maps the id of an earlier step to the choices for which this step
	// is asked; empty: always.
	When map[string][]string `toml:"when"`
	// Free lets the resident answer in own words.
	Free    bool          `toml:"free"`
	Choices []*StepChoice `toml:"choice"`
	at      place
}

// name is the id of the step, also of one that is taken from the shared ones.
func (p *Step) name() string {
	if p.Use != "" {
		return p.Use
	}
	return p.ID
}

// StepChoice is one answer to a step and what follows from it.
type StepChoice struct {
	ID string `toml:"id"`
	// Words are phrases by which this answer is recognised in free text: every
	// word of one phrase must occur; "huur*" matches a beginning, "*schuld" an
	// end, "!niet" must not occur.
	Words          []string                 `toml:"words"`
	Levensgebieden []knowledge.Levensgebied `toml:"levensgebieden"`
	Doelgroepen    []knowledge.Doelgroep    `toml:"doelgroepen"`
	Stelsels       []knowledge.Stelsel      `toml:"stelsels"`
	Steunvormen    []knowledge.Steunvorm    `toml:"steunvormen"`
	Moment         knowledge.Moment         `toml:"moment"`
	// Je says that who gives this answer is young, and is addressed as je.
	Je   bool   `toml:"je"`
	Risk string `toml:"risk"` // text key of a risk in the summary
	// Urgent says that help can't wait.
	Urgent bool   `toml:"urgent"`
	Search string `toml:"search"`
	// Next is the later step to go on with, so that those between are left
	// out, or StepEnd; empty: the one that follows.
	Next string `toml:"next"`
	// Guide is the guide that goes on when this dialog has no more questions.
	Guide   knowledge.Levensgebied `toml:"guide"`
	at      place
	phrases []phrase
}

// StepEnd as a choice's next step ends the questions of the dialog.
const StepEnd = "klaar"

// choice finds a choice of the step by id, nil when there is none.
func (p *Step) choice(id string) *StepChoice {
	for _, c := range p.Choices {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// step finds a step by id, nil when there is none.
func (f *Flow) step(id string) *Step {
	for _, p := range f.Steps {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// wanted says whether the step's condition holds for what was told.
func (f *Flow) wanted(s *State, p *Step) bool {
	for id, values := range p.When {
		slot, ok := s.Slots[string(f.Levensgebied)+"/"+id]
		if !ok || !slices.Contains(values, slot.Value) {
			return false
		}
	}
	return true
}

// next returns the first step that must still be asked, nil when the question
// is clear.
func (f *Flow) next(s *State) *Step {
	for i := 0; i < len(f.Steps); i++ {
		p := f.Steps[i]
		key := string(f.Levensgebied) + "/" + p.ID
		slot, told := s.Slots[key]
		if told {
			if i = f.after(i, p.choice(slot.Value)); i < 0 {
				return nil
			}
			continue
		}
		if slices.Contains(s.Asked, key) || !f.wanted(s, p) || fieldTold(s, p.Fills) {
			continue
		}
		return p
	}
	return nil
}

// after returns the index of the step before the one that follows an answer,
// -1 when the answer ends the dialog. A step that isn't there any more counts
// as the following one.
func (f *Flow) after(i int, c *StepChoice) int {
	if c == nil || c.Next == "" {
		return i
	}
	if c.Next == StepEnd {
		return -1
	}
	if j := slices.IndexFunc(f.Steps, func(p *Step) bool { return p.ID == c.Next }); j > i {
		return j - 1
	}
	return i
}

// fieldTold says whether a field of the hulpvraag is known already.
func fieldTold(s *State, field string) bool {
	h := &s.Hulpvraag
	switch field {
	case "moment":
		return h.Moment != ""
	case "voor-wie":
		return h.For != nil
	case "sinds":
		return h.Since != nil
	case "geprobeerd":
		return h.Tried != nil
	case "hulp":
		return h.Helps != nil
	case "wens":
		return h.Wish != nil
	case "termijn":
		return len(h.Deadlines) > 0
	case "brief-datum":
		return h.Letter != nil
	}
	return false
}

// recognise finds the choice that free text speaks of: the one with the most
// words matched; nil when none or when two match equally well.
func (p *Step) recognise(words []string) *StepChoice {
	var best *StepChoice
	top, tie := 0, false
	for _, c := range p.Choices {
		n := bestMatch(c.phrases, words)
		switch {
		case n > top:
			best, top, tie = c, n, false
		case n == top && n > 0:
			tie = true
		}
	}
	if tie {
		return nil
	}
	return best
}

// flow returns the dialog of a levensgebied, the general one when it has none
// of its own.
func (c *Content) flow(l knowledge.Levensgebied) *Flow {
	if f := c.Flows[l]; f != nil {
		return f
	}
	return c.Flows[General]
}

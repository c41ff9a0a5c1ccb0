package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// Flow is the dialog of one levensgebied: the steps that make the question
// clear, in the order in which they are asked.
type Flow struct {
	Levensgebied knowledge.Levensgebied `toml:"levensgebied"`
	Stelsels     []knowledge.Stelsel    `toml:"stelsels"`
	// Search is added to what the kaart is asked.
	Search string  `toml:"search"`
	Steps  []*Step `toml:"step"`
	file   string
}

// Step is one question. It is skipped when its slot is filled already, when
// When doesn't hold, or when it was asked before.
type Step struct {
	ID string `toml:"id"`
	// Use takes a shared step of gedeeld.toml by its id.
	Use string `toml:"use"`
	// Fills names a field of the hulpvraag ("moment", "sinds", "voor-wie",
	// "geprobeerd", "hulp", "wens", "termijn"); empty: a fact of this dialog.
	Fills string `toml:"fills"`
	// When maps the id of an earlier step to the choices for which this step
	// is asked; empty: always.
	When map[string][]string `toml:"when"`
	// Free lets the resident answer in own words.
	Free    bool          `toml:"free"`
	Choices []*StepChoice `toml:"choice"`
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
	Risk           string                   `toml:"risk"` // text key of a risk in the summary
	Urgent         bool                     `toml:"urgent"`
	Search         string                   `toml:"search"`
}

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
	for _, p := range f.Steps {
		key := string(f.Levensgebied) + "/" + p.ID
		if _, told := s.Slots[key]; told || slices.Contains(s.Asked, key) || !f.wanted(s, p) {
			continue
		}
		if told := fieldTold(s, p.Fills); told {
			continue
		}
		return p
	}
	return nil
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
	}
	return false
}

// recognise finds the choice that free text speaks of: the one with the most
// words matched; nil when none or when two match equally well.
func (p *Step) recognise(text string) *StepChoice {
	words := tokens(text)
	var best *StepChoice
	top, tie := 0, false
	for _, c := range p.Choices {
		n := 0
		for _, phrase := range c.Words {
			n = max(n, matchPhrase(words, phrase))
		}
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

// matchPhrase returns the number of words of the phrase when all of them hold
// for the text, else 0.
func matchPhrase(words []string, phrase string) int {
	n := 0
	for w := range strings.FieldsSeq(phrase) {
		if rest, not := strings.CutPrefix(w, "!"); not {
			if containsWord(words, rest) {
				return 0
			}
			continue
		}
		if !containsWord(words, w) {
			return 0
		}
		n++
	}
	return n
}

func containsWord(words []string, pattern string) bool {
	begin, end := strings.HasSuffix(pattern, "*"), strings.HasPrefix(pattern, "*")
	core := strings.Trim(pattern, "*")
	return slices.ContainsFunc(words, func(w string) bool {
		switch {
		case begin && end:
			return strings.Contains(w, core)
		case begin:
			return strings.HasPrefix(w, core)
		case end:
			return strings.HasSuffix(w, core)
		}
		return w == core
	})
}

// tokens splits text into lower-case words of letters, digits and €.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '€' && r < 0xC0
	})
}

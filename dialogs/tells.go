package dialogs

import (
	"strings"

	"wegwijzer/knowledge"
)

// Tells says which answer to an open question a text names, by the words of the
// dialog's file, so that a test can find what was asked though it was told. The
// question is known by the ids of its choices as a reply has them
// ("kern:huur"). "" is none, or a question of no dialog.
func (c *Content) Tells(question []Choice, text string) (knowledge.Levensgebied, string) {
	for l, flow := range c.Flows {
		for _, p := range flow.Steps {
			if !p.asks(question) {
				continue
			}
			if found := p.recognise(tokens(text)); found != nil {
				return l, p.ID + ":" + found.ID
			}
		}
	}
	return "", ""
}

// Asks says whether a reply with these choices is a question of a dialog.
func (c *Content) Asks(question []Choice) bool {
	for _, flow := range c.Flows {
		for _, p := range flow.Steps {
			if p.asks(question) {
				return true
			}
		}
	}
	return false
}

// asks says whether a reply with these choices is the question of this step.
func (p *Step) asks(question []Choice) bool {
	n := 0
	for _, c := range question {
		step, value, ok := strings.Cut(c.ID, ":")
		if !ok || step == "antwoorden" {
			continue
		}
		if step != p.ID || p.choice(value) == nil {
			return false
		}
		n++
	}
	return n > 1 || n == len(p.Choices)
}

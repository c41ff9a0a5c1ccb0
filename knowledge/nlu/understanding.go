// Package nlu understands a resident's message: what they want, about which
// part of life, where they stand, which group shows, in which language.
package nlu

import "wegwijzer/knowledge"

// Understanding is what the model makes of one message. Its JSON is the
// answer of `wegwijzer understand --json` without the crisis, which the guard
// adds. Scores are calibrated probabilities, 0 to 1.
type Understanding struct {
	Text   string                             `json:"text"`
	Intent knowledge.Scored[knowledge.Intent] `json:"intent"`
	// Levensgebieden holds only those that are sure enough to act on, best
	// first; empty when the message shows none.
	Levensgebieden []knowledge.Scored[knowledge.Levensgebied] `json:"levensgebieden"`
	// Maybe holds at most two that are not sure enough to act on but are worth
	// the question "A or B?", best first.
	Maybe []knowledge.Scored[knowledge.Levensgebied] `json:"-"`
	// Moment is "" when the message doesn't show it.
	Moment      knowledge.Moment      `json:"moment"`
	Doelgroepen []knowledge.Doelgroep `json:"doelgroepen"`
	// Lang is "nl" when in doubt.
	Lang knowledge.Lang `json:"lang"`
}

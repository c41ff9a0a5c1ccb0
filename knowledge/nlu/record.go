package nlu

import "wegwijzer/knowledge"

// Record is one line of `wegwijzer understand --json`.
type Record struct {
	Text           string                                     `json:"text"`
	Intent         knowledge.Scored[knowledge.Intent]         `json:"intent"`
	Levensgebieden []knowledge.Scored[knowledge.Levensgebied] `json:"levensgebieden"`
	Moment         *knowledge.Moment                          `json:"moment"`
	Doelgroepen    []knowledge.Doelgroep                      `json:"doelgroepen"`
	Crisis         *knowledge.CrisisKind                      `json:"crisis"`
	Lang           knowledge.Lang                             `json:"lang"`
}

// Record joins what the model understood with what the guard found ("" for
// no crisis): unknown becomes null, an empty list stays a list.
func (u Understanding) Record(crisis knowledge.CrisisKind) Record {
	r := Record{
		Text: u.Text, Intent: u.Intent, Levensgebieden: u.Levensgebieden,
		Doelgroepen: u.Doelgroepen, Lang: u.Lang,
	}
	if r.Levensgebieden == nil {
		r.Levensgebieden = []knowledge.Scored[knowledge.Levensgebied]{}
	}
	if r.Doelgroepen == nil {
		r.Doelgroepen = []knowledge.Doelgroep{}
	}
	if u.Moment != "" {
		r.Moment = &u.Moment
	}
	if crisis != "" {
		r.Crisis = &crisis
	}
	return r
}

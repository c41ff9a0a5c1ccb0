package nlu

import (
	"fmt"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// kindExamples returns what residents say who need a kind of help, and what
// such help is called: lines of which only the levensgebieden are known, the
// kind's own first. They name the kind instead of a line.
func kindExamples() ([]Example, error) {
	kinds, err := kaart.Hulpsoorten()
	if err != nil {
		return nil, fmt.Errorf("examples from kinds of help: %w", err)
	}
	var out []Example
	for _, k := range kinds {
		add := func(texts ...string) {
			for _, t := range texts {
				out = append(out, Example{File: "hulpsoort " + string(k.ID), Text: t, Lang: knowledge.NL, Levensgebieden: k.Levensgebieden})
			}
		}
		add(k.Name)
		add(k.Words...)
		add(k.Sentences...)
	}
	return out, nil
}

// maxAlike is the share of character trigrams from which a line that only helps
// to train is left out, since it resembles a message that is measured on.
const maxAlike = 0.6

// withoutAlike leaves out the lines without an intent that resemble another
// line, and puts the others of them last.
func withoutAlike(examples []Example) []Example {
	var kept, last []Example
	for _, e := range examples {
		if e.Intent == "" && e.aside() {
			last = append(last, e)
		} else {
			kept = append(kept, e)
		}
	}
	from := len(kept)
	all := append(kept, last...)
	drop := map[int]bool{}
	for _, p := range alike(all, from, maxAlike) {
		drop[p.later] = true
	}
	kept = kept[:from:from]
	for i, e := range last {
		if !drop[from+i] {
			kept = append(kept, e)
		}
	}
	return kept
}

package guard

import (
	"strings"
	"testing"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/nlu"
)

// TestExamplesAreNotAlike holds the hand-written sentences apart: one that is
// all but another of the same label teaches nothing and flatters the figures.
// A pair that differs in one word and in its label is meant to be there.
func TestExamplesAreNotAlike(t *testing.T) {
	examples, err := loadExamples(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	var written []nlu.Example
	for i, e := range examples {
		own := !e.everyday || strings.HasSuffix(e.file, "-antwoord-gewoon.tsv")
		if own { // the others are held apart where they come from
			label := knowledge.Lang(string(e.lang) + " " + string(e.kind))
			written = append(written, nlu.Example{File: e.file, Line: i + 1, Text: e.text, Lang: label})
		}
	}
	if len(written) == 0 {
		t.Fatal("no hand-written examples")
	}
	for _, d := range nlu.NearDuplicates(written) {
		t.Errorf("%s: %q is like %q", d.Later.Lang, d.Later.Text, d.Earlier.Text)
	}
}

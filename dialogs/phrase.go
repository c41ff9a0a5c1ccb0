package dialogs

import (
	"slices"
	"strings"
)

// phrase is a few words that must all occur in a text, in any order, as
// dialog files write them: "huur*" matches a beginning, "*schuld" an end,
// "!niet" must not occur, and "ik_kan_niet_meer" are words that follow each other.
type phrase []term

type term struct {
	core            string
	row             []string // words that follow each other, in the place of core
	begin, end, not bool
}

func phrases(list []string) []phrase {
	made := make([]phrase, 0, len(list))
	for _, text := range list {
		var p phrase
		for w := range strings.FieldsSeq(strings.ToLower(text)) {
			var x term
			w, x.not = strings.CutPrefix(w, "!")
			x.begin, x.end = strings.HasSuffix(w, "*"), strings.HasPrefix(w, "*")
			x.core = strings.Trim(w, "*")
			if strings.Contains(x.core, "_") {
				x.row = strings.Split(x.core, "_")
			}
			p = append(p, x)
		}
		made = append(made, p)
	}
	return made
}

// match returns the number of words of the phrase when all of them hold for
// the text, else 0.
func (p phrase) match(words []string) int {
	n := 0
	for _, x := range p {
		if x.in(words) == x.not {
			return 0
		}
		if !x.not {
			n += max(1, len(x.row))
		}
	}
	return n
}

// telling is how many words of the phrase say what a text is about; short ones
// are mostly "my" and "the".
func (p phrase) telling() int {
	n := 0
	for _, x := range p {
		for _, w := range append([]string{x.core}, x.row...) {
			if !x.not && len(w) > 3 && !strings.Contains(w, "_") {
				n++
			}
		}
	}
	return n
}

func (x term) in(words []string) bool {
	if x.row == nil {
		return slices.ContainsFunc(words, x.is)
	}
	for i := 0; i+len(x.row) <= len(words); i++ {
		if slices.Equal(words[i:i+len(x.row)], x.row) {
			return true
		}
	}
	return false
}

func (x term) is(word string) bool {
	switch {
	case x.begin && x.end:
		return strings.Contains(word, x.core)
	case x.begin:
		return strings.HasPrefix(word, x.core)
	case x.end:
		return strings.HasSuffix(word, x.core)
	}
	return word == x.core
}

// bestMatch is the most words that any of the phrases matches, 0 for none.
func bestMatch(list []phrase, words []string) int {
	n := 0
	for _, p := range list {
		n = max(n, p.match(words))
	}
	return n
}

// tokens splits text into lower-case words of letters, digits and €.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '€' && r < 0xC0
	})
}

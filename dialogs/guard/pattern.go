package guard

import (
	"fmt"
	"strings"
)

// The language of the rules, one pattern a string, words apart by spaces:
//
//	word       that word; doubled letters and diacritics don't matter
//	word*      a word that starts so; *word ends so; *word* has it inside
//	<name>     any word of the list with that name
//	a|b        one or the other
//	x?         may be left out
//	_          any one word
//	..         at most three words between; ... at most seven
//	^ and $    the sentence starts or ends here
//
// A pattern starts with a word or a list.

// element is one step of a pattern.
type element struct {
	symbols  []int32 // any of these; empty for "any word"
	optional bool
	gap      int // words that may stand before this element
	start    bool
	end      bool // nothing may follow: matches no word itself
}

// pattern is a compiled row of elements.
type pattern struct{ elements []element }

// symbols gives every literal and every list a number.
type symbols struct {
	exact  map[string][]int32
	prefix affixes
	suffix affixes
	infix  []infix
	lists  map[string]int32 // by language and name
	next   int32
	known  map[string]int32 // literal as written -> symbol
}

type infix struct {
	text   string
	symbol int32
}

func newSymbols() *symbols {
	return &symbols{
		exact: map[string][]int32{}, prefix: newAffixes(), suffix: newAffixes(),
		lists: map[string]int32{}, known: map[string]int32{},
	}
}

// list defines a named list of literals.
func (s *symbols) list(name string, literals []string) error {
	if len(literals) == 0 {
		return fmt.Errorf("list %q is empty", name)
	}
	id := s.fresh()
	s.lists[name] = id
	for _, l := range literals {
		if err := s.attach(l, id); err != nil {
			return fmt.Errorf("list %q: %w", name, err)
		}
	}
	return nil
}

func (s *symbols) fresh() int32 {
	s.next++
	return s.next
}

// literal returns the symbol of a word as written in a pattern.
func (s *symbols) literal(l string) (int32, error) {
	if id, ok := s.known[l]; ok {
		return id, nil
	}
	id := s.fresh()
	s.known[l] = id
	return id, s.attach(l, id)
}

// attach makes words that match l carry the symbol id.
func (s *symbols) attach(l string, id int32) error {
	head, tail := strings.HasSuffix(l, "*"), strings.HasPrefix(l, "*")
	w := strings.Trim(l, "*")
	norm := normalise(w)
	if len(norm) != 1 || len(norm[0].words) != 1 {
		return fmt.Errorf("%q is not one word", l)
	}
	w = squeeze(norm[0].words[0])
	switch {
	case head && tail:
		s.infix = append(s.infix, infix{w, id})
	case head:
		s.prefix.add(w, id)
	case tail:
		s.suffix.add(w, id)
	default:
		s.exact[w] = append(s.exact[w], id)
	}
	return nil
}

// affixes are beginnings or ends of words; lengths says which lengths occur.
type affixes struct {
	symbols map[string][]int32
	lengths *[128]bool
}

func newAffixes() affixes {
	return affixes{symbols: map[string][]int32{}, lengths: new([128]bool)}
}

func (a affixes) add(w string, id int32) {
	a.symbols[w] = append(a.symbols[w], id)
	a.lengths[len(w)&127] = true
}

// of appends the symbols of one squeezed word to buf.
func (s *symbols) of(w string, buf []int32) []int32 {
	buf = append(buf, s.exact[w]...)
	for i := 1; i <= len(w); i++ {
		if s.prefix.lengths[i&127] {
			buf = append(buf, s.prefix.symbols[w[:i]]...)
		}
		if s.suffix.lengths[i&127] {
			buf = append(buf, s.suffix.symbols[w[len(w)-i:]]...)
		}
	}
	for _, in := range s.infix {
		if strings.Contains(w, in.text) {
			buf = append(buf, in.symbol)
		}
	}
	return buf
}

// compile reads a pattern; lists are looked up by scope and name, then by name.
func (s *symbols) compile(scope, text string) (pattern, error) {
	var p pattern
	gap, start := 0, false
	for _, f := range strings.Fields(text) {
		switch f {
		case "..":
			gap = 3
			continue
		case "...":
			gap = 7
			continue
		case "^":
			start = true
			continue
		case "$":
			p.elements = append(p.elements, element{end: true, gap: gap})
			gap = 0
			continue
		}
		e := element{gap: gap, start: start}
		gap, start = 0, false
		if strings.HasSuffix(f, "?") {
			e.optional, f = true, strings.TrimSuffix(f, "?")
		}
		if f != "_" {
			for _, alt := range strings.Split(f, "|") {
				id, err := s.resolve(scope, alt)
				if err != nil {
					return p, fmt.Errorf("pattern %q: %w", text, err)
				}
				e.symbols = append(e.symbols, id)
			}
		}
		p.elements = append(p.elements, e)
	}
	if len(p.elements) == 0 || p.elements[0].optional || len(p.elements[0].symbols) == 0 {
		return p, fmt.Errorf("pattern %q does not start with a word", text)
	}
	return p, nil
}

func (s *symbols) resolve(scope, alt string) (int32, error) {
	if !strings.HasPrefix(alt, "<") {
		return s.literal(alt)
	}
	name := strings.Trim(alt, "<>")
	if id, ok := s.lists[scope+"."+name]; ok {
		return id, nil
	}
	return 0, fmt.Errorf("no list named %q", name)
}

// match returns where a match that starts at word i ends (exclusive), or -1.
func (p pattern) match(t *tokens, i int) int {
	if p.elements[0].start && !t.first[i] {
		return -1
	}
	return matchFrom(p.elements, t, i)
}

func matchFrom(els []element, t *tokens, i int) int {
	if len(els) == 0 {
		return i
	}
	e := els[0]
	for skip := 0; skip <= e.gap && i+skip <= len(t.words); skip++ {
		at := i + skip
		if e.end {
			if t.endsBefore(at) {
				return at
			}
			continue
		}
		if at < len(t.words) && e.accepts(t.symbols[at]) {
			if end := matchFrom(els[1:], t, at+1); end >= 0 {
				return end
			}
		}
	}
	if e.optional {
		return matchFrom(els[1:], t, i)
	}
	return -1
}

func (e element) accepts(have []int32) bool {
	if len(e.symbols) == 0 {
		return true
	}
	for _, want := range e.symbols {
		for _, h := range have {
			if h == want {
				return true
			}
		}
	}
	return false
}

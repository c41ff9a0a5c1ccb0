package guard

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// concepts maps words of all languages to what they mean for the model:
// "slaat", "hits" and "dövüyor" are one concept.
type concepts struct {
	symbols *symbols
	danger  []bool // by symbol: the concept may speak of danger
	context []bool // by symbol: the concept says how to read the rest
}

// dangerous names the concepts that may speak of danger.
const dangerous = "death suicide end gone goodbye selfharm pills swallow height hit threat weapon lock force take " +
	"sex stalk marry injury breath chest unconscious stroke birth seizure outside evict food energy smell missing psychosis"

// contextual names the concepts that say, wherever they stand in a message, how
// the rest is meant: past, in treatment, a course, a joke, about a machine.
const contextual = "not past resolved future joke info admin device ask leisure help now ongoing pro child self me other " +
	"grief quarrel wish quantity"

const conceptFile = "crisis/concepts.toml"

// loadConcepts reads crisis/concepts.toml: a table a concept, in it a line a
// language with words apart by spaces.
func loadConcepts(fsys fs.FS) (*concepts, map[string]map[string]string, error) {
	raw, err := fs.ReadFile(fsys, conceptFile)
	if err != nil {
		return nil, nil, fmt.Errorf("guard content: %w", err)
	}
	doc := map[string]map[string]string{}
	if err := decode(conceptFile, raw, &doc); err != nil {
		return nil, nil, err
	}
	c := &concepts{symbols: newSymbols()}
	names := make([]string, 0, len(doc))
	for name := range doc {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		line := lineOf(raw, "["+name+"]", 0)
		var words []string
		for lang, list := range doc[name] {
			if _, err := knowledge.ParseLang(lang); err != nil {
				return nil, nil, fmt.Errorf("%s:%d: %w", conceptFile, line, err)
			}
			words = append(words, strings.Fields(list)...)
		}
		slices.Sort(words)
		if err := c.symbols.list(name, slices.Compact(words)); err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", conceptFile, line, err)
		}
	}
	if c.danger, err = c.marked(dangerous); err != nil {
		return nil, nil, err
	}
	if c.context, err = c.marked(contextual); err != nil {
		return nil, nil, err
	}
	return c, doc, nil
}

// marked returns by symbol which concepts are in a list of names.
func (c *concepts) marked(names string) ([]bool, error) {
	out := make([]bool, c.symbols.next+1)
	for _, name := range strings.Fields(names) {
		id, ok := c.symbols.lists[name]
		if !ok {
			return nil, fmt.Errorf("%s:1: concept %q is missing", conceptFile, name)
		}
		out[id] = true
	}
	return out, nil
}

// of appends the concepts of one squeezed word to buf, each once.
func (c *concepts) of(w string, buf []int32) []int32 {
	from := len(buf)
	buf = c.symbols.of(w, buf)
	if len(buf)-from > 1 {
		slices.Sort(buf[from:])
		buf = buf[:from+len(slices.Compact(buf[from:]))]
	}
	return buf
}

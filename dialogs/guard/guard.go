package guard

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"wegwijzer/knowledge"
)

// Guard finds crisis and personal data. It never changes after New and may be
// used by many goroutines at once.
type Guard struct {
	numbers []Number
	rules   *rules
	model   *model
	texts   map[knowledge.Lang]texts
}

// New compiles the content in fsys (see [Embedded]). Errors name the file and
// the line at fault.
func New(fsys fs.FS) (*Guard, error) {
	numbers, err := loadNumbers(fsys)
	if err != nil {
		return nil, err
	}
	r, langs, err := loadRules(fsys)
	if err != nil {
		return nil, err
	}
	g := &Guard{numbers: numbers, rules: r, texts: map[knowledge.Lang]texts{}}
	for i, lang := range knowledge.Langs() {
		t, err := newTexts(langs[i], numbers)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", langs[i].file, lineOf(langs[i].raw, "[reply]", 0), err)
		}
		g.texts[lang] = t
	}
	raw, err := fs.ReadFile(fsys, "model.bin")
	if err != nil {
		return nil, fmt.Errorf("guard content: %w", err)
	}
	g.model, err = parseModel(raw)
	return g, err
}

// Crisis is what the guard found in a message.
type Crisis struct {
	Kind  knowledge.CrisisKind
	Lang  knowledge.Lang // the language to answer in, never empty
	Words []string       // the words that made the decision, as normalised
	Child bool           // a child or young person is in danger or writes
}

// Crisis reports whether a message speaks of danger now. lang is the language
// that the caller believes it is in, empty when unknown: it decides nothing
// but the language of the answer.
func (g *Guard) Crisis(text string, lang knowledge.Lang) (Crisis, bool) {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	best := r.read(g, text)
	if best.score < threshold {
		return Crisis{}, false
	}
	features := extract(nil, &r.tokens, best.passage, g.rules.all)
	kind, found := g.model.sides(features)
	if found != knowledge.NL && best.score < elsewhere {
		return Crisis{}, false
	}
	read := r.words[best.from:best.to]
	words := g.model.explain(features, read)
	r.hitsIn(best.passage, func(h hit) {
		if g.rules.all[h.rule].weight > 0 {
			words = appendNew(words, r.words[h.from:h.to])
		}
	})
	if len(words) == 0 {
		words = appendNew(words, read[:min(maxWords, len(read))])
	}
	return Crisis{
		Kind: kind, Lang: g.answerLang(lang, text, found),
		Words: words, Child: g.rules.mentionsChild(&r.tokens),
	}, true
}

// answerLang follows the script first, then the caller, then the model.
func (g *Guard) answerLang(hint knowledge.Lang, text string, found knowledge.Lang) knowledge.Lang {
	if l := scriptLang(text); l != "" {
		return l
	}
	if _, ok := g.texts[hint]; ok && hint != knowledge.UK && hint != knowledge.AR {
		return hint
	}
	return found
}

// scriptLang is the language of texts that are mostly in Cyrillic or Arabic.
func scriptLang(text string) knowledge.Lang {
	var latin, cyrillic, arabic int
	for _, r := range clip(text) {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Arabic, r):
			arabic++
		}
	}
	switch {
	case cyrillic > latin && cyrillic >= arabic:
		return knowledge.UK
	case arabic > latin:
		return knowledge.AR
	}
	return ""
}

func appendNew(list, more []string) []string {
	for _, w := range more {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// String is for logs: the kind only, never the words of a resident.
func (c Crisis) String() string { return strings.TrimSpace("crisis " + string(c.Kind)) }

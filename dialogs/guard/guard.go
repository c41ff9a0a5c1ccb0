package guard

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// Guard finds crisis and personal data. It never changes after New and may be
// used by many goroutines at once.
type Guard struct {
	numbers []Number
	rules   *rules
	texts   map[knowledge.Lang]texts
}

// New compiles the content in fsys (see [Embedded]). Errors name the file and
// the line at fault.
func New(fsys fs.FS) (*Guard, error) {
	numbers, err := loadNumbers(fsys)
	if err != nil {
		return nil, err
	}
	g := &Guard{numbers: numbers, rules: newRules(), texts: map[knowledge.Lang]texts{}}
	for _, lang := range knowledge.Langs() {
		lf, file, raw, err := loadLang(fsys, lang)
		if err != nil {
			return nil, err
		}
		if err := g.rules.add(lang, lf, file, raw); err != nil {
			return nil, err
		}
		t, err := newTexts(lf, numbers)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, lineOf(raw, "[reply]", 0), err)
		}
		g.texts[lang] = t
	}
	g.rules.index()
	return g, nil
}

// Crisis is what the guard found in a message.
type Crisis struct {
	Kind  knowledge.CrisisKind
	Lang  knowledge.Lang // the language to answer in, never empty
	Words []string       // the words that made the decision, as normalised
	Child bool           // a child or young person is in danger or writes
}

// threshold is the score of a sentence from which it is a crisis.
const threshold = 1.0

// Crisis reports whether a message speaks of danger now. lang is the language
// that the caller believes it is in, empty when unknown: it decides nothing
// but the language of the answer.
func (g *Guard) Crisis(text string, lang knowledge.Lang) (Crisis, bool) {
	var best verdict
	child := false
	for _, s := range normalise(text) {
		t := g.rules.tokenise(s)
		v := g.judge(t)
		if v.score > best.score {
			best = v
		}
		child = child || g.rules.mentionsChild(t)
	}
	if best.score < threshold {
		return Crisis{}, false
	}
	return Crisis{Kind: best.kind, Lang: g.answerLang(lang, best.lang), Words: best.words, Child: child}, true
}

// verdict is the outcome for one sentence.
type verdict struct {
	kind  knowledge.CrisisKind
	score float64
	lang  knowledge.Lang
	words []string
}

// judge adds up the rules per kind.
func (g *Guard) judge(t tokens) verdict {
	hits := g.rules.hits(t)
	if len(hits) == 0 {
		return verdict{}
	}
	var v verdict
	for _, kind := range knowledge.CrisisKinds() {
		score := 0.0
		var words []string
		var lang knowledge.Lang
		for _, h := range hits {
			rl := g.rules.all[h.rule]
			if rl.kind != "" && rl.kind != kind {
				continue
			}
			score += rl.weight
			if rl.weight > 0 {
				words = appendNew(words, h.words)
				lang = rl.lang
			}
		}
		if score > v.score {
			v = verdict{kind: kind, score: score, lang: lang, words: words}
		}
	}
	return v
}

// answerLang prefers the caller's language, then that of the rule.
func (g *Guard) answerLang(hint, found knowledge.Lang) knowledge.Lang {
	for _, l := range []knowledge.Lang{hint, found} {
		if _, ok := g.texts[l]; ok {
			return l
		}
	}
	return knowledge.NL
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

package dialogs

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// usedTexts gathers the keys that dialogs, rules and code say, so that a text
// that nobody ever sees is told: mostly it is a key with a typing error.
type usedTexts struct {
	*loader
	keys map[string]bool
}

// need demands the Dutch text of a key.
func (u *usedTexts) need(at place, key string) {
	u.may(key)
	if !u.content.Texts.Has(knowledge.NL, key) {
		u.fault(at, "the Dutch text %q is missing", key)
	}
}

// may allows a text that can be left out.
func (u *usedTexts) may(keys ...string) {
	for _, k := range keys {
		u.keys[k] = true
	}
}

// lintTexts checks every text of every language by itself.
func (l *loader) lintTexts(used *usedTexts) {
	sourced := l.sourcedPhones()
	for _, lang := range l.content.Texts.Langs() {
		texts := l.content.Texts.byLang[lang]
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			at, text := l.content.Texts.at[lang][key], texts[key]
			plain := strings.TrimSuffix(strings.TrimSuffix(key, "_je"), "_kort")
			if text == "" {
				l.fault(at, "the text %q is empty", key)
			}
			// A text of an earlier layer may be of a step that this one took away.
			if !used.keys[plain] && l.fixed[plain] == "" && l.top[topKey{lang, key}] {
				l.fault(at, "the text %q is used nowhere", key)
			}
			for _, v := range variableRE.FindAllString(text, -1) {
				if !slices.Contains(globalVariables(), v) && !strings.Contains(l.fixed[plain], v) && !strings.HasSuffix(plain, ".gehoord") && !strings.Contains(key, ".heard.") && (v != "{regels}" || !strings.HasPrefix(key, "tussendoor.")) {
					l.fault(at, "the text %q has the place %s, which is never filled in", key, v)
				}
			}
			for _, n := range phones(text) {
				if !sourced[n] {
					l.fault(at, "the text %q has the number %s, which no source line carries: write the number, the address and the day (2026-11-22) in a comment", key, n)
				}
			}
		}
	}
}

var variableRE = regexp.MustCompile(`\{[^{}\s]*\}`)

// globalVariables can stand in any text.
func globalVariables() []string {
	return []string{"{gemeente}", "{dienst}", "{telefoon}", "{inloop}"}
}

var (
	phoneRE  = regexp.MustCompile(`(?:\+31|\b0)[ (]*\d(?:[ ()–-]{0,3}\d){6,8}\b|\b(?:112|113|144|116 ?\d{3}|14 ?0\d{2,3}|0[89]00[ -]?\d{4})\b`)
	sourceRE = regexp.MustCompile(`https?://\S+`)
	dateRE   = regexp.MustCompile(`\b20\d\d-\d\d-\d\d\b`)
)

// phones finds what people would dial, as digits alone.
func phones(text string) []string {
	var list []string
	for _, m := range phoneRE.FindAllString(text, -1) {
		list = append(list, strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, m))
	}
	return list
}

// sourcedPhones are the numbers that stand in a comment together with the
// address of the page they are from and the day it was looked at.
func (l *loader) sourcedPhones() map[string]bool {
	known := map[string]bool{}
	for _, notes := range l.content.sources {
		for _, note := range notes {
			for _, n := range phones(sourceRE.ReplaceAllString(dateRE.ReplaceAllString(note.text, " "), " ")) {
				known[n] = true
			}
		}
	}
	return known
}

// comment is one remark in a file: a line that begins one ("# - ...") with
// those that go on with it.
type comment struct {
	line int
	text string
}

func comments(src string) []comment {
	var list []comment
	open := false
	for i, s := range strings.Split(src, "\n") {
		rest, ok := strings.CutPrefix(strings.TrimSpace(s), "#")
		if !ok {
			open = false
			continue
		}
		if rest = strings.TrimSpace(rest); open && !strings.HasPrefix(rest, "- ") {
			list[len(list)-1].text += " " + rest
			continue
		}
		list, open = append(list, comment{i + 1, rest}), true
	}
	return list
}

package dialogs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wegwijzer/knowledge"
)

// Texts holds every sentence by language and key ("wonen.kern.ask"). A key
// with "_je" behind it is the form for who is addressed as je; without it the
// u-form serves.
type Texts struct {
	byLang map[knowledge.Lang]map[string]string
	at     map[knowledge.Lang]map[string]place
}

// Vars fills {name} in a text.
type Vars map[string]string

// Has says whether the language has the key itself, without falling back.
func (t *Texts) Has(lang knowledge.Lang, key string) bool {
	_, ok := t.byLang[lang][key]
	return ok
}

// Speaks says whether there are dialogs in the language, not just a sentence.
func (t *Texts) Speaks(lang knowledge.Lang) bool { return t.Has(lang, "algemeen.welkom") }

// Langs returns the languages in which there is any text, in order.
func (t *Texts) Langs() []knowledge.Lang {
	var list []knowledge.Lang
	for _, l := range knowledge.Langs() {
		if len(t.byLang[l]) > 0 {
			list = append(list, l)
		}
	}
	return list
}

// Keys returns the keys of a language in order.
func (t *Texts) Keys(lang knowledge.Lang) []string {
	keys := make([]string, 0, len(t.byLang[lang]))
	for k := range t.byLang[lang] {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Say returns the text of a key, in Dutch where the language lacks it. A key
// that no language has yields the key in brackets; the load refuses files in
// which that can happen.
func (t *Texts) Say(lang knowledge.Lang, je bool, key string, vars Vars) string {
	text, ok := t.find(lang, je, key)
	if !ok {
		text, ok = t.find(knowledge.NL, je, key)
	}
	if !ok {
		return "[" + key + "]"
	}
	return fill(text, vars)
}

func (t *Texts) find(lang knowledge.Lang, je bool, key string) (string, bool) {
	m := t.byLang[lang]
	if je {
		if s, ok := m[key+"_je"]; ok {
			return s, true
		}
	}
	s, ok := m[key]
	return s, ok
}

// fill replaces {name}; what a resident wrote is never read as a template,
// because it only ever stands in the values.
func fill(text string, vars Vars) string {
	if len(vars) == 0 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(vars))
	for k, v := range vars {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

var (
	dagen   = [...]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}
	maanden = [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
)

// Date writes a day as people say it: "dinsdag 24 november" or
// "Tuesday 24 November".
func Date(lang knowledge.Lang, t time.Time) string {
	if lang == knowledge.NL || lang == "" {
		return fmt.Sprintf("%s %d %s", dagen[t.Weekday()], t.Day(), maanden[t.Month()-1])
	}
	return t.Format("Monday 2 January")
}

// DateTime is Date with the hour: "dinsdag 24 november om 13.00 uur".
func DateTime(lang knowledge.Lang, t time.Time) string {
	if lang == knowledge.NL || lang == "" {
		return Date(lang, t) + t.Format(" om 15.04 uur")
	}
	return Date(lang, t) + t.Format(" at 15:04")
}

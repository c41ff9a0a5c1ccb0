package dialogs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"wegwijzer/dialogs/plain"
	"wegwijzer/knowledge"
)

// Finding is one thing that a review has to say of a text.
type Finding struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
	// Wrong is set for what must be mended; else it is advice.
	Wrong bool `json:"wrong"`
}

// String is "file:line: text".
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text) }

// Bounds of the reading gate.
const (
	gateWords    = 100 // a file with less running text isn't measured
	gateDouma    = 65.0
	gateSentence = 15.0
	maxMessage   = 60 // words of one message
)

// Review measures how the texts read and lists what is missing or old. What it
// finds never keeps a dialog from being used: Load has refused what would.
// Facts whose source was looked at more than a year before now are told; a
// zero now tells none.
func (c *Content) Review(now time.Time) []Finding {
	var list []Finding
	for _, file := range c.files(knowledge.NL) {
		list = append(list, c.readable(file)...)
	}
	for _, key := range c.Texts.Keys(knowledge.NL) {
		list = append(list, c.reviewText(key)...)
	}
	for _, lang := range c.Texts.Langs() {
		list = append(list, c.missing(lang)...)
	}
	list = append(list, c.old(now)...)
	return list
}

// files lists where the texts of a language stand.
func (c *Content) files(lang knowledge.Lang) []string {
	set := map[string]bool{}
	for _, at := range c.Texts.at[lang] {
		set[at.file] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// readable puts the running text of a file through the reading gate.
func (c *Content) readable(file string) []Finding {
	score := plain.Measure(c.running(file), c.words)
	if score.Words < gateWords {
		return nil
	}
	var list []Finding
	if d := score.Douma(); d < gateDouma {
		list = append(list, Finding{file, 1, fmt.Sprintf("reading ease (Flesch-Douma) %.1f, at least %.0f", d, gateDouma), true})
	}
	if n := score.PerSentence(); n > gateSentence {
		list = append(list, Finding{file, 1, fmt.Sprintf("%.1f words a sentence, at most %.0f", n, gateSentence), true})
	}
	return list
}

// running is the text of a file that is made of sentences.
func (c *Content) running(file string) string {
	var b strings.Builder
	for _, key := range c.Texts.Keys(knowledge.NL) {
		text := c.Texts.byLang[knowledge.NL][key]
		if c.Texts.at[knowledge.NL][key].file == file && strings.ContainsAny(text, ".?!") {
			b.WriteString(text + "\n")
		}
	}
	return b.String()
}

var (
	formalRE   = regexp.MustCompile(`(?i)(^|[^\p{L}])(u|uw|uzelf)([^\p{L}]|$)`)
	informalRE = regexp.MustCompile(`(?i)(^|[^\p{L}])(je|jij|jou|jouw|jullie)([^\p{L}]|$)`)
)

// quotedRE is what a text lets somebody say to someone else: "zeg: 'ik wil je iets
// vertellen'" is no form of address.
var quotedRE = regexp.MustCompile("'[^']{3,}'|‘[^’]+’|“[^”]+”|\"[^\"]+\"")

// reviewText looks at one Dutch text.
func (c *Content) reviewText(key string) []Finding {
	text, at := c.Texts.byLang[knowledge.NL][key], c.Texts.at[knowledge.NL][key]
	var list []Finding
	say := func(wrong bool, format string, args ...any) {
		list = append(list, Finding{at.file, at.line, fmt.Sprintf("%q ", key) + fmt.Sprintf(format, args...), wrong})
	}
	score := plain.Measure(text, c.words)
	if n := len(strings.Fields(text)); n > maxMessage {
		say(true, "has %d words, at most %d in one message", n, maxMessage)
	}
	if n := strings.Count(text, "?"); n > 1 && !strings.Contains(key, ".today.") && !strings.HasPrefix(key, "tussendoor.") {
		say(false, "asks %d questions; one question a message", n)
	}
	for _, w := range score.Official {
		say(true, "has the official word %q; plainer is %q", w, c.words.Avoid[w])
	}
	for _, s := range score.Passives {
		say(false, "says what is done, not who does it: %q", s)
	}
	je := strings.HasSuffix(key, "_je")
	text = quotedRE.ReplaceAllString(text, "")
	switch {
	case je && !c.Texts.Has(knowledge.NL, strings.TrimSuffix(key, "_je")):
		say(true, "has no u-form")
	case je && formalRE.MatchString(text):
		say(true, "is the je-form and says u")
	case !je && informalRE.MatchString(text):
		say(true, "is the u-form and says je")
	case !je && formalRE.MatchString(text) && !c.Texts.Has(knowledge.NL, key+"_je"):
		say(true, "has no je-form; write it as %s_je", key[strings.LastIndexByte(key, '.')+1:])
	}
	return list
}

// missing lists what a language lacks beside the Dutch: each text where there
// are dialogs in it, the number of them where there is only a sentence.
func (c *Content) missing(lang knowledge.Lang) []Finding {
	if lang == knowledge.NL {
		return nil
	}
	var list []Finding
	for _, key := range c.Missing(lang) {
		at := c.Texts.at[knowledge.NL][key]
		list = append(list, Finding{strings.Replace(at.file, "texts/nl/", "texts/"+string(lang)+"/", 1), 1, fmt.Sprintf("%q is missing; the Dutch stands in %s:%d", key, at.file, at.line), false})
	}
	if !c.Texts.Speaks(lang) && len(list) > 0 {
		n := len(list)
		return []Finding{{"texts/" + string(lang), 1, fmt.Sprintf("%d texts are missing for dialogs in this language", n), false}}
	}
	for _, key := range c.Texts.Keys(lang) {
		nl := c.Texts.byLang[knowledge.NL][key]
		for _, v := range variableRE.FindAllString(nl, -1) {
			if !strings.Contains(c.Texts.byLang[lang][key], v) {
				at := c.Texts.at[lang][key]
				list = append(list, Finding{at.file, at.line, fmt.Sprintf("%q lacks %s, which the Dutch says", key, v), true})
			}
		}
	}
	return list
}

// Missing lists the keys that are there in Dutch and not in the language, in
// order. The je-forms don't count: few languages need them.
func (c *Content) Missing(lang knowledge.Lang) []string {
	var list []string
	for _, key := range c.Texts.Keys(knowledge.NL) {
		if !strings.HasSuffix(key, "_je") && !c.Texts.Has(lang, key) {
			list = append(list, key)
		}
	}
	return list
}

// old tells the facts whose source was last looked at over a year ago.
func (c *Content) old(now time.Time) []Finding {
	var list []Finding
	if now.IsZero() {
		return nil
	}
	for _, file := range slices.Sorted(maps.Keys(c.sources)) {
		for _, note := range c.sources[file] {
			day, err := time.Parse(time.DateOnly, dateRE.FindString(note.text))
			if err == nil && day.Before(now.AddDate(-1, 0, 0)) {
				list = append(list, Finding{file, note.line, "this fact was last checked on " + day.Format(time.DateOnly) + ": look again", false})
			}
		}
	}
	return list
}

package dialogs

import (
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// certain is the score that a levensgebied needs to be added late.
const certain = 0.8

// denied finds what a correction says it is not about: "niet mijn huur"; said
// without a no, it takes a word like "mijn" to tell it from "niet betalen".
var (
	denied       = regexp.MustCompile(`(?i)\b(?:niet|not)\s+(?:(?:over|om|voor|met|de|het|mijn|m'n|een|die|dat|about|the|my)\s+){0,2}\p{L}+`)
	deniedWithin = regexp.MustCompile(`(?i)\b(?:niet|not)\s+(?:(?:over|om|voor|met|de|het|mijn|m'n|die|about|the|my)\s+){1,2}\p{L}+`)
)

// denial is the expression by which this message denies something.
func (t *turn) denial() *regexp.Regexp {
	if hasAny(t.tokens[:min(1, len(t.tokens))], "nee", "niet", "no", "not") {
		return denied
	}
	return deniedWithin
}

// correct takes "no, not my rent but the power" and plays back again.
func (t *turn) correct() {
	if t.s.Phase == PhasePlayback && t.u.Intent.ID == knowledge.IntentNee && len(t.tokens) < 3 {
		t.askCorrection()
		return
	}
	mind := t.changesMind()
	t.corrects = t.s.Phase == PhaseCorrect || t.u.Intent.ID == knowledge.IntentCorrectie || mind
	if t.deny() {
		return
	}
	h := &t.s.Hulpvraag
	if named := t.u.Levensgebieden; len(named) > 0 && t.corrects {
		if hasAny(t.tokens, "eerst", "first") && slices.Contains(t.s.Named, named[0].ID) {
			t.first(named[0].ID)
		}
		if slices.Contains(h.Levensgebieden, named[0].ID) {
			t.take() // more of the same: nothing that was answered is asked again
			t.overwrite()
			t.progress()
			t.playback()
			return
		}
		t.trace("corrected: it is about %s", named[0].ID)
		if len(t.s.Named) > 0 {
			t.drop(t.s.Named[0])
		}
		t.replace(named[0].ID)
		return
	}
	t.addition()
}

// changesMind says whether words take back what was said before: "nee wacht,
// ik wil eigenlijk werk", "toch maar die taalcursus", "eerst de traplift".
func (t *turn) changesMind() bool {
	if len(t.tokens) < 3 {
		return false
	}
	begin := t.tokens[:min(3, len(t.tokens))]
	return hasAny(begin, "wacht", "toch", "eigenlijk", "eerst", "liever", "wait", "actually", "rather", "first") ||
		hasAny(begin[:1], "nee", "of", "no") && hasAny(t.tokens, "laat", "toch", "eigenlijk", "bedoel", "mean", "liever")
}

// deny understands a correction that says what it is not about: that is taken
// back, with its answers, and what it is about comes in its place. What else
// was told stays. It reports whether the message was such a correction.
func (t *turn) deny() bool {
	expr := t.denial()
	not := expr.FindString(t.in.Text)
	rest := strings.Join(strings.Fields(expr.ReplaceAllString(t.in.Text, " ")), " ")
	if not == "" || len(tokens(rest)) == 0 {
		return false
	}
	t.corrects = true
	if forRE.MatchString(not) { // not about this person: what it is about stays
		t.in.Text, t.tokens = rest, tokens(rest)
		t.take()
		t.overwrite()
		t.progress()
		t.playback()
		return true
	}
	whole := t.u
	away := t.meant(not)
	t.hear(rest)
	t.u.Intent, t.u.Lang = whole.Intent, whole.Lang
	if len(t.u.Levensgebieden) == 0 {
		if len(whole.Levensgebieden) == 0 {
			t.u, t.in.Text = whole, rest
			return false
		}
		t.u.Levensgebieden = nil
		t.drop(away...)
		t.take()
		t.progress()
		if len(t.s.Named) > 0 {
			t.begin(t.s.Named[0])
			return true
		}
		t.allAreas()
		return true
	}
	t.trace("corrected: not about %v, but %s", away, t.u.Levensgebieden[0].ID)
	t.drop(away...)
	t.replace(t.u.Levensgebieden[0].ID)
	return true
}

// replace begins with what it is about after all, and says so.
func (t *turn) replace(l knowledge.Levensgebied) {
	t.first(l)
	t.take()
	t.progress()
	t.say("algemeen.veranderd", Vars{"onderwerp": strings.ToLower(t.areaName(l))})
	t.begin(l)
}

// meant finds which of the levensgebieden that were named a denial speaks of;
// when it can't be told, it is the first.
func (t *turn) meant(not string) []knowledge.Levensgebied {
	var list []knowledge.Levensgebied
	_, what, _ := strings.Cut(not, " ")
	for _, l := range t.e.understand.Understand(what).Levensgebieden {
		if slices.Contains(t.s.Named, l.ID) {
			list = append(list, l.ID)
		}
	}
	if len(list) == 0 && len(t.s.Named) > 0 {
		list = append(list, t.s.Named[0])
	}
	return list
}

// addition takes words after the playback that correct nothing: what they
// change is played back, else they are kept beside what was told.
func (t *turn) addition() {
	before := t.meaning()
	if t.s.Phase == PhasePlayback {
		if t.u.Intent.ID == knowledge.IntentWeetNiet {
			t.chosen("klopt:ja") // what was understood will do
			return
		}
		// What comes after the story seldom opens another part of life: only
		// what is quite sure counts.
		t.u.Levensgebieden = slices.DeleteFunc(t.u.Levensgebieden, func(l knowledge.Scored[knowledge.Levensgebied]) bool { return l.Score < certain })
	}
	stalls := t.s.Stalls
	t.take()
	t.overwrite()
	if t.meaning() != before {
		t.playback()
		return
	}
	t.added(stalls + 1)
}

// meaning is what was understood, without the resident's own words.
func (t *turn) meaning() string {
	var b strings.Builder
	for _, l := range t.c.summaryLines(t.s) {
		if l.key != "woorden" {
			b.WriteString(l.key + l.text + "\n")
		}
	}
	return b.String()
}

// added answers words that changed nothing of what was understood. A fact more
// is kept, and then help is looked for: it isn't all said again. Words that say
// nothing are asked about; the second time a person is offered.
func (t *turn) added(stalls int) {
	if t.s.Phase == PhasePlayback && len(t.tokens) > 2 && !t.perhapsCommand() {
		t.progress()
		t.say("algemeen.erbij-gezet", nil)
		t.search()
		return
	}
	t.s.Stalls = stalls
	if t.stuck() {
		return
	}
	t.s.Phase = PhasePlayback
	t.ask("algemeen.klopt-nog", nil, t.options("zoek:ja", "klopt:nee")...)
}

// overwrite replaces answers that a correction names otherwise, with what
// followed from them.
func (t *turn) overwrite() {
	for _, l := range t.s.Hulpvraag.Levensgebieden {
		flow := t.c.flow(l)
		for _, p := range flow.Steps {
			slot, told := t.s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			c := p.recognise(t.tokens)
			if !told || c == nil || c.ID == slot.Value {
				continue
			}
			t.trace("%s/%s is now %s", flow.Levensgebied, p.ID, c.ID)
			t.fill(flow, p, c, "", t.in.Seq)
		}
	}
}

func (t *turn) askCorrection() {
	t.s.Phase = PhaseCorrect
	t.ask("algemeen.wat-klopt-niet", nil)
}

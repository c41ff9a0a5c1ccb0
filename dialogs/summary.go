package dialogs

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// line is one line of the summary: a stable key, what it is about, what it
// says, and the messages it comes from.
type line struct {
	key, label, text string
	seqs             []uint64
}

// SummaryLine is one line of the summary with the messages it comes from.
type SummaryLine struct {
	Label string   `json:"label"`
	Text  string   `json:"text"`
	Seqs  []uint64 `json:"seqs,omitempty"`
}

// SummaryLines returns the summary in lines, for the desk.
func (e *Engine) SummaryLines(s *State) []SummaryLine {
	var list []SummaryLine
	for _, l := range e.summaryLines(s) {
		list = append(list, SummaryLine{Label: l.label, Text: l.text, Seqs: l.seqs})
	}
	return list
}

// Summary is the text that consent is asked for: the resident's own words
// first, then what was understood (S01, S15).
func (e *Engine) Summary(s *State) string {
	var b strings.Builder
	for i, l := range e.summaryLines(s) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.label + ": " + l.text)
	}
	return b.String()
}

// maxWords bounds how much of the resident's own words the summary repeats, in
// characters.
const maxWords = 600

func (e *Engine) summaryLines(s *State) []line {
	say := func(key string, vars Vars) string { return e.content.Texts.Say(s.Lang, s.Je, key, vars) }
	h := &s.Hulpvraag
	var list []line
	putAs := func(key, label, text string, seqs ...uint64) {
		if text == "" || slices.Contains(h.Hidden, key) {
			return
		}
		list = append(list, line{key, say("samenvatting."+label, nil), text, seqs})
	}
	put := func(key, text string, seqs ...uint64) { putAs(key, key, text, seqs...) }
	quote := func(key string, q *Quote) {
		if q != nil {
			put(key, q.Text, q.Seq)
		}
	}
	words, seqs := ownWords(h.Words)
	if words == "" {
		words = say("samenvatting.nog-niets", nil)
	}
	put("woorden", words, seqs...)
	var areas []string
	for _, l := range h.Levensgebieden {
		areas = append(areas, say("levensgebied."+string(l), nil))
	}
	put("onderwerp", strings.Join(areas, ", "))
	told, toldSeqs := e.told(s)
	put("verteld", strings.Join(told, "; "), toldSeqs...)
	if h.Moment != "" {
		put("moment", say("moment."+string(h.Moment), nil))
	}
	quote("voor-wie", h.For)
	quote("sinds", h.Since)
	quote("geprobeerd", h.Tried)
	quote("hulp", h.Helps)
	quote("wens", h.Wish)
	var amounts []string
	for _, a := range h.Amounts {
		amounts = append(amounts, a.Text)
	}
	put("bedragen", strings.Join(amounts, ", "))
	var dates []string
	for _, d := range h.Deadlines {
		dates = append(dates, Date(s.Lang, d.On)+" (\""+d.Text+"\")")
	}
	put("termijnen", strings.Join(dates, ", "))
	var risks []string
	for _, r := range h.Risks {
		risks = append(risks, say("risico."+r, nil))
	}
	if s.Crisis != "" {
		risks = append(risks, say("risico.crisis-"+string(s.Crisis), nil))
	}
	put("risicos", strings.Join(risks, ", "))
	var stelsels []string
	for _, st := range h.Stelsels {
		stelsels = append(stelsels, say("stelsel."+string(st), nil))
	}
	put("stelsels", strings.Join(stelsels, ", "))
	for i, a := range h.Added { // each its own key, so that one can be left out
		putAs("aanvulling"+strings.Repeat("i", i), "aanvulling", a.Text, a.Seq)
	}
	return list
}

// told lists the answers to the dialogs' questions, in the order of the
// dialogs, without those that have a line of their own.
func (e *Engine) told(s *State) (texts []string, seqs []uint64) {
	for _, l := range s.Hulpvraag.Levensgebieden {
		flow := e.flow(l)
		for _, p := range flow.Steps {
			slot, ok := s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			if !ok || p.Fills != "" || slot.Value == "weet-niet" {
				continue
			}
			text := slot.Text
			if p.choice(slot.Value) != nil {
				key := stepText(flow, p) + ".said." + slot.Value
				if !e.content.Texts.Has("nl", key) {
					key = stepText(flow, p) + ".choice." + slot.Value
				}
				text = e.content.Texts.Say(s.Lang, s.Je, key, nil)
			}
			if text != "" && !slices.Contains(texts, text) {
				texts, seqs = append(texts, strings.TrimRight(text, ".")), add(seqs, slot.Seq)
			}
		}
		if flow.Levensgebied == General {
			break // its steps are the same for each levensgebied without a dialog
		}
	}
	return texts, seqs
}

// understood is the playback in the resident's language: short sentences.
func (e *Engine) understood(s *State) []string {
	var list []string
	for _, l := range e.summaryLines(s) {
		switch l.key {
		case "stelsels":
			continue
		case "woorden":
			l.text = clip(l.text, maxQuote)
		}
		list = append(list, l.label+": "+l.text)
	}
	return list
}

// maxQuote bounds the resident's own words in the playback, in characters.
const maxQuote = 140

func ownWords(words []Quote) (string, []uint64) {
	var b strings.Builder
	var seqs []uint64
	for _, q := range words {
		text := strings.TrimSpace(q.Text)
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" / ")
		}
		b.WriteString(strings.Join(strings.Fields(text), " "))
		seqs = add(seqs, q.Seq)
	}
	return clip(b.String(), maxWords), seqs
}

// clip shortens text to at most n characters, on a whole character.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

func bullets(lines []string) string {
	for i, l := range lines {
		lines[i] = "• " + l
	}
	return strings.Join(lines, "\n")
}

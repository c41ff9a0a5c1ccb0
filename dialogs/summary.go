package dialogs

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wegwijzer/knowledge"
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
	for _, l := range e.library.Load().For(s.Gemeente).summaryLines(s) {
		list = append(list, SummaryLine{Label: l.label, Text: l.text, Seqs: l.seqs})
	}
	return list
}

// Summary is the text that consent is asked for: the resident's own words
// first, then what was understood (S01, S15).
func (e *Engine) Summary(s *State) string { return e.library.Load().For(s.Gemeente).summary(s) }

func (c *Content) summary(s *State) string {
	var b strings.Builder
	for i, l := range c.summaryLines(s) {
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

// summarizer writes the lines of one summary.
type summarizer struct {
	c    *Content
	s    *State
	list []line
}

// summaryLines is the whole summary, in the order in which a supporter wants to
// read it: own words, levensgebieden by urgency, what was told, moment, for
// whom, since when, what was tried, who helps, the wish, amounts, dates, risks,
// stelsels, forms of support, services shown, what is still open.
func (c *Content) summaryLines(s *State) []line {
	w := &summarizer{c: c, s: s}
	h := &s.Hulpvraag
	words, seqs := ownWords(h.Words)
	if words == "" {
		words = w.say("samenvatting.nog-niets")
	}
	w.put("woorden", words, seqs...)
	named(w, "onderwerp", "levensgebied", h.Levensgebieden)
	told, toldSeqs := c.told(s)
	w.put("verteld", strings.Join(told, "; "), toldSeqs...)
	if h.Moment != "" {
		w.put("moment", w.say("moment."+string(h.Moment)), h.From["moment"]...)
	}
	for _, l := range knowledge.Langs() {
		if slices.Contains(s.Rules, "taal-"+string(l)) {
			w.put("taal", w.say("taal."+string(l)))
		}
	}
	if s.Minor {
		w.put("jong", w.say("algemeen.jong-let-op"))
	}
	w.quote("voor-wie", h.For)
	w.quote("weet-ervan", h.Knows)
	w.quote("sinds", h.Since)
	w.quote("geprobeerd", h.Tried)
	w.quote("hulp", h.Helps)
	w.quote("wens", h.Wish)
	w.quotes("bedragen", h.Amounts)
	if h.Letter != nil {
		w.put("brief-datum", Date(s.Lang, *h.Letter))
	}
	w.deadlines()
	w.risks()
	named(w, "stelsels", "stelsel", h.Stelsels)
	named(w, "steunvormen", "steunvorm", h.Steunvormen)
	w.quotes("getoond", h.Services)
	w.chosen()
	w.plan()
	open, openSeqs := c.open(s)
	w.put("open", strings.Join(open, " "), openSeqs...)
	for i, a := range h.Added { // each its own key, so that one can be left out
		w.putAs("aanvulling"+strings.Repeat("i", i), "aanvulling", a.Text, a.Seq)
	}
	return w.list
}

func (w *summarizer) say(key string) string {
	return w.c.Texts.Say(w.s.Lang, w.s.Je, key, nil)
}

// put adds a line, unless it is empty or the resident left it out.
func (w *summarizer) put(key, text string, seqs ...uint64) { w.putAs(key, key, text, seqs...) }

func (w *summarizer) putAs(key, label, text string, seqs ...uint64) {
	if text == "" || slices.Contains(w.s.Hulpvraag.Hidden, key) {
		return
	}
	seqs = slices.Clone(seqs)
	slices.Sort(seqs)
	seqs = slices.DeleteFunc(slices.Compact(seqs), func(n uint64) bool { return n == 0 })
	w.list = append(w.list, line{key, w.say("samenvatting." + label), text, seqs})
}

func (w *summarizer) quote(key string, q *Quote) {
	if q != nil {
		w.put(key, q.Text, q.Seq)
	}
}

func (w *summarizer) quotes(key string, list []Quote) {
	var texts []string
	var seqs []uint64
	for _, q := range list {
		texts, seqs = append(texts, q.Text), append(seqs, q.Seq)
	}
	w.put(key, strings.Join(texts, ", "), seqs...)
}

// named adds a line of ids by their names, with where they come from.
func named[T ~string](w *summarizer, key, kind string, ids []T) {
	var names []string
	var seqs []uint64
	for _, id := range ids {
		names = append(names, w.say(kind+"."+string(id)))
		seqs = append(seqs, w.s.Hulpvraag.From[kind+":"+string(id)]...)
	}
	w.put(key, strings.Join(names, ", "), seqs...)
}

func (w *summarizer) deadlines() {
	var dates []string
	var seqs []uint64
	for _, d := range w.s.Hulpvraag.Deadlines {
		day := Date(w.s.Lang, d.On)
		if y := d.On.Year(); y != w.s.At.Year() {
			day += " " + strconv.Itoa(y)
		}
		dates, seqs = append(dates, day+" (\""+d.Text+"\")"), append(seqs, d.Seq)
	}
	w.put("termijnen", strings.Join(dates, ", "), seqs...)
}

func (w *summarizer) risks() {
	h := &w.s.Hulpvraag
	var risks []string
	var seqs []uint64
	for _, r := range h.Risks {
		risks, seqs = append(risks, w.say("risico."+r)), append(seqs, h.From["risico:"+r]...)
	}
	if w.s.Crisis != "" {
		risks, seqs = append(risks, w.say("risico.crisis-"+string(w.s.Crisis))), append(seqs, h.From["crisis"]...)
	}
	w.put("risicos", strings.Join(risks, ", "), seqs...)
}

// told lists the answers to the dialogs' questions, in the order of the
// dialogs, without those that have a line of their own and no sentence here. An answer that its
// dialog no longer knows is told as it was written.
func (c *Content) told(s *State) (texts []string, seqs []uint64) {
	for _, flow := range c.flowsOf(s) {
		for _, p := range flow.Steps {
			slot, ok := s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			key := stepText(flow, p) + ".said." + slot.Value
			said := c.Texts.Has(knowledge.NL, key)
			if !ok || p.Fills != "" && !said || slot.Value == notKnown {
				continue
			}
			text := slot.Text
			if p.choice(slot.Value) != nil {
				if !said {
					key = stepText(flow, p) + ".choice." + slot.Value
				}
				text = c.Texts.Say(s.Lang, s.Je, key, nil)
			}
			if text != "" && !slices.Contains(texts, text) {
				texts, seqs = append(texts, strings.TrimRight(text, ".")), add(seqs, slot.Seq)
			}
		}
	}
	return texts, seqs
}

// maxOpen is how many open questions the summary lists.
const maxOpen = 4

// open lists the questions of the dialogs that the resident couldn't answer or
// that weren't reached.
func (c *Content) open(s *State) (texts []string, seqs []uint64) {
	for _, flow := range c.flowsOf(s) {
		for _, p := range flow.Steps {
			slot, ok := s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			if ok && slot.Value != notKnown || !ok && (fieldTold(s, p.Fills) || !flow.wanted(s, p)) || len(texts) == maxOpen {
				continue
			}
			if text := c.Texts.Say(s.Lang, s.Je, stepText(flow, p)+".ask", nil); !slices.Contains(texts, text) {
				texts, seqs = append(texts, text), add(seqs, slot.Seq)
			}
		}
	}
	return texts, seqs
}

// flowsOf are the dialogs of the levensgebieden that the resident named, in
// their order, each once.
func (c *Content) flowsOf(s *State) []*Flow {
	var list []*Flow
	for _, l := range s.Hulpvraag.Levensgebieden {
		flow := c.flow(l)
		begun := slices.Contains(s.Named, l) || slices.ContainsFunc(flow.Steps, func(p *Step) bool {
			_, ok := s.Slots[string(flow.Levensgebied)+"/"+p.ID]
			return ok
		})
		if begun {
			list = add(list, flow)
		}
	}
	for _, g := range s.Guides {
		list = add(list, c.flow(g))
	}
	return list
}

// understood is the playback in the resident's language: short sentences,
// without what is for the supporter.
func (t *turn) understood() []string {
	var list []string
	for _, l := range t.c.summaryLines(t.s) {
		if t.s.gently() && !slices.Contains([]string{"onderwerp", "verteld", "voor-wie", "termijnen"}, l.key) {
			continue
		}
		switch l.key {
		case "stelsels", "steunvormen", "getoond", "open", "weet-ervan", "jong":
			continue
		case "risicos":
			if len(t.s.Hulpvraag.Risks) == 0 {
				continue // what a number was given for is not put to the resident as a form
			}
			l.text = strings.TrimSuffix(l.text, ", "+t.words("risico.crisis-"+string(t.s.Crisis), nil))
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
			b.WriteString("; ")
		}
		b.WriteString(strings.Join(strings.Fields(text), " "))
		seqs = add(seqs, q.Seq)
	}
	return clip(b.String(), maxWords), seqs
}

// clip shortens text to at most n characters, on a whole character.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
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

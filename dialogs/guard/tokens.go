package guard

import "slices"

// tokens are the words of a text, sentence after sentence, with the symbols
// and the concepts of each. They may be filled again without new memory.
type tokens struct {
	words    []string // as normalised
	plain    []string // doubled letters gone, digits alike
	symbols  [][]int32
	concepts [][]int32
	context  []int32 // what the whole message says of how it is meant, each once
	first    []bool  // a sentence starts with this word
	ends     []int32 // how many words there are up to each end of a sentence
	hits     []hit

	split splitter
	bytes []byte
	ids   []int32
}

// endsBefore reports whether a sentence, or the text, ends before word i.
func (t *tokens) endsBefore(i int) bool { return i >= len(t.words) || i > 0 && t.first[i] }

// fill reads a text: spelling that people use for something else is replaced
// first.
func (t *tokens) fill(r *rules, text string) {
	t.split.run(text)
	t.words, t.first, t.ends = t.words[:0], t.first[:0], t.ends[:0]
	all := string(t.split.text)
	from := int32(0)
	for _, end := range t.split.ends {
		start := len(t.words)
		for _, at := range t.split.word[from:end] {
			w := all[at[0]:at[1]]
			if meant, ok := r.spelling[w]; ok {
				t.words = append(t.words, meant...)
			} else {
				t.words = append(t.words, w)
			}
		}
		for i := start; i < len(t.words); i++ {
			t.first = append(t.first, i == start)
		}
		t.ends = append(t.ends, int32(len(t.words)))
		from = end
	}
	t.look(r)
}

// look finds the symbols, the concepts and the rules of the words.
func (t *tokens) look(r *rules) {
	t.plain, t.symbols, t.concepts = t.plain[:0], t.symbols[:0], t.concepts[:0]
	t.bytes, t.ids = t.bytes[:0], t.ids[:0]
	for _, w := range t.words {
		t.bytes = appendSqueezed(t.bytes, w)
	}
	squeezed := string(t.bytes)
	for i, c := range t.bytes {
		if isDigit(c) {
			t.bytes[i] = '0'
		}
	}
	blank := squeezed
	if string(t.bytes) != squeezed {
		blank = string(t.bytes)
	}
	at := 0
	for _, w := range t.words {
		n := squeezedLen(w)
		q := squeezed[at : at+n]
		t.plain = append(t.plain, blank[at:at+n])
		at += n
		from := len(t.ids)
		t.ids = r.symbols.of(q, t.ids)
		t.symbols = append(t.symbols, t.ids[from:len(t.ids):len(t.ids)])
		from = len(t.ids)
		t.ids = r.concepts.of(q, t.ids)
		t.concepts = append(t.concepts, t.ids[from:len(t.ids):len(t.ids)])
	}
	t.frame(r.concepts)
	t.hits = r.hits(t, t.hits[:0])
}

// frame collects the concepts that say how the message is meant.
func (t *tokens) frame(c *concepts) {
	t.context = t.context[:0]
	for _, here := range t.concepts {
		for _, id := range here {
			if c.context[id] && !slices.Contains(t.context, id) {
				t.context = append(t.context, id)
			}
		}
	}
	slices.Sort(t.context)
}

func squeezedLen(w string) int {
	n := len(w)
	for i := 1; i < len(w); i++ {
		if w[i] == w[i-1] && w[i] < 128 && !isDigit(w[i]) {
			n--
		}
	}
	return n
}

// passage is a part of a text: the words from up to to, and how much surer the
// guard must be of it.
type passage struct {
	from, to int
	margin   float32
}

// How a long text is cut for the model: a danger in one clause must not drown
// in what stands around it.
const (
	windowWords = 14
	windowStep  = 7
	wholeWords  = 60 // longer texts are not also read as a whole
	maxPieces   = 600
	partMargin  = 2.0 // a part must be this much surer than a whole text
	// doubtMargin is for a part without one word that speaks of danger.
	doubtMargin = 0.5
)

// passages appends the parts to judge: the whole text, each sentence, and windows
// over long sentences.
func (t *tokens) passages(out []passage) []passage {
	if len(t.words) == 0 {
		return out
	}
	if len(t.words) <= wholeWords || len(t.ends) == 1 {
		out = append(out, passage{0, len(t.words), 0})
	}
	from := 0
	for _, e := range t.ends {
		end := int(e)
		if len(t.ends) > 1 {
			out = append(out, passage{from, end, partMargin})
		}
		for at := from; end-from > windowWords && at < end; at += windowStep {
			out = append(out, passage{at, min(at+windowWords, end), partMargin})
		}
		if from = end; len(out) > maxPieces {
			return out[:maxPieces]
		}
	}
	return out
}

// hitsIn calls f for each rule that matches within the passage, once a rule.
func (t *tokens) hitsIn(s passage, f func(hit)) {
	for i, h := range t.hits {
		if int(h.from) >= s.from && int(h.to) <= s.to && !t.again(i, s) {
			f(h)
		}
	}
}

// again reports whether the rule of hit i matched earlier in the passage.
func (t *tokens) again(i int, s passage) bool {
	for _, h := range t.hits[:i] {
		if h.rule == t.hits[i].rule && int(h.from) >= s.from && int(h.to) <= s.to {
			return true
		}
	}
	return false
}

// maxHits bounds the work for texts that repeat words of danger.
const maxHits = 400

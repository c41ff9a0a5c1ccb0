package guard

// threshold is the score from which a piece of text is a crisis. It was set on
// the development half of the test set; docs/guard.md has the figures.
const threshold = 0.05

// How a long text is cut for the model: a danger in one clause must not drown
// in what stands around it.
const (
	windowWords = 14
	windowStep  = 7
	wholeWords  = 60 // longer texts are not also read as a whole
	maxPieces   = 600
	partMargin  = 1.0 // a part must be this much surer than a whole text
)

// judged is one piece of text with its score.
type judged struct {
	tokens   tokens
	features []feature
	scores   scores
	score    float32
}

// reader finds the gravest piece of a message.
type reader struct {
	g      *Guard
	best   judged
	child  bool
	pieces int
	buf    []feature
}

// gravest is the piece of text that speaks most of danger.
func (g *Guard) gravest(text string) judged {
	r := reader{g: g}
	r.read(normalise(text))
	return r.best
}

// read judges the whole text, each sentence, and windows over long sentences.
func (r *reader) read(sentences []sentence) {
	r.best.score = -1e9
	var all tokens
	alone := len(sentences) == 1
	for _, s := range sentences {
		t := r.g.rules.tokenise(s)
		r.child = r.child || r.g.rules.mentionsChild(t)
		all.words = append(all.words, t.words...)
		all.symbols = append(all.symbols, t.symbols...)
		all.concepts = append(all.concepts, t.concepts...)
		if alone {
			r.judge(t, 0)
		} else {
			r.judge(t, partMargin)
		}
		for from := 0; len(t.words) > windowWords && from < len(t.words); from += windowStep {
			to := min(from+windowWords, len(t.words))
			r.judge(t.slice(from, to), partMargin)
		}
	}
	if len(sentences) > 1 && len(all.words) <= wholeWords {
		r.judge(all, 0)
	}
}

// judge scores one piece and keeps it when it is the gravest so far.
func (r *reader) judge(t tokens, margin float32) {
	if len(t.words) == 0 || r.pieces >= maxPieces {
		return
	}
	r.pieces++
	hits := r.g.rules.hits(t)
	r.buf = extract(r.buf[:0], t, hits, r.g.rules.all)
	s := r.g.model.score(r.buf)
	s[crisisHead] += r.g.rules.certain(hits)
	if score := s[crisisHead] - margin; score > r.best.score {
		r.best = judged{tokens: t, features: append(r.best.features[:0], r.buf...), scores: s, score: score}
	}
}

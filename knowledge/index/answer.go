package index

import "slices"

// evidence is what answerable looks at.
type evidence struct {
	kind    float32 // of the kind that the question asks for most
	cue     float32 // of its words that signal a kind
	hit     float32 // of the best hit
	text    float32 // of the hit whose words are most alike
	lacking float32 // of the kind that is asked for, as far as no hit gives it
	cover   float32 // part of the words that is known
	outside float32 // likeness to what no kind of help answers
	outCue  float32 // words that signal such a thing
	help    float32 // how sure the model is that help is asked for
	beside  float32 // that something else is asked for
}

// evidence gathers it for a question and its best hits.
func (x *Index) evidence(found []candidate, r reading, c cues, u Understood) evidence {
	e := evidence{
		cue: r.cue, outside: r.outside, outCue: r.outCue, cover: x.cover(c.content),
		help: float32(u.Help), beside: float32(u.Outside),
	}
	for _, c := range found {
		e.hit = max(e.hit, c.text*textShare+c.kind*kindShare)
		e.text = max(e.text, c.text)
	}
	if len(r.kinds) > 0 {
		e.kind = float32(r.kinds[0].Score)
		e.lacking = e.kind
		top := slices.Index(r.weight, slices.Max(r.weight))
		for _, c := range found {
			for _, k := range x.kinds[c.i] {
				if int(k.kind) == top {
					e.lacking = min(e.lacking, e.kind*(1-k.weight))
				}
			}
		}
	}
	return e
}

// answerable decides whether the best hits are an answer at all, by a logistic
// regression over the dev halves of the judged questions; at leastSure one in
// twenty-five of those that have an answer is refused.
func (e evidence) answerable() bool {
	sure := -3.2 + 0.7*e.kind + 2.3*e.cue + 0.8*e.hit + 0.2*e.text - 1.8*e.lacking + 2.1*e.cover -
		1.6*e.outside - 4.9*e.outCue + 2.9*e.help - 1.5*e.beside
	return sure >= leastSure
}

const leastSure = 0.4

// cover is the part of the words that kinds or services know, by their rarity.
func (x *Index) cover(list []string) float32 {
	var known, all float32
	for _, st := range x.a.stems(list) {
		h := stemHash(st)
		idf := x.bridge.sentences.unknown
		t, ok := x.bridge.sentences.vocab[h]
		if ok {
			idf = x.bridge.sentences.idf[t]
		} else {
			_, ok = x.text.vocab[h]
		}
		if ok {
			known += idf
		}
		all += idf
	}
	if all == 0 {
		return 0
	}
	return known / all
}

package guard

import (
	"math"
	"sync"
)

// The score from which a part of a text is a crisis. Both were set on the
// development sets: about as many found as before with fewer false alarms. A
// score for each kind gained nothing; docs/guard.md has the figures.
const (
	threshold = -0.8
	// elsewhere is for the other languages: the model read far fewer everyday
	// messages in them and is sooner alarmed.
	elsewhere = 0.1
)

// sum is the share of features in a score, and in the length of the vector.
type sum struct{ dot, square float32 }

func (s *sum) add(o sum) { s.dot, s.square = s.dot+o.dot, s.square+o.square }

// reader judges the parts of a text. Each word is weighed once; a part is the
// sum of its words and of what they say together.
type reader struct {
	tokens
	own    []sum // a word by itself: word, pieces, concepts
	hash   []uint32
	pair   []sum // a word with the one before
	skip   []sum // a word with the one before that
	near   [][pairReach]sum
	danger []bool // a concept of danger
	around sum    // the context of the message
	parts  []passage
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// judged is one part of a text with its score.
type judged struct {
	passage
	score float32
}

// read judges every part of a text.
func (r *reader) read(g *Guard, text string) judged {
	r.fill(g.rules, text)
	r.weigh(g)
	best := judged{score: -1e9}
	r.parts = r.passages(r.parts[:0])
	for _, s := range r.parts {
		if score := r.score(g, s) - s.margin; score > best.score {
			best = judged{s, score}
		}
	}
	return best
}

// weigh prepares the sums of each word.
func (r *reader) weigh(g *Guard) {
	r.own, r.hash, r.pair = r.own[:0], r.hash[:0], r.pair[:0]
	r.skip, r.near, r.danger = r.skip[:0], r.near[:0], r.danger[:0]
	of := func(bucket uint32, value float32) sum {
		return sum{value * float32(g.model.crisis[bucket]), value * value}
	}
	r.around = sum{}
	for _, c := range r.context {
		r.around.add(of(contextBucket(c), contextValue))
	}
	for i, w := range r.plain {
		h := wordHash(w)
		own := of(bucketOf(h), wordValue)
		pieces(w, func(b uint32) { own.add(of(b, pieceValue)) })
		var near [pairReach]sum
		danger := false
		for _, c := range r.concepts[i] {
			h := conceptHash(c)
			own.add(of(bucketOf(h), conceptValue))
			danger = danger || g.rules.concepts.danger[c]
			for j := i + 1; j < len(r.words) && j <= i+pairReach; j++ {
				for _, d := range r.concepts[j] {
					near[j-i-1].add(of(nearBucket(h, d), conceptPairValue))
				}
			}
		}
		var pair, skip sum
		if i > 0 {
			pair = of(pairBucket(r.hash[i-1], h), pairValue)
		}
		if i > 1 {
			skip = of(skipBucket(r.hash[i-2], h), skipValue)
		}
		r.own, r.hash, r.danger = append(r.own, own), append(r.hash, h), append(r.danger, danger)
		r.pair, r.skip, r.near = append(r.pair, pair), append(r.skip, skip), append(r.near, near)
	}
}

// score is what the model and the certain rules make of one part.
func (r *reader) score(g *Guard, s passage) float32 {
	of := func(bucket uint32, value float32) sum {
		return sum{value * float32(g.model.crisis[bucket]), value * value}
	}
	total := of(biasBucket, biasValue)
	total.add(r.around)
	total.add(of(pairBucket(startHash, r.hash[s.from]), pairValue))
	total.add(of(pairBucket(r.hash[s.to-1], endHash), pairValue))
	danger := false
	for i := s.from; i < s.to; i++ {
		total.add(r.own[i])
		danger = danger || r.danger[i]
		if i > s.from {
			total.add(r.pair[i])
		}
		if i == s.from+1 {
			total.add(of(skipBucket(startHash, r.hash[i]), skipValue))
		} else if i > s.from+1 {
			total.add(r.skip[i])
		}
		for d := range min(pairReach, s.to-i-1) {
			total.add(r.near[i][d])
		}
	}
	certain := float32(0)
	r.hitsIn(s, func(h hit) {
		rl := &g.rules.all[h.rule]
		total.add(of(rl.name, ruleValue))
		certain += rl.certain()
		danger = danger || rl.weight > 0
	})
	score := total.dot*length/float32(math.Sqrt(float64(total.square)))*g.model.scale + certain
	if !danger {
		score -= doubtMargin
	}
	return score
}

package index

import (
	"math"
	"slices"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// candidates are the limit best services that may be shown and have anything
// to do with the question, whose features are b; in order, those of equal score
// by id.
func (x *Index) candidates(b bag, r reading, c cues, q Query, wanted []knowledge.Levensgebied, limit int) []candidate {
	lent := x.zeroes(len(x.services))
	defer x.giveBack(lent)
	text := *lent
	x.text.sum(b, text)
	f := newFilter(q, c, x.limits.In(q.Gemeente))
	f.pointed = x.ages.read(c.content, wanted, q.Doelgroepen)
	e := extras{wanted: wanted, doelgroepen: q.Doelgroepen, seen: x.bridge.levensgebieden(r)}
	top := ranking{x: x, limit: limit, list: make([]candidate, 0, min(limit, len(x.services)))}
	mostExtra, mostSoft := e.most(), f.most()
	for _, place := range x.within(f.area) {
		i := int(place)
		kind, like := x.kindScore(i, r), text[i]*x.text.scale[i]
		if like < 0.01 && kind < 0.05 {
			continue
		}
		// Most services can't reach the best any more, whatever their record
		// says: it isn't looked at.
		score := textShare*like + kindShare*kind
		if top.full() && (score+mostExtra)*mostSoft+grain < top.least() {
			continue
		}
		s := x.services[i]
		if !f.lets(s) {
			continue
		}
		score = (score + e.of(s)) * f.soft(s, x.areas[i], x.cities[i])
		if len(c.topics) > 0 && x.topics.other(c.topics, x.stems[i]) {
			score *= otherTopic
		}
		score = rounded(score)
		top.add(candidate{i, score, like, kind})
	}
	return top.list
}

// grain is the step of a score. The last digits depend on the order in which
// features were added up; without them equals are equal on every node.
const grain = 1e-4

func rounded(score float32) float32 { return float32(math.Round(float64(score)/grain)) * grain }

// extras are what a service gains beside the likeness of words and kinds.
type extras struct {
	wanted      []knowledge.Levensgebied
	doelgroepen []knowledge.Doelgroep
	seen        map[knowledge.Levensgebied]float32
}

// of is what s gains.
func (e extras) of(s *kaart.Service) float32 {
	return levensgebiedShare*overlap(s.Levensgebieden, e.wanted) + doelgroepShare*overlap(s.Doelgroepen, e.doelgroepen) +
		seenShare*likely(s.Levensgebieden, e.seen)
}

// most is the most that any service can gain.
func (e extras) most() float32 {
	most := float32(0)
	for _, w := range e.seen {
		most = max(most, seenShare*w)
	}
	if len(e.wanted) > 0 {
		most += levensgebiedShare
	}
	if len(e.doelgroepen) > 0 {
		most += doelgroepShare
	}
	return most
}

// ranking keeps the limit best candidates, in order.
type ranking struct {
	x     *Index
	limit int
	list  []candidate
}

func (r *ranking) full() bool { return len(r.list) == r.limit }

// least is the score of the last one.
func (r *ranking) least() float32 { return r.list[len(r.list)-1].score }

func (r *ranking) before(a, b candidate) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return r.x.services[a.i].ID < r.x.services[b.i].ID
}

func (r *ranking) add(c candidate) {
	if r.full() {
		if !r.before(c, r.list[r.limit-1]) {
			return
		}
		r.list = r.list[:r.limit-1]
	}
	at, _ := slices.BinarySearchFunc(r.list, c, func(have, c candidate) int {
		if r.before(have, c) {
			return -1
		}
		return 1
	})
	r.list = slices.Insert(r.list, at, c)
}

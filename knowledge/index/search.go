package index

import (
	"cmp"
	"context"
	"slices"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// How the signals are joined.
const (
	textShare         = 1.0
	kindShare         = 0.45
	otherKinds        = 0.4  // of the kinds beside the best one that question and service share
	sureLikeness      = 1.3  // times the likeness to the nearest sentence, at most 1: how far kinds are trusted
	seenShare         = 0.1  // of the levensgebieden of the kinds that the question seems to ask for
	levensgebiedShare = 0.08 // of the levensgebieden that were understood
	doelgroepShare    = 0.04
	nearEqual         = 0.98 // at least this part of the one above is a near-equal
)

// Search ranks the services for a question. An empty text gives an empty
// result that isn't answerable; the error is the context's.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	c := findCues(words(q.Text), x.places)
	b := make(bag, 20*len(c.content))
	x.a.add(b, c.content, 1)
	if len(b) == 0 || len(x.services) == 0 {
		return Result{}, nil
	}
	near := x.zeroes(len(x.bridge.kindOf))
	r := x.bridge.read(b, *near)
	x.giveBack(near)
	lent := x.zeroes(len(x.services))
	defer x.giveBack(lent)
	text := *lent
	x.text.score(b, text)
	wanted := x.levensgebieden(ctx, q)
	f := newFilter(q, c)
	seen := x.bridge.levensgebieden(r)
	found := make([]candidate, 0, 64)
	for i, s := range x.services {
		kind := x.kindScore(i, r)
		if text[i] < 0.01 && kind < 0.05 {
			continue
		}
		if !f.lets(s, x.areas[i]) {
			continue
		}
		score := textShare*text[i] + kindShare*kind
		score += levensgebiedShare*overlap(s.Levensgebieden, wanted) + doelgroepShare*overlap(s.Doelgroepen, q.Doelgroepen)
		score += seenShare * likely(s.Levensgebieden, seen)
		score *= f.soft(s, x.areas[i], x.cities[i])
		found = append(found, candidate{i, score, text[i], kind})
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	found = x.rank(found, limit, q)
	res := Result{Hulpsoorten: r.kinds, Answerable: answerable(found, r, x.cover(c.content))}
	for _, cand := range found {
		s := x.services[cand.i]
		res.Hits = append(res.Hits, Hit{Service: s, Score: float64(cand.score), Why: x.why(cand, c, r, q)})
	}
	return res, nil
}

type candidate struct {
	i                 int
	score, text, kind float32
}

// kindScore is how well the kinds of service i fit the reading.
func (x *Index) kindScore(i int, r reading) float32 {
	var best, sum float32
	for _, k := range x.kinds[i] {
		w := k.weight * r.weight[k.kind]
		sum += w
		best = max(best, w)
	}
	return (best + otherKinds*(sum-best)) * min(1, r.best*sureLikeness)
}

func (x *Index) levensgebieden(ctx context.Context, q Query) []knowledge.Levensgebied {
	if len(q.Levensgebieden) > 0 || x.under == nil {
		return q.Levensgebieden
	}
	var out []knowledge.Levensgebied
	for _, s := range x.under.Levensgebieden(ctx, q.Text) {
		if s.Score >= 0.3 {
			out = append(out, s.ID)
		}
	}
	return out
}

// overlap is 1 when the service has the first wanted id, less for later ones.
func overlap[T comparable](has, wanted []T) float32 {
	for i, w := range wanted {
		if slices.Contains(has, w) {
			return 1 / float32(1+i)
		}
	}
	return 0
}

// likely is the most that any of the ids weighs.
func likely(has []knowledge.Levensgebied, weight map[knowledge.Levensgebied]float32) float32 {
	var most float32
	for _, l := range has {
		most = max(most, weight[l])
	}
	return most
}

// rank sorts by score and then, among near-equals, by S19, open now and id.
func (x *Index) rank(found []candidate, limit int, q Query) []candidate {
	found = x.best(found, limit)
	for from := 0; from < len(found); {
		to := from + 1
		for to < len(found) && found[to].score >= nearEqual*found[from].score {
			to++
		}
		slices.SortStableFunc(found[from:to], func(a, b candidate) int {
			s, t := x.services[a.i], x.services[b.i]
			return cmp.Or(cmp.Compare(s.Order.Rank(), t.Order.Rank()), cmp.Compare(closedNow(s, q), closedNow(t, q)))
		})
		from = to
	}
	// A hit never scores more than the one above it.
	for i := 1; i < len(found); i++ {
		found[i].score = min(found[i].score, found[i-1].score)
	}
	return found
}

// best are the limit best candidates in order, those of equal score by id. It
// reuses found's memory.
func (x *Index) best(found []candidate, limit int) []candidate {
	before := func(a, b candidate) bool {
		if a.score != b.score {
			return a.score > b.score
		}
		return x.services[a.i].ID < x.services[b.i].ID
	}
	top := found[:0]
	for _, c := range found {
		if len(top) == limit && !before(c, top[limit-1]) {
			continue
		}
		if len(top) < limit {
			top = append(top, c)
		}
		at := len(top) - 1
		for ; at > 0 && before(c, top[at-1]); at-- {
			top[at] = top[at-1]
		}
		top[at] = c
	}
	return top
}

func closedNow(s *kaart.Service, q Query) int {
	if q.Now.IsZero() {
		return 0
	}
	if state, _ := s.Schedule.Open(q.Now); state == kaart.Closed {
		return 1
	}
	return 0
}

// What answerable weighs; the limit lies where 4 % of the answerable dev
// questions fall under it.
const (
	hitShare     = 1.0
	coverShare   = 0.3
	outsideShare = 1.25
	leastSure    = 0.82
)

// answerable decides whether the best hits are an answer at all: the question
// is like the kinds' sentences, it fits a service, its words are known, and it
// isn't like what no kind of help answers.
func answerable(found []candidate, r reading, cover float32) bool {
	if len(found) == 0 {
		return false
	}
	var best float32
	for _, c := range found {
		best = max(best, c.text*textShare+c.kind*kindShare)
	}
	var kind float32
	if len(r.kinds) > 0 {
		kind = float32(r.kinds[0].Score)
	}
	return kind+hitShare*best+coverShare*cover-outsideShare*r.outside >= leastSure
}

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

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
	levensgebiedShare = 0.08
	doelgroepShare    = 0.04
	nearEqual         = 0.92 // at least this part of the one above is a near-equal
	leastScore        = 0.16 // below this nothing is an answer
	outsideMargin     = 1.15
)

// Search ranks the services for a question. An empty text gives an empty
// result that isn't answerable; the error is the context's.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	c := findCues(words(q.Text), x.places)
	b := bag{}
	x.a.add(b, c.content, 1)
	if len(b) == 0 || len(x.services) == 0 {
		return Result{}, nil
	}
	r := x.bridge.read(b)
	text := make([]float32, len(x.services))
	x.text.score(b, text)
	wanted := x.levensgebieden(ctx, q)
	f := newFilter(q, c)
	var found []candidate
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
		score *= f.soft(s, x.areas[i], x.cities[i])
		found = append(found, candidate{i, score, text[i], kind})
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	found = x.rank(found, limit, q)
	res := Result{Hulpsoorten: r.kinds, Answerable: answerable(found, r)}
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
	var best float32
	for _, k := range x.kinds[i] {
		best = max(best, k.weight*r.weight[k.kind])
	}
	return best * min(1, r.best*1.6)
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

// rank sorts by score and then, among near-equals, by S19, open now and id.
func (x *Index) rank(found []candidate, limit int, q Query) []candidate {
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(-cmp.Compare(a.score, b.score), cmp.Compare(x.services[a.i].ID, x.services[b.i].ID))
	})
	if len(found) > limit {
		found = found[:limit]
	}
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

func closedNow(s *kaart.Service, q Query) int {
	if q.Now.IsZero() {
		return 0
	}
	if state, _ := s.Schedule.Open(q.Now); state == kaart.Closed {
		return 1
	}
	return 0
}

// answerable decides whether the best hits are an answer at all.
func answerable(found []candidate, r reading) bool {
	if len(found) == 0 {
		return false
	}
	var best float32
	for _, c := range found {
		best = max(best, c.text*textShare+c.kind*kindShare)
	}
	return best >= leastScore && r.outside < outsideMargin*max(r.best, best)
}

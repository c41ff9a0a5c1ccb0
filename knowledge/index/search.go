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
	kindShare         = 0.4
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
	x.repair(c.content)
	c.topics = x.topics.named(c.content)
	b := make(bag, 20*len(c.content))
	x.a.add(b, c.content, 1)
	if len(b) == 0 || len(x.services) == 0 {
		return Result{}, nil
	}
	if !q.Near.Known() {
		q.Near = x.named(c)
	}
	under, wanted := x.understand(ctx, q)
	near := x.zeroes(len(x.bridge.kindOf))
	r := x.bridge.read(x.a, b, c.content, under, *near)
	x.giveBack(near)
	limit := q.Limit
	if limit <= 0 {
		limit = 10
	}
	found := x.rank(x.candidates(b, r, c, q, wanted, limit), q)
	res := Result{Hulpsoorten: r.kinds, Answerable: len(found) > 0 && x.evidence(found, r, c, under).answerable()}
	for _, cand := range found {
		s := x.services[cand.i]
		res.Hits = append(res.Hits, Hit{Service: s, Score: float64(cand.score), Why: x.why(cand, c, r, q)})
	}
	return res, nil
}

// repair puts known words in the place of misspelt ones.
func (x *Index) repair(list []string) {
	for i, w := range list {
		if !x.a.stop[w] && !x.bridge.signals.has(w) {
			list[i] = x.spell.repair(w)
		}
	}
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

// usualHelp is how sure a model is of a resident's question that it asks for
// help; it stands in where there is no model.
const usualHelp = 0.9

// leastLevensgebied is the score below which a levensgebied isn't used.
const leastLevensgebied = 0.3

// understand asks the model, when there is one, and returns the levensgebieden
// that count: those of the query where it has them.
func (x *Index) understand(ctx context.Context, q Query) (Understood, []knowledge.Levensgebied) {
	u := Understood{Help: usualHelp}
	if x.under != nil {
		u = x.under.Understand(ctx, q.Text)
	}
	if len(q.Levensgebieden) > 0 {
		return u, q.Levensgebieden
	}
	var out []knowledge.Levensgebied
	for _, s := range u.Levensgebieden {
		if s.Score >= leastLevensgebied {
			out = append(out, s.ID)
		}
	}
	return u, out
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

// rank sorts candidates, which stand by score, among near-equals by S19, the
// nearest and open now.
func (x *Index) rank(found []candidate, q Query) []candidate {
	for from := 0; from < len(found); {
		to := from + 1
		for to < len(found) && found[to].score >= nearEqual*found[from].score {
			to++
		}
		slices.SortStableFunc(found[from:to], func(a, b candidate) int {
			s, t := x.services[a.i], x.services[b.i]
			return cmp.Or(cmp.Compare(s.Order.Rank(), t.Order.Rank()), cmp.Compare(away(s, q.Near), away(t, q.Near)), cmp.Compare(closedNow(s, q), closedNow(t, q)))
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

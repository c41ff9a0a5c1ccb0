package nlu

import "math"

// blendSize is the number of things that the heads say about one
// levensgebied: see blendInputs.
const blendSize = 8

// sureness bounds the log odds that go into a blend.
const sureness = 1e-4

// blendInputs calls visit for each levensgebied with what the heads say of it:
// a constant, its own score, the score of its best rival, the log odds and the
// log probability that it is asked first, the log odds that none is, and of
// a hulpvraag, and how much higher it scores in a part of the message. The
// array is overwritten at each call.
func (s *scratch) blendInputs(heads []head, scores []float32, visit func(label int, x *[blendSize]float64)) {
	h, first, intents := &heads[headGebied], &heads[headPrimary], &heads[headIntent]
	own := scores[h.from : h.from+len(h.Labels)]
	top, second := math.Inf(-1), math.Inf(-1)
	for _, v := range own {
		if x := float64(v); x > top {
			top, second = x, top
		} else if x > second {
			second = x
		}
	}
	s.blend[0] = 1
	s.blend[6] = logOdds(s.headProbabilities(intents, scores)[0])
	part := scores[len(scores)-len(own):]
	asked := s.headProbabilities(first, scores)
	s.blend[5] = logOdds(asked[len(h.Labels)])
	for i, v := range own {
		s.blend[1], s.blend[2] = float64(v), top
		if s.blend[1] == top {
			s.blend[2] = second
		}
		s.blend[3], s.blend[4] = logOdds(asked[i]), math.Log(asked[i]+sureness)
		s.blend[7] = float64(part[i] - v)
		visit(i, &s.blend)
	}
}

// gebiedProbabilities returns the probability of each levensgebied, by the
// blend of what the heads say when calibration has set one.
func (s *scratch) gebiedProbabilities(heads []head, scores []float32) []float64 {
	h := &heads[headGebied]
	if cap(s.gebied) < len(h.Labels) {
		s.gebied = make([]float64, len(h.Labels))
	}
	probs := s.gebied[:len(h.Labels)]
	if len(h.Blend) != blendSize {
		h.probabilities(probs, scores)
		return probs
	}
	s.blendInputs(heads, scores, func(label int, x *[blendSize]float64) {
		probs[label] = 1 / (1 + math.Exp(-dot(h.Blend, x)))
	})
	return probs
}

// anyProbabilities returns the probabilities of head k, those of the
// levensgebieden blended.
func (s *scratch) anyProbabilities(heads []head, k int, scores []float32) []float64 {
	if k == headGebied {
		return s.gebiedProbabilities(heads, scores)
	}
	return s.headProbabilities(&heads[k], scores)
}

// decision is one message and one levensgebied: what the heads say, and
// whether it holds.
type decision struct {
	x     [blendSize]float64
	holds float64
}

// fitBlend fits the blend to the judged messages: logistic regression over
// all decisions about a levensgebied, by Newton's method with a little
// shrinkage. A step that makes things worse is shortened.
func fitBlend(heads []head, js []judged, targets [][]float32) []float64 {
	var s scratch
	h := &heads[headGebied]
	decisions := make([]decision, 0, len(js)*len(h.Labels))
	for i, j := range js {
		s.blendInputs(heads, j.scores, func(label int, x *[blendSize]float64) {
			decisions = append(decisions, decision{*x, float64(targets[i][h.from+label])})
		})
	}
	w := [blendSize]float64{1: 1}
	loss := blendLoss(&w, decisions)
	for range 12 {
		step := newtonStep(&w, decisions)
		next, after := w, math.Inf(1)
		for share := 1.0; share > 1e-3 && !(after <= loss+1e-9*math.Abs(loss)); share /= 2 {
			for i := range next {
				next[i] = w[i] + share*step[i]
			}
			after = blendLoss(&next, decisions)
		}
		if !(after <= loss+1e-9*math.Abs(loss)) {
			break
		}
		w, loss = next, after
	}
	return w[:]
}

// blendLoss is the log loss of weights w and their shrinkage.
func blendLoss(w *[blendSize]float64, decisions []decision) float64 {
	loss := 0.0
	for _, v := range w {
		loss += v * v / 2
	}
	for i := range decisions {
		d := &decisions[i]
		score := (1 - 2*d.holds) * dot(w[:], &d.x)
		loss += max(score, 0) + math.Log1p(math.Exp(-math.Abs(score)))
	}
	return loss
}

// newtonStep returns what Newton's method adds to w.
func newtonStep(w *[blendSize]float64, decisions []decision) [blendSize]float64 {
	var rows [blendSize][blendSize + 1]float64 // Hessian | gradient
	for i := range rows {
		rows[i][i], rows[i][blendSize] = 1, -w[i]
	}
	for i := range decisions {
		x := &decisions[i].x
		p := 1 / (1 + math.Exp(-dot(w[:], x)))
		d, curve := decisions[i].holds-p, p*(1-p)
		for a, v := range x {
			rows[a][blendSize] += d * v
			for b, u := range x {
				rows[a][b] += curve * v * u
			}
		}
	}
	return solve(&rows)
}

// dot is the sum of products; w has as many values as x.
func dot(w []float64, x *[blendSize]float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += w[i] * v
	}
	return sum
}

// solve eliminates a positive definite system in place and returns its
// solution.
func solve(rows *[blendSize][blendSize + 1]float64) [blendSize]float64 {
	for i := range rows {
		for r := i + 1; r < blendSize; r++ {
			q := rows[r][i] / rows[i][i]
			for c := i; c <= blendSize; c++ {
				rows[r][c] -= q * rows[i][c]
			}
		}
	}
	var x [blendSize]float64
	for i := blendSize - 1; i >= 0; i-- {
		x[i] = rows[i][blendSize]
		for c := i + 1; c < blendSize; c++ {
			x[i] -= rows[i][c] * x[c]
		}
		x[i] /= rows[i][i]
	}
	return x
}

func logOdds(p float64) float64 {
	p = min(max(p, sureness), 1-sureness)
	return math.Log(p / (1 - p))
}

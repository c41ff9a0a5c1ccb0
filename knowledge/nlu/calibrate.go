package nlu

import (
	"math"
	"slices"
)

// judged is the raw scores of one message by a network that hasn't seen it.
type judged struct {
	example Example
	fold    int
	scores  []float32
	typos   []float32 // scores of the same message with slips of the keyboard
}

// calibrate returns heads with temperatures, shifts and thresholds that fit
// the judged messages: scores are scaled for the least log loss, and each
// any-of head gets the threshold of the best F1 over all its labels.
func calibrate(heads []head, js []judged) []head {
	heads = slices.Clone(heads)
	targets := make([][]float32, len(js))
	for i, j := range js {
		targets[i] = targetOf(j.example, heads, 0)
	}
	for k := range heads {
		h := &heads[k]
		if h.Kind == oneOf {
			h.Temperature = leastLoss(h, js, targets)
			continue
		}
		h.Temperature, h.Shift = logisticFit(h, js, targets)
		if k == headGebied {
			h.Blend = fitBlend(heads, js, targets)
		}
		bound := bestThreshold(heads, k, js, targets)
		h.Thresholds = make([]float64, len(h.Labels))
		for i := range h.Thresholds {
			h.Thresholds[i] = bound
		}
	}
	g := &heads[headGebied]
	g.Fallback, g.Floor = bestFallback(heads, js)
	return heads
}

// leastLoss searches the temperature between 1/4 and 4 by golden section on
// its logarithm.
func leastLoss(h *head, js []judged, targets [][]float32) float64 {
	probe := *h
	probs := make([]float64, len(h.Labels))
	loss := func(logT float64) float64 {
		probe.Temperature = math.Exp(logT)
		sum := 0.0
		for i, j := range js {
			probe.probabilities(probs, j.scores)
			for k, p := range probs {
				sum -= float64(targets[i][h.from+k]) * math.Log(p+1e-12)
			}
		}
		return sum
	}
	ratio := (math.Sqrt(5) - 1) / 2
	lo, hi := -math.Log(4), math.Log(4)
	for range 20 {
		a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
		if loss(a) < loss(b) {
			hi = b
		} else {
			lo = a
		}
	}
	return math.Exp((lo + hi) / 2)
}

// logisticFit fits p = 1/(1+exp(-(slope·score+base))) over all decisions of
// an any-of head by Newton's method and returns it as temperature and shift.
func logisticFit(h *head, js []judged, targets [][]float32) (temperature, shift float64) {
	slope, base := 1.0, 0.0
	for range 20 {
		var gs, gb, ss, sb, bb float64
		for i, j := range js {
			for k := range h.Labels {
				x := float64(j.scores[h.from+k])
				p := 1 / (1 + math.Exp(-slope*x-base))
				d, w := p-float64(targets[i][h.from+k]), p*(1-p)
				gs, gb = gs+d*x, gb+d
				ss, sb, bb = ss+w*x*x, sb+w*x, bb+w
			}
		}
		det := ss*bb - sb*sb
		if math.Abs(det) < 1e-9 {
			break
		}
		slope -= (bb*gs - sb*gb) / det
		base -= (ss*gb - sb*gs) / det
	}
	if !(slope > 0.05 && slope < 20) {
		return 1, 0 // scores that say nothing
	}
	return 1 / slope, -base / slope
}

// bestFallback returns the bounds with the best F1, to which the first
// levensgebied right counts for half: below them it is better to ask.
func bestFallback(heads []head, js []judged) (fallback, floor float64) {
	probe := slices.Clone(heads)
	h := &probe[headGebied]
	var s scratch
	top := -1.0
	for _, h.Fallback = range []float64{0, 0.1, 0.2, 0.3, 0.4, 0.5} {
		for _, h.Floor = range []float64{0, 0.05, 0.1, 0.15, 0.2} {
			t := tally{gebieden: counts{}}
			for _, j := range js {
				act, _ := gebieden(&s, probe, j.scores)
				t.addGebieden(j.example, act)
			}
			if v := t.gebieden.micro() + t.primary()/2; v > top {
				fallback, floor, top = h.Fallback, h.Floor, v
			}
		}
	}
	return fallback, floor
}

// bestThreshold returns the bound, in steps of 0.01, with the best F1 over
// all decisions of the head.
func bestThreshold(heads []head, k int, js []judged, targets [][]float32) float64 {
	h := &heads[k]
	const steps = 100
	var hit, guess [steps + 1]int
	truth := 0
	var s scratch
	for i, j := range js {
		for k, p := range s.anyProbabilities(heads, k, j.scores) {
			holds := targets[i][h.from+k] > 0.5
			at := int(p * steps)
			guess[at]++
			if holds {
				truth++
				hit[at]++
			}
		}
	}
	bound, top := 0.5, -1.0
	hits, guesses := 0, 0
	for at := steps; at > 0; at-- {
		hits += hit[at]
		guesses += guess[at]
		if f := 2 * float64(hits) / float64(max(truth+guesses, 1)); f > top {
			bound, top = float64(at)/steps, f
		}
	}
	return bound
}

// calibrationError is the expected calibration error over pairs of a stated
// probability and whether it held, in ten bins of equal width.
func calibrationError(stated []float64, held []bool) float64 {
	const bins = 10
	var n, sum, right [bins]float64
	for i, p := range stated {
		b := min(int(p*bins), bins-1)
		n[b]++
		sum[b] += p
		if held[i] {
			right[b]++
		}
	}
	e := 0.0
	for b := range bins {
		e += math.Abs(sum[b] - right[b])
	}
	return e / float64(max(len(stated), 1))
}

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

// calibrate returns heads with temperatures and thresholds that fit the
// judged messages: the temperature of the least log loss, and for each any-of
// head the threshold of the best F1 over all its labels.
func calibrate(heads []head, js []judged) []head {
	heads = slices.Clone(heads)
	targets := make([][]float32, len(js))
	for i, j := range js {
		targets[i] = targetOf(j.example, heads, 0)
	}
	for k := range heads {
		h := &heads[k]
		h.Temperature = leastLoss(h, js, targets)
		if h.Kind == anyOf {
			bound := bestThreshold(h, js, targets)
			h.Thresholds = make([]float64, len(h.Labels))
			for i := range h.Thresholds {
				h.Thresholds[i] = bound
			}
		}
	}
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
				t := float64(targets[i][h.from+k])
				sum -= t * math.Log(p+1e-12)
				if h.Kind == anyOf {
					sum -= (1 - t) * math.Log(1-p+1e-12)
				}
			}
		}
		return sum
	}
	ratio := (math.Sqrt(5) - 1) / 2
	lo, hi := -math.Log(4), math.Log(4)
	for range 24 {
		a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
		if loss(a) < loss(b) {
			hi = b
		} else {
			lo = a
		}
	}
	return math.Exp((lo + hi) / 2)
}

// bestThreshold returns the bound, in steps of 0.01, with the best F1 over
// all decisions of the head.
func bestThreshold(h *head, js []judged, targets [][]float32) float64 {
	const steps = 100
	var hit, guess [steps + 1]int
	truth := 0
	probs := make([]float64, len(h.Labels))
	for i, j := range js {
		h.probabilities(probs, j.scores)
		for k, p := range probs {
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

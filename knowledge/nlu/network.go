package nlu

import "math"

// headKind says how the outputs of a head become probabilities.
type headKind string

const (
	oneOf headKind = "one-of" // softmax: exactly one label holds
	anyOf headKind = "any-of" // sigmoid: each label on its own
)

// head is one question that the network answers.
type head struct {
	Name   string   `json:"name"`
	Kind   headKind `json:"kind"`
	Labels []string `json:"labels"`
	// Temperature divides the scores before they become probabilities; it is
	// set by calibration and 1 without it.
	Temperature float64 `json:"temperature"`
	// Shift is taken off the scores of an any-of head before that.
	Shift float64 `json:"shift,omitempty"`
	// Blend, of the levensgebied head, weighs what all heads say of one
	// levensgebied (blendInputs); set by calibration, empty without it.
	Blend []float64 `json:"blend,omitempty"`
	// Thresholds holds a bound for each label of an any-of head, set from
	// cross-validation.
	Thresholds []float64 `json:"thresholds,omitempty"`
	// Fallback, of the levensgebied head: when none reaches its threshold, the
	// likeliest still counts if the primary head gives "none" less than Fallback
	// and it has at least Floor itself.
	Fallback float64 `json:"fallback,omitempty"`
	Floor    float64 `json:"floor,omitempty"`

	from int // first output
}

// network is the trained ensemble as flat slices, for inference. Every member
// is a hidden layer over the weighted sum of its feature rows; the direct
// (linear) part of all members is one, since their scores are averaged.
// It is read-only and safe for concurrent use.
type network struct {
	vocab   *vocabulary
	reader  reader
	heads   []head
	scale   float32 // length of a message's feature vector
	outputs int
	hidden  int       // hidden units of all members together
	table   []float32 // rows × (hidden + outputs), idf already in it
	out     []float32 // hidden × outputs, divided by the number of members
}

// width is the length of a row of the table.
func (n *network) width() int { return n.hidden + n.outputs }

// forward computes the averaged raw scores of text into s.out.
func (n *network) forward(s *scratch, text string) []float32 {
	feats := s.features(text, n.reader)
	width := n.width()
	s.hidden = zeroed(s.hidden, width)
	acc := s.hidden
	seen := s.mark(n.vocab.rows())
	s.rows = s.rows[:0]
	var norm float32
	for _, f := range feats {
		r := n.vocab.row(f)
		if r == 0 || seen[r] == s.turn {
			continue
		}
		seen[r] = s.turn
		s.rows = append(s.rows, r)
		w := n.vocab.idf[r]
		norm += w * w
	}
	n.sum(acc, s.rows)
	bias := n.table[:width]
	scale := float32(0)
	if norm > 0 {
		scale = n.scale / float32(math.Sqrt(float64(norm)))
	}
	for i := range acc {
		acc[i] = acc[i]*scale + bias[i]
	}
	s.out = zeroed(s.out, n.outputs)
	copy(s.out, acc[n.hidden:])
	for i, h := range acc[:n.hidden] {
		if h > 0 {
			addScaled(s.out, n.out[i*n.outputs:][:n.outputs], h)
		}
	}
	return s.out
}

// probabilities turns the scores of head h into calibrated probabilities in
// dst, which must hold len(h.Labels) values.
func (h *head) probabilities(dst []float64, scores []float32) {
	scores = scores[h.from : h.from+len(h.Labels)]
	if h.Kind == anyOf {
		for i, x := range scores {
			dst[i] = 1 / (1 + math.Exp((h.Shift-float64(x))/h.Temperature))
		}
		return
	}
	top := float64(scores[0])
	for _, x := range scores[1:] {
		top = max(top, float64(x))
	}
	sum := 0.0
	for i, x := range scores {
		dst[i] = math.Exp((float64(x) - top) / h.Temperature)
		sum += dst[i]
	}
	for i := range dst[:len(scores)] {
		dst[i] /= sum
	}
}

// layout gives every head its place in the outputs and returns their number.
func layout(heads []head) int {
	n := 0
	for i := range heads {
		heads[i].from = n
		n += len(heads[i].Labels)
		if heads[i].Temperature == 0 {
			heads[i].Temperature = 1
		}
	}
	return n
}

func zeroed(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// sum adds rows of the table to acc, four at a time: most of the work is to
// wait for them.
func (n *network) sum(acc []float32, rows []int32) {
	width := len(acc)
	row := func(r int32) []float32 { return n.table[int(r)*width:][:width] }
	for ; len(rows) >= 4; rows = rows[4:] {
		a, b, c, d := row(rows[0]), row(rows[1]), row(rows[2]), row(rows[3])
		a, b, c, d = a[:len(acc)], b[:len(acc)], c[:len(acc)], d[:len(acc)]
		for i, x := range acc {
			acc[i] = x + a[i] + b[i] + c[i] + d[i]
		}
	}
	for _, r := range rows {
		addScaled(acc, row(r), 1)
	}
}

func addScaled(dst, src []float32, k float32) {
	src = src[:len(dst)]
	for i, x := range src {
		dst[i] += k * x
	}
}

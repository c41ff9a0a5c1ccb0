package nlu

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// bag is a spaGO model: a table with one row a feature, of which a message
// takes the weighted sum. Its gradient touches few rows, so it keeps them
// itself instead of in a matrix as large as the table.
type bag struct {
	nn.Module
	Table *nn.Param // rows × dim

	dim     int
	weights []float32 // the table's own data
	grads   []float32
	touched []int32
	marked  []bool
	m, v    []float32 // first and second moment of Adam, by row
}

func newBag(rows, dim int, spread float64, rng *rand.Rand) *bag {
	data := make([]float32, rows*dim)
	if spread > 0 {
		for i := range data {
			data[i] = float32(rng.NormFloat64() * spread)
		}
	}
	b := &bag{
		Table: nn.NewParam(mat.NewDense[float32](mat.WithShape(rows, dim), mat.WithBacking(data))),
		dim:   dim, grads: make([]float32, rows*dim), marked: make([]bool, rows),
		m: make([]float32, rows*dim), v: make([]float32, rows*dim),
	}
	b.weights = mat.Data[float32](b.Table.Matrix)
	return b
}

// sample is one message as rows of the vocabulary with their weights, and
// what it should yield.
type sample struct {
	rows    []int32
	weights []float32
	target  []float32 // per output; negative: unknown, no gradient
}

// Forward sums the rows of each sample: batch × dim.
func (b *bag) Forward(batch []sample) mat.Tensor {
	return ag.NewOperator(&bagSum{b, batch}).Run()
}

// bagSum is the operator of bag in spaGO's graph.
type bagSum struct {
	bag   *bag
	batch []sample
}

// Operands names the table, so that spaGO knows that a gradient is wanted.
func (s *bagSum) Operands() []mat.Tensor { return []mat.Tensor{s.bag.Table} }

// Forward computes batch × dim sums.
func (s *bagSum) Forward() (mat.Tensor, error) {
	dim := s.bag.dim
	out := make([]float32, len(s.batch)*dim)
	for i, x := range s.batch {
		acc := out[i*dim : (i+1)*dim]
		for j, r := range x.rows {
			addScaled(acc, s.bag.weights[int(r)*dim:][:dim], x.weights[j])
		}
	}
	return mat.NewDense[float32](mat.WithShape(len(s.batch), dim), mat.WithBacking(out)), nil
}

// Backward adds the gradient to the rows that the batch touched, in order.
func (s *bagSum) Backward(gy mat.Tensor) error {
	b, g := s.bag, mat.Data[float32](gy)
	for i, x := range s.batch {
		gi := g[i*b.dim : (i+1)*b.dim]
		for j, r := range x.rows {
			if !b.marked[r] {
				b.marked[r] = true
				b.touched = append(b.touched, r)
			}
			addScaled(b.grads[int(r)*b.dim:][:b.dim], gi, x.weights[j])
		}
	}
	return nil
}

// step applies Adam to the touched rows only and clears their gradient.
// Rows that a batch doesn't touch keep their moments.
func (b *bag) step(alpha float32) {
	const beta1, beta2, eps = 0.9, 0.999, 1e-8
	slices.Sort(b.touched)
	for _, r := range b.touched {
		from, to := int(r)*b.dim, int(r+1)*b.dim
		w, g, m, v := b.weights[from:to], b.grads[from:to], b.m[from:to], b.v[from:to]
		for i, x := range g {
			m[i] = beta1*m[i] + (1-beta1)*x
			v[i] = beta2*v[i] + (1-beta2)*x*x
			w[i] -= alpha * m[i] / (float32(math.Sqrt(float64(v[i]))) + eps)
			g[i] = 0
		}
		b.marked[r] = false
	}
	b.touched = b.touched[:0]
}

// headLoss is the operator of the loss of all heads over a batch: cross
// entropy for one-of heads, binary cross entropy for any-of heads.
type headLoss struct {
	scores mat.Tensor // batch × outputs
	heads  []head
	batch  []sample
	grad   []float32
}

// Operands names the scores.
func (l *headLoss) Operands() []mat.Tensor { return []mat.Tensor{l.scores} }

// Forward computes the mean loss and, on the way, its gradient.
func (l *headLoss) Forward() (mat.Tensor, error) {
	y := mat.Data[float32](l.scores.Value())
	outputs := len(y) / len(l.batch)
	l.grad = make([]float32, len(y))
	share := 1 / float32(len(l.batch))
	loss, probs := 0.0, make([]float64, outputs)
	for i, x := range l.batch {
		row, grad := y[i*outputs:(i+1)*outputs], l.grad[i*outputs:(i+1)*outputs]
		for h := range l.heads {
			hd := &l.heads[h]
			hd.probabilities(probs, row)
			for k := range hd.Labels {
				t := x.target[hd.from+k]
				if t < 0 {
					continue
				}
				p := probs[k]
				grad[hd.from+k] = (float32(p) - t) * share
				loss -= float64(t) * math.Log(p+1e-9)
				if hd.Kind == anyOf {
					loss -= float64(1-t) * math.Log(1-p+1e-9)
				}
			}
		}
	}
	return mat.Scalar(float32(loss) * share), nil
}

// Backward hands the gradient to the scores.
func (l *headLoss) Backward(mat.Tensor) error {
	shape := l.scores.Value().Shape()
	l.scores.AccGrad(mat.NewDense[float32](mat.WithShape(shape...), mat.WithBacking(l.grad)))
	return nil
}

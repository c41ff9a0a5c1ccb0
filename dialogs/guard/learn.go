package guard

import (
	"math"
	"math/rand/v2"
	"slices"
)

// How the model is trained; chosen on the development half and by
// cross-validation on the examples.
const (
	epochs       = 6
	rate         = 0.1
	decay        = 2e-4
	dangerWeight = 1.5
)

type trainer struct {
	rules  *rules
	crisis table
	side   table
	rng    *rand.Rand
	sides  bool // the kinds and languages learn too
}

// table holds weights, and for AdaGrad the sum of squared gradients of each.
type table struct{ weights, seen []float32 }

func newTable(n int) table { return table{make([]float32, n), make([]float32, n)} }

func (t table) plus(o table) {
	for i, w := range o.weights {
		t.weights[i] += w
	}
}

func (t table) times(f float32) {
	for i := range t.weights {
		t.weights[i] *= f
	}
}

// move takes one step against the gradient d.
func (t table) move(at int, d, rate float32) {
	d += decay * t.weights[at]
	t.seen[at] += d * d
	t.weights[at] -= rate * d / (0.1 + float32(math.Sqrt(float64(t.seen[at]))))
}

func newTrainer(r *rules) *trainer {
	return &trainer{
		rules: r, crisis: newTable(buckets), side: newTable(sideBuckets * sideHeads),
		rng: rand.New(rand.NewPCG(112, 113)), //nolint:gosec // a fixed seed makes training repeatable
	}
}

// fit learns from the examples and returns the model.
func (tr *trainer) fit(examples []example) *model {
	tr.learn(examples, prepare(tr.rules, examples))
	return tr.quantise()
}

// lesson is an example cut as the guard will read it. The first part is the
// whole text, also when it is too long to be read whole.
type lesson []part

// part has its features, and what is added to what the model makes of them.
type part struct {
	features []feature
	extra    float32
}

// prepare cuts all examples.
func prepare(r *rules, examples []example) []lesson {
	out := make([]lesson, len(examples))
	var t tokens
	for i, e := range examples {
		out[i] = cut(r, &t, e.text)
	}
	return out
}

func cut(r *rules, t *tokens, text string) lesson {
	t.fill(r, text)
	if len(t.words) == 0 {
		return nil
	}
	passages := t.passages(nil)
	if whole := (passage{0, len(t.words), 0}); passages[0] != whole {
		whole.margin = 1e6
		passages = append([]passage{whole}, passages...)
	}
	var l lesson
	for _, s := range passages {
		p := part{features: extract(nil, t, s, r.all), extra: -s.margin}
		t.hitsIn(s, func(h hit) { p.extra += r.all[h.rule].certain() })
		l = append(l, p)
	}
	return l
}

// learn runs over the examples in a new order each epoch: each as a whole, the
// piece that speaks most of danger by itself (that is how a message will be
// judged), and once spoilt: with typos, or glued to a safe sentence.
func (tr *trainer) learn(examples []example, lessons []lesson) {
	var safe []example
	for _, e := range examples {
		if e.kind == "" && len(e.text) < 120 {
			safe = append(safe, e)
		}
	}
	var buf []feature
	var t tokens
	for epoch := range epochs {
		step := float32(rate / (1 + 0.15*float64(epoch)))
		tr.sides = epoch < 3
		for _, i := range tr.rng.Perm(len(examples)) {
			e, l := examples[i], lessons[i]
			if len(l) == 0 {
				continue
			}
			tr.step(l[0].features, e, step)
			if top := tr.gravest(l); top > 0 {
				tr.step(l[top].features, e, step)
			}
			if !e.everyday {
				t.fill(tr.rules, tr.spoil(e, safe).text)
				if len(t.words) > 0 {
					buf = extract(buf[:0], &t, passage{0, len(t.words), 0}, tr.rules.all)
					tr.step(buf, e, step*0.6)
				}
			}
		}
	}
}

// gravest is the piece that would decide.
func (tr *trainer) gravest(l lesson) int {
	best, top := 0, float32(-1e9)
	for i, p := range l {
		s := p.extra
		for _, x := range p.features {
			s += x.value * tr.crisis.weights[x.bucket]
		}
		if s > top {
			best, top = i, s
		}
	}
	return best
}

// step learns from one piece of text: logistic loss for crisis.
func (tr *trainer) step(f []feature, e example, rate float32) {
	s := float32(0)
	for _, x := range f {
		s += x.value * tr.crisis.weights[x.bucket]
	}
	g := sigmoid(s)
	if e.kind != "" {
		g = dangerWeight * (g - 1)
	}
	for _, x := range f {
		tr.crisis.move(int(x.bucket), g*x.value, rate)
	}
	if tr.sides {
		tr.stepSides(f, e, rate)
	}
}

// stepSides learns the kind (crises only) and the language: softmax loss.
func (tr *trainer) stepSides(f []feature, e example, rate float32) {
	var s, grad [sideHeads]float32
	for _, x := range f {
		row := tr.side.weights[sideRow(x.bucket):][:sideHeads]
		for h, w := range row {
			s[h] += x.value * w
		}
	}
	if e.kind != "" {
		softmax(grad[:kindHeads], s[:kindHeads], slices.Index(kindOrder, e.kind))
	}
	softmax(grad[kindHeads:], s[kindHeads:], slices.Index(langOrder, e.lang))
	for _, x := range f {
		for h, g := range grad {
			if g != 0 {
				tr.side.move(sideRow(x.bucket)+h, g*x.value, rate)
			}
		}
	}
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

// softmax writes probabilities minus the target into g.
func softmax(g, s []float32, target int) {
	top := s[argmax(s)]
	sum := 0.0
	for _, x := range s {
		sum += math.Exp(float64(x - top))
	}
	for i, x := range s {
		g[i] = float32(math.Exp(float64(x-top)) / sum)
	}
	g[target]--
}

// quantise rounds the weights to 255 steps.
func (tr *trainer) quantise() *model {
	m := &model{}
	m.crisis, m.scale = rounded(tr.crisis.weights)
	m.side, m.sideScale = rounded(tr.side.weights)
	return m
}

func rounded(weights []float32) ([]int8, float32) {
	top := float32(1e-9)
	for _, w := range weights {
		top = max(top, w, -w)
	}
	out := make([]int8, len(weights))
	for i, w := range weights {
		out[i] = int8(math.Round(float64(w / top * 127)))
	}
	return out, top / 127
}

package guard

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// stamp is the hash of everything that training depends on.
func stamp(r *rules, examples []example, langs []langFile) [32]byte {
	h := sha256.New()
	fmt.Fprintln(h, featureVersion, bucketBits, epochs, dangerWeight, everydayRate, doubtful, voices)
	for _, e := range examples {
		fmt.Fprintln(h, e.kind, e.lang, e.text)
	}
	words, err := json.Marshal(r.conceptWords)
	fmt.Fprintln(h, string(words), err)
	for _, lf := range langs {
		lf.Reply, lf.Emergency, lf.Child = nil, "", nil
		b, err := json.Marshal(lf)
		if err != nil {
			b = []byte(err.Error())
		}
		h.Write(b)
	}
	return [32]byte(h.Sum(nil))
}

// Train learns the model from the examples in fsys and returns the content of
// model.bin. ordinary holds everyday messages of residents (the examples of
// knowledge/nlu: *.tsv with the text in the fifth column, lang/<lang>.txt with
// one a line): they teach what common words weigh, and those that look like
// danger are left out, because nobody labelled them for it. The same content
// gives the same bytes.
func Train(fsys, ordinary fs.FS) ([]byte, error) {
	r, langs, err := loadRules(fsys)
	if err != nil {
		return nil, err
	}
	examples, err := loadExamples(fsys)
	if err != nil {
		return nil, err
	}
	everyday, err := loadOrdinary(ordinary)
	if err != nil {
		return nil, err
	}
	m := fitWith(r, examples, everyday)
	m.stamp = stamp(r, examples, langs)
	return m.bytes(), nil
}

// doubtful is the score from which an everyday message may be a danger.
const doubtful = 2.5

// fitWith trains twice: on the examples alone, to sift the everyday messages,
// and then on both.
func fitWith(r *rules, examples, everyday []example) *model {
	first := &Guard{rules: r, model: newTrainer(r).fit(examples)}
	all := slices.Clone(examples)
	labelled := map[string]bool{}
	for _, e := range examples {
		labelled[e.text] = true
	}
	for _, e := range everyday {
		if !labelled[e.text] && first.gravest(e.text).score < doubtful {
			all = append(all, e)
		}
	}
	return average(r, all)
}

// voices is how many trainings, each in its own order with its own typos, are
// averaged: their accidents cancel out.
const voices = 4

// average trains several times at once and returns the mean of the weights.
func average(r *rules, all []example) *model {
	trainers := make([]*trainer, voices)
	var wg sync.WaitGroup
	for i := range trainers {
		wg.Go(func() {
			tr := newTrainer(r)
			tr.rng = rand.New(rand.NewPCG(112, 113+uint64(i))) //nolint:gosec // repeatable on purpose
			tr.learn(all)
			trainers[i] = tr
		})
	}
	wg.Wait()
	mean := trainers[0]
	for i := range mean.weights {
		for _, tr := range trainers[1:] {
			mean.weights[i] += tr.weights[i]
		}
		mean.weights[i] /= voices
	}
	return mean.quantise()
}

// Stale reports whether the model was trained on other examples or rules than
// those in fsys.
func (g *Guard) Stale(fsys fs.FS) (bool, error) {
	r, langs, err := loadRules(fsys)
	if err != nil {
		return false, err
	}
	examples, err := loadExamples(fsys)
	if err != nil {
		return false, err
	}
	return stamp(r, examples, langs) != g.model.stamp, nil
}

// How the model is trained; chosen on the development half and by
// cross-validation on the examples.
const (
	epochs       = 6
	rate         = 0.35
	decay        = 2e-4
	dangerWeight = 2.5
	everydayRate = 0.5
)

type trainer struct {
	rules   *rules
	weights []float32
	seen    []float32 // AdaGrad: sum of squared gradients
	rng     *rand.Rand
}

func newTrainer(r *rules) *trainer {
	return &trainer{
		rules: r, weights: make([]float32, buckets*heads), seen: make([]float32, buckets*heads),
		rng: rand.New(rand.NewPCG(112, 113)), //nolint:gosec // a fixed seed makes training repeatable
	}
}

// fit learns from the examples and returns the model.
func (tr *trainer) fit(examples []example) *model {
	tr.learn(examples)
	return tr.quantise()
}

// learn runs over the examples in a new order each epoch, each as written and
// once spoilt: with typos, or glued to a safe sentence.
func (tr *trainer) learn(examples []example) {
	var safe []example
	for _, e := range examples {
		if e.kind == "" && !e.everyday {
			safe = append(safe, e)
		}
	}
	var buf []feature
	for epoch := range epochs {
		step := float32(rate / (1 + 0.15*float64(epoch)))
		for _, i := range tr.rng.Perm(len(examples)) {
			e := examples[i]
			if e.everyday {
				buf = tr.step(buf, e, step*everydayRate)
				continue
			}
			buf = tr.step(buf, e, step)
			buf = tr.step(buf, tr.spoil(e, safe), step*0.6)
		}
	}
}

// step learns from one sentence.
func (tr *trainer) step(buf []feature, e example, rate float32) []feature {
	t := flatten(tr.rules, e.text)
	if len(t.words) == 0 {
		return buf
	}
	buf = extract(buf[:0], t, tr.rules.hits(t), tr.rules.all)
	var s scores
	for _, x := range buf {
		for h := range heads {
			s[h] += x.value * tr.weights[int(x.bucket)*heads+h]
		}
	}
	grad := gradients(s, e)
	for _, x := range buf {
		for h, g := range grad {
			if g == 0 {
				continue
			}
			at := int(x.bucket)*heads + h
			d := g*x.value + decay*tr.weights[at]
			tr.seen[at] += d * d
			tr.weights[at] -= rate * d / (0.1 + float32(math.Sqrt(float64(tr.seen[at]))))
		}
	}
	return buf
}

// gradients of the loss: logistic for crisis, softmax for kind (crises only)
// and for language.
func gradients(s scores, e example) [heads]float32 {
	var g [heads]float32
	p := sigmoid(s[crisisHead])
	if e.kind != "" {
		g[crisisHead] = dangerWeight * (p - 1)
		softmax(g[kindHeads:langHeads], s[kindHeads:langHeads], indexOf(kindOrder, e.kind))
	} else {
		g[crisisHead] = p
	}
	softmax(g[langHeads:], s[langHeads:], indexOf(langOrder, e.lang))
	return g
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

func indexOf[T comparable](list []T, want T) int {
	for i, x := range list {
		if x == want {
			return i
		}
	}
	return 0
}

// quantise rounds the weights of each head to 255 steps.
func (tr *trainer) quantise() *model {
	m := &model{weights: make([]int8, len(tr.weights))}
	for h := range heads {
		top := float32(0)
		for i := h; i < len(tr.weights); i += heads {
			top = max(top, float32(math.Abs(float64(tr.weights[i]))))
		}
		if top == 0 {
			continue
		}
		m.scale[h] = top / 127
		for i := h; i < len(tr.weights); i += heads {
			m.weights[i] = int8(math.Round(float64(tr.weights[i] / m.scale[h])))
		}
	}
	return m
}

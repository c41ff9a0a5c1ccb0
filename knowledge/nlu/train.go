package nlu

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
	"github.com/nlpodyssey/spago/optimizers/adam"
)

// member is one network while it is trained: a hidden layer over a bag of
// features beside a direct, linear one.
type member struct {
	nn.Module
	Hidden *bag
	Direct *bag
	Out    *nn.Param // hidden × outputs
}

func newMember(rows, hidden, outputs int, rng *rand.Rand) *member {
	w := make([]float32, hidden*outputs)
	spread := math.Sqrt(2 / float64(hidden+outputs))
	for i := range w {
		w[i] = float32(rng.NormFloat64() * spread)
	}
	return &member{
		Hidden: newBag(rows, hidden, 0.1, rng),
		Direct: newBag(rows, outputs, 0, rng),
		Out:    nn.NewParam(mat.NewDense[float32](mat.WithShape(hidden, outputs), mat.WithBacking(w))),
	}
}

// scores is the forward pass of a batch with dropout on the hidden layer.
func (m *member) scores(batch []sample, dropout float64, rng *rand.Rand) mat.Tensor {
	if m.Hidden.dim == 0 {
		return m.Direct.Forward(batch)
	}
	h := ag.ReLU(m.Hidden.Forward(batch))
	if dropout > 0 {
		mask := make([]float32, len(batch)*m.Hidden.dim)
		for i := range mask {
			if rng.Float64() >= dropout {
				mask[i] = float32(1 / (1 - dropout))
			}
		}
		h = ag.Prod(h, mat.NewDense[float32](mat.WithShape(len(batch), m.Hidden.dim), mat.WithBacking(mask)))
	}
	return ag.Add(ag.Mul(h, m.Out), m.Direct.Forward(batch))
}

// corpus is a training set for any set of heads.
type corpus struct {
	texts   []string
	targets [][]float32
	// weights, of at most 1, are the shares of the epochs in which each text is
	// read; nil: all of them.
	weights []float32
	heads   []head
	lexicon string // name of the lexicon to read with, "" for none
}

// trainNetwork trains the ensemble on c. The same corpus and settings yield
// the same network, whatever the number of workers. progress may be nil.
func trainNetwork(ctx context.Context, c corpus, set Settings, progress func(done, total int)) (*network, error) {
	if len(c.texts) == 0 {
		return nil, fmt.Errorf("no training examples")
	}
	outputs := layout(c.heads)
	docs := make([][]uint32, len(c.texts))
	rd, err := newReader(c.lexicon)
	if err != nil {
		return nil, err
	}
	if set.Repair {
		rd.spell = buildSpeller(c.texts)
	}
	var s scratch
	for i, t := range c.texts {
		docs[i] = append([]uint32(nil), s.features(t, rd)...)
	}
	vocab := buildVocabulary(docs, set.MinCount, set.MaxRows, rd.lex, set.Concepts)

	base := trainer{corpus: c, set: set, vocab: vocab, reader: rd, docs: docs}
	members, err := base.runAll(ctx, outputs, progress)
	if err != nil {
		return nil, err
	}
	return assemble(vocab, rd, set, c.heads, outputs, members), nil
}

// runAll trains every member, at most set.Workers at once. Each has a random
// source of its own, so that their order doesn't matter.
func (t trainer) runAll(ctx context.Context, outputs int, progress func(done, total int)) ([]*member, error) {
	done := 0
	var mu sync.Mutex
	tick := func() {
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, t.set.Members*t.set.Epochs)
		}
	}
	members := make([]*member, t.set.Members)
	errs := make([]error, t.set.Members)
	workers := t.set.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	gate := make(chan struct{}, workers)
	var wg sync.WaitGroup
	for i := range members {
		wg.Go(func() {
			gate <- struct{}{}
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("training member %d: %v", i, r)
				}
				<-gate
			}()
			one := t
			one.rng = rand.New(rand.NewPCG(t.set.Seed, uint64(i)))
			members[i], errs[i] = one.run(ctx, outputs, tick)
		})
	}
	wg.Wait()
	return members, errors.Join(errs...)
}

// trainer trains one member.
type trainer struct {
	corpus
	set     Settings
	vocab   *vocabulary
	reader  reader
	docs    [][]uint32
	rng     *rand.Rand
	scratch scratch
}

func (t *trainer) run(ctx context.Context, outputs int, tick func()) (*member, error) {
	m := newMember(t.vocab.rows(), t.set.Hidden, outputs, t.rng)
	opt := adam.New(adam.NewConfig(t.set.Rate, 0.9, 0.999, 1e-8))
	all := t.rng.Perm(len(t.texts))
	for epoch := range t.set.Epochs {
		t.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		order := t.visited(all)
		for from := 0; from < len(order); from += t.set.Batch {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("training stopped: %w", err)
			}
			batch := t.batch(order[from:min(from+t.set.Batch, len(order))])
			loss := ag.NewOperator(&headLoss{scores: m.scores(batch, t.set.HiddenDropout, t.rng), heads: t.heads, batch: batch}).Run()
			if err := ag.Backward(loss); err != nil {
				return nil, fmt.Errorf("training, epoch %d: %w", epoch, err)
			}
			opt.StepSize = t.set.Rate * (1 - (float64(epoch)+float64(from)/float64(len(order)))/float64(t.set.Epochs))
			opt.IncExample()
			m.Hidden.step(float32(opt.Alpha))
			m.Direct.step(float32(opt.Alpha))
			if m.Hidden.dim == 0 {
				continue
			}
			if err := opt.OptimizeParams(m.Out); err != nil {
				return nil, fmt.Errorf("training, epoch %d: %w", epoch, err)
			}
		}
		tick()
	}
	return m, nil
}

// visited returns the texts of order that this epoch reads.
func (t *trainer) visited(order []int) []int {
	if t.weights == nil {
		return order
	}
	return slices.DeleteFunc(slices.Clone(order), func(i int) bool {
		return t.weights[i] < 1 && t.rng.Float32() >= t.weights[i]
	})
}

// batch draws the samples of one step, some with slips of the keyboard and
// all with features left out at random.
func (t *trainer) batch(indices []int) []sample {
	out := make([]sample, len(indices))
	for i, at := range indices {
		feats := t.docs[at]
		if t.set.Typos > 0 && t.rng.Float64() < t.set.Typos {
			feats = t.scratch.features(addTypos(t.texts[at], 0.02+0.08*t.rng.Float64(), t.rng), t.reader)
		}
		rows := t.vocab.lookup(nil, feats)
		out[i] = weigh(t.vocab, t.drop(rows), t.set.Scale, t.targets[at])
	}
	return out
}

// drop leaves out features at random, or all but the concepts.
func (t *trainer) drop(rows []int32) []int32 {
	only := t.set.ConceptsOnly > 0 && t.rng.Float64() < t.set.ConceptsOnly
	kept := rows[:0]
	for _, r := range rows {
		if t.rng.Float64() >= t.set.FeatureDropout && (!only || t.vocab.concept[r]) {
			kept = append(kept, r)
		}
	}
	return kept
}

// weigh gives rows their weights: idf, scaled to the length scale, and the bias
// before them.
func weigh(v *vocabulary, rows []int32, scale float64, target []float32) sample {
	var norm float64
	for _, r := range rows {
		norm += float64(v.idf[r]) * float64(v.idf[r])
	}
	s := sample{rows: append([]int32{0}, rows...), weights: make([]float32, len(rows)+1), target: target}
	s.weights[0] = 1
	for i, r := range rows {
		s.weights[i+1] = v.idf[r] * float32(scale/math.Sqrt(norm))
	}
	return s
}

// assemble lays the trained members side by side in one table.
func assemble(v *vocabulary, rd reader, set Settings, heads []head, outputs int, members []*member) *network {
	h := members[0].Hidden.dim
	n := &network{vocab: v, reader: rd, scale: float32(set.Scale), heads: heads, outputs: outputs, hidden: h * len(members)}
	width, share := n.width(), 1/float32(len(members))
	n.table = make([]float32, v.rows()*width)
	n.out = make([]float32, n.hidden*outputs)
	for k, m := range members {
		for r := range v.rows() {
			row, idf := n.table[r*width:][:width], v.idf[r]
			addScaled(row[k*h:(k+1)*h], m.Hidden.weights[r*h:], idf)
			addScaled(row[n.hidden:], m.Direct.weights[r*outputs:], idf*share)
		}
		addScaled(n.out[k*h*outputs:(k+1)*h*outputs], mat.Data[float32](m.Out.Matrix), share)
	}
	return n
}

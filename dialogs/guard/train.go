package guard

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"sync"
)

// stamp is the hash of everything that training depends on.
func stamp(r *rules, examples []example, langs []langFile) [32]byte {
	h := sha256.New()
	fmt.Fprintln(h, featureVersion, bucketBits, epochs, dangerWeight, voices)
	for _, e := range examples {
		fmt.Fprintln(h, e.kind, e.lang, e.text)
	}
	words, err := json.Marshal(r.conceptWords)
	fmt.Fprintln(h, string(words), err)
	for _, lf := range langs {
		lf.Reply, lf.Emergency, lf.Beside, lf.Child = nil, "", "", nil
		b, err := json.Marshal(lf)
		if err != nil {
			b = []byte(err.Error())
		}
		h.Write(b)
	}
	return [32]byte(h.Sum(nil))
}

// Train learns the model from the examples in fsys and returns the content of
// model.bin. The same content gives the same bytes.
func Train(fsys fs.FS) ([]byte, error) {
	r, langs, err := loadRules(fsys)
	if err != nil {
		return nil, err
	}
	examples, err := loadExamples(fsys)
	if err != nil {
		return nil, err
	}
	m := average(r, examples)
	m.stamp = stamp(r, examples, langs)
	return m.bytes(), nil
}

// voices is how many trainings, each in its own order with its own typos, are
// averaged: their accidents cancel out.
const voices = 4

// average trains several times at once and returns the mean of the weights.
func average(r *rules, all []example) *model {
	lessons := prepare(r, all)
	trainers := make([]*trainer, voices)
	var wg sync.WaitGroup
	for i := range trainers {
		wg.Go(func() {
			tr := newTrainer(r)
			tr.rng = rand.New(rand.NewPCG(112, 113+uint64(i))) //nolint:gosec // repeatable on purpose
			tr.learn(all, lessons)
			trainers[i] = tr
		})
	}
	wg.Wait()
	mean := trainers[0]
	for _, tr := range trainers[1:] {
		mean.crisis.plus(tr.crisis)
		mean.side.plus(tr.side)
	}
	mean.crisis.times(1.0 / voices)
	mean.side.times(1.0 / voices)
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

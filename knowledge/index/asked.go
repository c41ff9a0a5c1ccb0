package index

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"wegwijzer/knowledge/kaart"
)

//go:embed asked.bin
var askedFile []byte

// asked is a linear model of which kind of help a text asks for: a multinomial
// logistic regression over stems, character n-grams, pairs of words and the
// words that say nothing by themselves. It is trained by the test of its
// freshness and read-only.
type asked struct {
	content [sha256.Size]byte // of what it was trained with
	kinds   []kaart.HulpsoortID
	bias    []float32 // of each kind, and last of what no kind answers
	at      map[uint32]int32
	idf     []float32 // of each feature
	start   []uint32  // weights of feature f are weight[start[f]:start[f+1]]
	weight  []kindStep
	step    float32 // of one step of a weight
}

// kindStep is a weight of a feature for one kind.
type kindStep struct {
	Kind uint8
	Step int8
}

// askedHead begins the file; all numbers are little-endian.
type askedHead struct {
	Magic           [4]byte
	Content         [sha256.Size]byte
	Kinds, Features uint32
	Weights         uint32
	Step            float32
}

var askedMagic = [4]byte{'w', 'w', 'k', '1'}

var errAskedFile = errors.New("asked.bin is no model of kinds of help")

// decodeAsked reads a model's file.
func decodeAsked(data []byte) (*asked, error) {
	r := bytes.NewReader(data)
	var h askedHead
	read := func(to ...any) (err error) {
		for _, v := range to {
			if err = binary.Read(r, binary.LittleEndian, v); err != nil {
				return fmt.Errorf("%w: %w", errAskedFile, err)
			}
		}
		return nil
	}
	if err := read(&h); err != nil {
		return nil, err
	}
	if h.Magic != askedMagic || h.Kinds > math.MaxUint8 || int(h.Features) > len(data) || int(h.Weights) > len(data) {
		return nil, errAskedFile
	}
	m := &asked{content: h.Content, step: h.Step, at: make(map[uint32]int32, h.Features)}
	for range h.Kinds {
		var n uint8
		if err := read(&n); err != nil {
			return nil, err
		}
		id := make([]byte, n)
		if err := read(id); err != nil {
			return nil, err
		}
		m.kinds = append(m.kinds, kaart.HulpsoortID(id))
	}
	m.bias = make([]float32, h.Kinds+1)
	hashes, counts := make([]uint32, h.Features), make([]uint16, h.Features)
	m.idf, m.weight = make([]float32, h.Features), make([]kindStep, h.Weights)
	if err := read(m.bias, hashes, m.idf, counts, m.weight); err != nil {
		return nil, err
	}
	m.start = make([]uint32, h.Features+1)
	for f, n := range counts {
		m.at[hashes[f]] = int32(f)
		m.start[f+1] = m.start[f] + uint32(n)
	}
	wrong := func(w kindStep) bool { return uint32(w.Kind) > h.Kinds }
	if m.start[h.Features] != h.Weights || slices.ContainsFunc(m.weight, wrong) {
		return nil, errAskedFile
	}
	return m, nil
}

// fits reports whether the model knows exactly these kinds.
func (m *asked) fits(kinds []kaart.Hulpsoort) bool {
	return slices.EqualFunc(m.kinds, kinds, func(id kaart.HulpsoortID, k kaart.Hulpsoort) bool { return id == k.ID })
}

// askedScale is what a unit vector is multiplied with before the weights.
const askedScale = 5

// chances are those of each kind, and last of none of them; q are the features
// of list. They sum to 1.
func (m *asked) chances(a *analyser, q bag, list []string) []float32 {
	type known struct {
		f int32
		w float32
	}
	var vector []known
	var sum float64
	askedFeatures(a, q, list, func(h uint64, tf float32) {
		if f, ok := m.at[uint32(h)]; ok {
			w := saturate(tf) * m.idf[f]
			sum += float64(w * w)
			vector = append(vector, known{f, w})
		}
	})
	p := slices.Clone(m.bias)
	if sum > 0 {
		norm := askedScale * m.step / float32(math.Sqrt(sum))
		for _, x := range vector {
			for _, k := range m.weight[m.start[x.f]:m.start[x.f+1]] {
				p[k.Kind] += x.w * norm * float32(k.Step)
			}
		}
	}
	return softmax(p)
}

// Weights of the features beside those of the search.
const (
	pairWeight  = 0.7
	emptyWeight = 0.3
)

// askedFeatures calls do with each feature of a text and how much of it there
// is, a feature of words more than once when it comes again.
func askedFeatures(a *analyser, q bag, list []string, do func(uint64, float32)) {
	for h, w := range q {
		do(h, w)
	}
	prev := ""
	for _, w := range list {
		if w == "." {
			prev = ""
			continue
		}
		st := stem(w)
		if a.stop[w] {
			do(stemHash("stop:"+w), emptyWeight)
		}
		if prev != "" {
			do(stemHash(prev+" "+st), pairWeight)
		}
		prev = st
	}
}

// softmax turns scores into chances, in place.
func softmax(p []float32) []float32 {
	most := slices.Max(p)
	var sum float32
	for i := range p {
		p[i] = float32(math.Exp(float64(p[i] - most)))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// askedContent is the fingerprint of what the model is trained with.
func askedContent(kinds []kaart.Hulpsoort, outside [][]string) [sha256.Size]byte {
	h := sha256.New()
	for _, k := range kinds {
		fmt.Fprintln(h, k.ID, k.Name, k.Words, k.Sentences)
	}
	fmt.Fprintln(h, outside, stopText)
	return [sha256.Size]byte(h.Sum(nil))
}

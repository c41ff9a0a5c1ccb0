package guard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"wegwijzer/knowledge"
)

// model is a linear classifier over hashed features: per bucket one weight a
// head, in steps of scale.
type model struct {
	stamp   [32]byte
	scale   [heads]float32
	weights []int8 // buckets × heads
}

// The file: magic, stamp, a scale a head, then the weights.
var modelMagic = []byte("wegwijzer-guard-1\n")

func (m *model) bytes() []byte {
	var b bytes.Buffer
	b.Write(modelMagic)
	b.Write(m.stamp[:])
	put := func(f float32) { b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(f))) }
	for _, s := range m.scale {
		put(s)
	}
	for _, w := range m.weights {
		b.WriteByte(byte(w))
	}
	return b.Bytes()
}

var errModel = errors.New("not a model of this version")

func parseModel(raw []byte) (*model, error) {
	head := len(modelMagic) + 32 + 4*heads
	if len(raw) != head+buckets*heads || !bytes.HasPrefix(raw, modelMagic) {
		return nil, fmt.Errorf("model.bin:1: %w", errModel)
	}
	m := &model{weights: make([]int8, buckets*heads)}
	raw = raw[len(modelMagic):]
	copy(m.stamp[:], raw)
	raw = raw[32:]
	get := func() float32 {
		f := math.Float32frombits(binary.LittleEndian.Uint32(raw))
		raw = raw[4:]
		return f
	}
	for i := range m.scale {
		m.scale[i] = get()
	}
	for i, c := range raw {
		m.weights[i] = int8(c)
	}
	return m, nil
}

// scores are the outputs for one text, before any squashing.
type scores [heads]float32

func (m *model) score(f []feature) scores {
	var s scores
	for _, x := range f {
		row := m.weights[int(x.bucket)*heads : int(x.bucket)*heads+heads]
		for h, w := range row {
			s[h] += x.value * float32(w)
		}
	}
	for h := range s {
		s[h] *= m.scale[h]
	}
	return s
}

func (s scores) kind() knowledge.CrisisKind {
	return kindOrder[argmax(s[kindHeads:kindHeads+len(kindOrder)])]
}

func (s scores) lang() knowledge.Lang {
	return langOrder[argmax(s[langHeads:langHeads+len(langOrder)])]
}

func argmax(v []float32) int {
	best := 0
	for i, x := range v {
		if x > v[best] {
			best = i
		}
	}
	return best
}

// maxWords bounds an explanation.
const maxWords = 6

// explain returns the words that raised the crisis score most, in the order
// of the text.
func (m *model) explain(f []feature, words []string) []string {
	share := make([]float32, len(words))
	for _, x := range f {
		if x.word >= 0 {
			share[x.word] += x.value * float32(m.weights[int(x.bucket)*heads+crisisHead])
		}
	}
	top := float32(0)
	for _, s := range share {
		top = max(top, s)
	}
	var out []string
	for i, s := range share {
		if s > 0 && s >= top/3 && len(out) < maxWords {
			out = appendNew(out, words[i:i+1])
		}
	}
	return out
}

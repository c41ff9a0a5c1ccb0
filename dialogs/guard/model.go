package guard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"wegwijzer/knowledge"
)

// model is a linear classifier over hashed features, its weights in steps of
// a scale: a large table for crisis or not, and a small one with a row a
// bucket for the kinds and the languages.
type model struct {
	stamp     [32]byte
	scale     float32
	sideScale float32
	crisis    []int8 // a weight a bucket
	side      []int8 // sideBuckets × sideHeads
}

// The file: magic, stamp, the two scales, then the weights.
var modelMagic = []byte("wegwijzer-guard-2\n")

const modelHead = 32 + 4 + 4 // after the magic

func (m *model) bytes() []byte {
	b := slices.Concat(modelMagic, m.stamp[:])
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.scale))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.sideScale))
	for _, table := range [][]int8{m.crisis, m.side} {
		for _, w := range table {
			b = append(b, byte(w))
		}
	}
	return b
}

var errModel = errors.New("not a model of this version")

func parseModel(raw []byte) (*model, error) {
	if len(raw) != len(modelMagic)+modelHead+buckets+sideBuckets*sideHeads || !bytes.HasPrefix(raw, modelMagic) {
		return nil, fmt.Errorf("model.bin:1: %w", errModel)
	}
	m := &model{crisis: make([]int8, buckets), side: make([]int8, sideBuckets*sideHeads)}
	raw = raw[len(modelMagic):]
	copy(m.stamp[:], raw)
	m.scale = math.Float32frombits(binary.LittleEndian.Uint32(raw[32:]))
	m.sideScale = math.Float32frombits(binary.LittleEndian.Uint32(raw[36:]))
	for i, c := range raw[modelHead : modelHead+buckets] {
		m.crisis[i] = int8(c)
	}
	for i, c := range raw[modelHead+buckets:] {
		m.side[i] = int8(c)
	}
	return m, nil
}

// score is the crisis score of one text, before any squashing.
func (m *model) score(f []feature) float32 {
	s := float32(0)
	for _, x := range f {
		s += x.value * float32(m.crisis[x.bucket])
	}
	return s * m.scale
}

// sides says which kind and which language a text is most like.
func (m *model) sides(f []feature) (knowledge.CrisisKind, knowledge.Lang) {
	var s [sideHeads]float32
	for _, x := range f {
		row := m.side[sideRow(x.bucket):][:sideHeads]
		for h, w := range row {
			s[h] += x.value * float32(w)
		}
	}
	return kindOrder[argmax(s[:kindHeads])], langOrder[argmax(s[kindHeads:])]
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
			share[x.word] += x.value * float32(m.crisis[x.bucket])
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

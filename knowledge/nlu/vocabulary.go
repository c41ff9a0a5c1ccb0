package nlu

import (
	"cmp"
	"math"
	"slices"
)

// vocabulary gives the features that were seen often enough in training a
// row; all others are ignored. Row 0 is the bias, which every message has.
type vocabulary struct {
	keys []uint32  // keys[i] is the feature of row i+1, ascending
	idf  []float32 // idf[row]; 1 for the bias
	// concept[row] marks the rows of concepts; nil after reading a file, since
	// only training asks.
	concept []bool

	slots []slot // open addressing over keys
	mask  uint32
}

type slot struct {
	key uint32
	row int32 // 0: empty
}

// buildVocabulary counts in how many of docs each feature occurs; boost
// multiplies the weight of the concepts of lex, which may be nil.
func buildVocabulary(docs [][]uint32, minCount, maxRows int, lex *lexicon, boost float64) *vocabulary {
	counts := map[uint32]int{}
	var seen []uint32
	for _, d := range docs {
		seen = append(seen[:0], d...)
		slices.Sort(seen)
		for _, f := range slices.Compact(seen) {
			counts[f]++
		}
	}
	type entry struct {
		key uint32
		n   int
	}
	var all []entry
	for k, n := range counts {
		if n >= minCount {
			all = append(all, entry{k, n})
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.key, b.key))
	})
	if len(all) > maxRows-1 {
		all = all[:maxRows-1]
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	v := &vocabulary{keys: make([]uint32, len(all)), idf: make([]float32, len(all)+1), concept: make([]bool, len(all)+1)}
	v.idf[0] = 1
	for i, e := range all {
		v.keys[i] = e.key
		v.idf[i+1] = float32(math.Log(float64(len(docs)+1)/float64(e.n)) + 1)
		if lex != nil && lex.concepts[e.key] {
			v.concept[i+1] = true
			v.idf[i+1] *= float32(boost)
		}
	}
	v.index()
	return v
}

// rows is the number of rows, the bias included.
func (v *vocabulary) rows() int { return len(v.keys) + 1 }

// index builds the lookup table from keys.
func (v *vocabulary) index() {
	size := 16
	for size < 2*len(v.keys) {
		size *= 2
	}
	v.slots, v.mask = make([]slot, size), uint32(size-1)
	for i, k := range v.keys {
		at := spread(k) & v.mask
		for v.slots[at].row != 0 {
			at = (at + 1) & v.mask
		}
		v.slots[at] = slot{k, int32(i + 1)}
	}
}

// spread mixes the bits of a hash whose low bits are alike.
func spread(k uint32) uint32 {
	k ^= k >> 16
	k *= 0x7feb352d
	return k ^ k>>15
}

// row returns the row of feature k, 0 when it has none.
func (v *vocabulary) row(k uint32) int32 {
	at := spread(k) & v.mask
	for {
		s := v.slots[at]
		if s.row == 0 || s.key == k {
			return s.row
		}
		at = (at + 1) & v.mask
	}
}

// lookup appends the rows of feats to dst, each row once, ascending.
func (v *vocabulary) lookup(dst []int32, feats []uint32) []int32 {
	for _, f := range feats {
		if r := v.row(f); r != 0 {
			dst = append(dst, r)
		}
	}
	slices.Sort(dst)
	return slices.Compact(dst)
}

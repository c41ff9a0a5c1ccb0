package index

import (
	"math"
	"slices"
)

// maxWeight is the top of a posting's weight: weights are kept in 8 bits, the
// document in the other 24.
const (
	weightBits = 8
	weightTop  = 1<<weightBits - 1
)

// unknownShare is how far a word that stands nowhere makes a question less
// like every document.
const unknownShare = 0.5

// vectors is an inverted index of unit TF-IDF vectors. It is read-only after
// build.
type vectors struct {
	vocab   map[uint64]uint32 // feature to term
	idf     []float32
	start   []uint32  // postings of term t are post[start[t]:start[t+1]]
	post    []uint32  // document<<8 | weight
	scale   []float32 // weight of one step per document
	docs    int
	unknown float32 // idf of a feature that stands nowhere
}

// build makes the index of the bags; documents are numbered in their order.
// A feature in more than maxShare of the documents is left out.
func build(bags []bag, maxShare float64) *vectors {
	return buildWith(bags, len(bags), maxShare, nil)
}

// buildWith is build with each feature's weight times what common says of it;
// only the first counted documents say how rare a feature is.
func buildWith(bags []bag, counted int, maxShare float64, common func(feature uint64) float32) *vectors {
	v := &vectors{vocab: map[uint64]uint32{}, docs: len(bags), scale: make([]float32, len(bags))}
	var df, rare []uint32
	for d, b := range bags {
		for f := range b {
			t, ok := v.vocab[f]
			if !ok {
				t = uint32(len(df))
				v.vocab[f] = t
				df, rare = append(df, 0), append(rare, 0)
			}
			df[t]++
			if d < counted {
				rare[t]++
			}
		}
	}
	n := float64(counted)
	v.unknown = float32(math.Log(1 + n))
	v.idf = make([]float32, len(df))
	v.start = make([]uint32, len(df)+1)
	most := max(uint32(maxShare*n), 3)
	damp := make([]float32, len(df))
	for f, t := range v.vocab {
		damp[t] = 1
		if common != nil {
			damp[t] = common(f)
		}
	}
	for t, c := range df {
		v.idf[t] = damp[t] * float32(math.Log(1+n/float64(max(rare[t], 1))))
		keep := c
		if rare[t] > most {
			keep, v.idf[t] = 0, 0
		}
		v.start[t+1] = v.start[t] + keep
	}
	v.fill(bags)
	return v
}

// fill writes the postings, documents in rising order within each term.
func (v *vectors) fill(bags []bag) {
	v.post = make([]uint32, v.start[len(v.start)-1])
	next := slices.Clone(v.start[:len(v.idf)])
	for d, b := range bags {
		var sum, top float64
		for f, tf := range b {
			x := float64(saturate(tf) * v.idf[v.vocab[f]])
			sum += x * x
			top = max(top, x)
		}
		if sum == 0 {
			continue
		}
		norm := math.Sqrt(sum)
		v.scale[d] = float32(top / norm / weightTop)
		for f, tf := range b {
			t := v.vocab[f]
			if v.idf[t] == 0 {
				continue
			}
			w := uint32(math.Round(float64(saturate(tf)*v.idf[t]) / top * weightTop))
			v.post[next[t]] = uint32(d)<<weightBits | max(w, 1)
			next[t]++
		}
	}
}

// saturate dampens repetition.
func saturate(tf float32) float32 { return float32(math.Sqrt(float64(tf))) }

// score adds weight × cosine of the query with every document to acc, which
// has one place a document.
func (v *vectors) score(q bag, acc []float32) {
	norm := float32(0)
	type term struct {
		t uint32
		w float32
	}
	terms := make([]term, 0, len(q))
	for f, tf := range q {
		t, ok := v.vocab[f]
		idf := v.unknown * unknownShare
		if ok {
			idf = v.idf[t]
		}
		w := saturate(tf) * idf
		norm += w * w
		if ok && idf > 0 {
			terms = append(terms, term{t, w})
		}
	}
	if norm == 0 {
		return
	}
	norm = float32(math.Sqrt(float64(norm)))
	for _, x := range terms {
		w := x.w / norm
		for _, p := range v.post[v.start[x.t]:v.start[x.t+1]] {
			acc[p>>weightBits] += w * float32(p&weightTop)
		}
	}
	for d := range acc {
		acc[d] *= v.scale[d]
	}
}

// rarity is 1 for a feature that stands nowhere or in one document, towards 0
// for what stands everywhere.
func (v *vectors) rarity(feature uint64) float32 {
	t, ok := v.vocab[feature]
	if !ok {
		return 1
	}
	return v.idf[t] / v.unknown
}

package index

import (
	"maps"
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

// builder gathers documents for vectors; the zero value is ready.
type builder struct {
	vocab map[uint64]uint32
	terms uint32 // numbers given out
	docs  [][]termWeight
}

// builder goes on from the features of v, which stays as it is.
func (v *vectors) builder() builder {
	return builder{vocab: maps.Clone(v.vocab), terms: uint32(len(v.idf))}
}

// sparse reports whether most numbers that were given out are of features that
// are forgotten: then it is time to begin anew.
func (v *vectors) sparse() bool { return len(v.idf) > 2*len(v.vocab)+10_000 }

// termWeight is one feature of a document, half as large as in a bag.
type termWeight struct {
	term   uint32
	weight float32
}

// add appends a document. The bag isn't kept.
func (d *builder) add(b bag) { d.docs = append(d.docs, d.doc(b)) }

// doc numbers the features of a document.
func (d *builder) doc(b bag) []termWeight {
	if d.vocab == nil {
		d.vocab = map[uint64]uint32{}
	}
	doc := make([]termWeight, 0, len(b))
	for f, w := range b {
		t, ok := d.vocab[f]
		if !ok {
			t = d.terms
			d.terms++
			d.vocab[f] = t
		}
		doc = append(doc, termWeight{t, saturate(w)})
	}
	return doc
}

// build makes the index of the documents, numbered in their order. Only the
// first counted say how rare a feature is, and one that more than maxShare of
// them have is left out; common, unless nil, is what a feature's weight is
// multiplied with. A feature that no document has any more is forgotten.
func (d *builder) build(counted int, maxShare float64, common func(feature uint64) float32) *vectors {
	v := &vectors{vocab: d.vocab, docs: len(d.docs), scale: make([]float32, len(d.docs))}
	df, rare := make([]uint32, d.terms), make([]uint32, d.terms)
	for i, doc := range d.docs {
		for _, x := range doc {
			df[x.term]++
			if i < counted {
				rare[x.term]++
			}
		}
	}
	n := float64(counted)
	v.unknown = float32(math.Log(1 + n))
	v.idf = make([]float32, len(df))
	v.start = make([]uint32, len(df)+1)
	most := max(uint32(maxShare*n), 3)
	for f, t := range v.vocab {
		if df[t] == 0 {
			delete(v.vocab, f)
			continue
		}
		v.idf[t] = float32(math.Log(1 + n/float64(max(rare[t], 1))))
		if common != nil {
			v.idf[t] *= common(f)
		}
	}
	for t, c := range df {
		if rare[t] > most {
			c, v.idf[t] = 0, 0
		}
		v.start[t+1] = v.start[t] + c
	}
	v.fill(d.docs)
	return v
}

// fill writes the postings, documents in rising order within each term.
func (v *vectors) fill(docs [][]termWeight) {
	v.post = make([]uint32, v.start[len(v.start)-1])
	next := slices.Clone(v.start[:len(v.idf)])
	for d, doc := range docs {
		var sum, top float64
		for _, x := range doc {
			w := float64(x.weight * v.idf[x.term])
			sum += w * w
			top = max(top, w)
		}
		if sum == 0 {
			continue
		}
		norm := math.Sqrt(sum)
		v.scale[d] = float32(top / norm / weightTop)
		for _, x := range doc {
			if v.idf[x.term] == 0 {
				continue
			}
			w := uint32(math.Round(float64(x.weight*v.idf[x.term]) / top * weightTop))
			v.post[next[x.term]] = uint32(d)<<weightBits | max(w, 1)
			next[x.term]++
		}
	}
}

// saturate dampens repetition.
func saturate(tf float32) float32 { return float32(math.Sqrt(float64(tf))) }

// score makes acc, which has a zero for each document, the cosine of the query
// with each.
func (v *vectors) score(q bag, acc []float32) {
	v.sum(q, acc)
	for d := range acc {
		acc[d] *= v.scale[d]
	}
}

// sum is score without the last step: acc[d] times scale[d] is the cosine. Who
// looks at a few documents only saves the others.
func (v *vectors) sum(q bag, acc []float32) {
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
		for _, p := range v.postings(x.t) {
			acc[p>>weightBits] += w * float32(p&weightTop)
		}
	}
}

// postings of a term, by rising document.
func (v *vectors) postings(t uint32) []uint32 { return v.post[v.start[t]:v.start[t+1]] }

// rarity is 1 for a feature that stands nowhere or in one document, towards 0
// for what stands everywhere.
func (v *vectors) rarity(feature uint64) float32 {
	t, ok := v.vocab[feature]
	if !ok {
		return 1
	}
	return v.idf[t] / v.unknown
}

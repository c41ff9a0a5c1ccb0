package index

import (
	"math"
	"slices"
)

// termFinder finds the kinds' own terms in a text, each a few stems that stand
// together. A stem of five letters or more is found inside a compound too:
// "schuldhulp" in "schuldhulpverlening". It is read-only after the terms were
// added.
type termFinder struct {
	stems   map[string]int32 // every stem of a term
	longest int              // letters of the longest
	byFirst map[int32][]term
	weight  []float32 // of each term: a word that stands in every story says little
}

// term is one term of a kind.
type term struct {
	kind, nr int
	rest     []int32 // the stems after the first
}

// termID tells two terms apart.
type termID struct{ kind, nr int }

func newTermFinder() *termFinder {
	return &termFinder{stems: map[string]int32{}, byFirst: map[int32][]term{}}
}

// add makes the stems a term of the kind; none is no term. rarity is of 0 to 1
// for the feature of a stem.
func (f *termFinder) add(kind int, stems []string, rarity func(uint64) float32) {
	if len(stems) == 0 {
		return
	}
	ids := make([]int32, len(stems))
	var sum float64
	for i, s := range stems {
		id, ok := f.stems[s]
		if !ok {
			id = int32(len(f.stems))
			f.stems[s] = id
			f.longest = max(f.longest, len(s))
		}
		ids[i] = id
		r := float64(rarity(stemHash(s)))
		sum += r * r
	}
	f.byFirst[ids[0]] = append(f.byFirst[ids[0]], term{kind, len(f.weight), ids[1:]})
	f.weight = append(f.weight, float32(min(1, math.Sqrt(sum))))
}

// leastInside is the least number of letters of a stem that is found inside a
// compound.
const leastInside = 5

// find returns the terms in a text of stems.
func (f *termFinder) find(text []string) map[termID]bool {
	at := make([][]int32, len(text)) // the terms' stems at each place
	for i, w := range text {
		if id, ok := f.stems[w]; ok {
			at[i] = append(at[i], id)
		}
		for from := range w {
			for to := from + leastInside; to <= min(len(w), from+f.longest); to++ {
				if id, ok := f.stems[w[from:to]]; ok && !slices.Contains(at[i], id) {
					at[i] = append(at[i], id)
				}
			}
		}
	}
	out := map[termID]bool{}
	for i, here := range at {
		for _, first := range here {
			for _, t := range f.byFirst[first] {
				if t.follows(at[i+1:]) {
					out[termID{t.kind, t.nr}] = true
				}
			}
		}
	}
	return out
}

// follows reports whether the rest of the term stands at the next places.
func (t term) follows(next [][]int32) bool {
	if len(t.rest) > len(next) {
		return false
	}
	for j, id := range t.rest {
		if !slices.Contains(next[j], id) {
			return false
		}
	}
	return true
}

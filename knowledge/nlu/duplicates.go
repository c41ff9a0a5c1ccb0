package nlu

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// maxJaccard is the share of character trigrams from which two examples are
// the same sentence.
const maxJaccard = 0.8

// NearDuplicate is a pair of labelled examples that are all but the same.
type NearDuplicate struct {
	Earlier, Later Example
	Jaccard        float64
}

// String names both places.
func (d NearDuplicate) String() string {
	return fmt.Sprintf("%s:%d is like %s:%d (%.2f): %s", d.Later.File, d.Later.Line, d.Earlier.File, d.Earlier.Line, d.Jaccard, d.Later.Text)
}

// NearDuplicates finds labelled examples of one language whose character
// trigrams overlap by more than 0.8 (Jaccard), in order of the later line.
func NearDuplicates(examples []Example) []NearDuplicate {
	var out []NearDuplicate
	for _, p := range alike(examples, 0, maxJaccard) {
		out = append(out, NearDuplicate{examples[p.earlier], examples[p.later], p.jaccard})
	}
	slices.SortStableFunc(out, func(a, b NearDuplicate) int {
		return cmp.Or(cmp.Compare(a.Later.File, b.Later.File), cmp.Compare(a.Later.Line, b.Later.Line),
			cmp.Compare(a.Earlier.File, b.Earlier.File), cmp.Compare(a.Earlier.Line, b.Earlier.Line))
	})
	return out
}

// pair is two examples, by number, whose trigrams overlap.
type pair struct {
	earlier, later int
	jaccard        float64
}

// alike finds which examples from the given one on resemble an earlier one of
// the same language: their character trigrams overlap by more than bound.
func alike(examples []Example, from int, bound float64) []pair {
	sets := make([][]uint32, len(examples))
	count := map[uint32]int{}
	for i, e := range examples {
		sets[i] = trigrams(e.Text)
		for _, g := range sets[i] {
			count[g]++
		}
	}
	// Two sets that overlap so much share one of their rarest trigrams, so
	// only those are looked up.
	rarest := map[uint32][]int{}
	seen := make([]int, len(examples)) // by which later one, plus one
	var out []pair
	for i, e := range examples {
		for _, g := range rarestOf(sets[i], count, bound) {
			for _, k := range rarest[g] {
				if i >= from && seen[k] != i+1 && examples[k].Lang == e.Lang {
					seen[k] = i + 1
					if j := jaccard(sets[k], sets[i], bound); j > bound {
						out = append(out, pair{k, i, j})
					}
				}
			}
			rarest[g] = append(rarest[g], i)
		}
	}
	return out
}

// rarestOf returns as many of the rarest trigrams of a set as could be missing
// from one that overlaps by more than bound, and one more.
func rarestOf(set []uint32, count map[uint32]int, bound float64) []uint32 {
	byCount := slices.Clone(set)
	slices.SortFunc(byCount, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(count[a], count[b]), cmp.Compare(a, b))
	})
	return byCount[:len(set)-int(math.Ceil(bound*float64(len(set))))+1]
}

// jaccard compares two sorted sets; 0 when their sizes differ too much for
// bound.
func jaccard(a, b []uint32, bound float64) float64 {
	if float64(min(len(a), len(b))) < bound*float64(max(len(a), len(b))) {
		return 0 // can't reach it
	}
	shared, i, k := 0, 0, 0
	for i < len(a) && k < len(b) {
		switch {
		case a[i] < b[k]:
			i++
		case a[i] > b[k]:
			k++
		default:
			shared, i, k = shared+1, i+1, k+1
		}
	}
	return float64(shared) / float64(max(len(a)+len(b)-shared, 1))
}

// trigrams returns the sorted set of character trigrams of text in lower case
// without diacritics, borders included.
func trigrams(text string) []uint32 {
	line := []byte("__")
	for _, r := range text {
		if r == ' ' || r == '\t' {
			line = append(line, '_')
			continue
		}
		line = appendFolded(line, r)
	}
	line = append(line, "__"...)
	var out []uint32
	for i := 0; i+3 <= len(line); i++ {
		out = append(out, uint32(line[i])<<16|uint32(line[i+1])<<8|uint32(line[i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

package nlu

import (
	"cmp"
	"slices"

	"wegwijzer/knowledge"
)

// speller knows the words of the training messages and finds the one that a
// misspelt word stands for: one letter wrong, missing, too many, or two
// swapped. It is read-only after building.
type speller struct {
	words []string         // all, the most frequent first
	right int              // how many of them are corrections
	known map[uint32]bool  // hashes of the words
	near  map[uint32]int32 // hash of a correction, whole or less one letter → the likeliest
}

// Only words of at least this many letters are repaired: shorter ones have too
// many neighbours. A word must occur so often to be a correction.
const (
	minRepair      = 5
	minOccurrences = 3
)

// buildSpeller collects the words of texts.
func buildSpeller(texts []string) *speller {
	count := map[string]int{}
	var s scratch
	for _, t := range texts {
		s.normalize(t)
		for i := range s.ends {
			count[string(s.token(i))]++
		}
	}
	var words []string
	right := 0
	for w, n := range count {
		if repairable([]byte(w)) {
			words = append(words, w)
			if n >= minOccurrences {
				right++
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	return newSpeller(words, right)
}

// newSpeller indexes words, the most frequent first, of which the first right
// are corrections.
func newSpeller(words []string, right int) *speller {
	sp := &speller{words: words, right: right, known: map[uint32]bool{}, near: map[uint32]int32{}}
	for i, w := range words {
		b := []byte(w)
		sp.known[hash(nsWord, b)] = true
		if i >= right {
			continue
		}
		sp.put(hash(nsWord, b), int32(i))
		for k := range b {
			sp.put(without(b, k), int32(i))
		}
	}
	return sp
}

// put gives a hash its likeliest word: the first that comes.
func (sp *speller) put(h uint32, i int32) {
	if _, taken := sp.near[h]; !taken {
		sp.near[h] = i
	}
}

// repair returns the known word that word stands for, or word itself when it
// is known, short, or like none.
func (sp *speller) repair(word []byte) []byte {
	if !repairable(word) || sp.known[hash(nsWord, word)] {
		return word
	}
	found := int32(sp.right)
	look := func(h uint32) {
		if i, ok := sp.near[h]; ok && i < found && knowledge.OneSlip(string(word), sp.words[i]) {
			found = i
		}
	}
	look(hash(nsWord, word))
	for k := range word {
		look(without(word, k))
	}
	if int(found) == sp.right {
		return word
	}
	return []byte(sp.words[found])
}

// repairable reports words of Latin letters that are long enough.
func repairable(word []byte) bool {
	if len(word) < minRepair {
		return false
	}
	for _, c := range word {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// without is the hash of word less its k-th letter.
func without(word []byte, k int) uint32 {
	return hash(hash(nsWord, word[:k]), word[k+1:])
}

package index

import (
	_ "embed"
	"strings"
)

//go:embed content/stopwoorden.txt
var stopText string

// analyser turns text into features: word stems and character n-grams, each
// as a 64-bit hash. It is read-only after newAnalyser.
type analyser struct {
	stop map[string]bool
}

func newAnalyser() *analyser {
	a := &analyser{stop: map[string]bool{}}
	for _, line := range strings.Split(stopText, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			a.stop[w] = true
		}
	}
	return a
}

// Weights of the two kinds of feature.
const (
	stemWeight       = 1.0
	gramWeight       = 0.35
	participleWeight = 0.6
	stemKind         = 1
	gramKind         = 2
)

// bag counts features with their weights.
type bag map[uint64]float32

// add puts the features of a list of words into the bag, each weighing w.
// Words that say nothing are left out.
func (a *analyser) add(b bag, list []string, w float32) {
	for _, word := range list {
		if word == "." || a.stop[word] {
			continue
		}
		a.addWord(b, word, w)
	}
}

func (a *analyser) addWord(b bag, word string, w float32) {
	b[stemHash(stem(word))] += w * stemWeight
	if p := participle(word); p != "" {
		b[stemHash(stem(p))] += w * participleWeight
		if n := len(p); n > 4 && (p[n-1] == 't' || p[n-1] == 'd') && !vowel(p[n-2]) {
			b[stemHash(stem(p[:n-1]))] += w * participleWeight
		}
	}
	grams(word, func(h uint64) { b[h] += w * gramWeight })
}

// participle takes "ge" out of what may be a past participle: gepest becomes
// pest, opgehaald ophaald; empty for any other word and for short ones, which
// are as often no participle.
func participle(word string) string {
	n := len(word)
	if n < 6 || (word[n-1] != 't' && word[n-1] != 'd' && word[n-2:] != "en") {
		return ""
	}
	for _, front := range [...]string{"", "uit", "op", "af", "aan", "in", "weg", "mee", "over", "om", "door", "na", "toe", "terug"} {
		if strings.HasPrefix(word, front) && strings.HasPrefix(word[len(front):], "ge") && n-len(front) > 5 {
			return front + word[len(front)+2:]
		}
	}
	return ""
}

// grams calls do with the hash of each 3- to 5-gram of " word ".
func grams(word string, do func(uint64)) {
	var padded [48]byte
	p := append(append(append(padded[:0], '_'), word...), '_')
	for i := 0; i+3 <= len(p); i++ {
		h := seed(gramKind)
		for n := i; n < min(i+5, len(p)); n++ {
			h = (h ^ uint64(p[n])) * prime
			if n >= i+2 {
				do(h)
			}
		}
	}
}

// prime is that of 64-bit FNV.
const prime = 1099511628211

func seed(kind byte) uint64 { return (uint64(14695981039346656037) ^ uint64(kind)) * prime }

// stemHash is FNV-1a of a stem, with the kind of feature first.
func stemHash(s string) uint64 {
	h := seed(stemKind)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

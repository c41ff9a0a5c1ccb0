package guard

import (
	"math"
	"slices"

	"wegwijzer/knowledge"
)

// The model reads a text as a bag of hashed features. featureVersion is part
// of the stamp of a trained model: raise it when anything here changes.
const (
	featureVersion = 3
	bucketBits     = 17
	buckets        = 1 << bucketBits
)

// feature is one bucket with its value; word says which word it belongs to,
// -1 for the rules.
type feature struct {
	bucket uint32
	word   int32
	value  float32
}

// FNV-1a, seeded by the kind of feature, so that a word and a piece of a word
// that look alike land apart.
const (
	fnvOffset = 2166136261
	fnvPrime  = 16777619
)

func hashByte(h uint32, b byte) uint32 { return (h ^ uint32(b)) * fnvPrime }

func hashString(h uint32, s string) uint32 {
	for i := range len(s) {
		h = hashByte(h, s[i])
	}
	return h
}

func bucketOf(h uint32) uint32 { return (h ^ h>>bucketBits) & (buckets - 1) }

// Values of the kinds of features before the vector is brought to length one.
const (
	wordValue  = 1.0
	pairValue  = 1.0
	skipValue  = 0.6
	pieceValue = 0.2
	ruleValue  = 1.2

	conceptValue     = 0.8
	conceptPairValue = 0.9
)

// extract appends the features of the words to buf; hits are the rules that
// matched in the same words.
func extract(buf []feature, t tokens, hits []hit, all []rule) []feature {
	buf = append(buf, feature{bucket: bucketOf(hashString(fnvOffset, "bias")), word: -1, value: 0.5})
	prev, prev2 := hashString(fnvOffset, "^"), uint32(0)
	for i, w := range t.words {
		q := plainDigits(squeeze(w))
		word := int32(i)
		h := hashString(hashByte(fnvOffset, 'w'), q)
		buf = append(buf,
			feature{bucketOf(h), word, wordValue},
			feature{bucketOf(hashByte(prev*31+h, 'p')), word, pairValue})
		if i > 0 {
			buf = append(buf, feature{bucketOf(hashByte(prev2*31+h, 's')), word, skipValue})
		}
		buf = pieces(buf, q, word)
		prev2, prev = prev, h
	}
	end := hashByte(prev*31+hashString(fnvOffset, "$"), 'p')
	buf = append(buf, feature{bucketOf(end), int32(len(t.words) - 1), pairValue})
	buf = conceptPairs(buf, t)
	for _, h := range hits {
		rl := all[h.rule]
		name := hashString(hashByte(fnvOffset, 'r'), string(rl.kind))
		if rl.weight < 0 {
			name = hashByte(name, '-')
		}
		buf = append(buf, feature{bucketOf(name), -1, ruleValue})
	}
	return unit(buf)
}

// pairReach is how many words apart two concepts still say something together.
const pairReach = 6

// conceptPairs appends the concepts of each word, and each ordered pair of
// concepts that stand near each other: they carry what is learned from one
// wording, or one language, to another.
func conceptPairs(buf []feature, t tokens) []feature {
	for i, here := range t.concepts {
		for _, c := range here {
			h := hashConcept(hashByte(fnvOffset, 'c'), c)
			buf = append(buf, feature{bucketOf(h), int32(i), conceptValue})
			for j := i + 1; j < len(t.concepts) && j <= i+pairReach; j++ {
				for _, d := range t.concepts[j] {
					buf = append(buf, feature{bucketOf(hashConcept(hashByte(h, 'n'), d)), int32(j), conceptPairValue})
				}
			}
		}
	}
	return buf
}

func hashConcept(h uint32, c int32) uint32 {
	return hashByte(hashByte(h, byte(c)), byte(c>>8))
}

// pieces appends the letter groups of three to five of a word.
func pieces(buf []feature, w string, word int32) []feature {
	var at [64]int
	n := 0
	padded := "<" + w + ">"
	for i := range padded {
		if n == len(at) {
			break
		}
		at[n] = i
		n++
	}
	for size := 3; size <= 5; size++ {
		for i := 0; i+size <= n; i++ {
			end := len(padded)
			if i+size < n {
				end = at[i+size]
			}
			h := hashString(hashByte(fnvOffset, byte('0'+size)), padded[at[i]:end])
			buf = append(buf, feature{bucketOf(h), word, pieceValue})
		}
	}
	return buf
}

// plainDigits keeps the length of a number and drops which one it is: ages and
// years speak through the rules.
func plainDigits(w string) string {
	if !slices.ContainsFunc([]byte(w), isDigit) {
		return w
	}
	b := []byte(w)
	for i, c := range b {
		if isDigit(c) {
			b[i] = '0'
		}
	}
	return string(b)
}

// unit brings the vector to length one times a constant, so that a long
// sentence doesn't shout louder than a short one.
func unit(f []feature) []feature {
	sum := 0.0
	for _, x := range f {
		sum += float64(x.value) * float64(x.value)
	}
	scale := float32(4 / math.Sqrt(sum))
	for i := range f {
		f[i].value *= scale
	}
	return f
}

// The outputs of the model: one score for crisis, then one for each kind and
// for each language.
var (
	kindOrder = knowledge.CrisisKinds()
	langOrder = knowledge.Langs()
)

const (
	crisisHead = 0
	kindHeads  = 1
	langHeads  = 6
	heads      = 13
)

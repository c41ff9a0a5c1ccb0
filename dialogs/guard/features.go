package guard

import (
	"math"

	"wegwijzer/knowledge"
)

// The model reads a text as a bag of hashed features. featureVersion is part
// of the stamp of a trained model: raise it when anything here changes.
const (
	featureVersion = 6
	bucketBits     = 20
	buckets        = 1 << bucketBits
	sideBuckets    = 1 << 15 // for the kinds and the languages
)

// feature is one bucket with its value; word says which word it belongs to,
// -1 for the rules and for what the message around a part says.
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
	pieceValue = 0.3
	ruleValue  = 1.2

	conceptValue     = 0.8
	conceptPairValue = 0.6
	contextValue     = 0.6
)

// Names of the kinds of features.
const (
	nameWord    = 'w'
	namePair    = 'p'
	nameSkip    = 's'
	nameConcept = 'c'
	nameNear    = 'n'
	nameRule    = 'r'
	nameContext = 'x'
)

var (
	biasBucket = bucketOf(hashString(fnvOffset, "bias"))
	startHash  = hashString(fnvOffset, "^")
	endHash    = hashString(fnvOffset, "$")
)

const biasValue = 0.5

func wordHash(w string) uint32            { return hashString(hashByte(fnvOffset, nameWord), w) }
func pairBucket(a, b uint32) uint32       { return bucketOf(hashByte(a*31+b, namePair)) }
func skipBucket(a, b uint32) uint32       { return bucketOf(hashByte(a*31+b, nameSkip)) }
func conceptHash(c int32) uint32          { return hashConcept(hashByte(fnvOffset, nameConcept), c) }
func contextBucket(c int32) uint32        { return bucketOf(hashConcept(hashByte(fnvOffset, nameContext), c)) }
func nearBucket(h uint32, d int32) uint32 { return bucketOf(hashConcept(hashByte(h, nameNear), d)) }

// ruleBucket is the feature of a rule: its kind, and whether it lowers.
func ruleBucket(r rule) uint32 {
	h := hashString(hashByte(fnvOffset, nameRule), string(r.kind))
	if r.weight < 0 {
		h = hashByte(h, '-')
	}
	return bucketOf(h)
}

// extract appends the features of a part of a text to buf. Word numbers count
// from the start of the part.
func extract(buf []feature, t *tokens, s passage, all []rule) []feature {
	buf = append(buf, feature{bucket: biasBucket, word: -1, value: biasValue})
	prev, prev2 := startHash, uint32(0)
	for i, w := range t.plain[s.from:s.to] {
		word, h := int32(i), wordHash(w)
		buf = append(buf,
			feature{bucketOf(h), word, wordValue},
			feature{pairBucket(prev, h), word, pairValue})
		if i > 0 {
			buf = append(buf, feature{skipBucket(prev2, h), word, skipValue})
		}
		pieces(w, func(b uint32) { buf = append(buf, feature{b, word, pieceValue}) })
		prev2, prev = prev, h
	}
	buf = append(buf, feature{pairBucket(prev, endHash), int32(s.to - s.from - 1), pairValue})
	buf = conceptPairs(buf, t.concepts[s.from:s.to])
	for _, c := range t.context {
		buf = append(buf, feature{contextBucket(c), -1, contextValue})
	}
	t.hitsIn(s, func(h hit) { buf = append(buf, feature{all[h.rule].name, -1, ruleValue}) })
	return unit(buf)
}

// pairReach is how many words apart two concepts still say something together.
const pairReach = 6

// conceptPairs appends the concepts of each word, and each ordered pair of
// concepts that stand near each other: they carry what is learned from one
// wording, or one language, to another.
func conceptPairs(buf []feature, concepts [][]int32) []feature {
	for i, here := range concepts {
		for _, c := range here {
			h := conceptHash(c)
			buf = append(buf, feature{bucketOf(h), int32(i), conceptValue})
			for j := i + 1; j < len(concepts) && j <= i+pairReach; j++ {
				for _, d := range concepts[j] {
					buf = append(buf, feature{nearBucket(h, d), int32(j), conceptPairValue})
				}
			}
		}
	}
	return buf
}

func hashConcept(h uint32, c int32) uint32 {
	return hashByte(hashByte(h, byte(c)), byte(c>>8))
}

// pieces calls f with the letter groups of three to five of a word.
func pieces(w string, f func(bucket uint32)) {
	var padded [66]byte
	var at [64]int
	p := append(append(append(padded[:0], '<'), w[:min(len(w), 64)]...), '>')
	n := 0
	for i, c := range p {
		if c&0xC0 != 0x80 && n < len(at) {
			at[n] = i
			n++
		}
	}
	for size := 3; size <= 5; size++ {
		seed := hashByte(fnvOffset, byte('0'+size))
		for i := 0; i+size <= n; i++ {
			end := len(p)
			if i+size < n {
				end = at[i+size]
			}
			h := seed
			for _, c := range p[at[i]:end] {
				h = hashByte(h, c)
			}
			f(bucketOf(h))
		}
	}
}

// length is that of each vector.
const length = 12

// unit brings the vector to length one times a constant, so that a long
// sentence doesn't shout louder than a short one.
func unit(f []feature) []feature {
	sum := 0.0
	for _, x := range f {
		sum += float64(x.value) * float64(x.value)
	}
	scale := float32(length / math.Sqrt(sum))
	for i := range f {
		f[i].value *= scale
	}
	return f
}

// The outputs of the model: one score for crisis, and beside it one for each
// kind and for each language.
var (
	kindOrder = knowledge.CrisisKinds()
	langOrder = knowledge.Langs()
)

const (
	kindHeads = 5
	sideHeads = 12 // kinds, then languages
)

// sideRow is where the weights of a bucket for the kinds and languages start.
func sideRow(bucket uint32) int { return int(bucket&(sideBuckets-1)) * sideHeads }

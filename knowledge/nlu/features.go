package nlu

import (
	"unicode"
	"unicode/utf8"
)

// A feature is the 32-bit hash of something in a message: a word, two words
// side by side, the sound of a word, a piece of a word. The namespaces keep
// them apart.
const (
	nsWord    uint32 = 2166136261
	nsPair    uint32 = nsWord // "huur toeslag" is the same feature as "huurtoeslag"
	nsSound   uint32 = 0x9e3779b9
	nsPiece   uint32 = 0x7f4a7c15
	nsFirst   uint32 = 0x2545f491
	nsLast    uint32 = 0xcbbb9d5d
	nsSize    uint32 = 0x632be5ab
	nsConcept uint32 = 0x3c6ef372
	nsLetter  uint32 = 0xbb67ae85
	nsMeeting uint32 = 0x51ed270b // two concepts in one message
)

// hash continues an FNV-1a hash.
func hash(h uint32, b []byte) uint32 {
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// reader turns text into features. Both parts may be nil: without a lexicon
// there are no concepts, without a speller no repairs.
type reader struct {
	lex   *lexicon
	spell *speller
}

// newReader returns a reader without a speller.
func newReader(lexicon string) (reader, error) {
	lex, err := lexiconNamed(lexicon)
	return reader{lex: lex}, err
}

// features returns the features of text, repeats included, in order of
// appearance. A word without a concept that may be misspelt counts as the word
// that it stands for, in pieces as it is. The slice belongs to the scratch.
func (s *scratch) features(text string, rd reader) []uint32 {
	s.normalize(text)
	s.feats, s.sound = s.feats[:0], s.sound[:0]
	n := len(s.ends)
	if rd.lex != nil && rd.lex.name == lexLanguages {
		s.letters(text)
	}
	s.concepts = s.concepts[:0]
	var before, soundBefore []byte
	var near phrase
	for i := range n {
		raw := s.token(i)
		word := raw
		from, concepts := len(s.sound), len(s.feats)
		s.sound = appendSound(s.sound, word)
		s.feats = rd.lex.word(s.feats, word, s.sound[from:])
		if rd.spell != nil && len(s.feats) == concepts {
			if word = rd.spell.repair(raw); &word[0] != &raw[0] {
				s.sound = appendSound(s.sound[:from], word)
				s.feats = rd.lex.word(s.feats, word, s.sound[from:])
			}
		}
		sound := s.sound[from:]
		s.feats = near.next(s.feats, rd.lex, sound)
		if i > 0 {
			s.feats = rd.lex.pair(s.feats, before, word, soundBefore, sound)
		}
		s.noteConcepts(concepts)
		s.feats = append(s.feats, hash(nsWord, word), hash(nsSound, sound))
		if i > 0 {
			s.feats = append(s.feats, hash(hash(nsWord, before), word))
		}
		s.pieces(raw)
		before, soundBefore = word, sound
	}
	if n > 0 {
		s.feats = append(s.feats, hash(nsFirst, s.token(0)), hash(nsLast, s.token(n-1)))
	}
	s.feats = append(s.feats, nsSize+sizeClass(n))
	if rd.lex != nil && rd.lex.name == lexConcepts {
		s.meet()
	}
	return s.feats
}

// letters adds the letters that are not in the English alphabet: they tell
// the language.
func (s *scratch) letters(text string) {
	for i, r := range text {
		if i >= maxBytes {
			return
		}
		if r >= utf8.RuneSelf && unicode.IsLetter(r) {
			s.feats = append(s.feats, (nsLetter^uint32(unicode.ToLower(r)))*16777619)
		}
	}
}

// pieces adds the character n-grams (three to five bytes) of one word with
// its borders.
func (s *scratch) pieces(word []byte) {
	var padded [maxWord*2 + 4]byte
	padded[0] = '_'
	n := 1 + copy(padded[1:], word)
	padded[n] = '_'
	n++
	p := padded[:n]
	for i := range p {
		h := nsPiece
		for j := i; j < n && j < i+5; j++ {
			h = (h ^ uint32(p[j])) * 16777619
			if j-i >= 2 {
				s.feats = append(s.feats, h)
			}
		}
	}
}

// sizeClass puts a message of n tokens into one of few classes of length.
func sizeClass(n int) uint32 {
	switch {
	case n <= 3:
		return uint32(n)
	case n <= 5:
		return 4
	case n <= 8:
		return 5
	case n <= 14:
		return 6
	case n <= 25:
		return 7
	case n <= 50:
		return 8
	}
	return 9
}

package nlu

// A feature is the 32-bit hash of something in a message: a word, two words
// side by side, the sound of a word, a piece of a word. The namespaces keep
// them apart.
const (
	nsWord  uint32 = 2166136261
	nsPair  uint32 = nsWord // "huur toeslag" is the same feature as "huurtoeslag"
	nsSkip  uint32 = 0x51ed270b
	nsShape uint32 = 0x9e3779b9
	nsPiece uint32 = 0x7f4a7c15
	nsEdge  uint32 = 0x2545f491
	nsSize  uint32 = 0x632be5ab
)

// hash continues an FNV-1a hash.
func hash(h uint32, b []byte) uint32 {
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// features returns the features of text, repeats included, in order of
// appearance. The slice belongs to the scratch.
func (s *scratch) features(text string) []uint32 {
	s.normalize(text)
	s.feats = s.feats[:0]
	n := len(s.ends)
	for i := range n {
		word := s.token(i)
		w := hash(nsWord, word)
		s.feats = append(s.feats, w)
		s.shape = appendShape(s.shape[:0], word)
		sh := hash(nsShape, s.shape)
		s.feats = append(s.feats, sh)
		if i+1 < n {
			s.feats = append(s.feats, hash(w, s.token(i+1)))
		}
		if i+2 < n {
			s.feats = append(s.feats, hash(hash(nsSkip, word), s.token(i+2)))
		}
		s.pieces(word)
	}
	if n > 0 {
		s.feats = append(s.feats, hash(nsEdge, s.token(0)), hash(nsEdge+1, s.token(n-1)))
	}
	s.feats = append(s.feats, nsSize+sizeClass(n))
	return s.feats
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

package nlu

import "slices"

// maxPhrase is the number of words that a phrase of the lexicon can have.
const maxPhrase = 5

// addPhrase enters words that stand side by side; open: of the last one only
// the beginning is given.
func (lx *lexicon) addPhrase(parts []string, open bool, feature uint32) {
	h := uint32(bySound)
	for i, part := range parts {
		if i > 0 {
			h = join(h)
		}
		h = hash(h, appendSound(nil, squeeze([]byte(part))))
	}
	lx.sieve.add(h)
	if open {
		put(lx.openings, h, feature)
		return
	}
	put(lx.phrases, h, feature)
}

// sieve tells most hashes that are in no phrase from the others, faster than a
// map does.
type sieve [1 << 10]uint64

func (s *sieve) add(h uint32) { s[h>>22] |= 1 << (h >> 16 & 63) }

func (s *sieve) may(h uint32) bool { return s[h>>22]>>(h>>16&63)&1 != 0 }

// join continues the hash of a phrase behind a word.
func join(h uint32) uint32 { return (h ^ '_') * 16777619 }

// phrase follows the phrases of a message word by word: behind[k] is the hash
// of the k+1 words before the next one. Its zero value stands before the first
// word.
type phrase struct {
	behind [maxPhrase - 1]uint32
	n      int
}

// next appends the concepts of the phrases that end in a word, given its
// sound. A nil lexicon has none.
func (p *phrase) next(dst []uint32, lx *lexicon, sound []byte) []uint32 {
	if lx == nil {
		return dst
	}
	for k := p.n - 1; k >= 0; k-- {
		h := p.behind[k]
		for _, c := range sound {
			h = (h ^ uint32(c)) * 16777619
			if lx.sieve.may(h) {
				dst = append(dst, lx.openings[h]...)
			}
		}
		if lx.sieve.may(h) {
			dst = append(dst, lx.phrases[h]...)
		}
		if k+1 < len(p.behind) {
			p.behind[k+1] = join(h)
		}
	}
	p.behind[0] = join(hash(bySound, sound))
	p.n = min(p.n+1, len(p.behind))
	return dst
}

// maxMeeting is the number of concepts of a message that are paired, the first
// ones: a long story would have too many.
const maxMeeting = 12

// meet adds a feature for each two concepts of the message: a child and
// something with school say more together than apart.
func (s *scratch) meet() {
	slices.Sort(s.concepts)
	for i, a := range s.concepts {
		for _, b := range s.concepts[i+1:] {
			s.feats = append(s.feats, spread(a*31+b)^nsMeeting)
		}
	}
}

// noteConcepts remembers the features from the given one on, which are
// concepts, for meet.
func (s *scratch) noteConcepts(from int) {
	for _, f := range s.feats[from:] {
		if len(s.concepts) < maxMeeting && !slices.Contains(s.concepts, f) {
			s.concepts = append(s.concepts, f)
		}
	}
}

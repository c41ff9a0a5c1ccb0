package index

import (
	"maps"
	"slices"

	"wegwijzer/knowledge"
)

// The least number of letters of a word that is repaired by its sound, and by
// one letter: of shorter ones too many are alike.
const (
	shortest       = 6
	shortestOneOff = 8
)

// speller finds for a word that nothing is known of the known word that was
// likely meant: one that sounds alike, or else one that differs in one letter.
// It is read-only after the words were added.
type speller struct {
	count   map[string]int    // of known words
	sound   map[string]string // the word most used of those that sound so
	without map[uint64]string // by its hash without one letter
}

func newSpeller() *speller {
	return &speller{count: map[string]int{}, sound: map[string]string{}, without: map[uint64]string{}}
}

// learn counts the words as known.
func (s *speller) learn(list []string) {
	for _, w := range list {
		if len(w) >= shortest-1 {
			s.count[w]++
		}
	}
}

// ready makes the ways to the known words; learn comes before it.
func (s *speller) ready() {
	for w := range s.count {
		if len(w) < shortest {
			continue
		}
		if k := soundOf(w); s.before(w, s.sound[k]) {
			s.sound[k] = w
		}
		lacking(w, func(h uint64) {
			if s.before(w, s.without[h]) {
				s.without[h] = w
			}
		})
	}
}

// before reports whether w is meant sooner than the word that a way leads to
// now; "" is none.
func (s *speller) before(w, now string) bool {
	return now == "" || s.count[w] > s.count[now] || (s.count[w] == s.count[now] && w < now)
}

// next is the speller after words came and went; s stays as it is. The words
// that went had been learned.
func (s *speller) next(come, gone []string) *speller {
	if len(come)+len(gone) == 0 {
		return s
	}
	n := &speller{count: maps.Clone(s.count), sound: maps.Clone(s.sound), without: maps.Clone(s.without)}
	n.learn(come)
	for _, w := range gone {
		if n.count[w]--; n.count[w] <= 0 {
			delete(n.count, w)
		}
	}
	sounds, holes := map[string]bool{}, map[uint64]bool{}
	for _, w := range slices.Concat(come, gone) {
		if len(w) < shortest || n.count[w] == s.count[w] {
			continue
		}
		sounds[soundOf(w)] = true
		lacking(w, func(h uint64) { holes[h] = true })
	}
	n.lead(sounds, holes)
	return n
}

// lead makes the ways of these sounds and holes anew.
func (s *speller) lead(sounds map[string]bool, holes map[uint64]bool) {
	for k := range sounds {
		delete(s.sound, k)
	}
	for h := range holes {
		delete(s.without, h)
	}
	for w := range s.count {
		if len(w) < shortest {
			continue
		}
		if k := soundOf(w); sounds[k] && s.before(w, s.sound[k]) {
			s.sound[k] = w
		}
		lacking(w, func(h uint64) {
			if holes[h] && s.before(w, s.without[h]) {
				s.without[h] = w
			}
		})
	}
}

// knows reports whether the word stands anywhere.
func (s *speller) knows(w string) bool { return s.count[w] > 0 }

// repair returns the word that was likely meant, or w itself.
func (s *speller) repair(w string) string {
	if len(w) < shortest || s.knows(w) {
		return w
	}
	if k, ok := s.sound[soundOf(w)]; ok {
		return k
	}
	if len(w) < shortestOneOff {
		return w
	}
	best := ""
	try := func(k string) {
		if k != "" && k[0] == w[0] && s.count[k] > s.count[best] && knowledge.OneSlip(w, k) {
			best = k
		}
	}
	try(s.without[stemHash(w)]) // a letter too few
	lacking(w, func(h uint64) { try(s.without[h]) })
	for i := 1; i < len(w); i++ { // a letter too many
		if k := w[:i] + w[i+1:]; s.knows(k) {
			try(k)
		}
	}
	if best == "" {
		return w
	}
	return best
}

// lacking calls do with the hash of w without each of its letters but the
// first.
func lacking(w string, do func(uint64)) {
	for i := 1; i < len(w); i++ {
		h := seed(stemKind)
		for j := range len(w) {
			if j != i {
				h = (h ^ uint64(w[j])) * prime
			}
		}
		do(h)
	}
}

// soundOf writes a word as it sounds, roughly: doubled letters once, ij as ei,
// ou as au, y as i, c as k or s, z as s, v as f, ch as g, a last d as t.
func soundOf(w string) string {
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		c, next := w[i], byte(0)
		if i+1 < len(w) {
			next = w[i+1]
		}
		switch {
		case c == 'i' && next == 'j':
			out, c, i = append(out, 'e'), 'i', i+1
		case c == 'o' && next == 'u':
			out, c, i = append(out, 'a'), 'u', i+1
		case c == 'c' && next == 'h':
			c, i = 'g', i+1
		case c == 'c' && (next == 'e' || next == 'i' || next == 'y'):
			c = 's'
		case c == 'c':
			c = 'k'
		case c == 'y':
			c = 'i'
		case c == 'z':
			c = 's'
		case c == 'v':
			c = 'f'
		case c == 'd' && next == 0:
			c = 't'
		}
		if n := len(out); n == 0 || out[n-1] != c {
			out = append(out, c)
		}
	}
	return string(out)
}

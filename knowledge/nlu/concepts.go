package nlu

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed concepts.txt
var conceptFile string

//go:embed languages.txt
var languageFile string

// lexicon finds the concepts of a word. Long words are compared by sound, so
// that a misspelling is understood; short ones letter by letter, since too
// many short words sound alike ("dood" and "tot"). It is read-only after
// parsing.
type lexicon struct {
	words    map[uint32][]uint32 // hash of the whole word
	prefixes map[uint32][]uint32 // hash of the first bytes
	suffixes map[uint32][]uint32 // hash of the last bytes, read backwards
	phrases  map[uint32][]uint32 // hash of the sounds of words side by side
	openings map[uint32][]uint32 // the same, of the last word only its first sounds
	sieve    sieve               // of both
	concepts map[uint32]bool
	name     string

	prefixLens, suffixLens uint64 // bit n: there is a stem of n bytes
}

// Stems of at least soundStem letters are compared by sound; one with a star
// must have at least minStem.
const (
	soundStem = 6
	minStem   = 3
)

// Seeds of the hashes of letters and of sounds.
const (
	byLetter = 0xa54ff53a
	bySound  = 0x1f83d9ab
)

// parseLexicon reads concepts.txt's format; errors name the line of
// <name>.txt.
func parseLexicon(name, text string) (*lexicon, error) {
	lx := &lexicon{
		words: map[uint32][]uint32{}, prefixes: map[uint32][]uint32{}, suffixes: map[uint32][]uint32{},
		phrases: map[uint32][]uint32{}, openings: map[uint32][]uint32{}, concepts: map[uint32]bool{},
	}
	for n, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		concept, words, ok := strings.Cut(line, ":")
		if !ok || concept == "" || strings.TrimSpace(words) == "" {
			return nil, fmt.Errorf("%s.txt:%d: want name: words", name, n+1)
		}
		feature := hash(nsConcept, []byte(concept))
		lx.concepts[feature] = true
		for _, w := range strings.Fields(words) {
			if err := lx.add(w, feature); err != nil {
				return nil, fmt.Errorf("%s.txt:%d: %w", name, n+1, err)
			}
		}
	}
	return lx, nil
}

// add enters one word of the file.
func (lx *lexicon) add(word string, feature uint32) error {
	if parts := strings.Split(strings.TrimSuffix(word, "*"), "_"); len(parts) > 1 {
		if len(parts) > maxPhrase || slices.Contains(parts, "") {
			return fmt.Errorf("%q is no phrase of two to %d words", word, maxPhrase)
		}
		lx.addPhrase(parts, strings.HasSuffix(word, "*"), feature)
	}
	stem := squeeze([]byte(strings.ReplaceAll(strings.Trim(word, "*"), "_", "")))
	if len(stem) == 0 || len(stem) < minStem && strings.Contains(word, "*") {
		return fmt.Errorf("%q is too short", word)
	}
	seed := uint32(byLetter)
	if len(stem) >= soundStem {
		seed, stem = bySound, appendSound(nil, stem)
	}
	switch {
	case strings.HasPrefix(word, "*"):
		slices.Reverse(stem)
		put(lx.suffixes, hash(seed, stem), feature)
		lx.suffixLens |= 1 << min(len(stem), 63)
	case strings.HasSuffix(word, "*"):
		put(lx.prefixes, hash(seed, stem), feature)
		lx.prefixLens |= 1 << min(len(stem), 63)
		put(lx.words, hash(seed, stem), feature) // "zorg kantoor"
	default:
		put(lx.words, hash(seed, stem), feature)
	}
	return nil
}

func put(m map[uint32][]uint32, h, feature uint32) {
	if !slices.Contains(m[h], feature) {
		m[h] = append(m[h], feature)
	}
}

// word appends the concepts of one word, given its letters and its sound. A
// nil lexicon has none.
func (lx *lexicon) word(dst []uint32, letters, sound []byte) []uint32 {
	if lx == nil {
		return dst
	}
	dst = lx.look(dst, byLetter, letters)
	return lx.look(dst, bySound, sound)
}

func (lx *lexicon) look(dst []uint32, seed uint32, form []byte) []uint32 {
	h := seed
	for i, c := range form {
		h = (h ^ uint32(c)) * 16777619
		if lx.prefixLens>>min(i+1, 63)&1 != 0 {
			dst = append(dst, lx.prefixes[h]...)
		}
	}
	dst = append(dst, lx.words[h]...)
	if lx.suffixLens == 0 {
		return dst
	}
	h = seed
	for i := len(form) - 1; i > 0; i-- {
		h = (h ^ uint32(form[i])) * 16777619
		if lx.suffixLens>>min(len(form)-i, 63)&1 != 0 {
			dst = append(dst, lx.suffixes[h]...)
		}
	}
	return dst
}

// pair appends the concepts of two words side by side, given their letters
// and sounds.
func (lx *lexicon) pair(dst []uint32, a, b, soundA, soundB []byte) []uint32 {
	if lx == nil {
		return dst
	}
	dst = append(dst, lx.words[hash(hash(byLetter, a), b)]...)
	return append(dst, lx.words[hash(hash(bySound, soundA), soundB)]...)
}

// The lexicons that a network can read with.
const (
	lexConcepts  = "concepts"
	lexLanguages = "languages"
)

// lexiconNamed returns a lexicon by name, nil for "".
func lexiconNamed(name string) (*lexicon, error) {
	text := ""
	switch name {
	case "":
		return nil, nil
	case lexConcepts:
		text = conceptFile
	case lexLanguages:
		text = languageFile
	default:
		return nil, fmt.Errorf("unknown lexicon %q", name)
	}
	lx, err := parseLexicon(name, text)
	if err != nil {
		return nil, err
	}
	lx.name = name
	return lx, nil
}

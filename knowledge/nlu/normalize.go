package nlu

import (
	"unicode"
	"unicode/utf8"
)

// Limits of what is read from one message. A longer text is judged by its
// first part: who writes a page says what it is about early.
const (
	maxBytes  = 8000
	maxTokens = 600
	maxWord   = 24
)

// scratch holds the buffers of one analysis, so that a message costs next to
// no allocations. It is not safe for concurrent use.
type scratch struct {
	buf   []byte // normalised bytes of all tokens, back to back
	ends  []int  // end of each token in buf
	sound []byte // phonetic form of all tokens, back to back
	feats []uint32
	// concepts holds the first few different concepts of a message.
	concepts []uint32
	rows     []int32
	seen     []uint32 // seen[row] == turn: the row is in rows
	turn     uint32
	hidden   []float32
	out      []float32
	read     []float32 // out, and the scores of the parts behind it
	known    int       // rows of the whole message
	probs    []float64
	gebied   []float64
	blend    [blendSize]float64
}

// token returns the i-th normalised token.
func (s *scratch) token(i int) []byte {
	from := 0
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.buf[from:s.ends[i]]
}

// normalize splits text into normalised tokens: lower case without
// diacritics, control or zero-width characters, stretched letters shortened
// ("heeeel"), numbers as their class, chat abbreviations written out
// ("ksnap" becomes "ik snap"). Question and exclamation marks, the euro sign
// and emoji are tokens of their own. Invalid UTF-8 is skipped.
func (s *scratch) normalize(text string) {
	s.buf, s.ends = s.buf[:0], s.ends[:0]
	start := 0
	for i := 0; i < len(text) && i < maxBytes && len(s.ends) < maxTokens; {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		if r == utf8.RuneError && size == 1 || invisible(r) {
			continue
		}
		switch {
		case r == '\'' || r == '’' || r == '`' || r == '´':
			continue // m'n, foto's
		case (r == '.' || r == ',') && inNumber(text, i):
			continue // 1.250 is one number
		case r < utf8.RuneSelf && isAlnum(byte(r)):
			s.buf = append(s.buf, lower(byte(r)))
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			s.buf = appendFolded(s.buf, r)
		default:
			start = s.endWord(start)
			if symbol(r) {
				s.buf = utf8.AppendRune(s.buf, r)
				s.ends = append(s.ends, len(s.buf))
				start = len(s.buf)
			}
		}
	}
	s.endWord(start)
}

// endWord closes the word that began at start, tidies it and returns where
// the next one begins.
func (s *scratch) endWord(start int) int {
	word := s.buf[start:]
	if len(word) == 0 {
		return start
	}
	if len(word) > maxWord {
		word = word[:maxWord]
	}
	word = squeeze(word)
	if full, ok := abbreviations[string(word)]; ok {
		s.buf = s.buf[:start]
		for _, w := range full {
			s.buf = append(s.buf, w...)
			s.ends = append(s.ends, len(s.buf))
		}
		return len(s.buf)
	}
	s.buf = s.buf[:start+len(word)]
	s.ends = append(s.ends, len(s.buf))
	return len(s.buf)
}

// squeeze shortens stretched letters in place (three or more of one letter
// become two, at the end of a word one) and writes a number as its class.
func squeeze(word []byte) []byte {
	out := word[:0]
	for i := 0; i < len(word); {
		c, j := word[i], i
		if isDigit(c) {
			for j < len(word) && isDigit(word[j]) {
				j++
			}
			out = append(out, numberClass(word[i:j])...)
			i = j
			continue
		}
		for j < len(word) && word[j] == c && c < utf8.RuneSelf {
			j++
		}
		switch n := j - i; {
		case c >= utf8.RuneSelf:
			out, j = append(out, c), i+1
		case n >= 3 && j == len(word), n == 1:
			out = append(out, c)
		default:
			out = append(out, c, c)
		}
		i = j
	}
	return out
}

// numberClass stands for a number in a word: what matters is whether it can
// be a child's age, a young or an old person's, a year, or much money. It is
// never longer than the number.
func numberClass(digits []byte) string {
	n := 0
	for _, d := range digits {
		n = min(n*10+int(d-'0'), 1_000_000)
	}
	switch {
	case n <= 12:
		return "0"
	case n <= 27:
		return "1"
	case n <= 64:
		return "2"
	case n <= 110:
		return "3"
	case n < 1000:
		return "4"
	case n >= 1900 && n <= 2040:
		return "5"
	case n < 5000:
		return "6"
	}
	return "7"
}

// inNumber reports a separator at text[i-1] with a digit on both sides and
// three digits after it.
func inNumber(text string, i int) bool {
	return i >= 2 && i+2 < len(text) && isDigit(text[i-2]) && isDigit(text[i]) && isDigit(text[i+1]) && isDigit(text[i+2])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// invisible reports characters that people don't see: they must not split a
// word ("hu\u200bur").
func invisible(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case r < 0x20, r == 0x7f, r >= 0x80 && r < 0xa0:
		return true
	}
	return r == 0xad || r == 0xfeff || r >= 0x200b && r <= 0x200f ||
		r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2064 || r >= 0xfe00 && r <= 0xfe0f
}

// symbol reports marks that carry meaning of their own.
func symbol(r rune) bool {
	return r == '?' || r == '!' || r == '€' || r >= 0x2600 && r <= 0x27bf || r >= 0x1f300 && r <= 0x1faff
}

// appendFolded adds a letter in lower case without its diacritic. Combining
// marks vanish; letters of other scripts stay.
func appendFolded(dst []byte, r rune) []byte {
	if unicode.IsMark(r) {
		return dst
	}
	r = unicode.ToLower(r)
	if r >= 0xdf && r <= 0x17f {
		if f := folds[r-0xdf]; f != "" {
			return append(dst, f...)
		}
	}
	if unicode.IsDigit(r) {
		return append(dst, '0')
	}
	return utf8.AppendRune(dst, r)
}

// probabilities returns a buffer for n probabilities.
func (s *scratch) probabilities(n int) []float64 {
	if cap(s.probs) < n {
		s.probs = make([]float64, n)
	}
	return s.probs[:n]
}

// mark starts a new turn of marking n rows.
func (s *scratch) mark(n int) []uint32 {
	if len(s.seen) < n {
		s.seen = make([]uint32, n)
		s.turn = 0
	}
	if s.turn++; s.turn == 0 { // all turns used up
		clear(s.seen)
		s.turn = 1
	}
	return s.seen
}

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRunes bounds the work for one message; of a longer one the head and the
// tail are read.
const (
	maxRunes  = 24000
	tailRunes = 4000
)

// sentence is a run of words between two marks that end a thought.
type sentence struct{ words []string }

// fold maps letters with marks to their plain form, so that a phone typist who
// leaves the marks out is read like one who does not.
var fold = map[rune]string{
	'à': "a", 'á': "a", 'â': "a", 'ä': "a", 'ã': "a", 'å': "a", 'ą': "a",
	'è': "e", 'é': "e", 'ê': "e", 'ë': "e", 'ę': "e",
	'ì': "i", 'í': "i", 'î': "i", 'ï': "i", 'ı': "i",
	'ò': "o", 'ó': "o", 'ô': "o", 'ö': "o", 'õ': "o", 'ø': "o",
	'ù': "u", 'ú': "u", 'û': "u", 'ü': "u",
	'ç': "c", 'ć': "c", 'ğ': "g", 'ł': "l", 'ń': "n", 'ñ': "n",
	'ş': "s", 'ś': "s", 'ź': "z", 'ż': "z", 'ÿ': "y", 'ß': "ss", 'æ': "ae", 'œ': "oe",
	'ґ': "г", 'ї': "і", 'ё': "е", 'ы': "и", 'э': "е", 'ъ': "",
	'أ': "ا", 'إ': "ا", 'آ': "ا", 'ٱ': "ا", 'ى': "ي", 'ة': "ه", 'ؤ': "و", 'ئ': "ي",
	'ـ': "", 'گ': "ك", 'ک': "ك", 'ی': "ي",
}

// marks that are written inside a word and mean nothing to us.
const joiners = "'’‘`´ʼ\u00ad"

// splitter cuts a text in plain words; it may be used again, and then needs no
// new memory.
type splitter struct {
	text []byte     // all words, one after the other
	word [][2]int32 // where each word is in text
	ends []int32    // how many words there are up to each end of a sentence
}

// normalise turns a message into sentences of plain lower-case words: marks
// and diacritics gone, three or more equal letters squeezed to two, invalid
// bytes and invisible characters dropped.
func normalise(text string) []sentence {
	var sp splitter
	sp.run(text)
	var out []sentence
	from := int32(0)
	for _, end := range sp.ends {
		var s sentence
		for _, w := range sp.word[from:end] {
			s.words = append(s.words, string(sp.text[w[0]:w[1]]))
		}
		out, from = append(out, s), end
	}
	return out
}

// run fills the splitter from a text.
func (sp *splitter) run(text string) {
	text = clip(text)
	sp.text, sp.word, sp.ends = sp.text[:0], sp.word[:0], sp.ends[:0]
	var last rune
	run, start := 0, 0
	endWord := func() {
		if len(sp.text) > start {
			sp.word = append(sp.word, [2]int32{int32(start), int32(len(sp.text))})
			start = len(sp.text)
		}
		last, run = 0, 0
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch kindOf(r, size, text, i) {
		case runeLetter:
			r = unicode.ToLower(r)
			if r == last {
				run++
			} else {
				last, run = r, 1
			}
			if run > 2 && unicode.IsLetter(r) {
				continue
			}
			sp.text = appendFolded(sp.text, r)
			if len(sp.text)-start > 60 {
				endWord()
			}
		case runeGap:
			endWord()
		case runeEnd:
			endWord()
			sp.endSentence()
		}
	}
	endWord()
	sp.endSentence()
}

func (sp *splitter) endSentence() {
	n := int32(len(sp.word))
	if n > 0 && (len(sp.ends) == 0 || sp.ends[len(sp.ends)-1] < n) {
		sp.ends = append(sp.ends, n)
	}
}

// What a character is to the splitter.
const (
	runeNothing = iota // left out, the word goes on
	runeLetter
	runeGap
	runeEnd
)

// kindOf says what r is, which ends at i.
func kindOf(r rune, size int, text string, i int) int {
	if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
		return runeLetter
	}
	switch {
	case r == utf8.RuneError && size <= 1, r == 0xFEFF, strings.ContainsRune(joiners, r):
		return runeNothing
	case (r == '.' || r == ':') && insideNumber(text, i):
		return runeGap
	case strings.ContainsRune(".!?;\n\r…؟؛。", r):
		return runeEnd
	case r < 128:
		return runeGap
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
		return runeNothing
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return runeLetter
	}
	return runeGap
}

// appendFolded appends r in its plain form.
func appendFolded(b []byte, r rune) []byte {
	if r < 128 {
		return append(b, byte(r))
	}
	if s, ok := fold[r]; ok {
		return append(b, s...)
	}
	if d, ok := digitValue(r); ok {
		return append(b, byte('0'+d))
	}
	return utf8.AppendRune(b, r)
}

// insideNumber reports whether the mark that ends at i stands between digits.
func insideNumber(text string, i int) bool {
	return i >= 2 && i < len(text) && isDigit(text[i-2]) && isDigit(text[i])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// clip keeps the head and the tail of a text that is too long to read whole.
func clip(text string) string {
	if len(text) <= maxRunes {
		return text
	}
	return text[:maxRunes-tailRunes] + "\n" + text[len(text)-tailRunes:]
}

// squeeze drops doubled letters: "zellfmoord" and "zelfmord" become one word.
func squeeze(w string) string {
	for i := 1; i < len(w); i++ {
		if w[i] == w[i-1] && w[i] < 128 && !isDigit(w[i]) {
			return string(appendSqueezed(make([]byte, 0, len(w)), w))
		}
	}
	return w
}

// appendSqueezed appends w without its doubled letters.
func appendSqueezed(b []byte, w string) []byte {
	for i := range len(w) {
		if i > 0 && w[i] == w[i-1] && w[i] < 128 && !isDigit(w[i]) {
			continue
		}
		b = append(b, w[i])
	}
	return b
}

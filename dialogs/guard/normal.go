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

// normalise turns a message into sentences of plain lower-case words: marks
// and diacritics gone, three or more equal letters squeezed to two, invalid
// bytes and invisible characters dropped.
func normalise(text string) []sentence {
	text = clip(text)
	var (
		out  []sentence
		cur  []string
		word strings.Builder
		last rune
		run  int
	)
	endWord := func() {
		if word.Len() > 0 {
			cur = append(cur, word.String())
			word.Reset()
		}
		last, run = 0, 0
	}
	endSentence := func() {
		endWord()
		if len(cur) > 0 {
			out = append(out, sentence{words: cur})
			cur = nil
		}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r == utf8.RuneError && size <= 1, r == 0xFEFF, strings.ContainsRune(joiners, r),
			unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
			continue
		case r == '.' && insideNumber(text, i), r == ':' && insideNumber(text, i):
			endWord()
		case strings.ContainsRune(".!?;\n\r…؟؛。", r):
			endSentence()
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			r = unicode.ToLower(r)
			if r == last {
				run++
			} else {
				last, run = r, 1
			}
			if run > 2 && unicode.IsLetter(r) {
				continue
			}
			writeFolded(&word, r)
			if word.Len() > 60 {
				endWord()
			}
		default:
			endWord()
		}
	}
	endSentence()
	return out
}

// writeFolded writes r in its plain form.
func writeFolded(b *strings.Builder, r rune) {
	if r < 128 {
		b.WriteByte(byte(r))
		return
	}
	if s, ok := fold[r]; ok {
		b.WriteString(s)
		return
	}
	if d, ok := digitValue(r); ok {
		b.WriteByte(byte('0' + d))
		return
	}
	b.WriteRune(r)
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
			return squeezeFrom(w, i)
		}
	}
	return w
}

func squeezeFrom(w string, i int) string {
	b := make([]byte, i, len(w))
	copy(b, w[:i])
	for ; i < len(w); i++ {
		if w[i] == w[i-1] && w[i] < 128 && !isDigit(w[i]) {
			continue
		}
		b = append(b, w[i])
	}
	return string(b)
}

package index

import (
	"strings"
	"unicode"
)

// maxWords bounds the work that one text can ask for.
const maxWords = 400

// words takes a text apart: lower-case letters without accents and digits. A
// punctuation mark that ends a clause becomes the word ".".
func words(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for _, r := range text {
		if len(out) >= maxWords {
			return out
		}
		r = fold(unicode.ToLower(r))
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if b.Len() < 40 {
				b.WriteRune(r)
			}
		case r == '\'' || r == '’' || r == 0x300 || r == 0x301 || r == 0x308:
		case strings.ContainsRune(".,;:!?()\n", r):
			flush()
			if n := len(out); n > 0 && out[n-1] != "." {
				out = append(out, ".")
			}
		default:
			flush()
		}
	}
	flush()
	return out
}

// fold takes accents off the letters that Dutch texts use.
func fold(r rune) rune {
	if r < 0x80 {
		return r
	}
	switch r {
	case 'ë', 'é', 'è', 'ê':
		return 'e'
	case 'ï', 'í', 'î', 'ì':
		return 'i'
	case 'ö', 'ó', 'ô', 'ò':
		return 'o'
	case 'ü', 'ú', 'û', 'ù':
		return 'u'
	case 'ä', 'á', 'à', 'â':
		return 'a'
	case 'ç':
		return 'c'
	case 'ñ':
		return 'n'
	}
	return r
}

package kaart

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	reScript = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)\s*>`)
	reBreak  = regexp.MustCompile(`(?i)<(br|/p|/li|/div|/h[1-6])\s*/?>`)
	reTag    = regexp.MustCompile(`(?s)<[/!]?[a-zA-Z][^<>]*>`)
	entities = strings.NewReplacer("&nbsp;", " ", "&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&euml;", "ë", "&eacute;", "é", "&iuml;", "ï", "&ouml;", "ö")
)

// cleanText makes plain text of what a source gives: no HTML, no control
// characters, no spaces around. Cleaning twice changes nothing more.
func cleanText(s string) string {
	if plainEnough(s) {
		return strings.TrimSpace(s)
	}
	for range 5 {
		t := cleanOnce(s)
		if t == s {
			return s
		}
		s = t
	}
	return strings.TrimSpace(strings.NewReplacer("<", "", ">", "").Replace(s))
}

func plainEnough(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '<' || c == '&' || c == 0x7f || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func cleanOnce(s string) string {
	if len(s) > 8*maxText { // rejected by its length later; don't spend time on it
		return s
	}
	s = reScript.ReplaceAllString(s, "")
	s = reBreak.ReplaceAllString(s, "\n")
	s = reTag.ReplaceAllString(s, "")
	if strings.ContainsRune(s, '&') {
		s = entities.Replace(s)
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', r == '\r', r == '\u00a0':
			return ' '
		case unicode.IsControl(r), r == '\u200b', r == '\ufeff', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// cleanLine is cleanText on one line.
func cleanLine(s string) string { return strings.Join(strings.Fields(cleanText(s)), " ") }

// slug makes an id of a name: "Stichting De Schakel" gives
// "stichting-de-schakel".
func slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(s) {
		if f, ok := folds[r]; ok {
			r = f
		}
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		default:
			dash = true
		}
	}
	return b.String()
}

var folds = map[rune]rune{
	'ë': 'e', 'é': 'e', 'è': 'e', 'ê': 'e', 'ï': 'i', 'í': 'i', 'î': 'i', 'ö': 'o', 'ó': 'o', 'ô': 'o',
	'ü': 'u', 'ú': 'u', 'ä': 'a', 'á': 'a', 'à': 'a', 'â': 'a', 'ç': 'c', 'ñ': 'n',
}

// Slug makes an id of a text: lower-case letters without accents and digits,
// with a dash between words.
func Slug(s string) string { return slug(s) }

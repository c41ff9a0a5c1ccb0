package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// digitRun is a row of digit groups with single separators between them, as
// people write numbers: "111 222 333", "06-12 34 56 78", "1112.22.333".
type digitRun struct {
	from, to int // bytes in the text
	groups   []digitGroup
}

// digitGroup is an unbroken row of digits.
type digitGroup struct {
	from, to int
	digits   string // plain 0-9
}

// digitValue reads a decimal digit of any script, also one written small and
// raised or lowered.
func digitValue(r rune) (int, bool) {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0'), true
	case r < 0x80:
		return 0, false
	case r == '¹':
		return 1, true
	case r == '²' || r == '³':
		return int(r-'²') + 2, true
	case r == '⁰' || '⁴' <= r && r <= '⁹':
		return int(r - '⁰'), true
	case '₀' <= r && r <= '₉':
		return int(r - '₀'), true
	case '①' <= r && r <= '⑨':
		return int(r-'①') + 1, true
	case !unicode.Is(unicode.Nd, r):
		return 0, false
	}
	// The digits of a script stand in one row, from zero.
	for _, x := range unicode.Nd.R16 {
		if uint16(r) >= x.Lo && uint16(r) <= x.Hi && r <= 0xFFFF {
			return int(uint16(r)-x.Lo) % 10, true
		}
	}
	for _, x := range unicode.Nd.R32 {
		if uint32(r) >= x.Lo && uint32(r) <= x.Hi {
			return int(uint32(r)-x.Lo) % 10, true
		}
	}
	return 0, false
}

// maxGroups ends a run: longer rows of numbers are a table, not a number.
const maxGroups = 12

// digitRuns finds every run in text, in order.
func digitRuns(text string) []digitRun {
	var (
		runs []digitRun
		cur  digitRun
		sb   strings.Builder
	)
	flush := func() {
		if len(cur.groups) > 0 {
			cur.from, cur.to = cur.groups[0].from, cur.groups[len(cur.groups)-1].to
			runs = append(runs, cur)
			cur = digitRun{}
		}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if _, ok := digitValue(r); !ok {
			i += size
			continue
		}
		start := i
		sb.Reset()
		for i < len(text) {
			r, size = utf8.DecodeRuneInString(text[i:])
			d, ok := digitValue(r)
			if !ok && !ignorable(r, size) {
				break
			}
			if ok {
				sb.WriteByte(byte('0' + d))
			}
			i += size
		}
		if n := len(cur.groups); n > 0 && (n >= maxGroups || !oneSeparator(text[cur.groups[n-1].to:start])) {
			flush()
		}
		cur.groups = append(cur.groups, digitGroup{from: start, to: i, digits: sb.String()})
	}
	flush()
	return runs
}

// ignorable reports characters that don't show and can hide inside a number;
// the frame of a keycap emoji is one.
func ignorable(r rune, size int) bool {
	return size > 1 && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r))
}

// maxSeparator is how many characters may stand between two groups of digits.
const maxSeparator = 4

// oneSeparator reports whether s is one thing that people put between groups
// of digits: some white space, a new line at most, and with it one dot, dash,
// slash, bracket or the like.
func oneSeparator(s string) bool {
	n, marks, lines := 0, 0, 0
	for _, r := range s {
		n++
		switch {
		case r == '\n':
			lines++
		case unicode.IsSpace(r):
		case unicode.Is(unicode.Pd, r), r == '\u2212', strings.ContainsRune("./_,:|*·•()+", r):
			marks++
		default:
			return false
		}
	}
	return n > 0 && n <= maxSeparator && marks <= 1 && lines <= 1 && s != "+"
}

// before returns up to n bytes of text before i in lower case, cut at the line.
func before(text string, i, n int) string {
	s := text[max(0, i-n):i]
	if nl := strings.LastIndexByte(s, '\n'); nl >= 0 {
		s = s[nl+1:]
	}
	return strings.ToLower(strings.ToValidUTF8(s, ""))
}

// after returns up to n bytes of text from i in lower case.
func after(text string, i, n int) string {
	return strings.ToLower(strings.ToValidUTF8(text[i:min(len(text), i+n)], ""))
}

// lastOf returns the end of the last occurrence of any word in s, or -1.
func lastOf(s string, words []string) int {
	best := -1
	for _, w := range words {
		if at := strings.LastIndex(s, w); at >= 0 {
			best = max(best, at+len(w))
		}
	}
	return best
}

// lastWord is lastOf for words that start as one: "zaak" is not in "oorzaak".
func lastWord(s string, words []string) int {
	best := -1
	for _, w := range words {
		for from := len(s); from > 0; {
			at := strings.LastIndex(s[:from], w)
			if at < 0 {
				break
			}
			if r, _ := utf8.DecodeLastRuneInString(s[:at]); at == 0 || !unicode.IsLetter(r) {
				best = max(best, at+len(w))
				break
			}
			from = at
		}
	}
	return best
}

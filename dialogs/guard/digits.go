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

// digitValue reads a decimal digit of any script that residents type.
func digitValue(r rune) (int, bool) {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0'), true
	case 0x0660 <= r && r <= 0x0669: // Arabic
		return int(r - 0x0660), true
	case 0x06F0 <= r && r <= 0x06F9: // Persian
		return int(r - 0x06F0), true
	case 0xFF10 <= r && r <= 0xFF19: // full width
		return int(r - 0xFF10), true
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

// ignorable reports characters that don't show and can hide inside a number.
func ignorable(r rune, size int) bool {
	return size > 1 && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r))
}

// oneSeparator reports whether s is one thing that people put between groups
// of digits: a space, dot, dash, slash, or " - ".
func oneSeparator(s string) bool {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	s = strings.ReplaceAll(s, "–", "-")
	switch s {
	case " ", ".", "-", "/", "_", " - ", ". ", "  ", "- ", " -", ")", ") ", ")-", " (":
		return true
	}
	return false
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

package nlu

import "strings"

// maxParts bounds how many parts of a message are read by themselves.
const maxParts = 12

// minPartLen is how many bytes a part has at least; what is shorter stays with
// what follows.
const minPartLen = 8

// parts calls visit with the sentences and clauses of text. A text of one part
// has none.
func parts(text string, visit func(part string)) {
	if len(text) > maxBytes {
		text = text[:maxBytes]
	}
	from, n := 0, 0
	for at := minPartLen; at+minPartLen < len(text) && n < maxParts-1; at++ {
		if at-from < minPartLen {
			continue
		}
		if end := border(text[at:]); end > 0 {
			visit(text[from:at])
			from, n = at+end, n+1
		}
	}
	if n > 0 {
		visit(text[from:])
	}
}

// border returns how many bytes of text, which goes on for some more, stand
// between two parts; 0 when it doesn't start with such.
func border(text string) int {
	switch text[0] {
	case '.', ',', ';', '!', '?':
		if text[1] == ' ' || text[1] == '\n' {
			return 2
		}
	case '\n':
		return 1
	case ' ':
		for _, w := range [...]string{"en ", "maar ", "ook "} {
			if strings.HasPrefix(text[1:], w) {
				return 1 + len(w)
			}
		}
	}
	return 0
}

// read returns the scores of text, and behind them for each levensgebied the
// highest score that one of its parts has, its own when it has one part: who
// asks two things says them one after the other. The slice belongs to the scratch.
func (n *network) read(s *scratch, text string) []float32 {
	gebied := &n.heads[headGebied]
	s.read = append(s.read[:0], n.forward(s, text)...)
	s.known = len(s.rows)
	s.read = append(s.read, s.read[gebied.from:gebied.from+len(gebied.Labels)]...)
	top, some := s.read[n.outputs:], false
	parts(text, func(part string) {
		own := n.forward(s, part)[gebied.from:]
		for i := range top {
			if !some || own[i] > top[i] {
				top[i] = own[i]
			}
		}
		some = true
	})
	return s.read
}

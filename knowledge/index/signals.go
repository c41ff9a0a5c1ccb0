package index

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
)

//go:embed content/signaalwoorden.txt
var signalText string

// signals knows by which words a kind of help shows itself in what residents
// tell: "zuster", "katheter" and "wondzorg" are about nursing at home,
// whatever else stands around them. It is read-only after parsing.
type signals struct {
	names    []string
	whole    map[string][]uint16 // kinds of a stem, or of stems with a space between
	prefixes map[string][]uint16
	suffixes map[string][]uint16
	longest  int            // most letters of a prefix or suffix
	words    []string       // every word of it
	phrases  map[string]int // most words of a phrase that begins with a stem
}

// parseSignals reads lines "name: words". A word with a star at its end stands
// for all that begin so, with one in front for all that end so; an underscore
// stands between words that belong together. Errors name the line.
func parseSignals(text string) (*signals, error) {
	l := &signals{whole: map[string][]uint16{}, prefixes: map[string][]uint16{}, suffixes: map[string][]uint16{}, phrases: map[string]int{}}
	for n, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		name, list, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.TrimSpace(list) == "" {
			return nil, fmt.Errorf("signaalwoorden.txt:%d: want name: words", n+1)
		}
		at := slices.Index(l.names, name)
		if at < 0 {
			at = len(l.names)
			l.names = append(l.names, name)
		}
		for _, w := range strings.Fields(list) {
			if err := l.add(w, uint16(at)); err != nil {
				return nil, fmt.Errorf("signaalwoorden.txt:%d: %w", n+1, err)
			}
		}
	}
	return l, nil
}

func (l *signals) add(entry string, kind uint16) error {
	parts := words(strings.ReplaceAll(strings.Trim(entry, "*"), "_", " "))
	if len(parts) == 0 || (strings.Contains(entry, "*") && (len(parts) > 1 || len(parts[0]) < 3)) {
		return fmt.Errorf("%q is no word, or too short for a star", entry)
	}
	l.words = append(l.words, parts...)
	put := func(m map[string][]uint16, key string) {
		if !slices.Contains(m[key], kind) {
			m[key] = append(m[key], kind)
		}
	}
	switch {
	case strings.HasPrefix(entry, "*"):
		put(l.suffixes, parts[0])
		l.longest = max(l.longest, len(parts[0]))
	case strings.HasSuffix(entry, "*"):
		put(l.prefixes, parts[0])
		l.longest = max(l.longest, len(parts[0]))
	default:
		stems := make([]string, len(parts))
		for i, w := range parts {
			stems[i] = stem(w)
		}
		put(l.whole, strings.Join(stems, " "))
		l.phrases[stems[0]] = max(l.phrases[stems[0]], len(stems))
	}
	return nil
}

// read adds to acc, which has a place for each name, how much the words speak
// of each: a word that few have says more, as does a phrase.
func (l *signals) read(list []string, acc []float32) {
	var buffer [64]uint16
	said := 0
	for i, w := range list {
		if w == "." {
			continue
		}
		said++
		st := stem(w)
		found := append(buffer[:0], l.whole[st]...)
		for n := 3; n <= min(l.longest, len(w)); n++ {
			found = append(found, l.prefixes[w[:n]]...)
			if n < len(w) {
				found = append(found, l.suffixes[w[len(w)-n:]]...)
			}
		}
		l.tell(found, 1, acc)
		key := st
		for j := i + 1; j < min(i+l.phrases[st], len(list)); j++ {
			key += " " + stem(list[j])
			l.tell(l.whole[key], phraseWeight, acc)
		}
	}
	norm := float32(math.Sqrt(float64(said + signalDamp)))
	for k := range acc {
		acc[k] /= norm
	}
}

// has reports whether a word signals anything by itself.
func (l *signals) has(w string) bool {
	if len(l.whole[stem(w)]) > 0 {
		return true
	}
	for n := 3; n <= min(l.longest, len(w)); n++ {
		if len(l.prefixes[w[:n]]) > 0 || len(l.suffixes[w[len(w)-n:]]) > 0 {
			return true
		}
	}
	return false
}

// tell gives each kind its part of one word.
func (l *signals) tell(kinds []uint16, w float32, acc []float32) {
	if len(kinds) == 0 {
		return
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	w *= float32(math.Log(float64(len(l.names))/float64(len(kinds)))) / float32(math.Log(float64(len(l.names))))
	for _, k := range kinds {
		acc[k] += w
	}
}

// How signals are counted.
const (
	phraseWeight = 1.5
	signalDamp   = 3
)

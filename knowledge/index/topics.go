package index

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed content/onderwerpen.txt
var topicText string

// topics knows of things that exclude each other: who names psoriasis isn't
// looking for a group that is for Parkinson alone. It is read-only after
// parsing.
type topics [][]topic // groups of topics

// topic is one of a group, by its stems, some of them the beginning of a word.
type topic struct {
	whole, begin []string
}

// otherTopic is what a service loses that names only other topics of a group
// than the question does.
const otherTopic = 0.6

// parseTopics reads groups with a comment line above each and a topic a line.
func parseTopics(text string) (topics, error) {
	var out topics
	for _, lines := range contentGroups(text) {
		group := make([]topic, len(lines))
		for i, line := range lines {
			for _, w := range strings.Fields(line) {
				switch begin, ok := strings.CutSuffix(w, "*"); {
				case ok && len(begin) > 2:
					group[i].begin = append(group[i].begin, begin)
				case ok:
					return nil, fmt.Errorf("onderwerpen.txt: %q is too short for a star", w)
				default:
					group[i].whole = append(group[i].whole, stem(w))
				}
			}
		}
		out = append(out, group)
	}
	return out, nil
}

// in reports whether a text of sorted stems names the topic.
func (t topic) in(stems []string) bool {
	for _, w := range t.whole {
		if _, ok := slices.BinarySearch(stems, w); ok {
			return true
		}
	}
	for _, w := range t.begin {
		if i, _ := slices.BinarySearch(stems, w); i < len(stems) && strings.HasPrefix(stems[i], w) {
			return true
		}
	}
	return false
}

// named are the topics of each group that a text names, none for a text that
// names no topic at all.
func (ts topics) named(list []string) map[int][]topic {
	sorted := stems(list)
	slices.Sort(sorted)
	var out map[int][]topic
	for g, group := range ts {
		for _, t := range group {
			if t.in(sorted) {
				if out == nil {
					out = map[int][]topic{}
				}
				out[g] = append(out[g], t)
			}
		}
	}
	return out
}

// other reports whether a text of sorted stems names topics of a group, but
// none of those that were asked for.
func (ts topics) other(asked map[int][]topic, stems []string) bool {
	in := func(t topic) bool { return t.in(stems) }
	for g, list := range asked {
		if !slices.ContainsFunc(list, in) && slices.ContainsFunc(ts[g], in) {
			return true
		}
	}
	return false
}

// names reports whether a text of sorted stems names any topic asked for.
func (ts topics) names(asked map[int][]topic, stems []string) bool {
	for _, list := range asked {
		if slices.ContainsFunc(list, func(t topic) bool { return t.in(stems) }) {
			return true
		}
	}
	return false
}

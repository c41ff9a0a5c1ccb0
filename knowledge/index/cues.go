package index

import (
	"slices"
	"strconv"

	"wegwijzer/knowledge/kaart"
)

// cues are facts that a question states about the person, place and time.
type cues struct {
	content []string // the words without what is negated
	age     int      // 0 means not said
	areas   []string // folded names of areas that are named
}

// findCues reads the cues in a list of words. places maps the first word of
// each folded area or city name to the names.
func findCues(list []string, places map[string][][]string) cues {
	var c cues
	list = dropNegated(list)
	for i, w := range list {
		if n, err := strconv.Atoi(w); err == nil && n > 0 && n < 110 && ageAt(list, i) {
			if c.age == 0 {
				c.age = n
			}
		}
	}
	c.content, c.areas = takePlaces(list, places)
	return c
}

// ageAt reports whether the number at i is an age: "ik ben 72", "72 jaar",
// "mijn zoon van 14", "een jongen van 9".
func ageAt(list []string, i int) bool {
	next, prev := "", ""
	if i+1 < len(list) {
		next = list[i+1]
	}
	if i > 0 {
		prev = list[i-1]
	}
	switch next {
	case "jaar", "jr", "jarige", "jaren":
		return i == 0 || !slices.Contains([]string{"al", "sinds", "na", "over", "afgelopen", "laatste"}, prev)
	case "euro", "uur", "dagen", "weken", "maanden", "kinderen", "keer", "procent", "km", "personen", "minuten":
		return false
	}
	switch prev {
	case "van", "ben", "is", "wordt", "word", "bijna", "net":
		return i >= 2 && !slices.Contains([]string{"rekening", "schuld", "boete", "bedrag", "huur", "lening", "achterstand"}, list[i-2])
	}
	return false
}

// dropNegated takes away what is denied: "niet voor mijn kind, voor mezelf"
// becomes "voor mezelf".
func dropNegated(list []string) []string {
	out := make([]string, 0, len(list))
	for i := 0; i < len(list); i++ {
		if list[i] == "niet" && i+1 < len(list) && slices.Contains([]string{"voor", "over", "om", "met", "bij"}, list[i+1]) && i+2 < len(list) {
			end := clauseEnd(list, i+1)
			if end-i <= 6 && end < len(list)-1 { // something is left to go on
				i = end
				continue
			}
		}
		out = append(out, list[i])
	}
	return out
}

// clauseEnd finds the mark or "maar" that ends the clause.
func clauseEnd(list []string, from int) int {
	for i := from; i < len(list); i++ {
		if list[i] == "." || list[i] == "maar" {
			return i
		}
	}
	return len(list)
}

// takePlaces takes the names of places out of the words.
func takePlaces(list []string, places map[string][][]string) (rest, areas []string) {
	for i := 0; i < len(list); {
		n := 0
		for _, name := range places[list[i]] {
			if len(name) > n && i+len(name) <= len(list) && slices.Equal(list[i:i+len(name)], name) {
				n = len(name)
			}
		}
		if n == 0 {
			rest = append(rest, list[i])
			i++
			continue
		}
		areas = append(areas, kaart.FoldArea(join(list[i:i+n])))
		i += n
	}
	return rest, areas
}

func join(list []string) string {
	s := list[0]
	for _, w := range list[1:] {
		s += " " + w
	}
	return s
}

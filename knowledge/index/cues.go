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
	topics  map[int][]topic
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
// becomes "voor mezelf", and "ik zoek geen baan, ik wil vrijwillig iets doen"
// keeps its second half. What someone lacks stays: "ik heb geen geld, maar".
func dropNegated(list []string) []string {
	if !slices.Contains(list, "niet") && !slices.Contains(list, "geen") {
		return list
	}
	out := make([]string, 0, len(list))
	for from := 0; from < len(list); {
		to := clauseEnd(list, from)
		clause, rest := list[from:to], list[min(to+1, len(list)):]
		if at := denied(clause, to < len(list) && list[to] == "maar", rest); at >= 0 && len(rest) > 0 {
			clause = clause[:at]
		} else {
			clause = list[from:min(to+1, len(list))]
		}
		out = append(out, clause...)
		from = to + 1
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

// lacks reports whether it is a thing that people come for because they have
// none of it.
func lacks(w string) bool {
	switch w {
	case "geld", "inkomen", "werk", "baan", "huis", "woning", "adres", "dak", "bed", "eten", "auto", "vervoer", "bus", "fiets",
		"tijd", "rust", "energie", "vrienden", "familie", "contact", "hulp", "opvang", "school", "diploma", "papieren",
		"verzekering", "uitkering", "rijbewijs", "computer", "internet":
		return true
	}
	return false
}

// mostDenied is the most words of what is denied.
const mostDenied = 7

// denied is where in a clause begins what is denied in favour of the rest, -1
// when nothing is; but says that the rest comes after "maar".
func denied(clause []string, but bool, rest []string) int {
	no := slices.IndexFunc(clause, func(w string) bool { return w == "geen" || w == "niet" })
	if no < 0 || len(clause)-no > mostDenied || len(clause)-no < 2 {
		return -1
	}
	first := rest[:min(4, len(rest))]
	instead := but || slices.ContainsFunc(first, func(w string) bool {
		return slices.Contains([]string{"wel", "alleen", "liever", "juist", "gewoon", "enkel"}, w)
	})
	next := clause[no+1]
	switch {
	case clause[no] == "niet" && slices.Contains([]string{"voor", "over", "om", "met", "bij"}, next):
		return no
	case clause[no] == "niet":
		if no == 0 && but && !slices.Contains([]string{"meer", "goed", "kunnen", "genoeg", "weten", "alleen"}, next) {
			return no
		}
	case slices.ContainsFunc(clause[:no], func(w string) bool { return slices.Contains([]string{"zoek", "hoef", "hoeft", "wil"}, w) }) &&
		slices.Contains([]string{"ik", "wij", "we", "zoek", "hoef"}, clause[0]):
		return no
	case clause[len(clause)-1] == "nodig":
		return no
	case instead && (no == 0 || !but) && !lacks(next):
		return no
	}
	return -1
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

package channels

import (
	"html/template"
	"strings"

	"wegwijzer/dialogs/guard"
)

// Number is a phone number that must always be at hand.
type Number struct {
	For   string `json:"for"`   // the situation, as a short question or phrase
	Name  string `json:"name"`  // who answers
	Phone string `json:"phone"` // as people write it
}

// NationalNumbers are the lines that every "not now" answer carries, never
// none: they need no store and no kaart. They are the guard's checked numbers
// (dialogs/guard/numbers.toml, with source and month of the check).
func NationalNumbers() []Number {
	var out []Number
	for _, n := range guard.EmbeddedNumbers() {
		if n.For == "" {
			continue
		}
		phone := n.Phone
		if n.Also != "" {
			phone += " of " + n.Also
		}
		out = append(out, Number{For: n.For, Name: n.Name, Phone: phone})
	}
	return out
}

// Sentence puts the numbers into one line of text.
func Sentence(numbers []Number) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = n.For + "? Bel " + n.Phone + " (" + n.Name + ")."
	}
	return strings.Join(parts, " ")
}

// Dial is the address that phones a number as people write it: the first one
// where there are two ("113 of 0800-0113"). It holds digits and "+" only, so
// that a template may use it as it is.
func Dial(phone string) template.URL {
	first, _, _ := strings.Cut(phone, " of ")
	return template.URL("tel:" + strings.Map(func(r rune) rune { // #nosec G203 -- digits and + only
		if r == '+' || ('0' <= r && r <= '9') {
			return r
		}
		return -1
	}, first))
}

package channels

import (
	"html/template"
	"strings"
)

// Number is a phone number that must always be at hand.
type Number struct {
	For   string `json:"for"`   // the situation, as a short question or phrase
	Name  string `json:"name"`  // who answers
	Phone string `json:"phone"` // as people write it
}

// NationalNumbers are the three lines that every "not now" answer carries:
// they need no store and no kaart. Sources: politie.nl (112), 113.nl and
// veiligthuis.nl.
func NationalNumbers() []Number {
	return []Number{
		{For: "Levensgevaar, brand of een misdrijf", Name: "Alarmnummer", Phone: "112"},
		{For: "Denkt u aan zelfmoord", Name: "113 Zelfmoordpreventie", Phone: "113 of 0800-0113"},
		{For: "Geweld of mishandeling thuis", Name: "Veilig Thuis", Phone: "0800-2000"},
	}
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

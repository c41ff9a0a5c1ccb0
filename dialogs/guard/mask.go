package guard

import (
	"slices"
	"sort"
	"strings"
)

// PersonalData names a kind of personal data that the guard can find.
type PersonalData string

// The kinds. BSN and IBAN are always masked; the others unless allowed.
const (
	DataBSN       PersonalData = "bsn"
	DataIBAN      PersonalData = "iban"
	DataPhone     PersonalData = "phone"
	DataEmail     PersonalData = "email"
	DataAddress   PersonalData = "address"
	DataBirthdate PersonalData = "birthdate"
)

// placeholder is what the reader sees in place of the data.
func (d PersonalData) placeholder() string {
	switch d {
	case DataBSN:
		return "[bsn]"
	case DataIBAN:
		return "[rekeningnummer]"
	case DataPhone:
		return "[telefoonnummer]"
	case DataEmail:
		return "[e-mail]"
	case DataAddress:
		return "[adres]"
	default:
		return "[geboortedatum]"
	}
}

// Masked is a text without personal data. Found lists each kind that was
// replaced, once, in order of appearance; it is nil when Text is the input.
type Masked struct {
	Text  string
	Found []PersonalData
}

// span is a piece of text, in bytes, that holds one kind of data.
type span struct {
	from, to int
	kind     PersonalData
}

// Mask replaces personal data by a word in brackets. BSN (nine digits that
// pass the elfproef) and IBAN (mod 97) always go; a phone number, e-mail
// address, home address or date of birth stays when allow names it, which a
// dialog does at the moment that it asks for it. National help numbers stay.
func (g *Guard) Mask(text string, allow ...PersonalData) Masked {
	var c claims
	for _, find := range []func(string) []span{findIBAN, findEmail, findPhone, findDates, findBSN, findAddress} {
		c.add(len(text), find(text))
	}
	spans := c.spans
	spans = slices.DeleteFunc(spans, func(s span) bool {
		return s.kind != DataBSN && s.kind != DataIBAN && slices.Contains(allow, s.kind)
	})
	if len(spans) == 0 {
		return Masked{Text: text}
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i].from < spans[j].from })
	return replaceSpans(text, spans)
}

// claims collects spans that touch no earlier one: who finds first wins.
type claims struct {
	taken []bool // by byte; nil until there is a span
	spans []span
}

func (c *claims) add(size int, found []span) {
	if len(found) > 0 && c.taken == nil {
		c.taken = make([]bool, size)
	}
	for _, s := range found {
		if slices.Contains(c.taken[s.from:s.to], true) {
			continue
		}
		for i := s.from; i < s.to; i++ {
			c.taken[i] = true
		}
		c.spans = append(c.spans, s)
	}
}

func replaceSpans(text string, spans []span) Masked {
	var b strings.Builder
	m := Masked{}
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.from])
		b.WriteString(s.kind.placeholder())
		at = s.to
		if !slices.Contains(m.Found, s.kind) {
			m.Found = append(m.Found, s.kind)
		}
	}
	b.WriteString(text[at:])
	m.Text = b.String()
	return m
}

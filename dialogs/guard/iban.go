package guard

import "unicode/utf8"

// ibanLength is how many characters an account number of a country has. Source:
// the IBAN registry, https://www.swift.com/standards/data-standards/iban-international-bank-account-number
// (checked 2026-11).
var ibanLength = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
	"FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
	"IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
	"LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
	"PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SD": 18, "SE": 24, "SI": 19,
	"SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}

// plainChar is a letter or digit as plain capital ASCII, 0 for anything else,
// with its place in the text. What doesn't show is left out.
type plainChar struct {
	c        byte
	from, to int
	gap      int // characters of separation before it
}

// findIBAN finds account numbers that pass mod 97, in any letter case, solid
// or in groups: of a country in the registry by its length, of another by the
// longest that passes.
func findIBAN(text string) []span {
	if !hasDigits(text, 8) { // half of the shortest
		return nil
	}
	chars := plainChars(text)
	var out []span
	for i := 0; i+15 <= len(chars); i++ {
		if !isLetter(chars[i].c) || !isLetter(chars[i+1].c) || !isDigit(chars[i+2].c) || !isDigit(chars[i+3].c) {
			continue
		}
		if n := ibanChars(chars[i:], i == 0 || chars[i].gap > 0); n > 0 {
			out = append(out, span{from: chars[i].from, to: chars[i+n-1].to, kind: DataIBAN})
			i += n - 1
		}
	}
	return out
}

// hasDigits reports whether text holds at least n digits of any script.
func hasDigits(text string, n int) bool {
	for _, r := range text {
		if _, ok := digitValue(r); ok {
			if n--; n == 0 {
				return true
			}
		}
	}
	return false
}

// plainChars are the letters and digits of a text; anything that nobody puts
// inside an account number stands between them as a 0.
func plainChars(text string) []plainChar {
	out := make([]plainChar, 0, len(text))
	gap := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		p := plainChar{from: i, to: i + size, gap: gap}
		d, digit := digitValue(r)
		switch {
		case digit:
			p.c = byte('0' + d)
		case r < 0x80 && isLetter(byte(r)):
			p.c = byte(r) &^ 0x20
		case 'Ａ' <= r && r <= 'Ｚ':
			p.c = byte(r-'Ａ') + 'A'
		case 'ａ' <= r && r <= 'ｚ':
			p.c = byte(r-'ａ') + 'A'
		case ignorable(r, size):
			i += size
			continue
		default:
			if gap++; gap > maxSeparator || !oneSeparator(string(r)) {
				out, gap = append(out, plainChar{from: i, to: i + size}), 1
			}
			i += size
			continue
		}
		out, gap = append(out, p), 0
		i += size
	}
	return out
}

// ibanChars returns how many of the first characters are an account number, 0
// when they are none. One that is glued to what stands before must be of a
// country whose length is known.
func ibanChars(chars []plainChar, apart bool) int {
	var code [34]byte
	n := 0
	for n < len(code) && n < len(chars) && chars[n].c != 0 && (n == 0 || chars[n].gap <= maxSeparator) {
		code[n] = chars[n].c
		n++
	}
	if want, ok := ibanLength[string(code[:2])]; ok {
		if n >= want && mostlyDigits(code[:want]) && mod97(code[:want]) {
			return want
		}
		return 0
	}
	for ; apart && n >= 15; n-- {
		ends := n == len(chars) || chars[n].c == 0 || chars[n].gap > 0
		if ends && mostlyDigits(code[:n]) && mod97(code[:n]) {
			return n
		}
	}
	return 0
}

// mostlyDigits tells an account number from words with a number among them:
// "en 1200 in de maand" passes mod 97 too.
func mostlyDigits(code []byte) bool {
	digits := 0
	for _, c := range code {
		if isDigit(c) {
			digits++
		}
	}
	return 2*digits >= len(code)
}

// mod97 is the checksum of an IBAN.
func mod97(iban []byte) bool {
	rem := 0
	for i := range iban {
		c := iban[(i+4)%len(iban)]
		if isDigit(c) {
			rem = (rem*10 + int(c-'0')) % 97
		} else {
			rem = (rem*100 + int(c-'A'+10)) % 97
		}
	}
	return rem == 1
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

package guard

import (
	"strings"
)

// Words that say that nine digits are something else than a BSN, and words
// that say that they are one: whichever stands nearest before decides.
var (
	notBSNWords = []string{
		"zaaknummer", "zaaknr", "zaak nr", "zaak", "dossiernummer", "dossiernr", "dossier", "factuurnummer", "factuurnr", "factuur",
		"klantnummer", "klantnr", "kenmerk", "referentie", "ordernummer", "bestelnummer", "polisnummer", "polis",
		"betalingskenmerk", "relatienummer", "lidnummer", "meldingsnummer", "aanvraagnummer", "beschikkingsnummer",
		"contractnummer", "serienummer", "meternummer", "kvk", "bonnummer", "case number", "reference",
		"invoice", "order number", "aktenzeichen", "rechnungsnummer", "kundennummer", "dosya", "fatura",
		"numer sprawy", "numer faktury", "номер справи", "рахунок №", "رقم الملف", "رقم الفاتورة",
	}
	bsnWords = []string{"bsn", "burgerservice", "sofi", "burger service", "citizen service number"}
)

// nearBytes is how far before a number the words that explain it may stand.
const nearBytes = 40

// findBSN finds nine digits that pass the elfproef, alone or in two to four
// groups, or digit by digit.
func findBSN(text string) []span {
	var out []span
	for _, run := range digitRuns(text) {
		for i := 0; i < len(run.groups); {
			n := bsnGroups(run.groups[i:])
			if n == 0 {
				i++
				continue
			}
			from, to := run.groups[i].from, run.groups[i+n-1].to
			if !saysOtherwise(text, from, to) {
				out = append(out, span{from: from, to: to, kind: DataBSN})
			}
			i += n
		}
	}
	return out
}

// bsnGroups returns how many of the first groups make a BSN together, 0 when
// they don't.
func bsnGroups(groups []digitGroup) int {
	all := ""
	for n, g := range groups {
		all += g.digits
		if len(all) < 9 {
			continue
		}
		if len(all) > 9 || !elfproef(all) {
			return 0
		}
		n++
		if n <= 4 || n == 9 {
			return n
		}
		return 0
	}
	return 0
}

// elfproef is the checksum of a BSN: 9a+8b+…+2h−i divisible by eleven.
func elfproef(d string) bool {
	sum := 0
	for i := range 8 {
		sum += int(d[i]-'0') * (9 - i)
	}
	sum -= int(d[8] - '0')
	return sum%11 == 0 && d != "000000000"
}

// saysOtherwise reports whether the words around clearly make the digits
// something else: a case number, an amount.
func saysOtherwise(text string, from, to int) bool {
	pre := before(text, from, nearBytes)
	if end := lastOf(pre, notBSNWords); end >= 0 && end > lastOf(pre, bsnWords) && !otherNumberBetween(pre[end:]) {
		return true
	}
	pre = strings.TrimRight(pre, " ")
	post := strings.TrimLeft(after(text, to, 8), " ")
	return strings.HasSuffix(pre, "€") || strings.HasSuffix(pre, "eur") || strings.HasPrefix(post, "euro") ||
		strings.HasPrefix(post, "€") || strings.HasPrefix(post, ",-")
}

// otherNumberBetween reports a sentence end, a comma, "en" or another long
// number between the word and the digits: then the word explained something
// else.
func otherNumberBetween(s string) bool {
	digits := 0
	for _, r := range s {
		if _, ok := digitValue(r); ok {
			digits++
		}
	}
	return digits > 3 || strings.Contains(s, ". ") || strings.Contains(s, ", ") || strings.Contains(s, " en ")
}

// findIBAN finds account numbers of any country that pass mod 97, written
// solid or in groups.
func findIBAN(text string) []span {
	var out []span
	for i := 0; i+15 <= len(text); i++ {
		if !isLetter(text[i]) || !isLetter(text[i+1]) || !isDigit(text[i+2]) {
			continue
		}
		if i > 0 && (isLetter(text[i-1]) || isDigit(text[i-1])) {
			continue
		}
		if end := ibanEnd(text, i); end > 0 {
			out = append(out, span{from: i, to: end, kind: DataIBAN})
			i = end
		}
	}
	return out
}

// ibanEnd returns where the IBAN that starts at i ends, 0 when none does. The
// longest that passes wins; a Dutch one has 18 characters.
func ibanEnd(text string, i int) int {
	var (
		chars [34]byte
		n     int
		best  int
		gap   int
	)
	for j := i; j < len(text) && n < len(chars); j++ {
		c := text[j]
		switch {
		case isLetter(c) || isDigit(c):
			chars[n] = c &^ 0x20
			if isDigit(c) {
				chars[n] = c
			}
			n++
			gap = 0
		case (c == ' ' || c == '.' || c == '-') && gap == 0:
			gap++
			continue
		default:
			return best
		}
		boundary := j+1 == len(text) || !isLetter(text[j+1]) && !isDigit(text[j+1])
		dutch := chars[0] == 'N' && chars[1] == 'L'
		if boundary && n >= 15 && (!dutch || n == 18) && mod97(chars[:n]) {
			best = j + 1
		}
	}
	return best
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
	return rem == 1 && isDigit(iban[2]) && isDigit(iban[3])
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

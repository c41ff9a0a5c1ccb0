package guard

import (
	"slices"
	"strings"
)

// Words that say that nine digits are something else than a BSN, and words
// that say that they are one: whichever stands nearest before decides. The
// first hold over the words between them and the number, the others only when
// they stand next to it: "in mijn zaak: 111222333" says nothing.
var (
	notBSNWords = []string{
		"zaaknummer", "zaaknr", "zaak nr", "dossiernummer", "dossiernr", "factuurnummer", "factuurnr",
		"klantnummer", "klantnr", "ordernummer", "bestelnummer", "polisnummer", "documentnummer",
		"betalingskenmerk", "relatienummer", "lidnummer", "meldingsnummer", "aanvraagnummer", "beschikkingsnummer",
		"contractnummer", "serienummer", "meternummer", "kvk", "bonnummer", "case number", "reference number",
		"order number", "invoice number", "aktenzeichen", "rechnungsnummer", "kundennummer", "dosya no", "fatura no",
		"numer sprawy", "numer faktury", "номер справи", "рахунок №", "رقم الملف", "رقم الفاتورة",
	}
	notBSNNearWords = []string{
		"zaak", "dossier", "factuur", "kenmerk", "referentie", "polis", "reference", "invoice", "dosya", "fatura",
	}
	bsnWords = []string{"bsn", "burgerservice", "sofi", "burger service", "citizen service number", "tax number"}
)

// nearBytes is how far before a number the words that explain it may stand.
const nearBytes = 40

// findBSN finds nine digits that pass the elfproef, alone, in groups or digit
// by digit; and eight after a word that says BSN, whose zero in front was left
// out.
func findBSN(text string) []span {
	var out []span
	for _, run := range digitRuns(text) {
		for i := 0; i < len(run.groups); {
			n := bsnGroups(text, run.groups[i:])
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
func bsnGroups(text string, groups []digitGroup) int {
	all := ""
	for n, g := range groups {
		all += g.digits
		switch {
		case len(all) > 9:
			return 0
		case len(all) == 9 && elfproef(all) && grouped(groups[:n+1]):
			return n + 1
		case len(all) == 8 && elfproef("0"+all) && grouped(groups[:n+1]) &&
			(n+1 == len(groups) || len(groups[n+1].digits) > 1) && saysBSN(text, groups[0].from):
			return n + 1
		}
	}
	return 0
}

// grouped reports whether people write one number in such groups: digit by
// digit, or at most four groups of two and more. A date with an hour after it
// ("12-03-2024 8 uur") is not.
func grouped(groups []digitGroup) bool {
	n := len(groups)
	if n == 1 {
		return true
	}
	short, long := 0, 0
	for _, g := range groups {
		switch {
		case len(g.digits) == 1:
			short++
		case len(g.digits) > 2:
			long++
		}
	}
	lastAlone := short == 1 && len(groups[n-1].digits) == 1 && long == n-1
	return short == n || n <= 4 && (short == 0 || lastAlone)
}

// saysBSN reports a word just before that makes the digits a BSN.
func saysBSN(text string, from int) bool {
	pre := before(text, from, nearBytes)
	end := lastOf(pre, bsnWords)
	return end >= 0 && !otherNumberBetween(pre[end:])
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
	pre, post := before(text, from, nearBytes), after(text, to, nearBytes)
	if isReference(pre, lastOf(pre, bsnWords)) || calledReference(post) {
		return true
	}
	pre, post = strings.TrimRight(pre, " "), strings.TrimLeft(post, " ")
	return strings.HasSuffix(pre, "€") || strings.HasSuffix(pre, "eur") || strings.HasPrefix(post, "euro") ||
		strings.HasPrefix(post, "€") || strings.HasPrefix(post, ",-")
}

// isReference reports a word in pre, nearer than the end of another word, that
// makes the digits after it a case number or the like.
func isReference(pre string, nearer int) bool {
	if end := lastWord(pre, notBSNWords); end > nearer && !otherNumberBetween(pre[end:]) {
		return true
	}
	end := lastWord(pre, notBSNNearWords)
	return end > nearer && strings.Trim(strings.TrimPrefix(strings.TrimLeft(pre[end:], " "), "is"), " :#.-") == ""
}

// calledReference reports that what follows names the number: "is mijn
// zaaknummer".
func calledReference(post string) bool {
	f := strings.Fields(post)
	if len(f) < 2 || f[0] != "is" && f[0] != "=" {
		return false
	}
	said := strings.Trim(f[len(f[:min(len(f), 3)])-1], ".,!?")
	return slices.Contains(notBSNWords, strings.Trim(f[1], ".,!?")) || slices.Contains(notBSNWords, said)
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

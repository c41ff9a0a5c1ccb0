package guard

import (
	"regexp"
	"strings"
)

// findPhone finds what looks like a resident's own number: 06…, +31…, 0031…,
// or ten digits from 0. 0800, 0900, 088, 14 0xx and three digits are left.
func findPhone(text string) []span {
	var out []span
	for _, run := range digitRuns(text) {
		for i := 0; i < len(run.groups); {
			n := phoneGroups(text, run.groups[i:])
			if n == 0 {
				i++
				continue
			}
			from, to := run.groups[i].from, run.groups[i+n-1].to
			from = phoneStart(text, from)
			if !reference(text, from) {
				out = append(out, span{from: from, to: to, kind: DataPhone})
			}
			i += n
		}
	}
	return out
}

// phoneGroups returns how many of the first groups make a phone number.
func phoneGroups(text string, groups []digitGroup) int {
	from := groups[0].from
	if from > 0 && isLetter(text[from-1]) {
		return 0
	}
	plus := from > 0 && text[from-1] == '+'
	all := ""
	for n, g := range groups {
		all += g.digits
		if len(all) > 15 || n > 8 {
			return 0
		}
		if plus || strings.HasPrefix(all, "00") {
			if intlPhone(all, plus) && (n+1 == len(groups) || !intlPhone(all+groups[n+1].digits, plus)) {
				return n + 1
			}
			continue
		}
		if len(all) == 10 && dutchPhone(all) {
			return n + 1
		}
		if len(all) >= 10 {
			return 0
		}
	}
	return 0
}

// dutchPhone reports ten digits of a person: mobile or a landline.
func dutchPhone(d string) bool {
	if d[0] != '0' || d[1] == '0' {
		return false
	}
	for _, service := range []string{"0800", "0900", "0906", "0909", "088", "085"} {
		if strings.HasPrefix(d, service) {
			return false
		}
	}
	return true
}

// intlPhone reports a number with a country code: +31 with nine digits (a
// zero in between is forgiven), or another country with eight to thirteen.
func intlPhone(d string, plus bool) bool {
	if !plus {
		d = d[2:]
	}
	if strings.HasPrefix(d, "31") {
		rest := strings.TrimPrefix(d[2:], "0")
		return len(rest) == 9 && rest[0] != '0' && !strings.HasPrefix(rest, "800") && !strings.HasPrefix(rest, "900")
	}
	return d != "" && d[0] != '0' && len(d) >= 9 && len(d) <= 14
}

// phoneStart takes a plus or an opening bracket along.
func phoneStart(text string, from int) int {
	if from > 0 && (text[from-1] == '+' || text[from-1] == '(') {
		return from - 1
	}
	return from
}

// reference reports that a word just before makes the digits a case number.
func reference(text string, from int) bool {
	pre := before(text, from, nearBytes)
	return isReference(pre, lastOf(pre, []string{"tel", "bel", "nummer is", "mobiel", "06", "phone", "call"}))
}

var emailPattern = regexp.MustCompile(`(?i)[\p{L}\d][\p{L}\d._%+\-]{0,63}\s?(?:@|[(\[]at[)\]])\s?[\p{L}\d\-]{1,63}(?:\.[\p{L}\d\-]{1,63}){0,4}\.\p{L}{2,24}`)

// findEmail finds e-mail addresses.
func findEmail(text string) []span {
	if !strings.ContainsAny(text, "@([") {
		return nil
	}
	return matches(text, emailPattern, 0, DataEmail)
}

var (
	fullDate = `(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:(?:19|20)\d\d|\d\d)|` +
		`(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|` +
		`(?:0?[1-9]|[12]\d|3[01])\.?\s(?:jan\p{L}*|feb\p{L}*|m[aeä]\p{L}*|apr\p{L}*|jun\p{L}*|jul\p{L}*|aug\p{L}*|sep\p{L}*|o[kc]t\p{L}*|nov\p{L}*|de[cz]\p{L}*)\.?\s(?:19|20)\d\d`
	bornDate = regexp.MustCompile(`(?i)\b(?:geboren|geboorte\p{L}*|geb|born|birth\p{L}*|geburts\p{L}*|dob|dogum\p{L}*|doğum\p{L}*|ur|urodz\p{L}*|народ\p{L}*|مواليد|ميلاد\p{L}*)[^\d\n]{0,20}(` + fullDate + `)`)
	oldDate  = regexp.MustCompile(`\b((?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19\d\d|200\d|201[0-2]))\b`)
)

// findDates finds dates of birth: a date after a word that says so, or any
// full date so long ago that it can hardly be the date of a letter.
func findDates(text string) []span {
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	return append(matches(text, bornDate, 1, DataBirthdate), matches(text, oldDate, 1, DataBirthdate)...)
}

var (
	postcode = regexp.MustCompile(`\b[1-9]\d{3}\s?(?:[A-RT-Z][A-Z]|S[BCE-RT-Z]|[a-rt-z][a-z]|s[bce-rt-z])\b`)
	street   = regexp.MustCompile(`(?i)(?:\p{L}[\p{L}.'\-]*\s){0,2}?[\p{L}.'\-]*(?:straat|str\.|laan|weg|plein|gracht|kade|dijk|hof|singel|steeg|dreef|plantsoen|park|pad|burg|veld|werf|hoek|kamp|baan|meent|wal|haven)\s\d{1,4}\s?(?:[a-z]\b|[-/]\s?\d{1,3})?`)
	// lowercase words that look like a postcode's letters after four digits
	notPostcode = []string{"eu", "en", "of", "in", "op", "is", "te", "om", "ik", "we", "ze", "je", "al", "na", "dus", "per", "km", "m2", "kg", "jr", "uu", "or", "to", "at", "my", "ve", "tl", "zl", "ja", "er", "de", "mn", "me", "hij", "bij", "ha", "ok", "nu", "zo", "wo", "ab", "ob"}
)

// findAddress finds a postcode, and a street with a house number.
func findAddress(text string) []span {
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	var out []span
	for _, s := range matches(text, postcode, 0, DataAddress) {
		letters := text[s.to-2 : s.to]
		year := strings.HasPrefix(text[s.from:], "19") || strings.HasPrefix(text[s.from:], "20")
		spaced := s.to-s.from == 7
		if spaced && (isWord(letters, notPostcode) || year && letters != strings.ToUpper(letters)) {
			continue
		}
		out = append(out, s)
	}
	return append(out, matches(text, street, 0, DataAddress)...)
}

func isWord(s string, words []string) bool {
	for _, w := range words {
		if s == w {
			return true
		}
	}
	return false
}

// matches returns the spans of a pattern's group, without outer spaces.
func matches(text string, re *regexp.Regexp, group int, kind PersonalData) []span {
	var out []span
	for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
		from, to := m[2*group], m[2*group+1]
		from += len(text[from:to]) - len(strings.TrimLeft(text[from:to], " \t\n"))
		to = from + len(strings.TrimRight(text[from:to], " \t\n"))
		if from < to {
			out = append(out, span{from: from, to: to, kind: kind})
		}
	}
	return out
}

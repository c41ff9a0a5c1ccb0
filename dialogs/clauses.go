package dialogs

import (
	"regexp"
	"slices"
	"strings"
)

// clauseRE ends a clause: punctuation, or a word that begins another one.
var clauseRE = regexp.MustCompile(`(?i)[.!?;,\n]+|\s+(?:maar|want|omdat|dus|but|because|so)\s+|\s+(?:en|and)\s+(?:nu\s+|now\s+)?(?:ik|wij|we|hij|zij|mijn|er|het|dat|i|my|he|she|it|there)\b`)

// clauses finds in a story the parts that say what was tried, who helps and
// what is hoped for, as the resident wrote them; "" for what isn't there.
func clauses(text string) (tried, helps, wish string) {
	start := 0
	part := func(from, to int) {
		clause := strings.TrimSpace(text[from:to])
		clause = strings.TrimPrefix(strings.TrimPrefix(clause, "en "), "and ")
		words := tokens(clause)
		if len(words) < 3 || len(words) > 40 || strings.HasSuffix(strings.TrimSpace(text[:min(to+1, len(text))]), "?") {
			return
		}
		switch {
		case tried == "" && saysTried(words):
			tried = clip(clause, maxQuote)
		case helps == "" && saysHelps(words):
			helps = clip(clause, maxQuote)
		case wish == "" && saysWish(words):
			wish = clip(clause, maxQuote)
		}
	}
	for _, m := range clauseRE.FindAllStringIndex(text, 40) {
		if m[0] < start {
			continue
		}
		part(start, m[0])
		start = m[0] + len(text[m[0]:m[1]]) - len(strings.TrimLeft(text[m[0]:m[1]], ".!?;,\n \t"))
		if joins(text[start:m[1]]) {
			start = m[1]
		}
	}
	part(start, len(text))
	return tried, helps, wish
}

// joins says whether what ended a clause is a word that only joins two: it
// belongs to neither.
func joins(words string) bool {
	return slices.Contains([]string{"maar", "want", "omdat", "dus", "but", "because", "so"}, strings.ToLower(strings.TrimSpace(words)))
}

func hasAny(words []string, list ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
}

// saysTried says whether a clause tells what somebody did about it already:
// "ik heb al drie keer gebeld".
func saysTried(words []string) bool {
	done := hasAny(words, "geprobeerd", "gebeld", "opgebeld", "gemaild", "gevraagd", "geschreven", "aangevraagd", "gepraat", "gesproken",
		"gemeld", "ingediend", "aangemeld", "ingeschreven", "gesolliciteerd", "gezocht", "aangeklopt", "langsgegaan",
		"called", "tried", "asked", "emailed", "applied", "written", "talked")
	who := hasAny(words, "heb", "hebben", "heeft", "ben", "zijn", "i", "we", "have")
	return done && who && !hasAny(words, "niet", "nooit", "not", "never", "mij", "me")
}

// saysHelps says whether a clause tells who helps already: "mijn dochter helpt
// met de post", "ik krijg hulp van het wijkteam", "niemand helpt mij".
func saysHelps(words []string) bool {
	if hasAny(words, "wie", "kunt", "kan", "kun", "who", "can", "wil", "moet", "zou") {
		return false
	}
	if hasAny(words, "helpt", "helpen", "ondersteunt", "begeleidt", "helps") && hasAny(words, "mij", "me", "ons", "mijn", "onze", "hem", "haar", "niemand", "my", "us", "met", "soms") {
		return true
	}
	got := hasAny(words, "krijg", "krijgen", "heb", "hebben", "krijgt", "heeft", "get", "have")
	help := hasAny(words, "hulp", "begeleiding", "thuiszorg", "ondersteuning", "bewindvoerder", "wijkverpleging", "help", "support")
	return got && help && hasAny(words, "al", "van", "already", "from", "krijg", "krijgen", "krijgt") && !hasAny(words, "nodig", "geen", "need", "no")
}

// saysWish says whether a clause tells what is hoped for: "ik wil graag dat
// het stopt".
func saysWish(words []string) bool {
	if hasAny(words, "niet", "geen", "dood", "mens", "iemand", "persoon", "wist", "weten", "spreken", "praten", "bezwaar", "klacht", "not", "person", "know") || len(words) < 4 {
		return false
	}
	if hasAny(words, "hoop", "hopen", "liefst", "hope") {
		return true
	}
	own := hasAny(words, "ik", "wij", "we", "i")
	return own && (hasAny(words, "wil", "willen", "zou", "zouden") && hasAny(words, "graag", "dat", "weer", "kunnen", "willen") ||
		hasAny(words, "want", "would") && hasAny(words, "like", "to"))
}

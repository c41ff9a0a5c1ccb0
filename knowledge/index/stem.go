package index

import "strings"

// stem reduces a Dutch word to its stem, by the Snowball algorithm for Dutch
// (M.F. Porter) with undoubling and the vowel rule; the word is already
// folded to lower-case letters without accents.
func stem(w string) string {
	if len(w) < 4 {
		return w
	}
	b := []byte(w)
	for i := range b { // y at the start or after a vowel, and i between vowels, count as consonants
		if b[i] == 'y' && (i == 0 || vowel(b[i-1])) {
			b[i] = 'Y'
		}
		if b[i] == 'i' && i > 0 && i+1 < len(b) && vowel(b[i-1]) && vowel(b[i+1]) {
			b[i] = 'I'
		}
	}
	r1 := max(region(b, 0), 3)
	r2 := region(b, r1)
	b = stepPlural(b, r1)
	removedE := false
	b, removedE = stepE(b, r1)
	b = stepSuffix(b, r1, r2, removedE)
	b = undoubleVowel(b)
	return strings.ToLower(string(b))
}

func vowel(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }

// region returns the place after the first consonant that follows a vowel.
func region(b []byte, from int) int {
	for i := from + 1; i < len(b); i++ {
		if !vowel(b[i]) && vowel(b[i-1]) {
			return i + 1
		}
	}
	return len(b)
}

func ends(b []byte, suffix string) bool { return strings.HasSuffix(string(b), suffix) }

func undouble(b []byte) []byte {
	if n := len(b); n > 2 && b[n-1] == b[n-2] && strings.IndexByte("kdt", b[n-1]) >= 0 {
		return b[:n-1]
	}
	return b
}

// enEnding reports whether "en" may go before cut.
func enEnding(b []byte, cut, r1 int) bool {
	return cut >= r1 && cut > 0 && !vowel(b[cut-1]) && !strings.HasSuffix(string(b[:cut]), "gem")
}

// stepPlural is step 1: heden, en, ene, s, se.
func stepPlural(b []byte, r1 int) []byte {
	n := len(b)
	switch {
	case ends(b, "heden"):
		if n-5 >= r1 {
			return append(b[:n-5], "heid"...)
		}
	case ends(b, "ene"):
		if enEnding(b, n-3, r1) {
			return undouble(b[:n-3])
		}
	case ends(b, "en"):
		if enEnding(b, n-2, r1) {
			return undouble(b[:n-2])
		}
	case ends(b, "se"):
		if n-2 >= r1 && !vowel(b[n-3]) && b[n-3] != 'j' {
			return b[:n-2]
		}
	case ends(b, "s"):
		if n-1 >= r1 && !vowel(b[n-2]) && b[n-2] != 'j' {
			return b[:n-1]
		}
	}
	return b
}

// stepE is step 2: a final e after a consonant.
func stepE(b []byte, r1 int) ([]byte, bool) {
	n := len(b)
	if n > 1 && b[n-1] == 'e' && n-1 >= r1 && !vowel(b[n-2]) {
		return undouble(b[:n-1]), true
	}
	return b, false
}

// stepSuffix is step 3: heid, then end, ing, ig, lijk, baar, bar.
func stepSuffix(b []byte, r1, r2 int, removedE bool) []byte {
	if n := len(b); ends(b, "heid") && n-4 >= r2 && b[n-5] != 'c' {
		b = b[:n-4]
		if m := len(b); ends(b, "en") && enEnding(b, m-2, r1) {
			b = undouble(b[:m-2])
		}
	}
	n := len(b)
	switch {
	case ends(b, "end"), ends(b, "ing"):
		if n-3 < r2 {
			return b
		}
		b = b[:n-3]
		if m := len(b); ends(b, "ig") && m-2 >= r2 && m > 2 && b[m-3] != 'e' {
			return b[:m-2]
		}
		return undouble(b)
	case ends(b, "ig"):
		if n-2 >= r2 && b[n-3] != 'e' {
			return b[:n-2]
		}
	case ends(b, "lijk"):
		if n-4 >= r2 {
			b, _ = stepE(b[:n-4], r1)
			return b
		}
	case ends(b, "baar"):
		if n-4 >= r2 {
			return b[:n-4]
		}
	case ends(b, "bar"):
		if n-3 >= r2 && removedE {
			return b[:n-3]
		}
	}
	return b
}

// undoubleVowel is step 4: maan becomes man, brood brod.
func undoubleVowel(b []byte) []byte {
	n := len(b)
	if n < 4 || vowel(b[n-1]) || b[n-1] == 'I' || vowel(b[n-4]) {
		return b
	}
	if b[n-2] == b[n-3] && strings.IndexByte("aeou", b[n-2]) >= 0 {
		return append(b[:n-2], b[n-1])
	}
	return b
}

// Package plain measures how plainly a Dutch text is written: the reading ease
// of Flesch-Douma, the length of sentences, passives, and official words for
// which there are plain ones. It is a gate on one's own texts, not a claim that
// a text is B1: experts dispute that such a thing can be measured.
package plain

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Words is what the measure knows of words.
type Words struct {
	// Terms are words that a text can't do without, such as names of services
	// and of professions: they are left out of the count of syllables.
	Terms []string `toml:"begrippen"`
	// Avoid maps an official word to a plain one. A word that ends in "*"
	// stands for all that begin so.
	Avoid map[string]string `toml:"mijden"`
}

// With returns the words of both; those of more win.
func (k Words) With(more Words) Words {
	both := Words{Terms: slices.Concat(k.Terms, more.Terms), Avoid: maps.Clone(k.Avoid)}
	if both.Avoid == nil {
		both.Avoid = map[string]string{}
	}
	maps.Copy(both.Avoid, more.Avoid)
	return both
}

// Score is the measure of a text. The zero value is of an empty one.
type Score struct {
	Words, Sentences, Syllables int
	counted                     int // the words whose syllables were counted
	// Passives are the sentences in which something is done by nobody.
	Passives []string
	// Official are the words to be avoided that were found, in order, once.
	Official []string
}

// PerSentence is the mean number of words of a sentence, 0 for no sentence.
func (s Score) PerSentence() float64 {
	if s.Sentences == 0 {
		return 0
	}
	return float64(s.Words) / float64(s.Sentences)
}

// Douma is the reading ease of Flesch-Douma, 206.84 - 0.77 times the syllables
// of a hundred words - 0.93 times the words of a sentence: higher is easier, 65
// is plain. It is 0 for no words.
func (s Score) Douma() float64 {
	if s.counted == 0 {
		return 0
	}
	return 206.84 - 77*float64(s.Syllables)/float64(s.counted) - 0.93*s.PerSentence()
}

// Measure reads running text; a line break ends a sentence too. Places to fill
// in ("{naam}") count as one easy word.
func Measure(text string, known Words) Score {
	var s Score
	for _, sentence := range Sentences(text) {
		list := split(sentence)
		if len(list) == 0 {
			continue
		}
		s.Sentences++
		s.Words += len(list)
		for _, w := range list {
			if !known.term(w) {
				s.counted++
				s.Syllables += Syllables(w)
			}
		}
		if passive(list) {
			s.Passives = append(s.Passives, sentence)
		}
		for _, w := range known.official(list) {
			if !slices.Contains(s.Official, w) {
				s.Official = append(s.Official, w)
			}
		}
	}
	return s
}

var endRE = regexp.MustCompile(`[.!?…]+[")’']*\s+|\n+`)

// Sentences splits text at the ends of sentences and at line breaks.
func Sentences(text string) []string {
	var list []string
	for _, s := range endRE.Split(text+"\n", -1) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// split takes the words of a sentence, in lower case.
func split(sentence string) []string {
	fields := strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' && r != '-' && r != '{' && r != '}'
	})
	return slices.DeleteFunc(fields, func(w string) bool { return strings.Trim(w, "'’-") == "" })
}

func (k Words) term(w string) bool {
	return strings.HasPrefix(w, "{") || slices.ContainsFunc(k.Terms, func(t string) bool { return w == strings.ToLower(t) })
}

// official finds the words and phrases to be avoided in a sentence.
func (k Words) official(list []string) []string {
	var found []string
	joined := " " + strings.Join(list, " ") + " "
	for w := range k.Avoid {
		begin, open := strings.CutSuffix(strings.ToLower(w), "*")
		if !open {
			begin += " "
		}
		if strings.Contains(joined, " "+begin) {
			found = append(found, w)
		}
	}
	slices.Sort(found)
	return found
}

// Syllables counts the syllables of a Dutch word by its groups of vowels; a
// number or an abbreviation without vowels is one.
func Syllables(word string) int {
	n, before := 0, false
	runes := []rune(strings.ToLower(word))
	for i, r := range runes {
		vowel := strings.ContainsRune("aeiouyàáâäèéêëìíîïòóôöùúûü", r)
		if r == 'y' && i+1 < len(runes) && strings.ContainsRune("aeou", runes[i+1]) {
			vowel = false // yoga
		}
		if i > 0 && runes[i-1] == 'i' && r == 'j' {
			vowel = true // ij is one sound
		}
		if vowel && (!before || strings.ContainsRune("äëïöü", r)) {
			n++
		}
		before = vowel
	}
	return max(n, 1)
}

// passive says whether a sentence has a form of worden beside a participle.
func passive(list []string) bool {
	becomes := slices.ContainsFunc(list, func(w string) bool {
		return slices.Contains([]string{"wordt", "worden", "werd", "werden"}, w)
	})
	return becomes && slices.ContainsFunc(list, participle)
}

func participle(w string) bool {
	if len(w) < 5 {
		return false
	}
	begins := slices.ContainsFunc([]string{"ge", "be", "ver", "ont", "her", "aange", "opge", "afge", "uitge", "toege"}, func(p string) bool {
		return strings.HasPrefix(w, p)
	})
	return begins && (strings.HasSuffix(w, "d") || strings.HasSuffix(w, "t") || strings.HasSuffix(w, "en"))
}

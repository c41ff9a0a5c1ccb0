package dialogs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wegwijzer/knowledge"
)

// knowledgeDay is a day on which every source of the shipped texts is fresh.
var knowledgeDay = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func loaded(t testing.TB) *Content {
	t.Helper()
	c, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestShippedTextsAreInOrder is the reading gate on the project's own texts.
func TestShippedTextsAreInOrder(t *testing.T) {
	c := loaded(t)
	if n := len(c.files(knowledge.NL)); n < 5 {
		t.Fatalf("only %d files of texts", n)
	}
	for _, f := range c.Review(knowledgeDay) {
		if f.Wrong || strings.Contains(f.File, "/en/") {
			t.Error(f)
		}
	}
	for _, f := range c.Review(knowledgeDay.AddDate(2, 0, 0)) {
		if strings.Contains(f.Text, "look again") {
			return
		}
	}
	t.Error("after two years no fact is old")
}

func TestReviewFindsWhatIsWrong(t *testing.T) {
	long := strings.Repeat("Daarna beoordeelt een medewerker zorgvuldig alle binnengekomen aanvraagformulieren volgens vastgestelde beoordelingscriteria van de verantwoordelijke organisatie ", 8)
	for _, c := range []struct{ name, text, want string }{
		{"hard to read", "[kern]\nask = \"" + long + "?\"\n", "reading ease (Flesch-Douma)"},
		{"long sentences", "[kern]\nask = \"" + strings.Repeat("en dan ga je naar de deur toe ", 15) + "?\"\n", "words a sentence, at most 15"},
		{"more than sixty words", "[kern]\nask = \"" + strings.Repeat("Dat is zo. ", 21) + "\"\n", "has 63 words, at most 60"},
		{"an official word", "[kern]\nask = \"Indien dit klopt, wat is er dan?\"\n", `has the official word "indien"; plainer is "als"`},
		{"a passive", "[kern]\nask = \"Wat wordt er gevraagd?\"\n", "says what is done, not who does it"},
		{"two questions", "[kern]\nask = \"Wat is er? En sinds wanneer?\"\n", "asks 2 questions"},
		{"no je-form", "[brief]\nwhy = \"Dan weet ik wat u heeft.\"\n", `"wonen.brief.why" has no je-form; write it as why_je`},
		{"a je-form that says u", "[brief]\nwhy_je = \"Dan weet ik wat u hebt.\"\n", "is the je-form and says u"},
		{"a u-form that says je", "[brief]\nwhy = \"Dan weet ik wat je hebt.\"\n", "is the u-form and says je"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content, err := Load(program(t), own("texts/nl/wonen.toml", c.text))
			if err != nil {
				t.Fatal(err)
			}
			list := content.Review(knowledgeDay)
			if !slices.ContainsFunc(list, func(f Finding) bool {
				return strings.HasPrefix(f.String(), "texts/nl/wonen.toml:") && strings.Contains(f.Text, c.want)
			}) {
				t.Errorf("%q isn't among %v", c.want, list)
			}
		})
	}
}

func TestReviewListsWhatALanguageLacks(t *testing.T) {
	c, err := Load(program(t), own("texts/de/gesprek.toml", "[algemeen]\nwelkom = \"Willkommen bei {gemeente}.\"\nbegrepen = \"Richtig?\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	var lacks, loses bool
	for _, f := range c.Review(time.Time{}) {
		lacks = lacks || strings.HasSuffix(f.File, "texts/de/wonen.toml") && strings.Contains(f.Text, `"wonen.kern.ask" is missing; the Dutch stands in dialogs/flows/texts/nl/wonen.toml:`)
		loses = loses || f.Wrong && strings.Contains(f.String(), `texts/de/gesprek.toml:3: "algemeen.begrepen" lacks {regels}`)
	}
	if !lacks || !loses {
		t.Errorf("a missing text told: %v, a lost place told: %v", lacks, loses)
	}
	if n := len(c.Missing(knowledge.DE)); n < 100 {
		t.Errorf("only %d texts are missing", n)
	}
}

// said are the keys that the code says, read from the source.
func said(t *testing.T) map[string]string {
	t.Helper()
	keys := regexp.MustCompile(`"((?:algemeen|escalatie|waarom|weet|keuze)\.[a-z-]+)"`)
	options := regexp.MustCompile(`(?:options?|Choice\w+ +=) ?\(?([^)\n]*)`)
	ids := regexp.MustCompile(`"([a-z-]+(?::[a-z-]+)?)"`)
	found := map[string]string{}
	for _, pattern := range []string{"*.go", "../bot/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range keys.FindAllStringSubmatch(string(data), -1) {
				if !strings.HasSuffix(m[1], ".toml") {
					found[m[1]] = file
				}
			}
			for _, call := range options.FindAllStringSubmatch(string(data), -1) {
				for _, m := range ids.FindAllStringSubmatch(call[1], -1) {
					found["keuze."+strings.ReplaceAll(m[1], ":", "-")] = file
				}
			}
		}
	}
	if len(found) < 90 {
		t.Fatalf("only %d keys were found: the search is wrong", len(found))
	}
	return found
}

// TestEveryTextThatTheCodeSaysExists reads the keys from the source: a key
// without a text would show as "[key]" to a resident.
func TestEveryTextThatTheCodeSaysExists(t *testing.T) {
	c := loaded(t)
	for key, file := range said(t) {
		if !c.Texts.Has(knowledge.NL, key) {
			t.Errorf("%s says %q, which no text has", file, key)
		}
	}
}

// TestEveryTextOfTheCodeIsSaid finds texts that nothing says any more.
func TestEveryTextOfTheCodeIsSaid(t *testing.T) {
	c := loaded(t)
	used := said(t)
	for _, key := range c.Texts.Keys(knowledge.NL) {
		table, _, _ := strings.Cut(key, ".")
		if strings.HasSuffix(key, "_je") || strings.HasSuffix(key, "_kort") || strings.Count(key, ".") > 1 || table != "algemeen" && table != "keuze" {
			continue
		}
		if used[key] == "" {
			t.Errorf("nothing says %s", key)
		}
	}
}

// TestTheFormOfAddressIsKept looks at every text that a je-resident can see.
func TestTheFormOfAddressIsKept(t *testing.T) {
	c := loaded(t)
	n := 0
	for _, key := range c.Texts.Keys(knowledge.NL) {
		n++
		unquoted := func(s string) string { return quotedRE.ReplaceAllString(s, "") }
		if text := unquoted(c.Texts.Say(knowledge.NL, true, key, nil)); formalRE.MatchString(text) {
			t.Errorf("%s says u to somebody who is called je: %s", key, text)
		}
		if text := unquoted(c.Texts.Say(knowledge.NL, false, strings.TrimSuffix(key, "_je"), nil)); informalRE.MatchString(text) {
			t.Errorf("%s says je to somebody who is called u: %s", key, text)
		}
	}
	if n < 300 {
		t.Fatalf("only %d texts", n)
	}
}

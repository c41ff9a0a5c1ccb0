package telegram

import (
	"embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"wegwijzer/knowledge"
)

//go:embed texts/*.toml
var textFiles embed.FS

// texts holds what this channel itself says, by language and key.
type texts struct {
	byLang map[knowledge.Lang]map[string]string
}

// loadTexts reads the files that come with the program. Every language must
// have the keys that Dutch has.
func loadTexts() (*texts, error) {
	t := &texts{byLang: map[knowledge.Lang]map[string]string{}}
	for _, lang := range []knowledge.Lang{knowledge.NL, knowledge.EN} {
		file := "texts/" + string(lang) + ".toml"
		var tree map[string]any
		if _, err := toml.DecodeFS(textFiles, file, &tree); err != nil {
			return nil, fmt.Errorf("telegram %s: %w", file, err)
		}
		t.byLang[lang] = map[string]string{}
		if err := flatten(t.byLang[lang], "", tree); err != nil {
			return nil, fmt.Errorf("telegram %s: %w", file, err)
		}
		for key := range t.byLang[knowledge.NL] {
			if _, ok := t.byLang[lang][key]; !ok {
				return nil, fmt.Errorf("telegram %s: %q is missing", file, key)
			}
		}
	}
	return t, nil
}

// flatten makes dotted keys of tables.
func flatten(into map[string]string, prefix string, tree map[string]any) error {
	for k, v := range tree {
		switch v := v.(type) {
		case string:
			// A space at the end counts: labels end in one.
			into[prefix+k] = strings.Trim(v, "\n")
		case map[string]any:
			if err := flatten(into, prefix+k+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%q must be a text", prefix+k)
		}
	}
	return nil
}

// say returns a text, in Dutch where the language has none of its own.
func (t *texts) say(lang knowledge.Lang, key string) string {
	if s, ok := t.byLang[lang][key]; ok {
		return s
	}
	return t.byLang[knowledge.NL][key]
}

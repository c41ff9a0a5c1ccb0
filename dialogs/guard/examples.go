package guard

import (
	"fmt"
	"io/fs"
	"strings"

	"wegwijzer/knowledge"
)

// example is one hand-written sentence; an empty kind is a safe one.
type example struct {
	kind knowledge.CrisisKind
	lang knowledge.Lang
	text string

	everyday bool // an ordinary message, from a file <lang>-…-gewoon.tsv
	file     string
}

// safeLabel stands in the first column of a sentence without danger.
const safeLabel = "veilig"

// loadExamples reads examples/*.tsv: label, tab, sentence. The file's name
// starts with its language.
func loadExamples(fsys fs.FS) ([]example, error) {
	files, err := fs.Glob(fsys, "examples/*.tsv")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("guard content: no examples (%w)", err)
	}
	var out []example
	for _, file := range files {
		raw, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("guard content: %w", err)
		}
		lang, err := knowledge.ParseLang(strings.TrimPrefix(file, "examples/")[:2])
		if err != nil {
			return nil, fmt.Errorf("%s:1: %w", file, err)
		}
		for i, line := range strings.Split(strings.TrimRight(string(raw), "\n"), "\n") {
			label, text, ok := strings.Cut(line, "\t")
			e := example{lang: lang, text: text, everyday: strings.HasSuffix(file, "-gewoon.tsv"), file: file}
			if label != safeLabel {
				e.kind, err = knowledge.ParseCrisisKind(label)
			}
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
			if !ok || strings.TrimSpace(text) == "" {
				return nil, fmt.Errorf("%s:%d: want a label, a tab and a sentence", file, i+1)
			}
			out = append(out, e)
		}
	}
	return out, nil
}

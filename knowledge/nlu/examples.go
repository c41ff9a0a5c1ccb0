package nlu

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// Example is one labelled message of a resident.
type Example struct {
	// File and Line say where it stands, for error messages.
	File string
	Line int

	Text   string
	Lang   knowledge.Lang
	Intent knowledge.Intent // "" when only the language, or only the levensgebieden, are known
	// Levensgebieden has the primary one, the question asked, first.
	Levensgebieden []knowledge.Levensgebied
	Moment         knowledge.Moment
	Doelgroepen    []knowledge.Doelgroep
	// Elsewhere says that it was written for something else (examples/elders)
	// and only helps to train.
	Elsewhere bool
}

// aside says that e is no message of a resident: a line of which only the
// levensgebieden are known, or one from elsewhere. It helps training and is
// never measured on.
func (e Example) aside() bool {
	return e.Elsewhere || e.Intent == "" && len(e.Levensgebieden) > 0
}

// LoadExamples reads every *.tsv of fsys (`intent, levensgebieden, moment,
// doelgroepen, text`, separated by tabs; "-" for none; a line with "-" for its
// intent is no message and has levensgebieden only), every elders/*.tsv (the
// same form, from elsewhere) and every lang/<code>.txt (one message a line, of
// which only the language is known), in the order of their names. Empty lines and lines that start with # are
// skipped. An error names file:line.
func LoadExamples(fsys fs.FS) ([]Example, error) {
	var names []string
	for _, pattern := range []string{"*.tsv", elsewhere + "/*.tsv", "lang/*.txt"} {
		found, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("list examples: %w", err)
		}
		names = append(names, found...)
	}
	var out []Example
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read examples: %w", err)
		}
		if out, err = parseExamples(out, name, data); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no examples found")
	}
	return out, nil
}

// elsewhere is the folder of examples that were written for something else.
const elsewhere = "elders"

func parseExamples(out []Example, name string, data []byte) ([]Example, error) {
	lang := knowledge.NL
	parse := parseRow
	if path.Ext(name) == ".txt" {
		l, err := knowledge.ParseLang(strings.TrimSuffix(path.Base(name), ".txt"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		lang, parse = l, func(line string) (Example, error) { return Example{Text: line}, nil }
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimRight(sc.Text(), "\r ")
		if line == "" || line[0] == '#' {
			continue
		}
		ex, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		ex.File, ex.Line, ex.Lang, ex.Elsewhere = name, n, lang, path.Dir(name) == elsewhere
		out = append(out, ex)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func parseRow(line string) (Example, error) {
	cols := strings.Split(line, "\t")
	if len(cols) != 5 {
		return Example{}, fmt.Errorf("want 5 columns separated by tabs, have %d", len(cols))
	}
	ex := Example{Text: strings.TrimSpace(cols[4])}
	if ex.Text == "" {
		return Example{}, fmt.Errorf("empty text")
	}
	var err error
	if ex.Levensgebieden, err = parseIDs(cols[1], knowledge.ParseLevensgebied); err != nil {
		return Example{}, err
	}
	if cols[0] == none {
		if len(ex.Levensgebieden) == 0 || cols[2] != none || cols[3] != none {
			return Example{}, fmt.Errorf("a line without intent has a levensgebied and nothing else")
		}
		return ex, nil
	}
	if ex.Intent, err = knowledge.ParseIntent(cols[0]); err != nil {
		return Example{}, err
	}
	if cols[2] != "-" {
		if ex.Moment, err = knowledge.ParseMoment(cols[2]); err != nil {
			return Example{}, err
		}
	}
	ex.Doelgroepen, err = parseIDs(cols[3], knowledge.ParseDoelgroep)
	return ex, err
}

// parseIDs reads "a,b" or "-".
func parseIDs[T ~string](col string, parse func(string) (T, error)) ([]T, error) {
	if col == "-" {
		return nil, nil
	}
	var out []T
	for _, s := range strings.Split(col, ",") {
		id, err := parse(s)
		if err != nil {
			return nil, err
		}
		if slices.Contains(out, id) {
			return nil, fmt.Errorf("%q stands twice", id)
		}
		out = append(out, id)
	}
	return out, nil
}

// revision changes when features or method change such that a model must be
// trained anew though examples and settings are the same.
const revision = 4

// stampOf is the hash of what a model is trained from: examples, settings and
// concepts. Comments, file names and line numbers don't count.
func stampOf(examples []Example, set Settings) (string, error) {
	h := sha256.New()
	head, err := json.Marshal(set)
	if err != nil {
		return "", fmt.Errorf("stamp: %w", err)
	}
	fmt.Fprintf(h, "%d %s\n%s\n%s\n", revision, head, conceptFile, languageFile)
	for _, e := range examples {
		fmt.Fprintf(h, "%s\t%s\t%v\t%s\t%v\t%t\t%s\n", e.Lang, e.Intent, e.Levensgebieden, e.Moment, e.Doelgroepen, e.Elsewhere, e.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

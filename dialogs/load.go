package dialogs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"wegwijzer/knowledge"
)

//go:embed flows
var embedded embed.FS

// Embedded returns the dialogs that come with the program: *.toml with the
// steps, texts/<language>/*.toml with what they say.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "flows")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// Content is a checked set of dialogs, rules and texts.
type Content struct {
	Flows map[knowledge.Levensgebied]*Flow
	Rules []*Rule
	Texts *Texts
}

// Load reads and checks dialogs from fsys. Every fault is in the error, one a
// line, each with file:line.
func Load(fsys fs.FS) (*Content, error) {
	l := &loader{fsys: fsys, content: &Content{
		Flows: map[knowledge.Levensgebied]*Flow{},
		Texts: &Texts{byLang: map[knowledge.Lang]map[string]string{}},
	}}
	l.texts()
	l.flows()
	l.rules()
	if len(l.faults) == 0 {
		l.lint()
	}
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return l.content, nil
}

type loader struct {
	fsys    fs.FS
	content *Content
	faults  []error
	sources map[string]string // file → its text, to find lines
}

func (l *loader) fault(file string, line int, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s:%d: %s", file, line, fmt.Sprintf(format, args...)))
}

// decode reads one TOML file into v and refuses keys that v doesn't have.
func (l *loader) decode(file string, v any) bool {
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		l.fault(file, 1, "%v", err)
		return false
	}
	if l.sources == nil {
		l.sources = map[string]string{}
	}
	l.sources[file] = string(data)
	md, err := toml.Decode(string(data), v)
	var pe toml.ParseError
	switch {
	case errors.As(err, &pe):
		l.fault(file, pe.Position.Line, "%s", pe.Message)
		return false
	case err != nil:
		l.fault(file, 1, "%v", err)
		return false
	}
	if _, free := v.(*map[string]any); free {
		return true // a table without fixed keys takes all
	}
	for _, key := range md.Undecoded() {
		l.fault(file, l.line(file, key[len(key)-1]), "unknown key %q", key.String())
	}
	return true
}

// line finds the first line of a file that holds the words, 1 when none does.
func (l *loader) line(file, words string) int {
	for i, s := range strings.Split(l.sources[file], "\n") {
		if strings.Contains(s, words) {
			return i + 1
		}
	}
	return 1
}

func (l *loader) texts() {
	files, err := fs.Glob(l.fsys, "texts/*/*.toml")
	if err != nil || len(files) == 0 {
		l.fault("texts", 1, "no texts found")
		return
	}
	for _, file := range files {
		lang, err := knowledge.ParseLang(path.Base(path.Dir(file)))
		if err != nil {
			l.fault(file, 1, "%v", err)
			continue
		}
		tree := map[string]any{}
		if !l.decode(file, &tree) {
			continue
		}
		if l.content.Texts.byLang[lang] == nil {
			l.content.Texts.byLang[lang] = map[string]string{}
		}
		prefix := strings.TrimSuffix(path.Base(file), ".toml") + "."
		if prefix == "gesprek." { // its tables are the first part of the keys
			prefix = ""
		}
		l.flatten(file, lang, prefix, tree)
	}
}

// flatten turns tables into dotted keys.
func (l *loader) flatten(file string, lang knowledge.Lang, prefix string, tree map[string]any) {
	for k, v := range tree {
		key := prefix + k
		switch v := v.(type) {
		case string:
			l.content.Texts.byLang[lang][key] = strings.TrimSpace(v)
		case map[string]any:
			l.flatten(file, lang, key+".", v)
		default:
			l.fault(file, l.line(file, k), "%q must be a text", key)
		}
	}
}

func (l *loader) flows() {
	var shared struct {
		Steps []*Step `toml:"step"`
	}
	l.decode("gedeeld.toml", &shared)
	files, _ := fs.Glob(l.fsys, "*.toml")
	for _, file := range files {
		if file == "gedeeld.toml" || file == "escalatie.toml" {
			continue
		}
		f := &Flow{file: file}
		if !l.decode(file, f) {
			continue
		}
		l.use(f, shared.Steps)
		if f.Levensgebied == "" {
			l.fault(file, 1, "levensgebied is missing")
			continue
		}
		if f.Levensgebied != General {
			if _, err := knowledge.ParseLevensgebied(string(f.Levensgebied)); err != nil {
				l.fault(file, l.line(file, "levensgebied"), "%v", err)
			}
		}
		if other := l.content.Flows[f.Levensgebied]; other != nil {
			l.fault(file, l.line(file, "levensgebied"), "%q has a dialog in %s already", f.Levensgebied, other.file)
		}
		l.content.Flows[f.Levensgebied] = f
	}
	if len(l.faults) == 0 && l.content.Flows[General] == nil {
		l.fault("algemeen.toml", 1, "the general dialog is missing")
	}
}

// General is the dialog for every levensgebied that has none of its own.
const General knowledge.Levensgebied = "algemeen"

// use puts shared steps in the place of their names.
func (l *loader) use(f *Flow, shared []*Step) {
	for i, p := range f.Steps {
		if p.Use == "" {
			continue
		}
		j := slices.IndexFunc(shared, func(s *Step) bool { return s.ID == p.Use })
		if j < 0 {
			l.fault(f.file, l.line(f.file, `"`+p.Use+`"`), "shared step %q is not in gedeeld.toml", p.Use)
			continue
		}
		step := *shared[j]
		step.Use, step.When = p.Use, p.When
		f.Steps[i] = &step
	}
}

func (l *loader) rules() {
	var file struct {
		Rules []*Rule `toml:"rule"`
	}
	if l.decode("escalatie.toml", &file) {
		l.content.Rules = file.Rules
	}
}

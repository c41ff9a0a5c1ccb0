package dialogs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"wegwijzer/dialogs/plain"
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
	// Asides are the questions that a resident may ask in between.
	Asides []*Aside
	// Yes and No are messages that are a plain yes or no, in any language;
	// Elsewhere are gemeenten that residents name when they live outside.
	Yes, No, Elsewhere []string
	// Greetings are messages that are no more than a greeting, by the language
	// that they show.
	Greetings map[knowledge.Lang][]string
	Texts     *Texts
	planning  planning
	words     plain.Words
	// sources are the remarks with an address and a day, by file.
	sources map[string][]comment
}

// Load reads and checks dialogs. The first layer is a whole set of files; each
// further one changes what came before: a text of the same key, a step of the
// same id in a file with "changes", a rule or a question of the same id, or,
// in a file with "levensgebied", a whole dialog. Every fault is in the error,
// one a line, each with file:line.
func Load(layers ...fs.FS) (*Content, error) { return load(layers, "") }

// load is Load with the name of the last layer's folder, for its faults.
func load(layers []fs.FS, folder string) (*Content, error) {
	l := &loader{content: &Content{
		Flows:   map[knowledge.Levensgebied]*Flow{},
		Texts:   &Texts{byLang: map[knowledge.Lang]map[string]string{}, at: map[knowledge.Lang]map[string]place{}},
		sources: map[string][]comment{},
	}, lines: map[string]lineMap{}, source: map[string]string{}, fixed: map[string]string{}, top: map[topKey]bool{}}
	for i, fsys := range layers {
		l.fsys, l.folder, l.first = fsys, "", i == 0
		if l.last = i == len(layers)-1; l.last {
			l.folder = folder
		} else if l.first {
			l.folder = "dialogs/flows/" // the program's own, when others change them
		}
		l.layer()
	}
	l.finish()
	if len(l.faults) == 0 {
		l.lint()
	}
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return l.content, nil
}

// place is where something stands.
type place struct {
	file string
	line int
}

type loader struct {
	fsys    fs.FS
	folder  string // of the layer, before the names of its files in faults
	first   bool   // the layer that the others change
	last    bool   // the layer that nothing changes
	content *Content
	shared  []*Step
	faults  []error
	lines   map[string]lineMap
	source  map[string]string
	// fixed are the texts that the code says, of the first layer, in Dutch.
	fixed map[string]string
	// top are the keys whose text is the last layer's.
	top map[topKey]bool
}

type topKey struct {
	lang knowledge.Lang
	key  string
}

// maxFaults bounds how many faults are told: who made more has one cause.
const maxFaults = 100

func (l *loader) fault(at place, format string, args ...any) {
	if len(l.faults) < maxFaults {
		l.faults = append(l.faults, fmt.Errorf("%s:%d: %s", at.file, max(at.line, 1), fmt.Sprintf(format, args...)))
	}
}

// decode reads one TOML file of the layer into v and refuses keys that v
// doesn't have. It returns the name of the file as faults give it.
func (l *loader) decode(file string, v any) (name string, ok bool) {
	name = l.folder + file
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		if l.first || !errors.Is(err, fs.ErrNotExist) {
			l.fault(place{name, 1}, "%v", err)
		}
		return name, false
	}
	l.source[name], l.lines[name] = string(data), mapLines(string(data))
	md, err := toml.Decode(string(data), v)
	var pe toml.ParseError
	switch {
	case errors.As(err, &pe):
		l.fault(place{name, pe.Position.Line}, "%s", pe.Message)
		return name, false
	case err != nil:
		l.fault(place{name, 1}, "%v", err)
		return name, false
	}
	if _, free := v.(*map[string]any); free {
		return name, true // a table without fixed keys takes all
	}
	for _, key := range md.Undecoded() {
		l.fault(place{name, l.lines[name].like(strings.Join(key, "."))}, "unknown key %q", key.String())
	}
	return name, true
}

// layer reads the files of one layer over those before.
func (l *loader) layer() {
	l.texts()
	l.flows()
	l.rules()
	l.asides()
	l.planning()
	if exists(l.fsys, "woorden.toml") {
		var w plain.Words
		if _, ok := l.decode("woorden.toml", &w); ok {
			l.content.words = l.content.words.With(w)
		}
	}
}

// finish puts together what only the last layer settles.
func (l *loader) finish() {
	for _, f := range l.content.Flows {
		l.use(f)
	}
	for file, src := range l.source {
		for _, note := range comments(src) {
			if sourceRE.MatchString(note.text) && dateRE.MatchString(note.text) {
				l.content.sources[file] = append(l.content.sources[file], note)
			}
		}
	}
	if len(l.faults) == 0 && l.content.Flows[General] == nil {
		l.fault(place{"algemeen.toml", 1}, "the general dialog is missing")
	}
}

func (l *loader) texts() {
	files, err := fs.Glob(l.fsys, "texts/*/*.toml")
	if err != nil || len(files) == 0 && l.first {
		l.fault(place{"texts", 1}, "no texts found")
		return
	}
	for _, file := range files {
		lang, err := knowledge.ParseLang(path.Base(path.Dir(file)))
		if err != nil {
			l.fault(place{l.folder + file, 1}, "%v", err)
			continue
		}
		tree := map[string]any{}
		name, ok := l.decode(file, &tree)
		if !ok {
			continue
		}
		t := l.content.Texts
		if t.byLang[lang] == nil {
			t.byLang[lang], t.at[lang] = map[string]string{}, map[string]place{}
		}
		prefix := strings.TrimSuffix(path.Base(file), ".toml") + "."
		if slices.Contains([]string{"gesprek.", "plan.", "zaken."}, prefix) { // their tables are the first part of the keys
			prefix = ""
		}
		l.flatten(name, lang, prefix, "", tree)
	}
}

// flatten turns tables into dotted keys.
func (l *loader) flatten(file string, lang knowledge.Lang, prefix, in string, tree map[string]any) {
	t := l.content.Texts
	for k, v := range tree {
		key := prefix + in + k
		at := place{file, l.lines[file].of(in + k)}
		switch v := v.(type) {
		case string:
			t.byLang[lang][key], t.at[lang][key] = strings.TrimSpace(v), at
			l.top[topKey{lang, key}] = l.last
			if l.first && prefix == "" && lang == knowledge.NL {
				l.fixed[key] = v
			}
		case map[string]any:
			l.flatten(file, lang, prefix, in+k+".", v)
		default:
			l.fault(at, "%q must be a text", key)
		}
	}
}

func (l *loader) rules() {
	var file struct {
		Rules []*Rule `toml:"rule"`
	}
	name, ok := l.decode("escalatie.toml", &file)
	if !ok {
		return
	}
	for i, r := range file.Rules {
		path := "rule." + strconv.Itoa(i)
		r.at, r.phrases = place{name, l.lines[name].of(path+".id", path)}, phrases(r.Words)
		j := slices.IndexFunc(l.content.Rules, func(x *Rule) bool { return x.ID == r.ID && !l.first })
		if j < 0 && r.Remove {
			l.fault(r.at, "there is no rule %q to remove", r.ID)
			continue
		}
		l.content.Rules = lay(l.content.Rules, r, j, r.Remove)
	}
}

// lay lays an item of a layer over a list: in the place of the j-th, at its end
// when j is below zero, or, with remove, taking the j-th away.
func lay[T any](list []T, item T, j int, remove bool) []T {
	switch {
	case j < 0:
		return append(list, item)
	case remove:
		return slices.Delete(list, j, j+1)
	}
	list[j] = item
	return list
}

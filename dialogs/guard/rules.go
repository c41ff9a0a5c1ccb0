package guard

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// rule is one compiled pattern with what it adds to the score of a kind; a
// negative weight lowers. An empty kind lowers every kind.
type rule struct {
	pattern
	kind   knowledge.CrisisKind
	lang   knowledge.Lang
	weight float64
	source string // as written, for explanations
	name   uint32 // the model's feature for it
}

// rules is the compiled content of crisis/*.toml.
type rules struct {
	symbols  *symbols
	spelling map[string][]string // word as typed -> words that are meant
	byFirst  [][]int32           // symbol -> rules that start with it
	all      []rule
	child    []rule
	concepts *concepts

	conceptWords map[string]map[string]string // as written, for the stamp
}

// langFile is crisis/<lang>.toml.
type langFile struct {
	Spelling map[string]string   `toml:"spelling"`
	Words    map[string][]string `toml:"words"`
	Child    []string            `toml:"child"`
	Signal   []struct {
		Kind   string   `toml:"kind"`
		Weight float64  `toml:"weight"`
		Any    []string `toml:"any"`
	} `toml:"signal"`
	Lower []struct {
		Kind   string   `toml:"kind"`
		Weight float64  `toml:"weight"`
		Any    []string `toml:"any"`
	} `toml:"lower"`
	Reply     map[string]string `toml:"reply"`
	Emergency string            `toml:"emergency"`
	Beside    string            `toml:"beside"`

	file string
	raw  []byte
}

// loadRules reads and compiles all language files, in the order of
// knowledge.Langs.
func loadRules(fsys fs.FS) (*rules, []langFile, error) {
	r := newRules()
	var err error
	if r.concepts, r.conceptWords, err = loadConcepts(fsys); err != nil {
		return nil, nil, err
	}
	var langs []langFile
	for _, lang := range knowledge.Langs() {
		lf, err := loadLang(fsys, lang)
		if err != nil {
			return nil, nil, err
		}
		if err := r.add(lang, lf); err != nil {
			return nil, nil, err
		}
		langs = append(langs, lf)
	}
	r.index()
	return r, langs, nil
}

// loadLang reads one language file.
func loadLang(fsys fs.FS, lang knowledge.Lang) (langFile, error) {
	lf := langFile{file: "crisis/" + string(lang) + ".toml"}
	raw, err := fs.ReadFile(fsys, lf.file)
	if err != nil {
		return lf, fmt.Errorf("guard content: %w", err)
	}
	lf.raw = raw
	return lf, decode(lf.file, raw, &lf)
}

func newRules() *rules {
	return &rules{symbols: newSymbols(), spelling: map[string][]string{}}
}

// add compiles the rules of one language.
func (r *rules) add(lang knowledge.Lang, lf langFile) error {
	at := func(needle string, err error) error {
		return fmt.Errorf("%s:%d: %w", lf.file, lineOf(lf.raw, needle, 0), err)
	}
	for from, to := range lf.Spelling {
		n := normalise(to)
		if len(n) != 1 || strings.ContainsAny(from, " *") {
			return at(from, fmt.Errorf("spelling %q = %q is not one word to a few words", from, to))
		}
		r.spelling[from] = n[0].words
	}
	names := make([]string, 0, len(lf.Words))
	for name := range lf.Words {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := r.symbols.list(string(lang)+"."+name, lf.Words[name]); err != nil {
			return at(name, err)
		}
	}
	add := func(kind string, weight float64, any []string, into *[]rule) error {
		var k knowledge.CrisisKind
		if kind != "" {
			var err error
			if k, err = knowledge.ParseCrisisKind(kind); err != nil {
				return at(kind, err)
			}
		}
		for _, text := range any {
			p, err := r.symbols.compile(string(lang), text)
			if err != nil {
				return at(text, err)
			}
			*into = append(*into, rule{pattern: p, kind: k, lang: lang, weight: weight, source: text})
		}
		return nil
	}
	for _, s := range lf.Signal {
		if s.Kind == "" || s.Weight <= 0 {
			return at("[[signal]]", fmt.Errorf("a signal needs a kind and a weight above zero"))
		}
		if err := add(s.Kind, s.Weight, s.Any, &r.all); err != nil {
			return err
		}
	}
	for _, s := range lf.Lower {
		if s.Weight >= 0 {
			return at("[[lower]]", fmt.Errorf("a lower needs a weight below zero"))
		}
		if err := add(s.Kind, s.Weight, s.Any, &r.all); err != nil {
			return err
		}
	}
	return add("", 1, lf.Child, &r.child)
}

// index makes the rules findable by their first symbol.
func (r *rules) index() {
	r.byFirst = make([][]int32, r.symbols.next+1)
	for i, rl := range r.all {
		r.all[i].name = ruleBucket(rl)
		for _, s := range rl.elements[0].symbols {
			r.byFirst[s] = append(r.byFirst[s], int32(i))
		}
	}
}

// hit is one place where a rule matches: the words from up to to.
type hit struct{ rule, from, to int32 }

// hits appends each place where a rule matches.
func (r *rules) hits(t *tokens, out []hit) []hit {
	for i := range t.words {
		for _, s := range t.symbols[i] {
			for _, id := range r.byFirst[s] {
				if len(out) >= maxHits {
					return out
				}
				if end := r.all[id].match(t, i); end >= 0 {
					out = append(out, hit{rule: id, from: int32(i), to: int32(min(end, len(t.words)))})
				}
			}
		}
	}
	return out
}

// mentionsChild reports whether a child or a young person is in the text.
func (r *rules) mentionsChild(t *tokens) bool {
	for _, rl := range r.child {
		for i := range t.words {
			if rl.match(t, i) >= 0 {
				return true
			}
		}
	}
	return false
}

// certainWeight is the weight from which a rule also counts by itself, beside
// what the model makes of it.
const certainWeight = 6

func (r rule) certain() float32 {
	if r.weight >= certainWeight || r.weight <= -certainWeight {
		return float32(r.weight)
	}
	return 0
}

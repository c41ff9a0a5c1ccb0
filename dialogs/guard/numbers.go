package guard

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Number is one checked help line. ID, Name, Source and Checked are never
// empty; Phone is empty for a line whose number differs by region.
type Number struct {
	ID      string `toml:"id" json:"id"`
	For     string `toml:"for" json:"for,omitempty"` // the situation, in Dutch; empty for a line that is no first resort
	Name    string `toml:"name" json:"name"`
	Phone   string `toml:"phone" json:"phone,omitempty"`
	Also    string `toml:"also" json:"also,omitempty"`   // a second number of the same line
	Chat    string `toml:"chat" json:"chat,omitempty"`   // URL of the chat or relay road
	Hours   string `toml:"hours" json:"hours,omitempty"` // in Dutch, for people
	Source  string `toml:"source" json:"source"`         // URL where the number was checked
	Checked string `toml:"checked" json:"checked"`       // month of the check, as 2026-11
}

// Numbers returns the national lines, the gravest first. The caller owns the
// slice.
func (g *Guard) Numbers() []Number { return slices.Clone(g.numbers) }

// EmbeddedNumbers returns the national lines that ship with the program, for
// what must work without a Guard. It is nil only when that content is broken,
// which New reports and a test excludes.
func EmbeddedNumbers() []Number {
	numbers, err := loadNumbers(Embedded())
	if err != nil {
		return nil
	}
	return numbers
}

// the lines that every reply leans on: content without one of them is refused.
var requiredNumbers = []string{"112", "112-relay", "113", "veilig-thuis", "kindertelefoon", "huisartsenpost"}

func loadNumbers(fsys fs.FS) ([]Number, error) {
	const file = "numbers.toml"
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("guard content: %w", err)
	}
	var doc struct {
		Number []Number `toml:"number"`
	}
	if err := decode(file, raw, &doc); err != nil {
		return nil, err
	}
	for i, n := range doc.Number {
		if n.For != "" && n.Phone == "" {
			return nil, fmt.Errorf("%s:%d: number %q is for a situation but has no phone", file, lineOf(raw, "[[number]]", i), n.ID)
		}
		if n.ID == "" || n.Name == "" || n.Source == "" || n.Checked == "" {
			return nil, fmt.Errorf("%s:%d: number %d lacks id, name, source or checked",
				file, lineOf(raw, "[[number]]", i), i+1)
		}
	}
	for _, id := range requiredNumbers {
		if !slices.ContainsFunc(doc.Number, func(n Number) bool { return n.ID == id }) {
			return nil, fmt.Errorf("%s:1: the number %q is missing", file, id)
		}
	}
	return doc.Number, nil
}

// decode reads TOML and refuses keys that nobody reads; errors start with
// file:line.
func decode(file string, raw []byte, into any) error {
	meta, err := toml.Decode(string(raw), into)
	if err != nil {
		line := 1
		if pe, ok := err.(toml.ParseError); ok { //nolint:errorlint // toml returns the value itself
			line = pe.Position.Line
		}
		return fmt.Errorf("%s:%d: %w", file, line, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		key := extra[0]
		return fmt.Errorf("%s:%d: unknown key %q", file, lineOf(raw, key[len(key)-1], 0), key.String())
	}
	return nil
}

// lineOf returns the line (from 1) of occurrence n of needle; 1 if there is
// none.
func lineOf(raw []byte, needle string, n int) int {
	text, from := string(raw), 0
	for {
		at := strings.Index(text[from:], needle)
		if at < 0 {
			return 1
		}
		if n == 0 {
			return 1 + strings.Count(text[:from+at], "\n")
		}
		n--
		from += at + len(needle)
	}
}

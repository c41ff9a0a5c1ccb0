package botapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Spec is the machine-readable Bot API.
type Spec struct {
	Version string                `json:"version"`
	Methods map[string]Definition `json:"methods"`
	Types   map[string]Definition `json:"types"`
}

// Definition is a method or a type.
type Definition struct {
	Name     string   `json:"name"`
	Fields   []Field  `json:"fields"`
	Subtypes []string `json:"subtypes"`
}

// Field is one parameter of a method or one field of a type. Types are
// alternatives.
type Field struct {
	Name        string   `json:"name"`
	Types       []string `json:"types"`
	Required    bool     `json:"required"`
	Description string   `json:"description"`
}

// Data returns the path of a file in tests/testdata/telegram, seen from any
// folder of the project.
func Data(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, "tests", "testdata", "telegram", name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("tests/testdata/telegram/%s is not above the working directory", name)
		}
		dir = up
	}
}

// LoadSpec reads the specification.
func LoadSpec() (*Spec, error) {
	path, err := Data("telegram-bot-api.api.json")
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path) // #nosec G304 -- the project's own test data
	if err != nil {
		return nil, err
	}
	s := &Spec{}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(s.Methods) < 100 || len(s.Types) < 100 {
		return nil, fmt.Errorf("%s: %d methods, %d types: not a whole specification", path, len(s.Methods), len(s.Types))
	}
	return s, nil
}

// Check says what is wrong with a call, nil when nothing is. Params are JSON
// values by name.
func (s *Spec) Check(method string, params map[string]any) error {
	m, ok := s.Methods[method]
	if !ok {
		return fmt.Errorf("unknown method %q", method)
	}
	return s.fields(m, params, method)
}

func (s *Spec) fields(d Definition, values map[string]any, path string) error {
	for name := range values {
		if !slices.ContainsFunc(d.Fields, func(f Field) bool { return f.Name == name }) {
			return fmt.Errorf("%s has no field %q", path, name)
		}
	}
	for _, f := range d.Fields {
		v, given := values[f.Name]
		where := path + "." + f.Name
		switch {
		case !given && f.Required:
			return fmt.Errorf("%s is required", where)
		case !given:
			continue
		}
		if err := s.value(f.Types, v, where); err != nil {
			return err
		}
		if err := lengths(f, v, where); err != nil {
			return err
		}
	}
	return nil
}

// value checks a value against alternatives.
func (s *Spec) value(types []string, v any, path string) error {
	var errs []error
	for _, t := range types {
		err := s.typed(t, v, path)
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (s *Spec) typed(t string, v any, path string) error {
	if inner, ok := strings.CutPrefix(t, "Array of "); ok {
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s is not an array", path)
		}
		for i, x := range list {
			if err := s.typed(inner, x, path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
		return nil
	}
	ok := false
	switch t {
	case "Integer":
		n, num := v.(float64)
		ok = num && n == math.Trunc(n)
	case "Float":
		_, ok = v.(float64)
	case "Boolean":
		_, ok = v.(bool)
	case "String":
		_, ok = v.(string)
	default:
		return s.object(t, v, path)
	}
	if !ok {
		return fmt.Errorf("%s is not of type %s", path, t)
	}
	return nil
}

func (s *Spec) object(t string, v any, path string) error {
	d, ok := s.Types[t]
	if !ok {
		return fmt.Errorf("%s: the specification has no type %s", path, t)
	}
	if len(d.Subtypes) > 0 {
		return s.value(d.Subtypes, v, path)
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is not of type %s", path, t)
	}
	if err := s.fields(d, fields, path); err != nil {
		return err
	}
	if t == "InlineKeyboardButton" {
		return oneAction(fields, path)
	}
	return nil
}

// oneAction keeps the rule that stands in words only: a button does exactly
// one thing.
func oneAction(button map[string]any, path string) error {
	n := 0
	for name := range button {
		if name != "text" && name != "icon_custom_emoji_id" && name != "style" {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("%s has %d actions, not one", path, n)
	}
	if text, _ := button["text"].(string); strings.TrimSpace(text) == "" {
		return fmt.Errorf("%s has no label", path)
	}
	return nil
}

// lengths are the bounds that the specification gives in words.
var (
	lengthRule = regexp.MustCompile(`\b(\d+)-(\d+) (characters|bytes)`)
	rangeRule  = regexp.MustCompile(`between (\d+)-(\d+) are accepted`)
	charRule   = "Only characters A-Z, a-z, 0-9, _ and - are allowed"
	charSet    = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
)

func lengths(f Field, v any, path string) error {
	if n, ok := v.(float64); ok {
		if m := rangeRule.FindStringSubmatch(f.Description); m != nil && outside(int(n), m) {
			return fmt.Errorf("%s is %v, not %s-%s", path, n, m[1], m[2])
		}
		return nil
	}
	text, ok := v.(string)
	if !ok {
		return nil
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s must be encoded in UTF-8", path)
	}
	if strings.Contains(f.Description, charRule) && !charSet.MatchString(text) {
		return fmt.Errorf("%s has a character that is not allowed", path)
	}
	m := lengthRule.FindStringSubmatch(f.Description)
	if m == nil {
		return nil
	}
	n := len(text)
	if m[3] == "characters" {
		n = UTF16(strings.TrimSpace(text))
	}
	if outside(n, m) {
		return fmt.Errorf("%s has %d %s, not %s-%s", path, n, m[3], m[1], m[2])
	}
	return nil
}

func outside(n int, m []string) bool {
	low, _ := strconv.Atoi(m[1])
	high, _ := strconv.Atoi(m[2])
	return n < low || n > high
}

// UTF16 counts as Telegram does: a character outside the basic plane is two.
func UTF16(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

package config

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// prefix begins the name of every variable.
const prefix = "WEGWIJZER_"

// environment overrides settings: WEGWIJZER_ and the key's path in capitals;
// with _FILE behind it the value is read from a file.
func environment(c *Config, env []string) error {
	fields := map[string]reflect.Value{}
	walk(reflect.ValueOf(c).Elem(), "", func(key string, v reflect.Value) { fields[variable(key)] = v })
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		v, ok := fields[name]
		if base, isFile := strings.CutSuffix(name, "_FILE"); !ok && isFile {
			data, err := os.ReadFile(value) // #nosec G304 G703 -- the operator's own file
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			v, ok = fields[base]
			value = strings.TrimSpace(string(data))
		}
		if !ok {
			names := make([]string, 0, len(fields))
			for n := range fields {
				names = append(names, n)
			}
			return fmt.Errorf("%s: unknown variable, did you mean %s?", name, nearest(name, names))
		}
		if err := set(v, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func variable(key string) string { return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_")) }

// walk visits every single value; lists of tables have no variables.
func walk(v reflect.Value, path string, visit func(string, reflect.Value)) {
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("toml")
		if path != "" {
			key = path + "." + key
		}
		f := v.Field(i)
		switch {
		case f.Kind() == reflect.Struct:
			walk(f, key, visit)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
		default:
			visit(key, f)
		}
	}
}

func set(v reflect.Value, s string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("%q is not true or false", s)
		}
		v.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", s)
		}
		v.SetInt(int64(n))
	case reflect.Slice:
		v.Set(reflect.ValueOf(strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })))
	default:
		return fmt.Errorf("a %s can't come from the environment", v.Kind())
	}
	return nil
}

// keys lists every key that a file may have.
func keys() []string {
	var list []string
	c := Default()
	walk(reflect.ValueOf(&c).Elem(), "", func(key string, _ reflect.Value) { list = append(list, key) })
	for _, t := range []struct {
		at string
		v  any
	}{{"gemeente", &Gemeente{}}, {"telegram.bot", &TelegramBot{}}} {
		walk(reflect.ValueOf(t.v).Elem(), t.at, func(key string, _ reflect.Value) { list = append(list, key) })
	}
	return list
}

// nearest returns the name with the fewest changes to s.
func nearest(s string, names []string) string {
	slices.Sort(names)
	return slices.MinFunc(names, func(a, b string) int { return distance(s, a) - distance(s, b) })
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

package dialogs

import (
	"strconv"
	"strings"
)

// lineMap finds the lines of a TOML file: from the path of a key
// ("step.2.choice.0.id", "kern.why") and of a table ("step.2") to its line. The
// decoder gives no positions, and a fault without a line can't be mended by
// whoever reads it. Elements of an array of tables are numbered from 0.
type lineMap map[string]int

func mapLines(src string) lineMap {
	m, counts, prefix, quote := lineMap{}, map[string]int{}, "", ""
	for i, text := range strings.Split(src, "\n") {
		text = strings.TrimSpace(text)
		if quote != "" { // inside a text of many lines
			if strings.Contains(text, quote) {
				quote = ""
			}
			continue
		}
		switch {
		case text == "" || text[0] == '#':
		case strings.HasPrefix(text, "[["):
			name := tableName(text)
			prefix = counted(counts, name)
			prefix += "." + strconv.Itoa(counts[name])
			counts[name]++
			for other := range counts { // the tables inside start anew
				if strings.HasPrefix(other, name+".") {
					delete(counts, other)
				}
			}
			m.put(prefix, i+1)
		case text[0] == '[':
			prefix = tableName(text)
			m.put(prefix, i+1)
		default:
			key, value, ok := strings.Cut(text, "=")
			if !ok {
				continue // a list over more lines
			}
			path := strings.Trim(strings.TrimSpace(key), `"'`)
			if prefix != "" {
				path = prefix + "." + path
			}
			m.put(path, i+1)
			quote = opened(strings.TrimSpace(value))
		}
	}
	return m
}

func (m lineMap) put(path string, line int) {
	if m[path] == 0 {
		m[path] = line
	}
}

// of returns the line of the first path that is known, 1 when none is.
func (m lineMap) of(paths ...string) int {
	for _, p := range paths {
		if n := m[p]; n > 0 {
			return n
		}
	}
	return 1
}

// like returns the first line of a key whose path is p apart from the numbers
// in it, as the decoder names keys; 1 when there is none.
func (m lineMap) like(p string) int {
	best := 0
	for path, n := range m {
		if (best == 0 || n < best) && unnumbered(path) == p {
			best = n
		}
	}
	return max(best, 1)
}

func unnumbered(path string) string {
	var parts []string
	for part := range strings.SplitSeq(path, ".") {
		if _, err := strconv.Atoi(part); err != nil {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ".")
}

// tableName reads the name of a table's line: "[[step.choice]]" is step.choice.
func tableName(text string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(text, "["), "]")
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(p), `"'`)
	}
	return strings.Join(parts, ".")
}

// counted puts the number of the present element behind the name of an outer
// array: "step.choice" is "step.2.choice" inside the third step.
func counted(counts map[string]int, name string) string {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return name
	}
	outer := name[:i]
	if n := counts[outer]; n > 0 {
		return counted(counts, outer) + "." + strconv.Itoa(n-1) + name[i:]
	}
	return name
}

// opened returns the quotes that a value of many lines waits for, "" when the
// value ends on its line.
func opened(value string) string {
	for _, q := range []string{`"""`, `'''`} {
		if rest, ok := strings.CutPrefix(value, q); ok && !strings.Contains(rest, q) {
			return q
		}
	}
	return ""
}

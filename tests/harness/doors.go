package harness

import (
	"slices"
	"strings"
	"testing"
)

// Channels are those that a script must be played through.
func Channels(s Script) []string {
	if slices.ContainsFunc(s.Lines, func(l Line) bool { return strings.HasPrefix(l.Text, "alle ") }) {
		return []string{"web", "terminal"}
	}
	return []string{"-"}
}

// StartWithDoors starts a service with every door; program is the built
// command.
func StartWithDoors(t testing.TB, program string) (*Service, map[string]Opener) {
	t.Helper()
	s := Start(t, nil)
	return s, map[string]Opener{
		"web":      func(gemeente string) (Door, error) { return OpenWeb(s.URL, gemeente) },
		"terminal": func(gemeente string) (Door, error) { return OpenTerminal(program, s.Dir, gemeente) },
	}
}

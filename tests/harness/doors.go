package harness

import (
	"slices"
	"strings"
	"testing"

	"wegwijzer/tests/harness/botapi"
)

// Channels are those that a script must be played through.
func Channels(s Script) []string {
	if slices.ContainsFunc(s.Lines, func(l Line) bool { return strings.HasPrefix(l.Text, "alle ") }) {
		return []string{"web", "telegram", "terminal"}
	}
	return []string{"-"}
}

// Alone says whether a script needs a service of its own: it moves the clock.
func Alone(s Script) bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return strings.HasPrefix(l.Text, "clock ") })
}

// StartWithDoors starts a service with every door; program is the built
// command. Nobody at the desk is ever full, so that many scripts can share it.
func StartWithDoors(t testing.TB, program string) (*Service, map[string]Opener) {
	t.Helper()
	api := botapi.Start(t)
	s := Start(t, WithBots(api))
	for i := range s.App.Roster.Supporters {
		s.App.Roster.Supporters[i].Capacity = 0
	}
	return s, map[string]Opener{
		"web":      func(gemeente string) (Door, error) { return OpenWeb(s.URL, gemeente) },
		"telegram": func(gemeente string) (Door, error) { return OpenTelegram(t, s, api, gemeente) },
		"terminal": func(gemeente string) (Door, error) { return OpenTerminal(program, s.Dir, gemeente) },
	}
}

package harness

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"wegwijzer/bot/scripts"
	"wegwijzer/tests/harness/botapi"
)

// Door is a resident's way in.
type Door = scripts.Door

// Opener makes a resident's door for a gemeente.
type Opener = scripts.Opener

// Play plays one script on a service and ends the test when it fails; channel
// replaces "alle".
func Play(tb testing.TB, s *Service, doors map[string]Opener, script scripts.Script, channel string) *scripts.Player {
	tb.Helper()
	p := &scripts.Player{Bot: s.App.Bot, Doors: doors, Move: s.Clock.Move}
	if err := p.Play(script, channel); err != nil {
		tb.Fatal(err)
	}
	return p
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
	roster := roomyRoster(t)
	return s, map[string]Opener{
		"web":      func(gemeente string) (Door, error) { return OpenWeb(s.URL, gemeente) },
		"telegram": func(gemeente string) (Door, error) { return OpenTelegram(t, s, api, gemeente) },
		"terminal": func(gemeente string) (Door, error) {
			return OpenTerminal(program, s.Dir, gemeente, "WEGWIJZER_CONTENT_ROSTER="+roster)
		},
	}
}

// roomyRoster writes the example's roster without bounds to how many cases
// somebody has.
func roomyRoster(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../bot/cases/example/roster.toml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "roster.toml")
	bounds := regexp.MustCompile(`(?m)^capacity = \d+$`)
	if err := os.WriteFile(file, bounds.ReplaceAll(data, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

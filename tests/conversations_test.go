package tests

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"wegwijzer/bot/scripts"
	"wegwijzer/tests/harness"
)

// scripts reads every conversation of the project.
func conversations(t *testing.T) []scripts.Script {
	t.Helper()
	files, err := filepath.Glob("testdata/conversations/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var list []scripts.Script
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := scripts.Parse(file, string(data))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parsed...)
	}
	if len(list) < 25 {
		t.Fatalf("%d conversation scripts, at least 25 are due", len(list))
	}
	return list
}

// TestMain lets many conversations go on at once: most of their time is
// waiting for Telegram's one message a second.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// binary builds the program once for the tests that need a process.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wegwijzer")
	cmd := exec.Command("go", "build", "-o", path, "../bot/cmd/wegwijzer")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

// TestConversations plays every script on the whole service, through each
// channel that it names; "alle" is all of them.
func TestConversations(t *testing.T) {
	program := binary(t)
	shared, doors := harness.StartWithDoors(t, program)
	for _, script := range conversations(t) {
		for _, channel := range script.Channels() {
			t.Run(filepath.Base(script.File)+"/"+script.Name+"/"+channel, func(t *testing.T) {
				t.Parallel()
				if script.MovesClock() {
					s, doors := harness.StartWithDoors(t, program)
					harness.Play(t, s, doors, script, channel)
					return
				}
				harness.Play(t, shared, doors, script, channel)
			})
		}
	}
}

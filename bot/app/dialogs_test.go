package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot/config"
	"wegwijzer/dialogs"
)

// lines keeps what was logged, for a test to look at while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.b.String(), words)
}

// TestAChangedDialogIsSpokenAndAWrongOneIsNot changes the files under a
// running service: the new text is said, a wrong file is told with its line
// and changes nothing.
func TestAChangedDialogIsSpokenAndAWrongOneIsNot(t *testing.T) {
	dir, log := t.TempDir(), &lines{}
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("texts/nl/wonen.toml", "[kern]\nask = \"Eerste?\"\n")
	cfg := config.Default()
	cfg.Content.Dialogs = dir
	a := &App{Config: cfg, Log: slog.New(slog.NewTextHandler(log, nil))}
	lib, err := LoadDialogs(cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.Engine = dialogs.New(lib.Base(), nil)
	a.Engine.Use(lib)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.followDialogs(ctx) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	wait := func(what string, f func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !f(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("waited a minute for %s; the log says:\n%s", what, log.b.String())
			}
		}
	}
	says := func(words string) func() bool {
		return func() bool {
			return a.Engine.SayTo(&dialogs.State{Gemeente: "opmeer", Lang: "nl"}, "wonen.kern.ask", nil) == words
		}
	}
	wait("the first text", says("Eerste?"))
	write("opmeer/texts/nl/wonen.toml", "[kern]\nask = \"Tweede, in Opmeer?\"\n")
	wait("the second text", says("Tweede, in Opmeer?"))
	write("opmeer/texts/nl/wonen.toml", "[kern]\nask = \"Derde?\"\nkapot = \"x\"\n")
	wait("the fault", func() bool { return log.has(`opmeer/texts/nl/wonen.toml:3: the text \"wonen.kern.kapot\"`) })
	if !says("Tweede, in Opmeer?")() {
		t.Error("a wrong file changed what is said")
	}
	write("opmeer/texts/nl/wonen.toml", "[kern]\nask = \"Vierde, weer goed?\"\n")
	wait("the fourth text", says("Vierde, weer goed?"))
}

func TestAFolderThatIsNotThereIsAFault(t *testing.T) {
	cfg := config.Default()
	cfg.Content.Dialogs = filepath.Join(t.TempDir(), "er-niet")
	if _, err := LoadDialogs(cfg); err == nil {
		t.Error("dialogs were read from a folder that isn't there")
	}
}

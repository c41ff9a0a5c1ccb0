package store

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// copyOf is what is in a server's folder.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestACopyOfRedisKeepsTheErasedErased: a copy of Redis' folder is put back
// that holds a conversation, its key with it, that was erased since. The node
// that comes up first erases it again, before it takes a message.
func TestACopyOfRedisKeepsTheErasedErased(t *testing.T) {
	server := redisd.Start(t)
	o := redisOptions(server.URL())
	o.Journal = filepath.Join(t.TempDir(), "node", "erased.log")
	s := openRedis(t, o)
	opened(t, s, conversation("weg"))
	opened(t, s, conversation("blijft"))
	server.Kill()
	backup := copyOf(t, server.Dir)
	if err := errors.Join(server.Repair(), server.Start()); err != nil {
		t.Fatal(err)
	}
	report, err := s.Erase(t.Context(), "weg")
	if err != nil || !strings.Contains(strings.Join(report, "\n"), "list of erasures of this node: added") {
		t.Fatalf("erase: %v, %q", err, report)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := errors.Join(os.RemoveAll(server.Dir), os.CopyFS(server.Dir, os.DirFS(backup)), server.Repair(), server.Start()); err != nil {
		t.Fatal(err)
	}
	// The copy does hold it, key and all: without the list it is readable.
	without := o
	without.Journal = ""
	before := openRedis(t, without)
	if got := texts(t, before, "weg", 0); len(got) != 1 {
		t.Fatalf("the copy holds %q", got)
	}
	s = openRedis(t, o)
	if _, err := s.Load(t.Context(), "weg"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what was erased is back: %v", err)
	}
	if n := raw(t, server).Exists(t.Context(), namesOf("weg").key()).Val(); n != 0 {
		t.Error("its key is back")
	}
	if got := texts(t, s, "blijft", 0); len(got) != 1 {
		t.Errorf("messages %q", got)
	}
}

// TestANodeTakesOverTheList: what another node erased stands on this one's
// list after its next start.
func TestANodeTakesOverTheList(t *testing.T) {
	server := redisd.Start(t)
	other := openRedis(t, redisOptions(server.URL()))
	opened(t, other, conversation("weg"))
	if _, err := other.Erase(t.Context(), "weg"); err != nil {
		t.Fatal(err)
	}
	o := redisOptions(server.URL())
	o.Journal = filepath.Join(t.TempDir(), "erased.log")
	for range 2 { // the second time there is nothing new
		if err := openRedis(t, o).Close(); err != nil {
			t.Fatal(err)
		}
		list, err := (&journal{path: o.Journal}).read()
		if err != nil || len(list) != 1 || list[0].Conversation != "weg" || time.Since(list[0].At) > time.Hour {
			t.Errorf("the list is %v, %v", list, err)
		}
	}
}

// TestANodeThatRunsTakesOverTheList: what another node erases meanwhile comes
// on this one's list too, without a start.
func TestANodeThatRunsTakesOverTheList(t *testing.T) {
	server := redisd.Start(t)
	other := openRedis(t, redisOptions(server.URL()))
	o := redisOptions(server.URL())
	o.Journal = filepath.Join(t.TempDir(), "erased.log")
	s := openRedis(t, o)
	opened(t, other, conversation("weg"))
	if _, err := other.Erase(t.Context(), "weg"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing new
		if err := s.takeOver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.journal.read(); err != nil || len(list) != 1 || list[0].Conversation != "weg" {
		t.Errorf("the list is %v, %v", list, err)
	}
}

func TestANodeWithoutAFolderSaysSo(t *testing.T) {
	server := redisd.Start(t)
	file := filepath.Join(t.TempDir(), "bestand")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	o := redisOptions(server.URL())
	o.Journal, o.Log = filepath.Join(file, "erased.log"), slog.New(slog.NewTextHandler(&log, nil))
	s := openRedis(t, o)
	opened(t, s, conversation("weg"))
	if _, err := s.Erase(t.Context(), "weg"); err != nil {
		t.Errorf("erase: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "keeps no list of erasures") {
		t.Errorf("the log says nothing: %s", log.String())
	}
}

func TestALineThatWasCutShortIsTakenOff(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no file", "", "nieuw"},
		{"whole lines stay", "een 2026-11-22T12:00:00Z\n", "een nieuw"},
		{"half a line goes", "een 2026-11-22T12:00:00Z\ntwee 2026-", "een nieuw"},
		{"only half a line", "tw", "nieuw"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := &journal{path: filepath.Join(t.TempDir(), "erased.log")}
			if c.text != "" {
				if err := os.WriteFile(j.path, []byte(c.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(j.open(), j.add(Erasure{"nieuw", start})); err != nil {
				t.Fatal(err)
			}
			list, err := j.read()
			var got []string
			for _, e := range list {
				got = append(got, string(e.Conversation))
			}
			if strings.Join(got, " ") != c.want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestAListGoesFromOneStoreToAnother(t *testing.T) {
	server := redisd.Start(t)
	for name, open := range map[string]func() full{
		"embedded": func() full { return embeddedFactory(t) },
		"redis":    func() full { return openRedis(t, redisOptions(server.URL())) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open().(interface {
				full
				lists
			})
			opened(t, s, conversation("weg"))
			opened(t, s, conversation("blijft"))
			n, err := s.Replay(t.Context(), []Erasure{{"weg", start}, {"was-er-nooit", start}})
			if err != nil || n != 1 {
				t.Errorf("%d erased, %v; want 1", n, err)
			}
			var text strings.Builder
			err = s.Erasures(t.Context(), func(e Erasure) error {
				text.WriteString(e.String() + "\n")
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			list, err := ReadErasures(strings.NewReader(text.String()), "lijst")
			if err != nil || len(list) != 1 || list[0].Conversation != "weg" {
				t.Errorf("the list is %v, %v", list, err)
			}
			if got := texts(t, s, "blijft", 0); len(got) != 1 {
				t.Errorf("messages %q", got)
			}
		})
	}
}

// lists is what both stores can say of erasures.
type lists interface {
	Erasures(ctx context.Context, f func(Erasure) error) error
	Replay(ctx context.Context, list []Erasure) (int, error)
}

func FuzzErasures(f *testing.F) {
	for _, s := range []string{"", "een 2026-11-22T12:00:00Z\n", "een\n", "een 2026", " \n\n", "a 2026-11-22T12:00:00.5+01:00\nb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadErasures(strings.NewReader(text), "lijst")
		if err != nil {
			return
		}
		var again strings.Builder
		for _, e := range list {
			again.WriteString(e.String() + "\n")
		}
		same, err := ReadErasures(strings.NewReader(again.String()), "lijst")
		if err != nil || len(same) != len(list) {
			t.Errorf("%q was read as %v and then as %v, %v", text, list, same, err)
		}
	})
}

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// oldStore makes the store that a program of an earlier version left: its
// dump, made by that program, stands in testdata.
func oldStore(t *testing.T, version int) string {
	t.Helper()
	from, dir := filepath.Join("testdata", fmt.Sprint("version", version)), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	for sql, file := range map[string]string{"wegwijzer.sql": "wegwijzer.db", "keys.sql": "keys/keys.db"} {
		text, err := os.ReadFile(filepath.Join(from, sql))
		if err != nil {
			t.Fatal(err)
		}
		db, err := openFile(filepath.Join(dir, file), 1, false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(t.Context(), string(text))
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	key, err := os.ReadFile(filepath.Join(from, "store.key"))
	if err == nil {
		err = os.WriteFile(ownKeys(dir), key, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestEachOldStoreIsReadAndUsed opens what the program of each version left: a
// talk up to a named supporter, a short one, one of Telegram with a message
// under way, one that was erased, and an invitation.
func TestEachOldStoreIsReadAndUsed(t *testing.T) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("migrations %v, %v", files, err)
	}
	dumps, err := filepath.Glob("testdata/version*")
	if err != nil || len(dumps) < len(files)-1 {
		t.Fatalf("there are %d migrations and stores of %v, %v: see testdata/README.md", len(files), dumps, err)
	}
	for i := range dumps { // the newest version may have none yet
		t.Run(fmt.Sprint("version ", i+1), func(t *testing.T) {
			dir := oldStore(t, i+1)
			s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			var version int
			if err := s.read.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version); err != nil || version != len(files) {
				t.Errorf("version %d, %v; want %d", version, err, len(files))
			}
			oldCase(t, s)
			oldTelegram(t, s)
			if list, err := s.ListDocuments(t.Context(), "invite"); err != nil || len(list) != 1 || len(list[0].Body) == 0 {
				t.Errorf("invitations %v, %v", list, err)
			}
			if !erased(t, s) {
				t.Error("the erased one isn't on the list")
			}
		})
	}
}

func oldCase(t *testing.T, s full) {
	t.Helper()
	rows, err := s.Cases(t.Context(), bot.CaseQuery{Status: []cases.Status{cases.StatusAssigned}})
	if err != nil || len(rows) != 1 || rows[0].Supporter != "fatima" {
		t.Fatalf("cases %v, %v", rows, err)
	}
	id := bot.ConversationID(rows[0].ID)
	words := texts(t, s, id, 0)
	if len(words) != 18 || words[3] != "4 ik kan mijn huur niet betalen, ik heb een huurschuld" || !strings.Contains(words[17], "Fatima Haddad") {
		t.Errorf("the talk is %q", words)
	}
	c := loaded(t, s, id)
	if c.Case == nil || !strings.Contains(c.Case.Summary, "huurschuld") || c.State.Lang != "nl" {
		t.Errorf("the case is %+v", c.Case)
	}
	c.Timers = map[bot.TimerKind]time.Time{bot.TimerTerm: start}
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "en nog iets")}})
	if diff := cmp.Diff([]string{"19 en nog iets"}, texts(t, s, id, 18)); diff != "" {
		t.Error(diff)
	}
	due := 0
	for part := range Partitions {
		list, err := s.DueTimers(t.Context(), part, start, 10)
		if err != nil {
			t.Fatal(err)
		}
		due += len(list)
	}
	if due != 1 {
		t.Errorf("%d timers are due, want 1", due)
	}
}

func oldTelegram(t *testing.T, s full) {
	t.Helper()
	id, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:7")
	if err != nil || id != "telegram" {
		t.Fatalf("found %q, %v", id, err)
	}
	list := mustDue(t, s, partition(id))
	if len(list) != 1 || list[0].Conversation != id || list[0].Seq != 2 {
		t.Errorf("deliveries %v", list)
	}
	r := must(t, s, &bot.Commit{Conversation: loaded(t, s, id), Key: "update-1", KeyUntil: time.Now().Add(time.Hour), Messages: []bot.Message{say(bot.FromResident, "dubbel")}})
	if !r.Repeat || r.Seq != 1 {
		t.Errorf("the same update again: %+v", r)
	}
}

// erased says whether the store knows that one was erased.
func erased(t *testing.T, s *Embedded) bool {
	t.Helper()
	found := false
	err := s.Erasures(t.Context(), func(e Erasure) error {
		found = found || e.Conversation == "gewist"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestARefusedStoreIsNotTouched: whatever is wrong with a store, it stays as
// it is.
func TestARefusedStoreIsNotTouched(t *testing.T) {
	other := newKey()
	for _, c := range []struct {
		name, want string
		key        *Key
		spoil      func(t *testing.T, dir string)
	}{
		{"an old one under another key", "another store.key", &other, nil},
		{"a newer one", "version 999", nil, func(t *testing.T, dir string) { execute(t, dir, "PRAGMA user_version = 999") }},
		{"one that was cut short", "it is damaged", nil, func(t *testing.T, dir string) { truncate(t, filepath.Join(dir, "wegwijzer.db")) }},
		{"another program's", "no store of ours", nil, func(t *testing.T, dir string) { execute(t, dir, "DROP TABLE meta") }},
		{"one whose key file is damaged", "store.key:1:", nil, func(t *testing.T, dir string) {
			if err := os.WriteFile(ownKeys(dir), []byte("kapot\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := oldStore(t, 1)
			if c.spoil != nil {
				c.spoil(t, dir)
			}
			before := contents(t, dir)
			_, err := OpenEmbedded(t.Context(), Options{Dir: dir, Key: c.key})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a refusal with %q", err, c.want)
			}
			if diff := cmp.Diff(before, contents(t, dir)); diff != "" {
				t.Errorf("the files changed:\n%s", diff)
			}
		})
	}
}

func execute(t *testing.T, dir, query string) {
	t.Helper()
	db, err := openFile(filepath.Join(dir, "wegwijzer.db"), 1, false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), query)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()/2)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// contents are all files of a folder but the marks of SQLite's own sharing.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-shm") {
			return err
		}
		data, err := os.ReadFile(path)
		if len(data) > 0 {
			all[path] = string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

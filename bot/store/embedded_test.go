package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegwijzer/bot"
)

const marker = "zonnebloemenveld"

// onDisk counts how often the marker stands in any file of a folder.
func onDisk(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		n += bytes.Count(data, []byte(marker))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWordsAreNotReadableOnDisk(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	c := conversation("a")
	c.Channel, c.Address = bot.ChannelTelegram, marker
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, marker)}})
	if _, err := s.PutDocument(t.Context(), bot.Document{Kind: "account", ID: "x", Body: []byte(marker)}); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, "copy.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if n := onDisk(t, dir); n != 0 {
		t.Errorf("the words stand on disk in the clear %d times", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := onDisk(t, dir); n != 0 {
		t.Errorf("after closing, the words stand on disk %d times", n)
	}
	// The test must be able to fail: a file with the words is found.
	if err := os.WriteFile(filepath.Join(dir, "bewijs"), []byte(marker), 0o600); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, dir) != 1 {
		t.Error("the search doesn't find what is there")
	}
}

func TestAnotherKeyIsRefusedAndNothingTouched(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("a"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	other := newKey()
	if _, err := OpenEmbedded(t.Context(), Options{Dir: dir, Key: &other}); err == nil || !strings.Contains(err.Error(), "another store.key") {
		t.Fatalf("got %v, want a refusal", err)
	}
	s, err = OpenEmbedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(t, s, "a", 0); len(got) != 1 {
		t.Errorf("messages %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestANewerStoreIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA user_version = 999"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEmbedded(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "version 999") {
		t.Errorf("got %v, want a refusal that names the version", err)
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "wegwijzer.db"), bytes.Repeat([]byte("geen database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEmbedded(t.Context(), Options{Dir: dir}); err == nil {
		t.Error("a file that is no database was opened")
	}
}

func TestRestoreKeepsTheErasedErased(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("weg"))
	opened(t, s, conversation("blijft"))
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), "weg"); err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("later"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), Options{Dir: dir}, backup); err != nil {
		t.Fatal(err)
	}
	if s, err = OpenEmbedded(t.Context(), Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if got := texts(t, s, "blijft", 0); len(got) != 1 {
		t.Errorf("the kept conversation has %q", got)
	}
	var rows int
	if err := s.read.QueryRowContext(t.Context(), "SELECT count(*) FROM messages WHERE conversation = 'weg'").Scan(&rows); err != nil || rows != 0 {
		t.Errorf("the erased conversation has %d rows after the restore, %v", rows, err)
	}
	if _, err := s.Load(t.Context(), "later"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what came after the backup: %v", err)
	}
}

func TestRestoreTouchesNothingWithoutTheRightKey(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("a"))
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := errors.Join(s.Backup(t.Context(), backup), s.Close()); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	if err := Restore(t.Context(), Options{Dir: empty}, backup); err == nil || !strings.Contains(err.Error(), "keys") {
		t.Errorf("without keys: %v", err)
	}
	if _, err := os.Stat(filepath.Join(empty, "wegwijzer.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was put in the empty folder")
	}
	other := t.TempDir()
	if s, err = OpenEmbedded(t.Context(), Options{Dir: other}); err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("blijft"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), Options{Dir: other}, backup); err == nil || !strings.Contains(err.Error(), "another store.key") {
		t.Errorf("with another key: %v", err)
	}
	if s, err = OpenEmbedded(t.Context(), Options{Dir: other}); err != nil {
		t.Fatalf("the store that was there is gone: %v", err)
	}
	if got := texts(t, s, "blijft", 0); len(got) != 1 {
		t.Errorf("messages %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, []byte("hallo"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := Restore(t.Context(), Options{Dir: dir}, file); err == nil {
		t.Error("a text was restored")
	}
	if _, err := os.Stat(filepath.Join(dir, "wegwijzer.db")); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was put in the folder")
	}
}

func TestSwappedRowsAreNoticed(t *testing.T) {
	s := embeddedFactory(t).(*Embedded)
	c := opened(t, s, conversation("a"))
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "twee")}})
	if _, err := s.write.ExecContext(t.Context(), "UPDATE messages SET body = (SELECT body FROM messages WHERE conversation='a' AND seq=1) WHERE conversation='a' AND seq=2"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Messages(t.Context(), "a", 0, 0); !errors.Is(err, errSeal) {
		t.Errorf("got %v, want the seal to be broken", err)
	}
}

func TestAfterCloseTheStoreSaysUnavailable(t *testing.T) {
	s, err := OpenEmbedded(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = s.PutDocument(t.Context(), bot.Document{Kind: "a", ID: "b"})
	if !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

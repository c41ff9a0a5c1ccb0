package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
)

// snapshot is all that can be read of the conversations of used, by id and by
// address, and of its document.
func snapshot(t *testing.T, s full) map[string]any {
	t.Helper()
	all := map[string]any{}
	for i := range 19 {
		id := bot.ConversationID(fmt.Sprintf("c%02d", i))
		found, err := s.Find(t.Context(), bot.ChannelTelegram, fmt.Sprint("bot:", i))
		if err != nil {
			t.Fatalf("find %s: %v", id, err)
		}
		all[string(id)] = []any{loaded(t, s, id), texts(t, s, id, 0), found}
	}
	d, err := s.Document(t.Context(), "account", "jan")
	if err != nil {
		t.Fatal(err)
	}
	all["document"] = d
	return all
}

// closedStore fills a store that makes its own key, and closes it.
func closedStore(t *testing.T) (dir string, want map[string]any) {
	t.Helper()
	s := used(t)
	want = snapshot(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.dir, want
}

// reads opens the store in a folder and compares it.
func reads(t *testing.T, o Options, want map[string]any) {
	t.Helper()
	s, err := OpenEmbedded(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, snapshot(t, s)); diff != "" {
		t.Errorf("the store (-before +after):\n%s", diff)
	}
	must(t, s, &bot.Commit{Conversation: loaded(t, s, "c00"), Messages: []bot.Message{say(bot.FromResident, "daarna")}})
	opened(t, s, conversation("nieuw"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestANewKeyOpensEverythingAndTheOldOneNothing(t *testing.T) {
	dir, want := closedStore(t)
	before, err := ReadKeys(ownKeys(dir))
	if err != nil {
		t.Fatal(err)
	}
	n, err := RotateEmbedded(t.Context(), Options{Dir: dir}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Rotated{Conversations: 19, Messages: 57, Documents: 1}, n); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	keys, err := ReadKeys(ownKeys(dir))
	if err != nil || len(keys) != 2 || keys[1] != before[0] || keys[0] == before[0] {
		t.Fatalf("the key file holds %d keys, %v; want the new one, then the old one", len(keys), err)
	}
	opensNothing(t, dir, before[0])
	if _, err := OpenEmbedded(t.Context(), Options{Dir: dir, Key: &before[0]}); err == nil || !strings.Contains(err.Error(), "another store.key") {
		t.Errorf("with the old key: %v, want a refusal", err)
	}
	reads(t, Options{Dir: dir}, want)
}

// opensNothing tries a key on all that a store's key sealed.
func opensNothing(t *testing.T, dir string, k Key) {
	t.Helper()
	tried := 0
	for file, query := range map[string]string{
		filepath.Join(dir, "keys", "keys.db"): "SELECT 'key ' || conversation, key FROM wrapped",
		filepath.Join(dir, "wegwijzer.db"):    "SELECT 'document ' || kind || ' ' || id, body FROM documents",
	} {
		db, err := openFile(file, 1, true)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var place string
			var sealed []byte
			if err := rows.Scan(&place, &sealed); err != nil {
				t.Fatal(err)
			}
			tried++
			if _, err := unseal(aead(k), place, sealed); err == nil {
				t.Errorf("the old key still opens %s", place)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close(), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if tried < 20 {
		t.Errorf("only %d sealed rows were tried", tried)
	}
}

func TestAKeyOfTheSettingsIsChanged(t *testing.T) {
	old, next, other := newKey(), newKey(), newKey()
	o := Options{Dir: t.TempDir(), Key: &old}
	s, err := OpenEmbedded(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("a"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		old, next *Key
		want      string
	}{
		{"without a new key", &old, nil, "--new-key"},
		{"from a key that isn't the store's", &other, &next, "another store.key"},
		{"to the key that it has", &old, &old, "already"},
	} {
		t.Run(c.name+" is refused", func(t *testing.T) {
			if _, err := RotateEmbedded(t.Context(), Options{Dir: o.Dir, Key: c.old}, c.next, nil); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := RotateEmbedded(t.Context(), o, &next, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEmbedded(t.Context(), o); err == nil || !strings.Contains(err.Error(), "another store.key") {
		t.Errorf("with the old key: %v", err)
	}
	if s, err = OpenEmbedded(t.Context(), Options{Dir: o.Dir, Key: &next}); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, s, "a", 0); len(got) != 1 {
		t.Errorf("messages %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAStoreInUseIsNotRotated(t *testing.T) {
	s := used(t)
	if _, err := RotateEmbedded(t.Context(), Options{Dir: s.dir}, nil, nil); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v, want a refusal", err)
	}
	if keys, err := ReadKeys(ownKeys(s.dir)); err != nil || len(keys) != 1 {
		t.Errorf("the key file was touched: %d keys, %v", len(keys), err)
	}
	snapshot(t, s)
}

// killMe makes this process wait to be killed at the n-th step of a change of
// the key of the store in a folder.
func killMe(dir, steps string) error {
	n, err := strconv.Atoi(steps)
	if err != nil {
		return err
	}
	r := &rotation{batch: 3, told: func(done, _ int) {
		if done == n {
			fmt.Println("nu")
			select {}
		}
	}}
	return r.rotate(context.Background(), Options{Dir: dir}, nil)
}

// TestARotationGoesOnAfterAKill kills a process with SIGKILL in the middle of
// a change of the key, several times over, until one comes to its end.
func TestARotationGoesOnAfterAKill(t *testing.T) {
	if dir := os.Getenv("WEGWIJZER_TEST_ROTATE"); dir != "" {
		if err := killMe(dir, os.Getenv("WEGWIJZER_TEST_STEPS")); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, steps := range [][]int{{1}, {8, 8}, {22, 2, 22}, {39, 41}, {58, 3}} {
		t.Run(fmt.Sprintf("after %d steps", steps), func(t *testing.T) {
			dir, want := closedStore(t)
			for _, n := range steps {
				killed(t, dir, n)
				if _, err := OpenEmbedded(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrHalfway) {
					t.Fatalf("halfway: %v, want a refusal", err)
				}
				if _, err := RotateEmbedded(t.Context(), Options{Dir: dir}, &Key{9}, nil); err == nil || !strings.Contains(err.Error(), "finish that one first") {
					t.Errorf("to a third key: %v, want a refusal", err)
				}
			}
			if _, err := RotateEmbedded(t.Context(), Options{Dir: dir}, nil, nil); err != nil {
				t.Fatal(err)
			}
			if keys, err := ReadKeys(ownKeys(dir)); err != nil || len(keys) != 2 {
				t.Errorf("%d keys, %v; want the new one and the old one", len(keys), err)
			} else {
				opensNothing(t, dir, keys[1])
			}
			reads(t, Options{Dir: dir}, want)
		})
	}
}

// killed runs a child of this test until its n-th step and kills it there.
func killed(t *testing.T, dir string, n int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestARotationGoesOnAfterAKill$") // #nosec G204 -- this very program
	cmd.Env = append(os.Environ(), "WEGWIJZER_TEST_ROTATE="+dir, fmt.Sprint("WEGWIJZER_TEST_STEPS=", n))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "nu\n" {
		rest, _ := io.ReadAll(out)
		t.Errorf("the child came to no step %d: %q %v %s", n, line, err, rest)
	}
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()         // a killed child is no fault here
}

// TestAKeyFileWithoutAStartIsHalfwayToo: the new key is in the file, and the
// process died before it did anything with it.
func TestAKeyFileWithoutAStartIsHalfwayToo(t *testing.T) {
	dir, want := closedStore(t)
	keys, err := ReadKeys(ownKeys(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeKeys(ownKeys(dir), []Key{newKey(), keys[0]}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEmbedded(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrHalfway) {
		t.Fatalf("got %v, want that it is halfway", err)
	}
	if _, err := RotateEmbedded(t.Context(), Options{Dir: dir}, nil, nil); err != nil {
		t.Fatal(err)
	}
	reads(t, Options{Dir: dir}, want)
}

func TestABackupFromBeforeANewKeyIsPutBack(t *testing.T) {
	s := used(t)
	want := snapshot(t, s)
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	opened(t, s, conversation("later"))
	if _, err := s.Erase(t.Context(), "c18"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the backup's key is the third one then
		if _, err := RotateEmbedded(t.Context(), Options{Dir: s.dir}, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := Restore(t.Context(), Options{Dir: s.dir}, backup); err != nil {
		t.Fatal(err)
	}
	back, err := OpenEmbedded(t.Context(), Options{Dir: s.dir})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 18 {
		id := bot.ConversationID(fmt.Sprintf("c%02d", i))
		found, err := back.Find(t.Context(), bot.ChannelTelegram, fmt.Sprint("bot:", i))
		if diff := cmp.Diff(want[string(id)], []any{loaded(t, back, id), texts(t, back, id, 0), found}); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", id, err, diff)
		}
	}
	if d, err := back.Document(t.Context(), "account", "jan"); err != nil || string(d.Body) != "geheim" {
		t.Errorf("document %q, %v", d.Body, err)
	}
	if _, err := back.Load(t.Context(), "c18"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what was erased is back: %v", err)
	}
	if err := back.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedKeyFileIsNamedByLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.key")
	good := newKey()
	if err := writeKeys(path, []Key{good}, true); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("kapot\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := KeyFromFile(path); err == nil || !strings.Contains(err.Error(), "store.key:2:") {
		t.Errorf("got %v, want file and line", err)
	}
}

// TestOfTwoFirstKeysOneWins: a service and a command that start at once on a
// new folder use the same key.
func TestOfTwoFirstKeysOneWins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.key")
	got := make(chan Key, 16)
	for range cap(got) {
		go func() {
			k, _, err := KeyFromFile(path)
			if err != nil {
				t.Error(err)
			}
			got <- k
		}()
	}
	first := <-got
	for range cap(got) - 1 {
		if <-got != first {
			t.Fatal("two processes use two keys")
		}
	}
	left, err := filepath.Glob(path + "*")
	info, statErr := os.Stat(path)
	if err != nil || statErr != nil || len(left) != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("files %v, %v, %v", left, err, statErr)
	}
}

// TestARestoreThatWasCutShortKeepsTheErasedErased: the copy is in its place and
// the process died before it erased anything again. The next start does.
func TestARestoreThatWasCutShortKeepsTheErasedErased(t *testing.T) {
	s := used(t)
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), "c03"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, "wegwijzer.db")
	list, err := erasures(t.Context(), path)
	if err == nil {
		err = replace(path, backup, func(copied string) error { return carry(t.Context(), copied, list) })
	}
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if s, err = OpenEmbedded(t.Context(), Options{Dir: s.dir}); err != nil {
			t.Fatal(err)
		}
		rows := 0
		if err := s.read.QueryRowContext(t.Context(), "SELECT count(*) FROM messages WHERE conversation = 'c03'").Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d of its messages are back, %v", rows, err)
		}
		if got := texts(t, s, "c04", 0); len(got) != 3 {
			t.Errorf("another one is %q", got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

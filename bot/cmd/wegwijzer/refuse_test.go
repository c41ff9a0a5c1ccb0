package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wegwijzer/tests/harness/redisd"
)

// oneLine says whether a start was refused with status 1 and one line that
// holds what is wanted.
func oneLine(t *testing.T, status int, errs, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(errs), "\n")
	if status != 1 || len(lines) != 1 || !strings.Contains(lines[0], want) {
		t.Errorf("status %d, want 1 and one line with %q:\n%s", status, want, errs)
	}
}

// TestAStoreThatCantBeUsedIsOneLine starts the service on stores that it must
// refuse.
func TestAStoreThatCantBeUsedIsOneLine(t *testing.T) {
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	good := t.TempDir()
	if status, _, errs := run(t, good, said, "chat", "--json"); status != 0 {
		t.Fatal(errs)
	}
	for _, c := range []struct {
		name, want string
		env        []string
		spoil      func(*testing.T, string)
	}{
		{"no database", "not a database", nil, write("wegwijzer.db", strings.Repeat("geen database ", 1000))},
		{"keys that are no database", "not a database", nil, write("keys/keys.db", strings.Repeat("geen database ", 1000))},
		{"a damaged key", "store.key:1: store.key must be 32 bytes", nil, write("keys/store.key", "kapot\n")},
		{"a lost key", "store.key is gone", nil, func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "keys", "store.key")); err != nil {
				t.Fatal(err)
			}
		}},
		{"another key", "another store.key", []string{"WEGWIJZER_STORE_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, nil},
		{"another service on the folder", "another wegwijzer runs", nil, func(t *testing.T, dir string) {
			f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
			if err == nil {
				err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = f.Close() })
		}},
		{"no Redis", "connection refused", []string{"WEGWIJZER_STORE_REDIS_URL=redis://127.0.0.1:1/0", "WEGWIJZER_STORE_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, nil},
		{"Redis without a key", "store.key: is empty", []string{"WEGWIJZER_STORE_REDIS_URL=redis://127.0.0.1:1/0"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(good)); err != nil {
				t.Fatal(err)
			}
			if c.spoil != nil {
				c.spoil(t, dir)
			}
			status, _, errs := runWith(t, append([]string{"WEGWIJZER_STORE_DIR=" + dir}, c.env...), "", "serve")
			oneLine(t, status, errs, c.want)
		})
	}
}

func TestAFileInPlaceOfTheFolderIsOneLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bestand")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, errs := run(t, file, "", "serve")
	oneLine(t, status, errs, "the store's folder")
}

func TestAnotherProductsRedisIsOneLine(t *testing.T) {
	server := redisd.Start(t)
	env := []string{"WEGWIJZER_STORE_DIR=" + t.TempDir(), "WEGWIJZER_STORE_REDIS_URL=" + server.URL(), "WEGWIJZER_STORE_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
	if out, err := exec.Command("redis-cli", "-u", server.URL(), "SET", "wegwijzer:sessie", "x").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	status, _, errs := runWith(t, env, "", "serve")
	oneLine(t, status, errs, "aren't ours")
}

// TestAFolderOfSomebodyElseIsOneLine runs the program as another user, since
// root may do everything.
func TestAFolderOfSomebodyElseIsOneLine(t *testing.T) {
	if dir := os.Getenv("WEGWIJZER_TEST_FOLDER"); dir != "" {
		c := &command{out: io.Discard, err: os.Stdout, env: []string{"WEGWIJZER_STORE_DIR=" + dir}}
		os.Exit(c.main(t.Context(), []string{"serve"}))
	}
	for _, c := range []struct {
		name string
		mode os.FileMode
	}{{"that can't be entered", 0o700}, {"that can't be written", 0o755}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if status, _, errs := run(t, dir, said, "chat", "--json"); status != 0 {
				t.Fatal(errs)
			}
			cmd := exec.Command(own(t), "-test.run=^TestAFolderOfSomebodyElseIsOneLine$") // #nosec G204 -- this very program
			if os.Getuid() == 0 {
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			} else {
				c.mode &^= 0o200 // we are the owner
				t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
			}
			if err := os.Chmod(dir, c.mode); err != nil {
				t.Fatal(err)
			}
			cmd.Env, cmd.Dir = append(os.Environ(), "WEGWIJZER_TEST_FOLDER="+dir), "/"
			out, _ := cmd.Output() // its status is looked at
			oneLine(t, cmd.ProcessState.ExitCode(), string(out), "permission denied")
		})
	}
}

// own is a copy of this program where every user may run it.
func own(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wegwijzer-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	from, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	path := filepath.Join(dir, "wegwijzer")
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

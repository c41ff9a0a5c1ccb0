package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegwijzer/tests/harness/redisd"
)

// runWith runs a command with settings of the environment.
func runWith(t *testing.T, env []string, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	c := &command{in: strings.NewReader(in), out: &o, err: &e, env: env}
	status = c.main(t.Context(), args)
	return status, o.String(), e.String()
}

const said = `{"text":"ik heb schulden"}`

func TestTheKeyIsChanged(t *testing.T) {
	const old = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	server := redisd.Start(t)
	for _, c := range []struct {
		name string
		env  []string
	}{
		{"of the folder's own key file", nil},
		{"of a folder, in the settings", []string{"WEGWIJZER_STORE_KEY=" + old}},
		{"of Redis", []string{"WEGWIJZER_STORE_KEY=" + old, "WEGWIJZER_STORE_REDIS_URL=" + server.URL()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := append([]string{"WEGWIJZER_STORE_DIR=" + t.TempDir()}, c.env...)
			if status, _, errs := runWith(t, env, said, "chat", "--json"); status != 0 {
				t.Fatalf("chat: %s", errs)
			}
			file := filepath.Join(t.TempDir(), "nieuw.key")
			args := []string{"store", "rotate-key", "--json"}
			if c.env != nil {
				if status, _, errs := runWith(t, env, "", args...); status != 1 || !strings.Contains(errs, "--new-key") {
					t.Errorf("without a file: %d %s", status, errs)
				}
				args = append(args, "--new-key", file)
			}
			status, out, errs := runWith(t, env, "", args...)
			if status != 0 {
				t.Fatalf("rotate-key: %d %s", status, errs)
			}
			if n := objects(t, out)[0]; n["conversations"] != 1.0 || n["messages"].(float64) < 3 {
				t.Errorf("counts %v", n)
			}
			if c.env != nil {
				if status, _, errs := runWith(t, env, said, "chat", "--json"); status != 1 || !strings.Contains(errs, "another store.key") {
					t.Errorf("with the old key: %d %s", status, errs)
				}
				env = append(env, "WEGWIJZER_STORE_KEY_FILE="+file)
				env = removed(env, "WEGWIJZER_STORE_KEY="+old)
			}
			if status, _, errs := runWith(t, env, said, "chat", "--json"); status != 0 {
				t.Errorf("with the new key: %s", errs)
			}
		})
	}
}

func removed(list []string, one string) []string {
	var rest []string
	for _, s := range list {
		if s != one {
			rest = append(rest, s)
		}
	}
	return rest
}

func TestAChangeOfTheKeyOfNothingTouchesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "leeg")
	if status, _, errs := run(t, dir, "", "store", "rotate-key"); status != 1 || !strings.Contains(errs, "there is no store") {
		t.Errorf("%d %s", status, errs)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("a folder was made")
	}
}

func TestErasuresAreListedAndPlayedAgain(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, said, "chat", "--json")
	list := filepath.Join(t.TempDir(), "lijst")
	if status, out, _ := run(t, dir, "", "store", "erasures"); status != 0 || out != "" {
		t.Errorf("before an erasing: %d %q", status, out)
	}
	if err := os.WriteFile(list, []byte("er-was-eens 2026-11-22T12:00:00Z\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := run(t, dir, "", "store", "replay-erasures", "--json", list)
	if status != 0 || objects(t, out)[0]["listed"] != 1.0 || objects(t, out)[0]["erased"] != 0.0 {
		t.Errorf("%d %s %s", status, out, errs)
	}
	if err := os.WriteFile(list, []byte("kapot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := run(t, dir, "", "store", "replay-erasures", list); status != 1 || !strings.Contains(errs, list+":1:") {
		t.Errorf("a damaged list: %d %s", status, errs)
	}
	if status, _, _ := run(t, dir, "", "store", "replay-erasures"); status != 2 {
		t.Errorf("without a list: status %d", status)
	}
}

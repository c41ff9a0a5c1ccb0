// Package deploy holds what operators copy, docs/deploy, to what the service
// needs: the same settings, and Redis' file repaired before each start.
package deploy

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wegwijzer/bot/config"
	"wegwijzer/tests/harness/redisd"
)

const folder = "../../docs/deploy/"

// setting is one line of a unit.
type setting struct{ section, name, value string }

// unit reads a unit file of systemd.
func unit(t *testing.T, file string) []setting {
	t.Helper()
	data, err := os.ReadFile(folder + file)
	if err != nil {
		t.Fatal(err)
	}
	var list []setting
	section := ""
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = line
		default:
			name, value, found := strings.Cut(line, "=")
			if !found || section == "" {
				t.Fatalf("%s:%d: %q is no setting", file, i+1, line)
			}
			list = append(list, setting{section, name, value})
		}
	}
	return list
}

func values(list []setting, name string) []string {
	var all []string
	for _, s := range list {
		if s.name == name {
			all = append(all, s.value)
		}
	}
	return all
}

// demanded are the settings of Redis that the service refuses to start
// without.
var demanded = []string{"--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction", "--no-appendfsync-on-rewrite no"}

func demands(t *testing.T, command string) {
	t.Helper()
	for _, want := range demanded {
		if !strings.Contains(command+" ", want+" ") {
			t.Errorf("redis-server starts without %s: %s", want, command)
		}
	}
}

func TestTheUnitOfRedisRepairsItsFileBeforeEachStart(t *testing.T) {
	list := unit(t, "redis-server.service.d/herstel.conf")
	pre, start := values(list, "ExecStartPre"), values(list, "ExecStart")
	if len(pre) != 1 || len(start) != 2 || start[0] != "" {
		t.Fatalf("ExecStartPre %q, ExecStart %q; want one repair, and an empty line that takes the old start away", pre, start)
	}
	demands(t, start[1])
	script, quoted := strings.CutPrefix(pre[0], "+/bin/sh -ec '")
	script, ended := strings.CutSuffix(script, "'")
	// systemd itself reads ' and ${ and %.
	if !quoted || !ended || strings.ContainsAny(script, "'%") || strings.Contains(script, "${") {
		t.Fatalf("the repair is %q", pre[0])
	}
	repairs(t, func(dir string) string {
		return strings.ReplaceAll(script, "/var/lib/redis", dir)
	})
}

// repairs runs a repair as a start does, with nobody at the keyboard: on a new
// folder, on a sound file, on one with half a block at its end, and on one that
// can't be repaired.
func repairs(t *testing.T, script func(dir string) string) {
	t.Helper()
	run := func(dir string) (string, error) {
		out, err := exec.Command("sh", "-ec", script(dir)).CombinedOutput() // #nosec G204 -- our own file
		return string(out), err
	}
	if out, err := run(t.TempDir()); err != nil {
		t.Errorf("on a new folder: %v\n%s", err, out)
	}
	server := redisd.Start(t)
	if out, err := exec.Command("redis-cli", "-u", server.URL(), "SET", "wegwijzer:a", "b").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	server.Kill()
	if out, err := run(server.Dir); err != nil {
		t.Errorf("on a sound file: %v\n%s", err, out)
	}
	file := lastFile(t, server.Dir)
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	half := append(bytes.Clone(sound), "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$11\r\nwegwijzer:a\r\n$1\r\nx\r\n"...)
	if err := os.WriteFile(file, half, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(server.Dir)
	if err != nil {
		t.Errorf("on half a block: %v\n%s", err, out)
	}
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, sound) {
		t.Errorf("half a block is still there: %d bytes, want %d, %v\n%s", len(now), len(sound), err, out)
	}
	kept := filepath.Join(server.Dir, "appendonlydir.voor-herstel", filepath.Base(file))
	if was, err := os.ReadFile(kept); err != nil || !bytes.Equal(was, half) {
		t.Errorf("what was there before the repair isn't kept: %v", err)
	}
	// redis-check-aof --fix takes it for a log file of old and empties it.
	manifest := filepath.Join(server.Dir, "appendonlydir", "appendonly.aof.manifest")
	if err := os.WriteFile(manifest, []byte("kapot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run(server.Dir); err == nil {
		t.Errorf("a manifest that can't be read passes, and Redis would start on it:\n%s", out)
	}
	if now, err := os.ReadFile(manifest); err != nil || string(now) != "kapot\n" {
		t.Errorf("the damaged manifest was changed to %q, %v", now, err)
	}
}

func lastFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	return files[0]
}

// settings are variables of the environment that the service must know. A file
// with a key stands in for the one on the machine.
func settings(t *testing.T, env []string) config.Config {
	t.Helper()
	key := filepath.Join(t.TempDir(), "store.key")
	if err := os.WriteFile(key, []byte("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, e := range env {
		if name, _, found := strings.Cut(e, "="); found && strings.HasSuffix(name, "_FILE") {
			env[i] = name + "=" + key
		}
	}
	c, err := config.Load("", env)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheUnitOfTheServiceHasSettingsThatItKnows(t *testing.T) {
	list := unit(t, "wegwijzer.service")
	if start := values(list, "ExecStart"); len(start) != 1 || !strings.HasPrefix(start[0], "/usr/local/bin/wegwijzer serve --config ") {
		t.Errorf("ExecStart %q", start)
	}
	c := settings(t, values(list, "Environment"))
	if state := values(list, "StateDirectory"); len(state) != 1 || c.Store.Dir != "/var/lib/"+state[0] {
		t.Errorf("the store is in %s, the unit's folder is %v", c.Store.Dir, state)
	}
	for name, want := range map[string]string{"Restart": "always", "StartLimitIntervalSec": "0", "UMask": "0077", "NoNewPrivileges": "yes"} {
		if got := values(list, name); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

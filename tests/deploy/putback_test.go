package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegwijzer/tests/harness/redisd"
)

// cli asks a server something.
func cli(t *testing.T, s *redisd.Server, args ...string) string {
	t.Helper()
	out, err := exec.Command("redis-cli", append([]string{"-u", s.URL()}, args...)...).CombinedOutput() // #nosec G204 -- a test's own arguments
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// saved makes a copy of a server's data and returns its file.
func saved(t *testing.T, s *redisd.Server) string {
	t.Helper()
	before := cli(t, s, "LASTSAVE")
	for end := time.Now().Add(time.Minute); cli(t, s, "LASTSAVE") == before; time.Sleep(100 * time.Millisecond) {
		// Its clock counts whole seconds.
		if out := cli(t, s, "BGSAVE"); time.Now().After(end) {
			t.Fatalf("no copy in a minute: %s", out)
		}
	}
	data, err := os.ReadFile(filepath.Join(s.Dir, "dump.rdb"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kopie.rdb")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func putBack(t *testing.T, copied, dir string) (string, error) {
	t.Helper()
	out, err := exec.Command("sh", folder+"redis-terugzetten.sh", copied, dir).CombinedOutput() // #nosec G204 -- our own script
	return string(out), err
}

// TestACopyOfRedisIsPutBack: what was in the copy is there, what came later
// isn't, and it is in the append-only file: Redis starts with it twice.
func TestACopyOfRedisIsPutBack(t *testing.T) {
	server := redisd.Start(t)
	cli(t, server, "SET", "wegwijzer:a", "oud")
	copied := saved(t, server)
	cli(t, server, "SET", "wegwijzer:a", "nieuw")
	cli(t, server, "SET", "wegwijzer:b", "later")
	server.Kill()
	out, err := putBack(t, copied, server.Dir)
	if err != nil || !strings.Contains(out, "teruggezet: 1 sleutels") {
		t.Fatalf("%v\n%s", err, out)
	}
	for range 2 {
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		if a, b := cli(t, server, "GET", "wegwijzer:a"), cli(t, server, "GET", "wegwijzer:b"); a != "oud" || b != "" {
			t.Errorf("after putting back: %q and %q", a, b)
		}
		server.Kill()
	}
	if _, err := os.Stat(filepath.Join(server.Dir, "appendonlydir.voor-terugzetten")); err != nil {
		t.Errorf("what was there isn't kept: %v", err)
	}
	if out, err := putBack(t, copied, server.Dir); err == nil || !strings.Contains(out, "haal dat eerst weg") {
		t.Errorf("a second time: %v\n%s", err, out)
	}
}

func TestADamagedCopyIsNotPutBack(t *testing.T) {
	server := redisd.Start(t)
	cli(t, server, "SET", "wegwijzer:a", "b")
	server.Kill()
	copied := filepath.Join(t.TempDir(), "kopie.rdb")
	if err := os.WriteFile(copied, []byte("kapot"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := putBack(t, copied, server.Dir); err == nil || !strings.Contains(out, "geen goede kopie") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if got := cli(t, server, "GET", "wegwijzer:a"); got != "b" {
		t.Errorf("the data is %q", got)
	}
}

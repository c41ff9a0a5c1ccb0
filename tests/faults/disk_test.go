package faults

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/tests/harness"
)

// smallDisk mounts a file system of a few MiB, so that it can be full.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Fatalf("this test mounts a small disk and must be root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// TestAFullDiskLosesNothing fills the disk under a running service: it stops
// taking messages and says so, keeps what it acknowledged, answers a crisis all
// the same, and goes on by itself when there is room.
func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "16m")
	p, err := harness.Serve(program(t), "WEGWIJZER_STORE_DIR="+filepath.Join(dir, "data"), "WEGWIJZER_LOG_LEVEL=error")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	w, err := harness.OpenWeb(p.URL, "medemblik")
	if err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	say := func(n int) error {
		text := fmt.Sprintf("bericht %d over mijn huur %s", n, strings.Repeat("en nog iets ", 300))
		text = strings.TrimSpace(text)
		err := w.SendAs(fmt.Sprintf("00000000-0000-4000-a000-%012d", n), text, "")
		if err == nil {
			acknowledged = append(acknowledged, text)
		}
		return err
	}
	for n := range 20 {
		if err := say(n); err != nil {
			t.Fatal(err)
		}
	}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	refused := 0
	for n := 100; n < 400 && refused < 3; n++ {
		if say(n) != nil {
			refused++
		}
	}
	if refused < 3 {
		t.Fatal("the disk is full and every message is acknowledged")
	}
	if status := get(t, p.URL+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readyz on a full disk: %d", status)
	}
	if status := get(t, p.URL+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz on a full disk: %d", status)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	until(t, "the service to recover by itself", func() bool { return get(t, p.URL+"/readyz") == http.StatusOK })
	for n := 500; n < 510; n++ {
		if err := say(n); err != nil {
			t.Fatal(err)
		}
	}
	v, err := w.View()
	if err != nil {
		t.Fatal(err)
	}
	once(t, acknowledged, v.Messages)
}

// once proves that each acknowledged message stands there once and in order;
// what was refused may be there too, at most once, if only its answer was lost.
func once(t *testing.T, acknowledged []string, messages []bot.Message) {
	t.Helper()
	at := 0
	seen := map[string]bool{}
	for _, m := range messages {
		if m.From != bot.FromResident {
			continue
		}
		if seen[m.Text] {
			t.Errorf("%q stands there twice", m.Text)
		}
		seen[m.Text] = true
		if at < len(acknowledged) && m.Text == acknowledged[at] {
			at++
		}
	}
	if at != len(acknowledged) {
		t.Errorf("%d of %d acknowledged messages are there in order", at, len(acknowledged))
	}
}

func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 64<<10); len(block) >= 512; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, url string) int {
	t.Helper()
	status, _, err := harness.Call(http.MethodGet, url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

package faults

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/redisd"
	"wegwijzer/tests/harness/syncs"
)

// onDisk starts the service on a folder, under a disk that a test decides on.
func onDisk(t *testing.T, d *syncs.Disk, dir string) (*harness.Process, error) {
	t.Helper()
	cmd, shim := d.Command(t, program(t), "serve")
	return harness.ServeAs(cmd, shim, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error")
}

// TestAFailingSyncLosesNothing: fsync says EIO for a while. The service takes
// no messages and says so, keeps what it acknowledged, and goes on by itself
// when the disk works again, also after a kill in the middle.
func TestAFailingSyncLosesNothing(t *testing.T) {
	t.Parallel()
	for name, killed := range map[string]bool{"the service lives on": false, "the service is killed meanwhile": true} {
		t.Run(name, func(t *testing.T) {
			d, dir := syncs.New(), t.TempDir()
			p, err := onDisk(t, d, dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { p.Kill() }()
			var url atomic.Value
			url.Store(p.URL)
			people := gather(t, 4, 1, p.URL, func(int) string { return url.Load().(string) })
			until(t, "the first messages", func() bool { return people.total() > 20 })
			d.Fail(true)
			until(t, "syncs that fail", func() bool { return d.Refused() > 5 })
			refusing(t, p, people)
			if killed {
				p.Kill()
				if _, err := onDisk(t, d, dir); err == nil || !strings.Contains(err.Error(), "I/O error") {
					t.Errorf("a start on a disk that doesn't work: %v", err)
				}
			}
			d.Fail(false)
			if killed {
				next, err := onDisk(t, d, dir)
				if err != nil {
					t.Fatal(err)
				}
				p = next
				url.Store(p.URL)
			}
			until(t, "readyz", func() bool { return get(t, p.URL+"/readyz") == http.StatusOK })
			people.goOn()
			t.Logf("%d messages acknowledged, %d syncs failed", people.judge(p.URL), d.Refused())
		})
	}
}

// refusing: while the disk fails nothing at all is acknowledged, and readyz says
// so; the process is well.
func refusing(t *testing.T, p *harness.Process, people *crowd) {
	t.Helper()
	before := people.total()
	for n := range 10 {
		w := people.writers[n%len(people.writers)].web
		status, body, err := harness.Call(http.MethodPost, p.URL+"/api/v1/conversations/"+w.ID+"/messages", w.Token,
			map[string]string{"id": fmt.Sprintf("00000000-0000-4000-b000-%012d", n), "text": "gaat dit door?"})
		if err != nil || status != http.StatusServiceUnavailable {
			t.Errorf("a message while the disk fails: %d %s, %v", status, body, err)
		}
	}
	if n := people.total() - before; n > 0 {
		t.Errorf("%d messages were acknowledged while the disk failed", n)
	}
	if status := get(t, p.URL+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("readyz: %d", status)
	}
	if status := get(t, p.URL+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
}

// TestReadyzTriesTheDisk: a service that nobody writes to says all the same that
// it couldn't keep a message.
func TestReadyzTriesTheDisk(t *testing.T) {
	t.Parallel()
	d := syncs.New()
	p, err := onDisk(t, d, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	for _, c := range []struct {
		fails bool
		want  int
	}{{true, http.StatusServiceUnavailable}, {false, http.StatusOK}, {true, http.StatusServiceUnavailable}} {
		d.Fail(c.fails)
		if status := get(t, p.URL+"/readyz"); status != c.want {
			t.Errorf("readyz on a disk that fails (%v): %d, want %d", c.fails, status, c.want)
		}
	}
}

// TestAFailingSyncOfRedisLosesNothing: with appendfsync always, Redis ends itself
// when its disk doesn't take what it wrote. Until it is started again, on a disk
// that works, nothing is acknowledged.
func TestAFailingSyncOfRedisLosesNothing(t *testing.T) {
	t.Parallel()
	d := syncs.New()
	server := redisd.StartUnder(t, d.Command)
	c := startNodesOn(t, 2, server, server.URL())
	people := gather(t, 6, 1, c.url(0), c.url)
	until(t, "the first messages", func() bool { return people.total() > 30 })
	d.Fail(true)
	people.stuck()
	before := people.total()
	for _, p := range c.running {
		if status := get(t, p.URL+"/readyz"); status != http.StatusServiceUnavailable {
			t.Errorf("readyz without Redis: %d", status)
		}
	}
	people.stuck()
	if n := people.total() - before; n > 0 {
		t.Errorf("%d messages were acknowledged while the disk of Redis failed", n)
	}
	d.Fail(false)
	server.Kill() // what is left of it
	if err := errors.Join(server.Repair(), server.Start()); err != nil {
		t.Fatal(err)
	}
	people.goOn()
	t.Logf("%d messages acknowledged, %d syncs of Redis failed", people.judge(c.url(0)), d.Refused())
	oneCaseEach(t, openStore(t, server.URL()), people.callers)
	c.end(t)
}

// Package harness runs the whole service for tests: on a real port, with a
// real store in a folder of its own, and a clock that a test can move.
package harness

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot/app"
	"wegwijzer/bot/config"
)

// Service is a running service.
type Service struct {
	App   *app.App
	URL   string
	Dir   string
	Clock *Clock
	stop  func()
}

// Clock is the service's clock.
type Clock struct {
	mu    sync.Mutex
	moved time.Duration
}

// Now is the time that the service believes it is.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.moved)
}

// Move puts the clock forward.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved += d
}

// Start runs a service until the test ends. change may alter the settings.
func Start(t testing.TB, change func(*config.Config)) *Service {
	t.Helper()
	return StartIn(t, t.TempDir(), change)
}

// StartIn runs a service on a folder, so that a test can start it again there.
func StartIn(t testing.TB, dir string, change func(*config.Config)) *Service {
	t.Helper()
	cfg := config.Default()
	cfg.Server.Addr, cfg.Store.Dir, cfg.Limits.Enabled = "127.0.0.1:0", dir, false
	if change != nil {
		change(&cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.Open(ctx, cfg, slog.New(slog.NewJSONHandler(io.Discard, nil)), true)
	if err != nil {
		cancel()
		t.Fatalf("open the service: %v", err)
	}
	s := &Service{App: a, Dir: dir, Clock: &Clock{}}
	a.Bot.Clock = s.Clock.Now
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", cfg.Server.Addr)
	if err != nil {
		cancel()
		t.Fatalf("listen: %v", err)
	}
	s.URL = "http://" + ln.Addr().String()
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, ln) }()
	var once sync.Once
	s.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-served; err != nil {
				t.Errorf("the service ended with: %v", err)
			}
			if err := a.Close(); err != nil {
				t.Errorf("close the service: %v", err)
			}
		})
	}
	t.Cleanup(s.stop)
	return s
}

// Stop ends the service as Ctrl-C does. It is harmless when called twice.
func (s *Service) Stop() { s.stop() }

// wait tries f until it is true or the time is over.
func wait(what string, f func() bool) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if f() {
			return nil
		}
	}
	return fmt.Errorf("waited a minute for %s", what)
}

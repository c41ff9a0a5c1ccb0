package wire

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// echo answers each line with the same line.
func echo(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { _, _ = io.Copy(c, c); _ = c.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return l.Addr().String()
}

// ask sends a line and returns what comes back, within a time.
func ask(t *testing.T, addr, line string, within time.Duration) (string, error) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, line+"\n"); err != nil {
		return "", err
	}
	got, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSuffix(got, "\n"), err
}

func TestFaultsAreOnTheWireUntilItHeals(t *testing.T) {
	const long, short = 20 * time.Second, 300 * time.Millisecond
	line := strings.Repeat("x", 4000)
	for name, c := range map[string]struct {
		fault  func(*Proxy)
		within time.Duration
		fails  bool
		cut    bool // what comes back is broken off, not awaited in vain
	}{
		"nothing is passed on as it is":    {func(*Proxy) {}, long, false, false},
		"slow comes late but whole":        {func(p *Proxy) { p.Slow(100*time.Millisecond, 50*time.Millisecond) }, long, false, false},
		"narrow comes late but whole":      {func(p *Proxy) { p.Narrow(20) }, long, false, false},
		"a cut answer is broken off":       {func(p *Proxy) { p.CutAnswers(1000) }, long, true, true},
		"a cut request is broken off":      {func(p *Proxy) { p.CutRequests(1000) }, long, true, true},
		"a reset connection is broken off": {func(p *Proxy) { p.Reset() }, long, true, true},
		"deaf gives no answer":             {func(p *Proxy) { p.Deaf() }, short, true, false},
		"silent gives no answer":           {func(p *Proxy) { p.Silent() }, short, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := Start(t, echo(t))
			c.fault(p)
			got, err := ask(t, p.Addr, line, c.within)
			if c.fails != (err != nil) || err == nil && got != line {
				t.Errorf("%d bytes came back, %v", len(got), err)
			}
			if waited := errors.Is(err, os.ErrDeadlineExceeded); err != nil && waited == c.cut {
				t.Errorf("got %v", err)
			}
			p.Heal()
			if got, err := ask(t, p.Addr, line, long); err != nil || got != line {
				t.Errorf("after the healing %d bytes came back, %v", len(got), err)
			}
		})
	}
}

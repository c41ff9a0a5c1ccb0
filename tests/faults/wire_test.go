package faults

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/bot/store"
	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/redisd"
	"wegwijzer/tests/harness/wire"
)

// badWires are the ways in which a network goes wrong. each returns when the
// wire is healed.
func badWires(p *wire.Proxy) []struct {
	name string
	each func()
} {
	// cuts puts a fault on the wire again and again, so that connections come
	// up in between and break at other places.
	cuts := func(faults ...func()) func() {
		return func() {
			for range 3 {
				for _, fault := range faults {
					fault()
					time.Sleep(150 * time.Millisecond)
					p.Heal()
					time.Sleep(100 * time.Millisecond)
				}
			}
		}
	}
	holds := func(d time.Duration, fault func()) func() {
		return func() {
			fault()
			time.Sleep(d)
			p.Heal()
		}
	}
	return []struct {
		name string
		each func()
	}{
		{"latency with jitter", holds(2*time.Second, func() { p.Slow(125*time.Millisecond, 75*time.Millisecond) })},
		{"cuts in the middle", cuts(func() { p.CutAnswers(700) }, func() { p.CutRequests(900) }, p.Reset)},
		{"a slow line", holds(2*time.Second, func() { p.Narrow(24) })},
		{"half open", holds(5*time.Second, p.Deaf)},
		{"silence", holds(5*time.Second, p.Silent)},
	}
}

// openStore opens the nodes' Redis beside them.
func openStore(t *testing.T, url string) *store.Redis {
	t.Helper()
	key, err := store.ParseKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenRedis(t.Context(), store.RedisOptions{URL: url, Key: &key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestABadNetworkToRedisLosesNothing: between two nodes and their Redis the
// network goes wrong in every way while residents write to either node.
func TestABadNetworkToRedisLosesNothing(t *testing.T) {
	t.Parallel()
	server := redisd.Start(t)
	p := wire.Start(t, server.Addr)
	c := startNodesOn(t, 2, server, "redis://"+p.Addr+"/0")
	beside := openStore(t, server.URL())
	var callers []*writer
	for _, bad := range badWires(p) {
		t.Run(bad.name, func(t *testing.T) {
			people := gather(t, 6, 1, c.url(0), c.url)
			until(t, "the first messages", func() bool { return people.total() > 12 })
			bad.each()
			people.goOn()
			t.Logf("%d messages acknowledged", people.judge(c.url(0)))
			callers = append(callers, people.callers...)
			oneCaseEach(t, beside, callers)
		})
	}
	c.end(t)
}

// TestABadNetworkToTheServiceLosesNothing: the network between browsers and the
// service goes wrong; who got no answer sends the same again.
func TestABadNetworkToTheServiceLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := harness.Serve(program(t), "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Kill()
	p := wire.Start(t, s.Addr())
	through := "http://" + p.Addr
	var callers []*writer
	var tries atomic.Int64
	for _, bad := range badWires(p) {
		t.Run(bad.name, func(t *testing.T) {
			people := gather(t, 6, 1, s.URL, func(int) string { tries.Add(1); return through })
			until(t, "the first messages", func() bool { return people.total() > 12 })
			bad.each()
			people.goOn()
			t.Logf("%d messages acknowledged", people.judge(s.URL))
			callers = append(callers, people.callers...)
		})
	}
	if err := s.Interrupt(); err != nil {
		t.Error(err)
	}
	oneCaseEach(t, openFolder(t, dir), callers)
	t.Logf("%d requests", tries.Load())
}

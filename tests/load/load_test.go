// Package load measures the whole service under load: residents that write in
// closed loops or at a fixed rate, on loopback, sharing the machine with the
// service. `make load` runs it and prints one table: each figure with its bound
// and with what this machine can do at all.
package load

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/tests/harness"
)

// said are residents' messages of everyday kinds; each turn says the next one.
var said = []string{
	"ik kan mijn huur niet betalen",
	"sinds drie maanden en ik heb een aanmaning gekregen",
	"het is van de woningcorporatie",
	"ja dat klopt",
	"ik zoek ook hulp voor mijn moeder, zij is 82 en vergeet steeds meer",
	"waar kan ik terecht met vragen over de zorgverzekering",
}

// result is what a load saw.
type result struct {
	turns, failed int
	took          time.Duration
	late          []time.Duration // each turn's time from when it was due, sorted
}

func (r result) rate() float64 { return float64(r.turns) / r.took.Seconds() }

func (r result) quantile(q float64) time.Duration {
	if len(r.late) == 0 {
		return 0
	}
	return r.late[min(len(r.late)-1, int(q*float64(len(r.late))))]
}

// resident is one conversation that never has two messages under way.
type resident struct {
	*harness.Web
	busy atomic.Bool
	n    int
}

func people(tb testing.TB, urls []string, n int) []*resident {
	tb.Helper()
	list := make([]*resident, n)
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	const atOnce = 32
	for k := range atOnce {
		wg.Go(func() {
			for i := k; i < n && failed.Load() == nil; i += atOnce {
				w, err := harness.OpenWeb(urls[i%len(urls)], "medemblik")
				if err != nil {
					failed.Store(&err)
					return
				}
				list[i] = &resident{Web: w}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		tb.Fatal(*err)
	}
	return list
}

// closed runs every resident in a closed loop for a while.
func closed(people []*resident, d time.Duration) result {
	var mu sync.Mutex
	var r result
	var wg sync.WaitGroup
	start := time.Now()
	for _, p := range people {
		wg.Go(func() {
			var mine []time.Duration
			failed := 0
			for time.Since(start) < d {
				at := time.Now()
				if p.turn() != nil {
					failed++
					continue
				}
				mine = append(mine, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			r.turns, r.failed, r.late = r.turns+len(mine), r.failed+failed, append(r.late, mine...)
		})
	}
	wg.Wait()
	r.took = time.Since(start)
	slices.Sort(r.late)
	return r
}

// open sends at a fixed rate whatever the answers do: a turn's time counts
// from when it was due, so that waiting in a queue is not forgotten.
func open(people []*resident, rate int, d time.Duration) result {
	var mu sync.Mutex
	var r result
	var wg sync.WaitGroup
	start := time.Now()
	total := int(float64(rate) * d.Seconds())
	for i := range total {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		p := free(people, i)
		wg.Go(func() {
			err := p.turn()
			p.busy.Store(false)
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				r.failed++
				return
			}
			r.turns++
			r.late = append(r.late, took)
		})
	}
	wg.Wait()
	r.took = time.Since(start)
	slices.Sort(r.late)
	return r
}

// free takes a resident without a message under way, from the i-th on.
func free(people []*resident, i int) *resident {
	for {
		for k := range people {
			p := people[(i+k)%len(people)]
			if p.busy.CompareAndSwap(false, true) {
				return p
			}
		}
		time.Sleep(time.Millisecond)
	}
}

func (p *resident) turn() error {
	p.n++
	return p.Say(said[p.n%len(said)])
}

// serve starts the program on a folder of its own.
func serve(b *testing.B, env ...string) *harness.Process {
	b.Helper()
	dir := b.TempDir()
	p, err := harness.Serve(harness.Build(b), append(quietly(dir), env...)...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.Kill)
	return p
}

// residents is how many write at once.
const residents = 256

// seconds is how long each load lasts: eight, or LOADSECONDS.
func seconds(b *testing.B) time.Duration {
	b.Helper()
	s := os.Getenv("LOADSECONDS")
	if s == "" {
		return 8 * time.Second
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		b.Fatalf("LOADSECONDS is %q: a whole number above 0 is needed", s)
	}
	return time.Duration(n) * time.Second
}

// report keeps the figures of a load: turns a second, and how long they took.
func report(b *testing.B, t *table, name string, r result, rate, p50, p99 bound, limit string) {
	b.Helper()
	if r.failed > 0 {
		b.Errorf("%s: %d of %d turns failed", name, r.failed, r.turns+r.failed)
	}
	ms := func(q float64) float64 { return float64(r.quantile(q).Microseconds()) / 1000 }
	t.add(b, name, r.rate(), "turns/s", rate, limit)
	t.add(b, name+", p50", ms(.5), "ms", p50, "")
	t.add(b, name+", p99", ms(.99), "ms", p99, "")
}

// BenchmarkService takes all figures. A part can be chosen, for example with
// -bench Service/kills. LOADSECONDS and LOADSIZE make a short run of it.
func BenchmarkService(b *testing.B) {
	t, before := &table{}, loadAverage()
	streams := min(10_000, size(b))
	var l limits
	b.Run("limits", func(b *testing.B) { l = measureLimits(b, t, streams) })
	b.Run("embedded", func(b *testing.B) {
		list := people(b, []string{serve(b).URL}, residents)
		both(b, t, "embedded", list, 3000, l)
	})
	b.Run("redis", func(b *testing.B) { both(b, t, "redis, two nodes", people(b, twoNodes(b), residents), 2500, l) })
	b.Run("streams", func(b *testing.B) { idleStreams(b, t, l, streams) })
	b.Run("chats", func(b *testing.B) { openChats(b, t, streams) })
	b.Run("size", func(b *testing.B) { storeSize(b, t) })
	b.Run("kills", func(b *testing.B) { kills(b, t, 50) })
	t.print(before)
}

// both loads a service as hard as it can and then at 500 turns a second.
func both(b *testing.B, t *table, name string, list []*resident, least float64, l limits) {
	b.Helper()
	limit := strings.Trim(l.posts+", "+l.fsyncs, ", ")
	report(b, t, name+", 256 residents", closed(list, seconds(b)), atLeast(least), noBound(), noBound(), limit)
	report(b, t, fmt.Sprintf("%s, %.0f/s", name, least), open(list, int(least), seconds(b)), noBound(), noBound(), atMost(120), limit)
	report(b, t, name+", 500/s", open(list, 500, seconds(b)), noBound(), atMost(5), atMost(30), limit)
}

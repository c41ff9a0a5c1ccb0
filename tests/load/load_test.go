// Package load measures the whole service under load: an open model of
// residents that write at a fixed rate, on loopback, sharing the machine with
// the service. `make load` runs it; each figure is printed with its bound.
package load

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
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
	for i := range list {
		w, err := harness.OpenWeb(urls[i%len(urls)], "medemblik")
		if err != nil {
			tb.Fatal(err)
		}
		list[i] = &resident{Web: w}
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
	p, err := harness.Serve(harness.Build(b), append([]string{"WEGWIJZER_STORE_DIR=" + dir, "WEGWIJZER_LOG_LEVEL=error"}, env...)...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.Kill)
	return p
}

// limits prints what this machine can do at all, beside the figures.
func limits(b *testing.B) {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "fsync"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const n = 500
	at := time.Now()
	for range n {
		if _, err := f.Write(make([]byte, 1400)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n/time.Since(at).Seconds(), "limit-fsyncs/s")
}

func report(b *testing.B, name string, r result) {
	b.Helper()
	if r.failed > 0 {
		b.Errorf("%s: %d of %d turns failed", name, r.failed, r.turns+r.failed)
	}
	b.ReportMetric(r.rate(), name+"-turns/s")
	b.ReportMetric(float64(r.quantile(.5).Microseconds())/1000, name+"-p50-ms")
	b.ReportMetric(float64(r.quantile(.99).Microseconds())/1000, name+"-p99-ms")
}

// BenchmarkLoadEmbedded: bounds 3,000 turns/s with p99 120 ms at 256
// conversations; at 500/s p50 5 ms and p99 30 ms.
func BenchmarkLoadEmbedded(b *testing.B) {
	p := serve(b)
	list := people(b, []string{p.URL}, 256)
	for range b.N {
		limits(b)
		report(b, "closed256", closed(list, 8*time.Second))
		report(b, "open500", open(list, 500, 8*time.Second))
		b.ReportMetric(float64(memory(b, p))/(1<<20), "rss-MiB")
	}
}

// BenchmarkIdleStreams: at most 40 KiB of the service's memory for each idle
// event stream.
func BenchmarkIdleStreams(b *testing.B) {
	const n = 9000 // two descriptors each, and the limit is 20,000
	p := serve(b)
	w, err := harness.OpenWeb(p.URL, "medemblik")
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		before := memory(b, p)
		ctx, cancel := context.WithCancel(b.Context())
		var opened atomic.Int64
		var wg sync.WaitGroup
		transport := &http.Transport{MaxIdleConns: n, MaxConnsPerHost: 0}
		gate := make(chan struct{}, 64)
		for range n {
			wg.Go(func() { stream(ctx, transport, w, gate, &opened) })
		}
		for end := time.Now().Add(60 * time.Second); opened.Load() < n && time.Now().Before(end); {
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		got := opened.Load()
		b.ReportMetric(float64(memory(b, p)-before)/1024/float64(max(got, 1)), "KiB/stream")
		b.ReportMetric(float64(got), "streams")
		cancel()
		wg.Wait()
		transport.CloseIdleConnections()
	}
}

// stream opens one event stream and reads until the context ends.
func stream(ctx context.Context, tr *http.Transport, w *harness.Web, gate chan struct{}, opened *atomic.Int64) {
	gate <- struct{}{}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL+"/api/v1/conversations/"+w.ID+"/events", nil)
	if err != nil {
		<-gate
		return
	}
	req.Header.Set("Authorization", "Bearer "+w.Token)
	req.Header.Set("Last-Event-ID", "1000")
	res, err := tr.RoundTrip(req)
	<-gate
	if err != nil {
		return
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return
	}
	opened.Add(1)
	buf := make([]byte, 64)
	for {
		if _, err := res.Body.Read(buf); err != nil {
			return
		}
	}
}

// memory is the resident set of the service, in bytes.
func memory(b *testing.B, p *harness.Process) int64 {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			return n * 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

// size is how many conversations BenchmarkStoreSize makes.
func size(b *testing.B) int {
	b.Helper()
	s := os.Getenv("LOADSIZE")
	if s == "" {
		return 100_000
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 2000 {
		b.Fatalf("LOADSIZE is %q: a number of at least 2000 is needed", s)
	}
	return n
}

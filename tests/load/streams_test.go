package load

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/tests/harness"
)

// openStreams opens event streams and reads them until end is called. It
// returns how many there are when all are open or a minute is over.
func openStreams(b *testing.B, n int, request func(i int) (*http.Request, error)) (opened int64, end func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	tr := &http.Transport{}
	var count atomic.Int64
	var wg sync.WaitGroup
	gate := make(chan struct{}, 64)
	for i := range n {
		wg.Go(func() {
			gate <- struct{}{}
			req, err := request(i)
			if err != nil {
				<-gate
				return
			}
			res, err := tr.RoundTrip(req.WithContext(ctx))
			<-gate
			if err != nil {
				return
			}
			defer func() { _ = res.Body.Close() }()
			if res.StatusCode != http.StatusOK {
				return
			}
			count.Add(1)
			buf := make([]byte, 256)
			for {
				if _, err := res.Body.Read(buf); err != nil {
					return
				}
			}
		})
	}
	for until := time.Now().Add(time.Minute); count.Load() < int64(n) && time.Now().Before(until); {
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(2 * time.Second) // what the opening took is given back
	if got := count.Load(); got < int64(n) {
		b.Errorf("only %d of %d streams are open", got, n)
	}
	return count.Load(), func() {
		cancel()
		wg.Wait()
		tr.CloseIdleConnections()
	}
}

// events asks for the news of a conversation after a seq.
func events(w *harness.Web, after string) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodGet, w.URL+"/api/v1/conversations/"+w.ID+"/events", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+w.Token)
	req.Header.Set("Last-Event-ID", after)
	return req, nil
}

// idleStreams: at most 40 KiB of the service's memory for each idle stream.
func idleStreams(b *testing.B, t *table, l limits, n int) {
	p := serve(b)
	w, err := harness.OpenWeb(p.URL, "medemblik")
	if err != nil {
		b.Fatal(err)
	}
	before := memory(b, p.PID())
	opened, end := openStreams(b, n, func(int) (*http.Request, error) { return events(w, "1000") })
	t.add(b, "idle event streams", float64(opened), "streams", noBound(), "")
	t.add(b, "memory of an idle event stream", float64(memory(b, p.PID())-before)/1024/float64(max(opened, 1)), "KiB", atMost(40), l.stream)
	end()
}

// openChats: 10,000 chats, each with its own conversation and stream, and 500
// turns a second among them; at most 1 GiB.
func openChats(b *testing.B, t *table, n int) {
	p := serve(b)
	list := people(b, []string{p.URL}, n)
	_, end := openStreams(b, n, func(i int) (*http.Request, error) { return events(list[i].Web, "0") })
	most := int64(0)
	watching, stop := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for watching.Err() == nil {
			most = max(most, memory(b, p.PID()))
			time.Sleep(100 * time.Millisecond)
		}
	})
	r := open(list, 500, seconds(b))
	stop()
	wg.Wait()
	report(b, t, "with "+number(float64(n))+" open chats at 500/s", r, noBound(), noBound(), noBound(), "")
	t.add(b, "memory with "+number(float64(n))+" open chats", float64(most)/(1<<20), "MiB", atMost(1024), "")
	end()
}

package faults

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/tests/harness"
)

// patience bounds what is waited for: long, since the machine may be slow, and
// a test that passes never needs it.
const patience = 60 * time.Second

// until polls for something that happens by itself.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}

// crowd are residents who write while something goes wrong: some send one
// message after the other, one walks the road to a supporter.
type crowd struct {
	t       *testing.T
	url     func(try int) string // where a try goes to
	writers []*writer
	callers []*writer
	wg      sync.WaitGroup
	stop    context.CancelFunc
}

// writer is one of them, with what was acknowledged.
type writer struct {
	web  *harness.Web
	said []string
	n    atomic.Int64
	// refused counts the tries of the message that is under way.
	refused atomic.Int64
	failed  atomic.Int64 // all tries that failed
}

// told hears of each try: the message's number, and whether it was
// acknowledged.
func (w *writer) told(n int, acknowledged bool) {
	if acknowledged {
		w.n.Store(int64(n))
		w.refused.Store(0)
		return
	}
	w.refused.Add(1)
	w.failed.Add(1)
}

// road is what a resident does from a first message to a named supporter.
var road = []struct{ text, choice string }{ // #nosec G101 -- no secrets
	{"ik wil iemand spreken over mijn huurschuld", ""}, {"", "mens:ja"}, {"", "summary:ok"},
	{"", "consent:yes"}, {"", "contact:chat"}, {"", "supporter:any"},
}

// gather opens the conversations, through at, and has everyone write through
// url until done.
func gather(t *testing.T, writers, callers int, at string, url func(try int) string) *crowd {
	t.Helper()
	c := &crowd{t: t, url: url}
	open := func() *writer {
		w, err := harness.OpenWeb(at, "medemblik")
		if err != nil {
			t.Fatal(err)
		}
		return &writer{web: w}
	}
	for range writers {
		c.writers = append(c.writers, open())
	}
	for range callers {
		c.callers = append(c.callers, open())
	}
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	t.Cleanup(func() { stop(); c.wg.Wait() })
	for i, w := range c.writers {
		c.wg.Go(func() { w.said = write(ctx, w.web, i, url, w.told) })
	}
	for i, w := range c.callers {
		c.wg.Go(func() { c.call(ctx, w, i) })
	}
	return c
}

// apart is between the first words of two callers, so that some of them are on
// their way whenever something breaks.
const apart = 1500 * time.Millisecond

// call walks the road, repeating each step until it is acknowledged.
func (c *crowd) call(ctx context.Context, w *writer, who int) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(time.Duration(who) * apart):
	}
	for i, step := range road {
		for try := who; ; try++ {
			w.web.URL = c.url(try)
			if w.web.SendAs(fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1), step.text, step.choice) == nil {
				w.n.Add(1)
				break
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// total is how many messages were acknowledged so far.
func (c *crowd) total() (n int64) {
	for _, w := range append(c.writers, c.callers...) {
		n += w.n.Load()
	}
	return n
}

// stuck waits until every writer was refused twice with the same message.
func (c *crowd) stuck() {
	c.t.Helper()
	before := c.refusals()
	until(c.t, "every writer to be refused", func() bool {
		for i, n := range c.refusals() {
			if n < before[i]+2 {
				return false
			}
		}
		return true
	})
}

// refusals is how often each writer was refused with the message under way.
func (c *crowd) refusals() []int64 {
	list := make([]int64, len(c.writers))
	for i, w := range c.writers {
		list[i] = w.refused.Load()
	}
	return list
}

// failures is how many tries of the writers failed.
func (c *crowd) failures() (n int64) {
	for _, w := range c.writers {
		n += w.failed.Load()
	}
	return n
}

// goOn waits until each writer got two more messages through and each caller a
// supporter: the fault is over.
func (c *crowd) goOn() {
	c.t.Helper()
	before := make([]int64, len(c.writers))
	for i, w := range c.writers {
		before[i] = w.n.Load()
	}
	until(c.t, "everyone to get on after the fault", func() bool {
		for i, w := range c.writers {
			if w.n.Load() < before[i]+2 {
				return false
			}
		}
		for _, w := range c.callers {
			if w.n.Load() < int64(len(road)) {
				return false
			}
		}
		return true
	})
}

package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"wegwijzer/tests/harness/redisd"
)

const masterName = "wegwijzer"

// watched is a Redis with two replicas and three sentinels.
type watched struct {
	t         *testing.T
	servers   []*redisd.Server
	sentinels []string
}

func startWatched(t *testing.T) *watched {
	t.Helper()
	first := redisd.Start(t, "--repl-diskless-sync-delay", "0")
	w := &watched{t: t, servers: []*redisd.Server{first, redisd.StartReplica(t, first), redisd.StartReplica(t, first)}}
	w.sentinels = redisd.StartSentinels(t, masterName, first)
	until(t, "the sentinels to know each other and the replicas", func() bool {
		return w.sees(func(m map[string]string) bool { return m["num-slaves"] == "2" && m["num-other-sentinels"] == "2" })
	})
	return w
}

// sees says whether all sentinels see a master of which ok holds.
func (w *watched) sees(ok func(map[string]string) bool) bool {
	for _, addr := range w.sentinels {
		s := redis.NewSentinelClient(&redis.Options{Addr: addr})
		m, err := s.Master(context.Background(), masterName).Result()
		if errors.Join(err, s.Close()) != nil || !ok(m) {
			return false
		}
	}
	return true
}

// url is the master through its sentinels.
func (w *watched) url() string {
	return fmt.Sprintf("redis://%s/0?master_name=%s&addr=%s&addr=%s", w.sentinels[0], masterName, w.sentinels[1], w.sentinels[2])
}

// promoted waits until the sentinels agree on another master that is a master,
// and returns it.
func (w *watched) promoted(old *redisd.Server) (now *redisd.Server) {
	w.t.Helper()
	until(w.t, "a promotion", func() bool {
		for _, s := range w.servers {
			_, port := s.HostPort()
			if s != old && w.sees(func(m map[string]string) bool { return m["port"] == port && m["flags"] == "master" }) && role(s) == "master" {
				now = s
				return true
			}
		}
		return false
	})
	return now
}

func role(s *redisd.Server) string {
	c := redis.NewClient(&redis.Options{Addr: s.Addr})
	defer func() { _ = c.Close() }()
	info, _ := c.Info(context.Background(), "replication").Result() // none: it doesn't run
	for line := range strings.SplitSeq(info, "\r\n") {
		if r, ok := strings.CutPrefix(line, "role:"); ok {
			return r
		}
	}
	return ""
}

// turnsOn counts what each conversation holds on one server, whatever its role.
func turnsOn(t *testing.T, s *redisd.Server, people *crowd) map[string]int64 {
	t.Helper()
	db := redis.NewClient(&redis.Options{Addr: s.Addr})
	defer func() { _ = db.Close() }()
	turns := map[string]int64{}
	for _, w := range people.writers {
		keys, err := db.Keys(t.Context(), "wegwijzer:*:msg:"+w.web.ID).Result()
		if err != nil || len(keys) > 1 {
			t.Fatalf("the messages of a conversation: %q, %v", keys, err)
		}
		for _, k := range keys {
			turns[w.web.ID] = db.LLen(t.Context(), k).Val()
		}
	}
	return turns
}

// fewer counts the conversations that hold less than they did.
func fewer(before, after map[string]int64) (n int) {
	for id, turns := range before {
		if after[id] < turns {
			n++
		}
	}
	return n
}

// TestSentinelPromotesAReplica: the primary is killed under load and the nodes
// go on through the sentinels. What WAIT confirmed is there. Then the new
// primary is killed while it had no replica: what only it had was never
// acknowledged, is counted, and comes back by the senders' retry.
func TestSentinelPromotesAReplica(t *testing.T) {
	t.Parallel()
	w := startWatched(t)
	c := startNodesOn(t, 2, w.servers[0], w.url())
	people := gather(t, 6, 1, c.url(0), c.url)
	until(t, "the first messages", func() bool { return people.total() > 60 })

	first := w.servers[0]
	first.Kill()
	second := w.promoted(first)
	people.goOn() // the third follows the second by itself

	third := w.servers[1]
	if third == second {
		third = w.servers[2]
	}
	third.Kill()
	people.stuck()
	alone := turnsOn(t, second, people)
	second.Kill()
	third.Follow(second)
	if err := errors.Join(third.Repair(), third.Start()); err != nil {
		t.Fatal(err)
	}
	lost := fewer(alone, turnsOn(t, third, people))
	if lost == 0 {
		t.Error("nothing was on the old primary alone: the test shows too little")
	}
	if now := w.promoted(second); now != third {
		t.Fatalf("%s was promoted", now.Addr)
	}
	people.stuck() // still nothing is acknowledged: there is no replica
	second.Follow(third)
	if err := errors.Join(second.Repair(), second.Start()); err != nil {
		t.Fatal(err)
	}
	people.goOn()
	t.Logf("a primary that died alone: %d unacknowledged turns of %d residents were gone, and sent again", lost, len(people.writers))
	t.Logf("%d messages acknowledged through two promotions", people.judge(c.url(0)))
	oneCaseEach(t, openStore(t, w.url()), people.callers)
	c.end(t)
}

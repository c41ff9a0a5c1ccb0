package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// cutter stands between a store and Redis. While it is on it cuts connections
// before some of the answers, by chance: Redis has done what it was asked, and
// the client doesn't know.
type cutter struct {
	addr string
	on   atomic.Bool
	cuts atomic.Int64
}

func startCutter(t *testing.T, server string) *cutter {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{addr: l.Addr().String()}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", server)
			if err != nil {
				_ = in.Close()
				continue
			}
			wg.Go(func() { pipe(in, out, func() bool { return true }) })
			wg.Go(func() { pipe(out, in, c.passes) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return c
}

// passes says whether an answer goes on to the client.
func (c *cutter) passes() bool {
	if !c.on.Load() || rand.N(8) != 0 {
		return true
	}
	c.cuts.Add(1)
	return false
}

// pipe copies until an end closes or passes says no.
func pipe(from, to net.Conn, passes func() bool) {
	defer func() { _ = from.Close(); _ = to.Close() }()
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if err != nil || !passes() {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// TestACutAnswerIsResentWithOneEffect: go-redis sends again what it got no
// answer to. Turns without a key, documents and deliveries must not be done
// twice by that, nor be refused.
func TestACutAnswerIsResentWithOneEffect(t *testing.T) {
	server := redisd.Start(t)
	c := startCutter(t, server.Addr)
	s := openRedis(t, redisOptions("redis://"+c.addr+"/0"))
	const people, turns = 4, 60
	for i := range people {
		opened(t, s, conversation(fmt.Sprint("c", i)))
	}
	c.on.Store(true)
	unknown := 0
	for i := range people {
		id := bot.ConversationID(fmt.Sprint("c", i))
		var acknowledged []string
		for n := range turns {
			text := fmt.Sprint("bericht ", n)
			switch err := unkeyed(t, s, id, text); {
			case err == nil:
				acknowledged = append(acknowledged, text)
			case errors.Is(err, bot.ErrUnavailable):
				unknown++ // cut four times in a row
			default:
				t.Fatalf("turn %d of %s: %v", n, id, err)
			}
		}
		c.on.Store(false)
		checkOnce(t, s, id, acknowledged)
		c.on.Store(true)
	}
	for i := range 8 {
		for v := range uint64(8) {
			got, err := s.PutDocument(t.Context(), bot.Document{Kind: "account", ID: fmt.Sprint(i), Version: v, Body: []byte("x")})
			if errors.Is(err, bot.ErrUnavailable) {
				break // whether it is kept is unknown
			}
			if err != nil || got != v+1 {
				t.Fatalf("version %d: %d, %v", v, got, err)
			}
		}
	}
	c.on.Store(false)
	if c.cuts.Load() < 20 || unknown > people*turns/10 {
		t.Errorf("%d answers were cut, %d turns are unknown: the test shows too little", c.cuts.Load(), unknown)
	}
	t.Logf("%d answers cut, %d of %d turns unknown", c.cuts.Load(), unknown, people*turns)
}

// unkeyed commits a turn that has no key.
func unkeyed(t *testing.T, s *Redis, id bot.ConversationID, text string) error {
	t.Helper()
	conv, err := s.Load(context.Background(), id)
	if err != nil {
		return err
	}
	_, err = s.Commit(context.Background(), &bot.Commit{Conversation: conv, Deliver: true, Messages: []bot.Message{say(bot.FromBot, text)}})
	return err
}

// checkOnce: what was acknowledged is there, once and in order, with one
// delivery each; what is unknown at most once.
func checkOnce(t *testing.T, s *Redis, id bot.ConversationID, acknowledged []string) {
	t.Helper()
	list, err := s.Messages(t.Context(), id, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range list {
		if seen[m.Text] {
			t.Errorf("%s: %q is there twice", id, m.Text)
		}
		seen[m.Text] = true
		if len(acknowledged) > 0 && acknowledged[0] == m.Text {
			acknowledged = acknowledged[1:]
		}
	}
	if len(acknowledged) > 0 {
		t.Errorf("%s: %q isn't there, or out of order", id, acknowledged[0])
	}
	if n := s.client.LLen(t.Context(), namesOf(id).out()).Val(); n != int64(len(list)) {
		t.Errorf("%s: %d deliveries of %d messages", id, n, len(list))
	}
}

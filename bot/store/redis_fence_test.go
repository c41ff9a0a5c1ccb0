package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// fenced is a write that is done on one connection and then, as a sender or the
// client does who got no answer, asked for again on another.
type fenced struct {
	do func(ctx context.Context, s *Redis) error
	// on says whether a server has the write.
	on func(ctx context.Context, c *redis.Client) bool
}

// TestARepeatIsAcknowledgedOnlyWhenTheReplicaHasIt: while the replica stands
// still, nothing may be acknowledged: neither a write nor, on another
// connection, the repeat of one that stands on the master.
func TestARepeatIsAcknowledgedOnlyWhenTheReplicaHasIt(t *testing.T) {
	master, replica := replicated(t)
	one, two := openRedis(t, redisOptions(master.URL())), openRedis(t, redisOptions(master.URL()))
	if !one.waits() || !two.waits() {
		t.Fatal("the replica wasn't seen")
	}
	writes := fencedWrites(t, one)
	if err := replica.Pause(); err != nil {
		t.Fatal(err)
	}
	for i, s := range []*Redis{one, two, two} {
		what := []string{"a write", "its repeat", "its second repeat"}[i]
		var wg sync.WaitGroup
		for name, w := range writes {
			wg.Go(func() {
				if err := w.do(t.Context(), s); !errors.Is(err, errReplica) {
					t.Errorf("%s: %s on the master alone: got %v, want that no replica confirmed", name, what, err)
				}
			})
		}
		wg.Wait()
	}
	atMaster, atReplica := raw(t, master), raw(t, replica)
	for name, w := range writes {
		if !w.on(t.Context(), atMaster) {
			t.Errorf("%s isn't on the master: the test shows nothing", name)
		}
	}
	if err := replica.Resume(); err != nil {
		t.Fatal(err)
	}
	for name, w := range writes {
		if err := w.do(t.Context(), two); err != nil {
			t.Errorf("%s: the repeat when the replica is back: %v", name, err)
		}
		if !w.on(t.Context(), atReplica) {
			t.Errorf("%s was acknowledged and isn't on the replica", name)
		}
	}
}

// TestARepeatWritesToo: what WAIT promises is about writes of its connection. A
// server may keep that to the letter (Redis 7.0 also waits for what was read),
// so each script that answers about an earlier write writes something itself.
func TestARepeatWritesToo(t *testing.T) {
	master, _ := replicated(t)
	s := openRedis(t, redisOptions(master.URL()))
	c := raw(t, master)
	written := func() string {
		t.Helper()
		info, err := c.Info(t.Context(), "persistence").Result()
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(info, "rdb_changes_since_last_save:")
		changes, _, _ := strings.Cut(after, "\r\n")
		return changes
	}
	for name, w := range fencedWrites(t, s) {
		if err := w.do(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		before := written()
		if err := w.do(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if written() == before {
			t.Errorf("%s: its repeat is answered without a write", name)
		}
	}
}

// fencedWrites prepares one write of each kind, so that the very same can be
// asked for again.
func fencedWrites(t *testing.T, s *Redis) map[string]fenced {
	t.Helper()
	writes := map[string]fenced{
		"a turn, the very commit": commitTwice(t, s, "zelfde", ""),
		"a turn, under its key":   commitTwice(t, s, "sleutel", "k"),
	}
	script := func(name string, keys []string, args ...any) func(context.Context, *Redis) error {
		return func(ctx context.Context, s *Redis) error { return s.run(ctx, name, keys, args...).Err() }
	}
	keys := documentKeys("account")
	if _, err := s.PutDocument(t.Context(), bot.Document{Kind: "account", ID: "weg", Body: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	writes["a document"] = fenced{script("putdocument", keys, "jan", 0, nonce(), "lichaam", "1"), func(ctx context.Context, c *redis.Client) bool {
		return c.HExists(ctx, keys[0], "jan").Val()
	}}
	writes["a document's deletion"] = fenced{script("deletedocument", keys, "weg", "1"), func(ctx context.Context, c *redis.Client) bool {
		return !c.HExists(ctx, keys[0], "weg").Val()
	}}
	address := addressKey(s.addressOf(bot.ChannelTelegram, "bot:1"))
	writes["an address"] = fenced{script("claim", []string{address}, "a commit", ""), func(ctx context.Context, c *redis.Client) bool {
		return c.Exists(ctx, address).Val() == 1
	}}
	writes["a delivery"] = deliveryTwice(t, s)
	writes["an erasing"] = eraseTwice(t, s)
	return writes
}

// commitTwice is a turn: with a key the second time is another commit, as a
// sender's repeat is; without one it is the same, as the client's is.
func commitTwice(t *testing.T, s *Redis, id bot.ConversationID, key string) fenced {
	t.Helper()
	opened(t, s, conversation(string(id)))
	c := *loaded(t, s, id)
	version := c.Version
	c.Version, c.LastSeq = version+1, c.LastSeq+1
	commit := nonce()
	return fenced{func(ctx context.Context, s *Redis) error {
		a, err := s.keys.get(ctx, id)
		if err != nil {
			return err
		}
		mine := commit
		if key != "" {
			mine = nonce()
		}
		turn := &redisTurn{s: s, names: namesOf(id), version: version, commit: mine, cipher: a, c: &bot.Commit{
			Conversation: &c, Key: key, KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: c.LastSeq},
			Messages: []bot.Message{{Seq: c.LastSeq, From: bot.FromBot, Text: "ja", At: start}},
		}}
		_, err = turn.keep(ctx)
		return err
	}, func(ctx context.Context, c *redis.Client) bool { return c.LLen(ctx, namesOf(id).messages()).Val() == 2 }}
}

func deliveryTwice(t *testing.T, s *Redis) fenced {
	t.Helper()
	c := conversation("bezorgd")
	c.Channel, c.Address = bot.ChannelTelegram, "bot:2"
	must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{say(bot.FromBot, "een")}})
	part := partition("bezorgd")
	epoch, _, err := s.Lease(t.Context(), part, "wij")
	if err != nil {
		t.Fatal(err)
	}
	d := dueOne(t, s, part)
	return fenced{func(ctx context.Context, s *Redis) error {
		return s.Settle(ctx, part, epoch, d, bot.Settlement{Sent: true})
	}, func(ctx context.Context, c *redis.Client) bool {
		return c.Exists(ctx, namesOf("bezorgd").out()).Val() == 0
	}}
}

func eraseTwice(t *testing.T, s *Redis) fenced {
	t.Helper()
	opened(t, s, conversation("gewist"))
	n := namesOf("gewist")
	keys := []string{
		n.head(), n.messages(), n.key(), n.shared("outbox"), n.out(), n.keys(),
		n.quarantine(), n.failed(), n.shared("load"), n.shared("erasures"), n.shared("timers"),
	}
	mine := nonce()
	return fenced{func(ctx context.Context, s *Redis) error {
		return s.run(ctx, "erase", keys, n.prefix, n.id, mine, 1).Err()
	}, func(ctx context.Context, c *redis.Client) bool { return c.Exists(ctx, n.head()).Val() == 0 }}
}

package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// usedRedis is a Redis that holds what used makes, and that nobody has open.
func usedRedis(t *testing.T) (server *redisd.Server, want map[string]any) {
	t.Helper()
	server = redisd.Start(t)
	from := used(t)
	to := openRedis(t, redisOptions(server.URL()))
	if _, err := Copy(t.Context(), from, to, nil); err != nil {
		t.Fatal(err)
	}
	want = snapshot(t, to)
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return server, want
}

// readsRedis opens a Redis with a key and compares it.
func readsRedis(t *testing.T, server *redisd.Server, k Key, want map[string]any) {
	t.Helper()
	o := redisOptions(server.URL())
	o.Key = &k
	s := openRedis(t, o)
	if diff := cmp.Diff(want, snapshot(t, s)); diff != "" {
		t.Errorf("the store (-before +after):\n%s", diff)
	}
	must(t, s, &bot.Commit{Conversation: loaded(t, s, "c00"), Messages: []bot.Message{say(bot.FromResident, "daarna")}})
	opened(t, s, conversation("nieuw"))
}

func TestANewKeyOpensEverythingInRedis(t *testing.T) {
	server, want := usedRedis(t)
	next := newKey()
	n, err := RotateRedis(t.Context(), redisOptions(server.URL()), next, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Rotated{Conversations: 19, Messages: 57, Documents: 1}, n); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	opensNothingInRedis(t, server, *redisOptions("").Key)
	if _, err := OpenRedis(t.Context(), redisOptions(server.URL())); err == nil || !strings.Contains(err.Error(), "another store.key") {
		t.Errorf("with the old key: %v, want a refusal", err)
	}
	readsRedis(t, server, next, want)
	// As many addresses as there are conversations: no old ones stay behind.
	names, err := raw(t, server).Keys(t.Context(), redisPrefix+"*:address:*").Result()
	if err != nil || len(names) != 19 {
		t.Errorf("%d addresses, %v", len(names), err)
	}
}

func opensNothingInRedis(t *testing.T, server *redisd.Server, k Key) {
	t.Helper()
	c := raw(t, server)
	names, err := c.Keys(t.Context(), redisPrefix+"*:key:*").Result()
	if err != nil || len(names) != 19 {
		t.Fatalf("%d keys, %v", len(names), err)
	}
	for _, name := range names {
		_, id, _ := strings.Cut(name, ":key:")
		if _, err := unwrap(k, bot.ConversationID(id), []byte(c.Get(t.Context(), name).Val())); err == nil {
			t.Errorf("the old key still opens %s", name)
		}
	}
	if body := c.HGet(t.Context(), documentKeys("account")[1], "jan").Val(); body == "" {
		t.Error("the document is gone")
	} else if _, err := unseal(aead(k), documentPlace("account", "jan"), []byte(body)); err == nil {
		t.Error("the old key still opens the document")
	}
}

// TestARotationOfRedisGoesOnAfterAKill kills Redis itself in the middle, and
// cuts the change short at other steps.
func TestARotationOfRedisGoesOnAfterAKill(t *testing.T) {
	for _, c := range []struct {
		name string
		at   int
		kill bool
	}{{"cut at the first conversation", 1, false}, {"cut halfway", 10, false}, {"cut while looking", 25, false}, {"Redis is killed", 5, true}} {
		t.Run(c.name, func(t *testing.T) {
			server, want := usedRedis(t)
			next := newKey()
			ctx, cut := context.WithCancel(t.Context())
			_, err := RotateRedis(ctx, redisOptions(server.URL()), next, func(done, _ int) {
				if done != c.at {
					return
				}
				if c.kill {
					server.Kill()
				}
				cut()
			})
			if err == nil {
				t.Fatal("the cut change succeeded")
			}
			if c.kill {
				if err := errors.Join(server.Repair(), server.Start()); err != nil {
					t.Fatal(err)
				}
			}
			for _, k := range []Key{*redisOptions("").Key, next} {
				o := redisOptions(server.URL())
				o.Key = &k
				if _, err := OpenRedis(t.Context(), o); !errors.Is(err, ErrHalfway) {
					t.Errorf("halfway: %v, want a refusal", err)
				}
			}
			if _, err := RotateRedis(t.Context(), redisOptions(server.URL()), newKey(), nil); err == nil || !strings.Contains(err.Error(), "finish that one first") {
				t.Errorf("to a third key: %v, want a refusal", err)
			}
			if _, err := RotateRedis(t.Context(), redisOptions(server.URL()), next, nil); err != nil {
				t.Fatal(err)
			}
			opensNothingInRedis(t, server, *redisOptions("").Key)
			readsRedis(t, server, next, want)
		})
	}
}

func TestARedisInUseIsNotRotated(t *testing.T) {
	server, _ := usedRedis(t)
	s := openRedis(t, redisOptions(server.URL()))
	before := meta(t, raw(t, server))
	if _, err := RotateRedis(t.Context(), redisOptions(server.URL()), newKey(), nil); err == nil || !strings.Contains(err.Error(), "1 services or commands use this Redis") {
		t.Errorf("got %v, want a refusal", err)
	}
	if diff := cmp.Diff(before, meta(t, raw(t, server))); diff != "" {
		t.Errorf("the mark changed:\n%s", diff)
	}
	snapshot(t, s)
	s.lookAgain()
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("after the refusal: %v", err)
	}
}

func meta(t *testing.T, c *redis.Client) map[string]string {
	t.Helper()
	m, err := c.HGetAll(t.Context(), redisMeta).Result()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestANodeThatSleptSeesTheChange: a node that stood still while the key was
// changed says that it isn't ready.
func TestANodeThatSleptSeesTheChange(t *testing.T) {
	server, _ := usedRedis(t)
	s := openRedis(t, redisOptions(server.URL()))
	s.leave() // its name ran out meanwhile
	if _, err := RotateRedis(t.Context(), redisOptions(server.URL()), newKey(), nil); err != nil {
		t.Fatal(err)
	}
	s.lookAgain()
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "another store.key") {
		t.Errorf("got %v, want that the key is another", err)
	}
}

func TestARotationOfAClusterReachesEveryNode(t *testing.T) {
	servers := redisd.StartCluster(t, 0)
	o, _ := clustered(t, servers)
	s := openRedis(t, o)
	if _, err := Copy(t.Context(), used(t), s, nil); err != nil {
		t.Fatal(err)
	}
	want := snapshot(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	next := newKey()
	if _, err := RotateRedis(t.Context(), o, next, nil); err != nil {
		t.Fatal(err)
	}
	o.Key = &next
	if diff := cmp.Diff(want, snapshot(t, openRedis(t, o))); diff != "" {
		t.Errorf("the store (-before +after):\n%s", diff)
	}
}

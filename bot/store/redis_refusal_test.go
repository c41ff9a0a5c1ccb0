package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"wegwijzer/tests/harness/redisd"
)

func TestRedisIsRefusedWhenItWouldLoseMessages(t *testing.T) {
	for _, c := range []struct{ name, setting, value, want string }{
		{"without its log", "appendonly", "no", `setting appendonly is "no" and must be "yes"`},
		{"when it syncs each second", "appendfsync", "everysec", `setting appendfsync is "everysec" and must be "always"`},
		{"when it throws data away", "maxmemory-policy", "allkeys-lru", `"maxmemory-policy noeviction" in redis.conf`},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := redisd.Start(t, "--"+c.setting, c.value)
			o := redisOptions(server.URL())
			_, err := OpenRedis(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "store.redis.accept_loss") {
				t.Fatalf("got %v, want a refusal with %q", err, c.want)
			}
			if n, err := raw(t, server).DBSize(t.Context()).Result(); err != nil || n != 0 {
				t.Errorf("the refused Redis holds %d keys, %v", n, err)
			}
			o.AcceptLoss = true
			opened(t, openRedis(t, o), conversation("a"))
		})
	}
}

func TestRedisIsRefusedWithoutAKey(t *testing.T) {
	if _, err := OpenRedis(t.Context(), RedisOptions{URL: "redis://127.0.0.1:1/0"}); err == nil || !strings.Contains(err.Error(), "store.key is empty") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongAddressDoesNotShowThePassword(t *testing.T) {
	for _, url := range []string{"http://u:geheim@127.0.0.1:1/0", "redis://u:geheim@127.0.0.1:1/x", "redis://u:geheim@127.0.0.1:%zz", "u:geheim", "redis://u:geheim@127.0.0.1:1/0"} {
		_, err := OpenRedis(t.Context(), redisOptions(url))
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: got %v, want an error without the password", url, err)
		}
	}
}

func TestARedisOfAnotherIsRefusedAndNothingTouched(t *testing.T) {
	server := redisd.Start(t)
	c := raw(t, server)
	other := Key{9}
	for _, tc := range []struct {
		name, want string
		put        func(context.Context) error
		change     func(*RedisOptions)
	}{
		{"keys under our names", "aren't ours", func(ctx context.Context) error { return c.Set(ctx, "wegwijzer:sessions", "x", 0).Err() }, nil},
		{"a mark of another kind", "aren't ours", func(ctx context.Context) error { return c.Set(ctx, redisMeta, "x", 0).Err() }, nil},
		{"a mark without a format", "aren't ours", func(ctx context.Context) error { return c.HSet(ctx, redisMeta, "a", "b").Err() }, nil},
		{"a newer program's data", "version 999", func(ctx context.Context) error {
			return c.HSet(ctx, redisMeta, "format", 999, "key", "x", "partitions", 64).Err()
		}, nil},
		{"another key's data", "another store.key", func(ctx context.Context) error {
			opened(t, openRedis(t, redisOptions(server.URL())), conversation("a"))
			return nil
		}, func(o *RedisOptions) { o.Key = &other }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := errors.Join(c.FlushAll(t.Context()).Err(), tc.put(t.Context())); err != nil {
				t.Fatal(err)
			}
			before := everything(t, c)
			o := redisOptions(server.URL())
			if tc.change != nil {
				tc.change(&o)
			}
			if _, err := OpenRedis(t.Context(), o); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a refusal with %q", err, tc.want)
			}
			if after := everything(t, c); after != before {
				t.Errorf("the refused Redis changed:\n%s\n%s", before, after)
			}
		})
	}
}

func TestRedisBesideAnotherProductIsUsed(t *testing.T) {
	server := redisd.Start(t)
	c := raw(t, server)
	if err := c.Set(t.Context(), "andere:sleutel", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	opened(t, openRedis(t, redisOptions(server.URL())), conversation("a"))
	if v := c.Get(t.Context(), "andere:sleutel").Val(); v != "x" {
		t.Errorf("the other's key is %q", v)
	}
}

// everything dumps all keys of a server.
func everything(t *testing.T, c *redis.Client) string {
	t.Helper()
	keys, err := c.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, k := range keys {
		all[k] = c.Dump(t.Context(), k).Val()
	}
	return fmt.Sprintf("%q", all)
}

// TestTheDocumentedRightsAreEnough gives the service's user in Redis the rights
// that docs/schalen.md names, and no more.
func TestTheDocumentedRightsAreEnough(t *testing.T) {
	doc, err := os.ReadFile("../../docs/schalen.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rights, found := strings.Cut(string(doc), "`~wegwijzer:*")
	rights, _, ended := strings.Cut(rights, "`")
	if !found || !ended {
		t.Fatal("the page names no rights")
	}
	server := redisd.Start(t)
	setuser := []any{"ACL", "SETUSER", "wegwijzer", "on", ">geheim", "~wegwijzer:*"}
	for _, r := range strings.Fields(rights) {
		setuser = append(setuser, r)
	}
	if err := raw(t, server).Do(t.Context(), setuser...).Err(); err != nil {
		t.Fatal(err)
	}
	o := redisOptions(strings.Replace(server.URL(), "redis://", "redis://wegwijzer:geheim@", 1))
	for _, body := range []func(*testing.T, full){keptWhole, addresses, caseLists, deliveries, documents, erasingAll} {
		if err := raw(t, server).FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		s := openRedis(t, o)
		body(t, s)
		s.tell("a")
		if s.untold.Load() {
			t.Error("the other nodes can't be told of news")
		}
		if _, err := s.client.Subscribe(t.Context(), redisWake).Receive(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.client.BgRewriteAOF(t.Context()).Err(); redis.HasErrorPrefix(err, "NOPERM") {
			t.Error(err)
		}
	}
	refused, err := raw(t, server).ACLLog(t.Context(), 100).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refused {
		t.Errorf("Redis refused %q of %s for its %s", r.Object, r.Username, r.Reason)
	}
}

// TestAnEmptiedRedisIsNotReady: a Redis that comes back without its data isn't
// quietly filled anew.
func TestAnEmptiedRedisIsNotReady(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	s.lookAgain()
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := raw(t, server).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	s.lookAgain()
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "came back without its data") {
		t.Errorf("got %v, want that the data is gone", err)
	}
}

// TestASettingThatChangesIsSeen: someone turns everysec on while we run.
func TestASettingThatChangesIsSeen(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	c := raw(t, server)
	for _, step := range []struct {
		value string
		ready bool
	}{{"everysec", false}, {"always", true}} {
		if err := c.ConfigSet(t.Context(), "appendfsync", step.value).Err(); err != nil {
			t.Fatal(err)
		}
		s.lookAgain()
		if err := s.Ready(t.Context()); (err == nil) != step.ready {
			t.Errorf("with %s: %v", step.value, err)
		}
	}
}

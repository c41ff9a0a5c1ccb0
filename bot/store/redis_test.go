package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// quiet is a log that no test reads.
func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func redisOptions(url string) RedisOptions {
	k := Key{1, 2, 3}
	return RedisOptions{URL: url, Key: &k, Log: quiet()}
}

func openRedis(t *testing.T, o RedisOptions) *Redis {
	t.Helper()
	s, err := OpenRedis(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw is a client beside the store, as another program would be.
func raw(t *testing.T, r *redisd.Server) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: r.Addr})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestRedisConforms gives each case of the contract an empty database of one
// server.
func TestRedisConforms(t *testing.T) {
	server := redisd.Start(t)
	c := raw(t, server)
	conform(t, func(t *testing.T) full {
		t.Helper()
		if err := c.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return openRedis(t, redisOptions(server.URL()))
	})
}

func TestWordsAreNotReadableInRedisOrItsFiles(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	c := conversation("a")
	c.Channel, c.Address = bot.ChannelTelegram, marker
	must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{say(bot.FromResident, marker), say(bot.FromBot, marker)}})
	if _, err := s.PutDocument(t.Context(), bot.Document{Kind: "account", ID: "x", Body: []byte(marker)}); err != nil {
		t.Fatal(err)
	}
	files, err := server.Files()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(files, []byte(marker)) {
		t.Error("the words stand in Redis' files in the clear")
	}
	// The test must be able to fail: what is written in the clear is found.
	if err := raw(t, server).Set(t.Context(), "bewijs", marker, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if files, err = server.Files(); err != nil || !bytes.Contains(files, []byte(marker)) {
		t.Errorf("the search doesn't find what is there: %v", err)
	}
}

// TestErasingReachesTheAppendOnlyFile looks for the wrapped key, with which
// and store.key the words could be read, in Redis' files.
func TestErasingReachesTheAppendOnlyFile(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	tel := conversation("a")
	tel.Channel, tel.Address = bot.ChannelTelegram, "bot:7"
	c := opened(t, s, withCase(tel, "assigned", "fatima", start))
	must(t, s, &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour), Deliver: true, Quarantine: &bot.Quarantine{Seq: 2, Reason: "x"},
		Messages: []bot.Message{say(bot.FromResident, "geheim"), say(bot.FromBot, "ja")}})
	db := raw(t, server)
	wrapped, err := db.Get(t.Context(), namesOf("a").key()).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if files, err := server.Files(); err != nil || !bytes.Contains(files, wrapped) {
		t.Fatalf("the key isn't found before: %v", err)
	}
	if _, err := s.Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	left, err := db.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range left {
		if !strings.HasSuffix(k, ":erasures") && !strings.HasSuffix(k, ":counter") && k != redisMeta && !strings.HasPrefix(k, redisNode) {
			t.Errorf("after the erasing there is %s", k)
		}
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		files, err := server.Files()
		if err == nil && !bytes.Contains(files, wrapped) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the key still stands in Redis' files: %v", err)
		}
	}
}

// TestAnErasedConversationIsGoneOnTheOtherNode: its key is remembered there.
func TestAnErasedConversationIsGoneOnTheOtherNode(t *testing.T) {
	server := redisd.Start(t)
	one, two := openRedis(t, redisOptions(server.URL())), openRedis(t, redisOptions(server.URL()))
	opened(t, one, conversation("a"))
	c := loaded(t, two, "a")
	if _, err := one.Erase(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Messages(t.Context(), "a", 0, 0); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("messages: %v", err)
	}
	if _, err := two.Commit(t.Context(), &bot.Commit{Conversation: c}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a turn that was under way: %v", err)
	}
	if _, err := two.Commit(t.Context(), &bot.Commit{Conversation: conversation("a")}); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("making it anew: %v", err)
	}
}

func TestTheVeryScriptTwiceHasOneEffect(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	for _, key := range []string{"", "sleutel"} {
		t.Run("with key "+key, func(t *testing.T) {
			id := bot.ConversationID("c" + key)
			c := conversation(string(id))
			c.LastSeq, c.Version = 1, 1
			turn := &redisTurn{s: s, names: namesOf(id), commit: nonce(), c: &bot.Commit{
				Conversation: c, Key: key, KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: 1}, Deliver: true,
				Messages: []bot.Message{{Seq: 1, From: bot.FromBot, Text: "een", At: start}},
			}}
			turn.cipher, turn.wrapped = s.keys.fresh(id)
			for i := range 3 { // as the client does after a cut
				r, err := turn.keep(t.Context())
				if err != nil || r.Seq != 1 || r.Repeat {
					t.Fatalf("time %d: %+v, %v", i+1, r, err)
				}
			}
			if got := texts(t, s, id, 0); len(got) != 1 {
				t.Errorf("messages %q, want one", got)
			}
			if n := raw(t, server).LLen(t.Context(), turn.names.out()).Val(); n != 1 {
				t.Errorf("%d deliveries, want one", n)
			}
			// The same again after another turn: it is still known.
			later := loaded(t, s, id)
			must(t, s, &bot.Commit{Conversation: later, Messages: []bot.Message{say(bot.FromBot, "twee")}})
			if r, err := turn.keep(t.Context()); err != nil || r.Seq != 1 {
				t.Errorf("after another turn: %+v, %v", r, err)
			}
			if got := texts(t, s, id, 0); len(got) != 2 {
				t.Errorf("messages %q, want two", got)
			}
		})
	}
}

// TestAClaimWithoutAConversationIsTakenOver: a process died between the claim
// and the commit; its commit comes late.
func TestAClaimWithoutAConversationIsTakenOver(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	dead := conversation("dood")
	dead.Channel, dead.Address = bot.ChannelTelegram, "bot:42"
	address := s.addressOf(dead.Channel, dead.Address)
	late := &redisTurn{s: s, names: namesOf("dood"), commit: nonce(), address: address, c: &bot.Commit{Conversation: dead}}
	late.cipher, late.wrapped = s.keys.fresh("dood")
	if err := s.claim(t.Context(), address, "dood", late.commit); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:42"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a claim alone is found: %v", err)
	}
	c := conversation("levend")
	c.Channel, c.Address = bot.ChannelTelegram, "bot:42"
	must(t, s, &bot.Commit{Conversation: c})
	if _, err := late.keep(t.Context()); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("the late commit: got %v, want a conflict", err)
	}
	if id, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:42"); err != nil || id != "levend" {
		t.Errorf("found %q, %v", id, err)
	}
}

// TestAFailedOpeningLetsItsAddressGo: the next one needn't wait for it.
func TestAFailedOpeningLetsItsAddressGo(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	opened(t, s, conversation("a"))
	twin := conversation("a")
	twin.Channel, twin.Address = bot.ChannelTelegram, "bot:1"
	if _, err := s.Commit(t.Context(), &bot.Commit{Conversation: twin}); !errors.Is(err, bot.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if _, err := s.Find(t.Context(), bot.ChannelTelegram, "bot:1"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the address is found: %v", err)
	}
	if n := raw(t, server).Exists(t.Context(), addressKey(s.addressOf(bot.ChannelTelegram, "bot:1"))).Val(); n != 0 {
		t.Error("the claim was left")
	}
}

func TestSwappedRecordsInRedisAreNoticed(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	c := opened(t, s, conversation("a"))
	must(t, s, &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, "twee")}})
	db := raw(t, server)
	first := db.LIndex(t.Context(), namesOf("a").messages(), 0).Val()
	if err := db.LSet(t.Context(), namesOf("a").messages(), 1, first).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Messages(t.Context(), "a", 0, 0); !errors.Is(err, errSeal) {
		t.Errorf("got %v, want the seal to be broken", err)
	}
}

func TestWhenRedisIsDownTheStoreSaysUnavailable(t *testing.T) {
	server := redisd.Start(t)
	s := openRedis(t, redisOptions(server.URL()))
	c := opened(t, s, conversation("a"))
	server.Kill()
	_, load := s.Load(t.Context(), "a")
	_, commit := s.Commit(t.Context(), &bot.Commit{Conversation: c})
	_, document := s.PutDocument(t.Context(), bot.Document{Kind: "a", ID: "b"})
	for name, err := range map[string]error{"load": load, "commit": commit, "document": document, "ready": s.Ready(t.Context())} {
		if !errors.Is(err, bot.ErrUnavailable) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := errors.Join(server.Repair(), server.Start()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("after Redis is back: %v", err)
	}
	if got := texts(t, s, "a", 0); len(got) != 1 {
		t.Errorf("messages %q", got)
	}
}

// TestNodesWakeEachOther: news of one is heard on the other, and after a cut
// the other is told to look at everything.
func TestNodesWakeEachOther(t *testing.T) {
	server := redisd.Start(t)
	one, two := openRedis(t, redisOptions(server.URL())), openRedis(t, redisOptions(server.URL()))
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan bot.ConversationID, 100)
	ended := make(chan error, 1)
	go func() { ended <- two.Subscribe(ctx, func(id bot.ConversationID) { heard <- id }) }()
	hear := func(want bot.ConversationID) {
		t.Helper()
		select {
		case id := <-heard:
			if id != want {
				t.Fatalf("heard %q, want %q", id, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%q was not heard", want)
		}
	}
	hear("") // it began to listen
	one.Publish(ctx, "a")
	hear("a")
	if err := raw(t, server).ClientKillByFilter(ctx, "TYPE", "pubsub").Err(); err != nil {
		t.Fatal(err)
	}
	hear("")
	one.untold.Store(true) // more than it could tell
	hear("")
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

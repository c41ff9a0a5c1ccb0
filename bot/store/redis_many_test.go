package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// TestRedisClusterConforms: the same contract on three masters, so that no
// script reaches outside its slot.
func TestRedisClusterConforms(t *testing.T) {
	servers := redisd.StartCluster(t)
	o := redisOptions(servers[0].URL() + "?cluster=true&addr=" + servers[1].Addr)
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{servers[0].Addr}})
	t.Cleanup(func() { _ = c.Close() })
	for end := time.Now().Add(20 * time.Second); c.Set(t.Context(), "klaar", "x", 0).Err() != nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the cluster doesn't take writes")
		}
	}
	conform(t, func(t *testing.T) full {
		t.Helper()
		err := c.ForEachMaster(t.Context(), func(ctx context.Context, c *redis.Client) error { return c.FlushAll(ctx).Err() })
		if err != nil {
			t.Fatal(err)
		}
		return openRedis(t, o)
	})
}

// replicated runs a master with a replica that follows it.
func replicated(t *testing.T) (master, replica *redisd.Server) {
	t.Helper()
	master = redisd.Start(t, "--repl-diskless-sync-delay", "0")
	host, port := master.HostPort()
	replica = redisd.Start(t, "--replicaof", host+" "+port)
	c := raw(t, master)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if n, err := c.Wait(t.Context(), 1, 100*time.Millisecond).Result(); err == nil && n == 1 {
			return master, replica
		}
		if time.Now().After(end) {
			t.Fatal("the replica doesn't follow")
		}
	}
}

// TestNothingIsAcknowledgedThatIsOnTheMasterAlone: while the replica stands
// still a turn isn't acknowledged, nor is its repeat; when it goes on, the
// sender's repeat is, and has had one effect.
func TestNothingIsAcknowledgedThatIsOnTheMasterAlone(t *testing.T) {
	master, replica := replicated(t)
	s := openRedis(t, redisOptions(master.URL()))
	if !s.waits() {
		t.Fatal("the replica wasn't seen")
	}
	opened(t, s, conversation("a"))
	commit := func() (bot.Receipt, error) {
		c := loaded(t, s, "a")
		return s.Commit(t.Context(), &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour),
			Receipt: bot.Receipt{Seq: 2}, Messages: []bot.Message{say(bot.FromResident, "hulp")}})
	}
	if err := replica.Pause(); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"a turn", "its repeat"} {
		if _, err := commit(); !errors.Is(err, bot.ErrUnavailable) || !errors.Is(err, errReplica) {
			t.Errorf("%s on the master alone: got %v, want that no replica confirmed", what, err)
		}
	}
	if err := replica.Resume(); err != nil {
		t.Fatal(err)
	}
	r, err := commit()
	if err != nil || !r.Repeat || r.Seq != 2 {
		t.Errorf("the repeat: %+v, %v", r, err)
	}
	if got := texts(t, s, "a", 0); len(got) != 2 {
		t.Errorf("messages %q, want two", got)
	}
}

// TestAPromotedReplicaHasAllThatWasAcknowledged kills the master in the middle
// of many turns and goes on with the replica.
func TestAPromotedReplicaHasAllThatWasAcknowledged(t *testing.T) {
	master, replica := replicated(t)
	s := openRedis(t, redisOptions(master.URL()))
	const people = 8
	for i := range people {
		opened(t, s, conversation(fmt.Sprint("c", i)))
	}
	acknowledged := make(chan [2]int, people)
	for i := range people {
		go func() {
			n := 0
			defer func() { acknowledged <- [2]int{i, n} }()
			for {
				id := bot.ConversationID(fmt.Sprint("c", i))
				c, err := s.Load(context.Background(), id)
				if err != nil {
					return
				}
				_, err = s.Commit(context.Background(), &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromResident, fmt.Sprint("bericht ", n+1))}})
				if err != nil {
					return
				}
				n++
			}
		}()
	}
	time.Sleep(500 * time.Millisecond)
	master.Kill()
	if err := raw(t, replica).ReplicaOf(t.Context(), "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	after := openRedis(t, redisOptions(replica.URL()))
	total := 0
	for range people {
		a := <-acknowledged
		total += a[1]
		got := texts(t, after, bot.ConversationID(fmt.Sprint("c", a[0])), 1)
		if len(got) < a[1] {
			t.Errorf("conversation %d: %d acknowledged, the promoted replica has %d", a[0], a[1], len(got))
		}
		for n, text := range got {
			if want := fmt.Sprintf("%d bericht %d", n+2, n+1); text != want {
				t.Errorf("conversation %d: %q, want %q", a[0], text, want)
			}
		}
	}
	if total < people {
		t.Errorf("only %d turns were acknowledged: the test shows too little", total)
	}
}

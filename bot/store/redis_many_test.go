package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// TestRedisClusterConforms: the same contract on three masters, so that no
// script reaches outside its slot.
func TestRedisClusterConforms(t *testing.T) {
	servers := redisd.StartCluster(t, 0)
	o, c := clustered(t, servers)
	conform(t, func(t *testing.T) full {
		t.Helper()
		err := c.ForEachMaster(t.Context(), func(ctx context.Context, c *redis.Client) error { return c.FlushAll(ctx).Err() })
		if err != nil {
			t.Fatal(err)
		}
		return openRedis(t, o)
	})
}

// clustered gives the settings for a cluster that takes writes, and a client
// beside the store.
func clustered(t *testing.T, servers []*redisd.Server) (RedisOptions, *redis.ClusterClient) {
	t.Helper()
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{servers[0].Addr}})
	t.Cleanup(func() { _ = c.Close() })
	eventually(t, "the cluster to take writes", func() bool { return c.Set(t.Context(), "klaar", "x", 0).Err() == nil })
	return redisOptions(servers[0].URL() + "?cluster=true&addr=" + servers[1].Addr + "&addr=" + servers[2].Addr), c
}

// TestAClusterThatLosesAMasterKeepsWhatWasAcknowledged kills a master under
// load; its replica takes over, and when the old one is back as a replica,
// everything is acknowledged again.
func TestAClusterThatLosesAMasterKeepsWhatWasAcknowledged(t *testing.T) {
	servers := redisd.StartCluster(t, 1)
	o, _ := clustered(t, servers)
	s := openRedis(t, o)
	if !s.waits() {
		t.Fatal("the replicas weren't seen")
	}
	const people = 12
	for i := range people {
		opened(t, s, conversation(fmt.Sprint("c", i)))
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	var counts [people]atomic.Int64
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			for n := 1; ctx.Err() == nil; n++ {
				for ctx.Err() == nil {
					if sayOnce(ctx, s, bot.ConversationID(fmt.Sprint("c", i)), n) == nil {
						counts[i].Store(int64(n))
						break
					}
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	sum := func() (n int64) {
		for i := range counts {
			n += counts[i].Load()
		}
		return n
	}
	eventually(t, "turns before the kill", func() bool { return sum() > 5*people })
	servers[1].Kill()
	eventually(t, "a replica to take over", func() bool { return masters(t, servers) == 3 })
	if err := errors.Join(servers[1].Repair(), servers[1].Start()); err != nil {
		t.Fatal(err)
	}
	// Everyone gets on again.
	var before [people]int64
	for i := range people {
		before[i] = counts[i].Load()
	}
	for i := range people {
		for counts[i].Load() <= before[i]+1 && ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
		}
	}
	if ctx.Err() != nil {
		t.Error("after the failover not everyone got on")
	}
	stop()
	wg.Wait()
	total := int64(0)
	for i := range people {
		acknowledged := counts[i].Load()
		total += acknowledged
		got := texts(t, s, bot.ConversationID(fmt.Sprint("c", i)), 1)
		if extra := int64(len(got)) - acknowledged; extra < 0 || extra > 1 {
			t.Errorf("conversation %d: %d acknowledged, %d kept", i, acknowledged, len(got))
		}
		for n, text := range got {
			if want := fmt.Sprintf("%d bericht %d", n+2, n+1); text != want {
				t.Errorf("conversation %d: %q, want %q", i, text, want)
			}
		}
	}
	t.Logf("%d messages acknowledged through a failover", total)
}

// sayOnce commits the n-th message, as a sender that repeats it under its key.
func sayOnce(ctx context.Context, s *Redis, id bot.ConversationID, n int) error {
	c, err := s.Load(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.Commit(ctx, &bot.Commit{Conversation: c, Key: fmt.Sprint("k", n), KeyUntil: time.Now().Add(time.Hour),
		Receipt: bot.Receipt{Seq: c.LastSeq + 1}, Messages: []bot.Message{say(bot.FromResident, fmt.Sprint("bericht ", n))}})
	return err
}

// masters counts the servers that run and are masters.
func masters(t *testing.T, servers []*redisd.Server) (n int) {
	t.Helper()
	for _, s := range servers {
		c := redis.NewClient(&redis.Options{Addr: s.Addr, DialerRetries: 1})
		info, err := c.Info(t.Context(), "replication").Result()
		if errors.Join(err, c.Close()) == nil && strings.Contains(info, "role:master") {
			n++
		}
	}
	return n
}

// eventually polls, with patience for a slow machine.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited a minute in vain for %s", what)
		}
	}
}

// replicated runs a master with a replica that follows it.
func replicated(t *testing.T) (master, replica *redisd.Server) {
	t.Helper()
	master = redisd.Start(t, "--repl-diskless-sync-delay", "0")
	host, port := master.HostPort()
	replica = redisd.Start(t, "--replicaof", host+" "+port)
	c := raw(t, master)
	eventually(t, "the replica to follow", func() bool {
		n, err := c.Wait(t.Context(), 1, 100*time.Millisecond).Result()
		return err == nil && n == 1
	})
	return master, replica
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
	other := openRedis(t, redisOptions(master.URL()))
	opened(t, s, conversation("a"))
	commit := func(s *Redis) (bot.Receipt, error) {
		c := loaded(t, s, "a")
		return s.Commit(t.Context(), &bot.Commit{Conversation: c, Key: "k", KeyUntil: time.Now().Add(time.Hour),
			Receipt: bot.Receipt{Seq: 2}, Messages: []bot.Message{say(bot.FromResident, "hulp")}})
	}
	if err := replica.Pause(); err != nil {
		t.Fatal(err)
	}
	for i, node := range []*Redis{s, other} {
		what := []string{"a turn", "its repeat on another node"}[i]
		if _, err := commit(node); !errors.Is(err, bot.ErrUnavailable) || !errors.Is(err, errReplica) {
			t.Errorf("%s on the master alone: got %v, want that no replica confirmed", what, err)
		}
	}
	if err := replica.Resume(); err != nil {
		t.Fatal(err)
	}
	r, err := commit(other)
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
	var turns atomic.Int64
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
				turns.Add(1)
			}
		}()
	}
	eventually(t, "turns before the kill", func() bool { return turns.Load() > 20*people })
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
	t.Logf("%d turns acknowledged, and all there after the promotion", total)
}

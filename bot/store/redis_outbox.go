package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// Partitions returns how many partitions there are.
func (s *Redis) Partitions() int { return Partitions }

// PartitionOf returns the one that a conversation is in.
func (s *Redis) PartitionOf(id bot.ConversationID) int { return partition(id) }

// Lease takes or keeps a partition; the epoch grows with each new owner.
func (s *Redis) Lease(ctx context.Context, part int, owner string) (epoch uint64, ok bool, err error) {
	at, err := s.run(ctx, "lease", []string{prefixOf(part) + "lease"}, owner, leaseTime.Milliseconds()).Int64()
	if err != nil || at < 0 {
		return 0, false, redisError(err)
	}
	return uint64(at), true, nil
}

// glance is a look at which partitions have deliveries at all. A sender asks
// for all 64 one by one, many times a second; nearly always nearly all are
// empty, and one look serves the whole round.
type glance struct {
	mu      sync.Mutex
	at      time.Time
	waiting [Partitions]bool
	stale   atomic.Bool // this node wrote deliveries since
}

// glanceTime is how long a look is good for; what other nodes wrote meanwhile
// is seen at the sender's next round.
const glanceTime = 5 * time.Millisecond

// anyWaiting says whether a partition has deliveries, due or not.
func (s *Redis) anyWaiting(ctx context.Context, part int) (bool, error) {
	g := &s.glance
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stale.Swap(false) || time.Since(g.at) > glanceTime {
		pipe := s.client.Pipeline()
		var replies [Partitions]*redis.IntCmd
		for p := range replies {
			replies[p] = pipe.ZCard(ctx, prefixOf(p)+"outbox")
		}
		if _, err := pipe.Exec(ctx); err != nil {
			g.stale.Store(true)
			return false, redisError(err)
		}
		for p, r := range replies {
			g.waiting[p] = r.Val() > 0
		}
		g.at = time.Now()
	}
	return g.waiting[part], nil
}

// Due returns the oldest waiting delivery of each conversation, when its time
// has come.
func (s *Redis) Due(ctx context.Context, part, limit int) ([]bot.Delivery, error) {
	if waiting, err := s.anyWaiting(ctx, part); err != nil || !waiting {
		return nil, err
	}
	prefix := prefixOf(part)
	answer, err := s.scripts["due"].Run(ctx, s.client, []string{prefix + "outbox"}, prefix+"out:", limit).StringSlice()
	if err != nil {
		return nil, redisError(err)
	}
	var list []bot.Delivery
	for i := 0; i+2 < len(answer); i += 3 {
		d, err := deliveryFrom(answer[i+1], answer[i+2])
		if err != nil {
			return nil, err
		}
		d.Conversation = bot.ConversationID(answer[i])
		list = append(list, d)
	}
	return list, nil
}

// deliveryFrom reads a record "number seq channel attempts".
func deliveryFrom(record, due string) (bot.Delivery, error) {
	f := strings.Fields(record)
	if len(f) != 4 {
		return bot.Delivery{}, fmt.Errorf("a delivery of %d fields", len(f))
	}
	var n [3]int64
	for i, text := range []string{f[0], f[1], f[3]} {
		var err error
		if n[i], err = strconv.ParseInt(text, 10, 64); err != nil {
			return bot.Delivery{}, fmt.Errorf("a delivery: %w", err)
		}
	}
	ms, err := strconv.ParseFloat(due, 64)
	if err != nil {
		return bot.Delivery{}, fmt.Errorf("a delivery: %w", err)
	}
	return bot.Delivery{
		ID: n[0], Seq: bot.Seq(n[1]), Channel: bot.Channel(f[2]), // #nosec G115 -- seqs are small
		Attempts: int(n[2]), Due: time.UnixMilli(int64(ms)).UTC(),
	}, nil
}

// Settle records what became of a delivery, under the lease it was taken with.
func (s *Redis) Settle(ctx context.Context, part int, epoch uint64, d bot.Delivery, o bot.Settlement) error {
	prefix := prefixOf(part)
	n := names{prefix, string(d.Conversation)}
	outcome := "failed"
	switch {
	case o.Sent:
		outcome = "sent"
	case o.Retry:
		outcome = "retry"
	}
	held, err := s.run(ctx, "settle", []string{prefix + "lease", prefix + "outbox", n.out(), n.failed(), prefix + "fence"},
		epoch, n.id, d.ID, d.Attempts, outcome, o.Due, o.Reason, flag(s.waits())).Bool()
	if err == nil && !held {
		return bot.ErrConflict
	}
	return redisError(err)
}

// DueTimers returns conversations whose timer has gone off, the earliest
// first.
func (s *Redis) DueTimers(ctx context.Context, part int, now time.Time, limit int) ([]bot.ConversationID, error) {
	ids, err := s.client.ZRangeByScore(ctx, prefixOf(part)+"timers", &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.UnixMilli(), 10), Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, redisError(err)
	}
	list := make([]bot.ConversationID, len(ids))
	for i, id := range ids {
		list[i] = bot.ConversationID(id)
	}
	return list, nil
}

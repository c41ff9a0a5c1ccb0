package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// Erase destroys a conversation, its key with it, and says what it looked at.
// Old values stay in Redis' append-only file until that is written anew: that
// is asked for, once for many erasings. Erasing again, or what never was, is
// ErrNotFound.
func (s *Redis) Erase(ctx context.Context, id bot.ConversationID) ([]string, error) {
	n := namesOf(id)
	var report []string
	address, err := s.client.HGet(ctx, n.head(), "address").Result()
	if err != nil {
		return nil, redisError(err)
	}
	// Before anything is gone: what is on the list will be gone, also from a
	// copy that is put back.
	if err := s.journal.add(Erasure{id, time.Now()}); err != nil {
		s.log.Error("an erasure isn't on this node's list", "conversation", id, "err", err)
		report = append(report, "list of erasures of this node: could not be written, see the log")
	} else if s.journal.path != "" {
		report = append(report, "list of erasures of this node: added")
	}
	if address != "" {
		// First: while the conversation is there, this can be tried again.
		if err := s.run(ctx, "release", []string{addressKey(address)}, n.id+" ").Err(); err != nil {
			return nil, redisError(err)
		}
		report = append(report, "redis, address: claim erased")
	}
	s.keys.forget(id)
	counts, err := s.run(ctx, "erase", []string{
		n.head(), n.messages(), n.key(), n.shared("outbox"), n.out(), n.keys(),
		n.quarantine(), n.failed(), n.shared("load"), n.shared("erasures"), n.shared("timers"),
	}, n.prefix, n.id, nonce(), time.Now().UnixMilli()).Int64Slice()
	switch {
	case err != nil:
		return report, redisError(err)
	case counts[0] == 0:
		return nil, bot.ErrNotFound
	}
	report = append(report, fmt.Sprintf("redis, key: %d destroyed", counts[1]), "redis, conversation, timers and lists of cases: erased")
	for i, what := range []string{"messages", "deliveries", "failed deliveries", "keys of messages", "quarantine"} {
		report = append(report, fmt.Sprintf("redis, %s: %d erased", what, counts[i+2]))
	}
	select {
	case s.rewrite <- struct{}{}:
	default: // one is asked for already and hasn't begun
	}
	return append(report, "redis, append-only file: asked to be written anew, without them"), nil
}

// rewriter has the append-only files written anew after erasings.
func (s *Redis) rewriter() {
	for {
		select {
		case <-s.rewrite:
			s.rewriteFiles()
		case <-s.stop:
			select {
			case <-s.rewrite:
				s.rewriteFiles()
			default:
			}
			return
		}
	}
}

// rewritePause is the time between two tries. A rewrite that runs already may
// have begun before the erasing: it is asked again until one was begun after.
const rewritePause = time.Second

func (s *Redis) rewriteFiles() {
	tries := 600
	for {
		ctx, cancel := context.WithTimeout(context.Background(), redisTimeout)
		err := s.masters(ctx, func(ctx context.Context, c *redis.Client) error { return c.BgRewriteAOF(ctx).Err() })
		cancel()
		if err == nil {
			return
		}
		select {
		case <-s.stop:
			tries = min(tries, 3) // don't hold up a stop
			time.Sleep(rewritePause / 4)
		case <-time.After(rewritePause):
		}
		if tries--; tries <= 0 {
			s.log.Error("the append-only file could not be written anew after an erasing: do BGREWRITEAOF by hand", "redis", s.where, "err", err)
			return
		}
	}
}

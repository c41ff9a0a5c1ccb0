package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// addressOf is what is kept of an address: a keyed hash.
func (s *Redis) addressOf(ch bot.Channel, address string) string {
	return addressWith(s.master, ch, address)
}

// addressKey is where the claim on an address stands. It has a partition of
// its own, for it must be found without knowing the conversation.
func addressKey(address string) string {
	return prefixOf(partition(bot.ConversationID(address))) + "address:" + address
}

// How long a claim without a conversation is waited for, and how long a
// barred commit stays barred: longer than any request lives.
const (
	claimPatience = 2 * time.Second
	claimPoll     = 20 * time.Millisecond
	barTime       = time.Hour
)

// claim takes an address for a conversation that is about to be made in
// another partition. The claim names the commit; whoever finds an address
// claimed for a conversation that doesn't come bars that commit first, so that
// never two conversations have one address. ErrConflict when it is taken.
func (s *Redis) claim(ctx context.Context, address string, id bot.ConversationID, commit string) error {
	mine := string(id) + " " + commit
	since, before := time.Now(), ""
	for {
		held, err := s.run(ctx, "claim", []string{addressKey(address)}, mine, before).Text()
		if err != nil {
			return redisError(err)
		}
		if held == "" {
			return nil
		}
		// Asked once: a claim is replaced only when this very round barred it.
		late := time.Since(since) > claimPatience
		there, err := s.claimant(ctx, address, held, late)
		if err != nil {
			return err
		}
		if there {
			return bot.ErrConflict
		}
		if late {
			before = held
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", bot.ErrUnavailable, ctx.Err())
		case <-time.After(claimPoll):
		}
	}
}

// claimant says whether the conversation of a claim is there with that
// address; bar has the commit of one that isn't fail for ever.
func (s *Redis) claimant(ctx context.Context, address, claim string, bar bool) (bool, error) {
	id, commit, _ := strings.Cut(claim, " ")
	n := namesOf(bot.ConversationID(id))
	if !bar {
		has, err := s.client.HGet(ctx, n.head(), "address").Result()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		return has == address, redisError(err)
	}
	there, err := s.run(ctx, "bar", []string{n.head(), n.bar(commit)}, address, barTime.Milliseconds()).Bool()
	return there, redisError(err)
}

// letGo releases the claim of a commit that failed, unless it was kept after
// all: a cut connection hides that. When this fails too, the next who wants
// the address takes it.
func (s *Redis) letGo(ctx context.Context, address string, id bot.ConversationID, commit string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisTimeout)
	defer cancel()
	mine := string(id) + " " + commit
	there, err := s.claimant(ctx, address, mine, true)
	if err == nil && !there {
		err = s.run(ctx, "release", []string{addressKey(address)}, mine).Err()
	}
	if err != nil {
		s.log.Warn("release an address", "conversation", id, "err", err)
	}
}

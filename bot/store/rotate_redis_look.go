package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// look opens every conversation and message with the new key alone.
func (r *redisRotation) look(ctx context.Context) error {
	return r.each(ctx, func(ctx context.Context, id bot.ConversationID) error {
		wrapped, head, err := r.read(ctx, id)
		if err != nil {
			return err
		}
		if wrapped == nil {
			r.count(Rotated{Conversations: 1, Keyless: 1})
			return nil
		}
		a, err := unwrap(r.next, id, wrapped)
		if err != nil {
			return err
		}
		c, err := openHead(a, id, head)
		if err != nil {
			return err
		}
		if c.Address != "" {
			claim, err := r.s.client.Get(ctx, addressKey(addressWith(r.next, c.Channel, c.Address))).Result()
			if errors.Is(err, redis.Nil) || err == nil && !strings.HasPrefix(claim, string(id)+" ") {
				return errors.New("it can't be found by its address")
			}
			if err != nil {
				return redisError(err)
			}
		}
		records, err := r.s.client.LRange(ctx, namesOf(id).messages(), 0, -1).Result()
		if err != nil {
			return redisError(err)
		}
		for i, record := range records {
			if _, err := openRecord(a, id, bot.Seq(i)+1, []byte(record)); err != nil { // #nosec G115 -- seqs are small
				return fmt.Errorf("message %d: %w", i+1, err)
			}
		}
		r.count(Rotated{Conversations: 1, Messages: len(records)})
		return nil
	})
}

func (r *redisRotation) count(n Rotated) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n.Conversations += n.Conversations
	r.n.Messages += n.Messages
	r.n.Keyless += n.Keyless
}

// lookAtDocuments opens every document with the new key alone.
func (r *redisRotation) lookAtDocuments(ctx context.Context) error {
	return r.documents(ctx, func(_ []string, d bot.Document, sealed []byte) error {
		r.n.Documents++
		return (cipherDocs{aead(r.next)}).open(&d, sealed)
	})
}

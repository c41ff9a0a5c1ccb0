package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// RotateRedis seals everything in Redis that o.Key sealed with next, as
// RotateEmbedded does: first it changes all, then it opens every conversation,
// message and document with the new key alone, and only then the store is
// next's. No node may run: the change is refused while one does, and a node
// refuses to start while it lasts. After a kill the same call goes on. told is
// called now and then with how many conversations of how many were done; it
// may be nil.
func RotateRedis(ctx context.Context, o RedisOptions, next Key, told func(done, all int)) (n Rotated, err error) {
	o.alone = true
	s, err := OpenRedis(ctx, o)
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r := &redisRotation{s: s, next: next, told: told, n: &n}
	if err := r.begin(ctx); err != nil {
		return n, err
	}
	for _, step := range []func(context.Context) error{r.rekey, r.redocument, r.look, r.lookAtDocuments} {
		if err := step(ctx); err != nil {
			return n, err
		}
	}
	_, err = r.step(ctx, "end")
	select { // what the old key wrapped still stands in the append-only file
	case s.rewrite <- struct{}{}:
	default:
	}
	return n, err
}

type redisRotation struct {
	s    *Redis
	next Key
	told func(done, all int)
	n    *Rotated
	mu   sync.Mutex // of n, done and told
	done int
	ids  []bot.ConversationID
}

// step runs rotate.lua and turns its answers into errors.
func (r *redisRotation) step(ctx context.Context, what string) (string, error) {
	answer, err := r.s.run(ctx, "rotate", []string{redisMeta}, r.s.mark(), keyMark(r.next), what).Text()
	switch {
	case err != nil:
		return "", redisError(err)
	case answer == "done" && what == "begin":
		return "", errors.New("the store has this key already")
	case answer == "other":
		return "", errOtherKey
	case answer == "busy":
		return "", errors.New("a change to another new key was cut short: finish that one first, with the same --new-key")
	}
	return answer, nil
}

// begin bars the door first and then looks who is inside: a node that starts
// meanwhile registers first and then looks at the door, so that one of both
// sees the other.
func (r *redisRotation) begin(ctx context.Context) error {
	answer, err := r.step(ctx, "begin")
	if err != nil {
		return err
	}
	nodes, err := r.s.nodes(ctx)
	if err == nil && nodes > 0 {
		err = fmt.Errorf("%d services or commands use this Redis: stop them all, and wait half a minute when one was killed", nodes)
	}
	if err == nil {
		r.ids, err = r.s.conversations(ctx)
	}
	if err != nil && answer == "begun" {
		_, undo := r.step(ctx, "undo")
		err = errors.Join(err, undo)
	}
	return err
}

// rotateWorkers share one fsync of Redis.
const rotateWorkers = 32

// each calls f for every conversation, many at once, until one fails.
func (r *redisRotation) each(ctx context.Context, f func(context.Context, bot.ConversationID) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan bot.ConversationID)
	var wg sync.WaitGroup
	for range rotateWorkers {
		wg.Go(func() {
			for id := range work {
				if err := f(ctx, id); err != nil {
					cancel(fmt.Errorf("conversation %s: %w", id, err))
				}
				r.tell()
			}
		})
	}
	for _, id := range r.ids {
		if ctx.Err() != nil {
			break
		}
		work <- id
	}
	close(work)
	wg.Wait()
	return context.Cause(ctx)
}

func (r *redisRotation) tell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if r.told != nil {
		r.told(r.done, 2*len(r.ids))
	}
}

// rekey wraps each conversation's key with the new one and makes its address
// findable under it.
func (r *redisRotation) rekey(ctx context.Context) error {
	return r.each(ctx, func(ctx context.Context, id bot.ConversationID) error {
		wrapped, head, err := r.read(ctx, id)
		if err != nil || wrapped == nil {
			return err
		}
		place := "key " + string(id)
		plain, err := unseal(aead(r.next), place, wrapped)
		fresh := err == nil
		if !fresh {
			if plain, err = unseal(aead(r.s.master), place, wrapped); err != nil {
				return err
			}
		}
		c, err := openHead(aead(Key(plain)), id, head)
		if err != nil {
			return err
		}
		now := wrapped
		if !fresh {
			now = seal(aead(r.next), place, plain)
		}
		return r.move(ctx, c, wrapped, now)
	})
}

// read reads a conversation's wrapped key and its head. Without a key it can't
// be read by anybody: nil.
func (r *redisRotation) read(ctx context.Context, id bot.ConversationID) (wrapped, head []byte, err error) {
	n := namesOf(id)
	pipe := r.s.client.Pipeline()
	key, at := pipe.Get(ctx, n.key()), pipe.HGet(ctx, n.head(), "head")
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, nil, redisError(err)
	}
	if key.Err() != nil {
		return nil, nil, nil
	}
	return []byte(key.Val()), []byte(at.Val()), redisError(at.Err())
}

// move puts the new claim on the address first, then the key and the address
// of the conversation, and lets the old claim go last.
func (r *redisRotation) move(ctx context.Context, c *bot.Conversation, before, now []byte) error {
	n := namesOf(c.ID)
	address, old := "", ""
	if c.Address != "" {
		address, old = addressWith(r.next, c.Channel, c.Address), r.s.addressOf(c.Channel, c.Address)
		mine := string(c.ID) + " rotate"
		held, err := r.s.run(ctx, "claim", []string{addressKey(address)}, mine, "").Text()
		if err != nil {
			return redisError(err)
		}
		if held != "" {
			return fmt.Errorf("its address is another's: %q", held)
		}
	}
	kept, err := r.s.run(ctx, "rekey", []string{n.key(), n.head(), n.shared("fence")}, before, now, address, flag(r.s.waits())).Bool()
	if err != nil {
		return redisError(err)
	}
	if !kept {
		return errors.New("it was changed meanwhile")
	}
	if old == "" {
		return nil
	}
	return redisError(r.s.run(ctx, "release", []string{addressKey(old)}, string(c.ID)+" ").Err())
}

// redocument seals every document with the new key.
func (r *redisRotation) redocument(ctx context.Context) error {
	return r.documents(ctx, func(keys []string, d bot.Document, sealed []byte) error {
		if (cipherDocs{aead(r.next)}).open(&d, sealed) == nil {
			return nil
		}
		if err := r.s.docs.open(&d, sealed); err != nil {
			return err
		}
		kept, err := r.s.run(ctx, "redocument", keys[1:], d.ID, sealed, cipherDocs{aead(r.next)}.seal(d), flag(r.s.waits())).Bool()
		if err == nil && !kept {
			err = errors.New("it was changed meanwhile")
		}
		return err
	})
}

// documents calls f for every document of every kind.
func (r *redisRotation) documents(ctx context.Context, f func(keys []string, d bot.Document, sealed []byte) error) error {
	names, err := r.s.scan(ctx, redisPrefix+"{documents:*}:bodies")
	if err != nil {
		return err
	}
	for _, name := range names {
		kind := strings.TrimSuffix(strings.TrimPrefix(name, redisPrefix+"{documents:"), "}:bodies")
		bodies, err := r.s.client.HGetAll(ctx, name).Result()
		if err != nil {
			return redisError(err)
		}
		for id, sealed := range bodies {
			if err := f(documentKeys(kind), bot.Document{Kind: kind, ID: id}, []byte(sealed)); err != nil {
				return fmt.Errorf("document %s %s: %w", kind, id, redisError(err))
			}
		}
	}
	return nil
}

// addressWith is what is kept of an address under a key.
func addressWith(k Key, ch bot.Channel, address string) string {
	return base64.RawURLEncoding.EncodeToString(blind(k, "address", string(ch), address))
}

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// Every process that has the store open stands in Redis under a name of its
// own, and goes by itself when it is killed: a change of store.key must know
// that nobody uses the old one.
const (
	redisNode = redisPrefix + "node:"
	nodeLife  = 3 * watchEvery
)

// enter registers this process, and leaves again when the key is being
// changed.
func (s *Redis) enter(ctx context.Context) error {
	if err := s.stay(ctx); err != nil {
		return err
	}
	if err := s.checkRotating(ctx); err != nil {
		s.leave()
		return err
	}
	return nil
}

// stay says that this process is still here.
func (s *Redis) stay(ctx context.Context) error {
	return redisError(s.client.Set(ctx, redisNode+s.name, time.Now().Unix(), nodeLife).Err())
}

// leave says that it isn't any more. When that fails its name goes by itself.
func (s *Redis) leave() {
	if s.alone {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), redisTimeout)
	defer cancel()
	if err := s.client.Del(ctx, redisNode+s.name).Err(); err != nil {
		s.log.Debug("leave Redis", "err", err)
	}
}

// checkRotating says whether the key is being changed.
func (s *Redis) checkRotating(ctx context.Context) error {
	on, err := s.client.HExists(ctx, redisMeta, "rotating").Result()
	if err == nil && on {
		err = ErrHalfway
	}
	return err
}

// nodes counts the processes that have the store open.
func (s *Redis) nodes(ctx context.Context) (int, error) {
	list, err := s.scan(ctx, redisNode+"*")
	return len(list), err
}

// scan lists the names of all keys of a pattern, on all servers, each once.
func (s *Redis) scan(ctx context.Context, pattern string) ([]string, error) {
	var mu sync.Mutex
	seen := map[string]bool{}
	err := s.masters(ctx, func(ctx context.Context, c *redis.Client) error {
		keys := c.Scan(ctx, 0, pattern, 1000).Iterator()
		for keys.Next(ctx) {
			mu.Lock()
			seen[keys.Val()] = true
			mu.Unlock()
		}
		return keys.Err()
	})
	list := make([]string, 0, len(seen))
	for name := range seen {
		list = append(list, name)
	}
	return list, redisError(err)
}

// conversations lists all conversations. It reads every name in Redis: for
// work while the service stands still.
func (s *Redis) conversations(ctx context.Context) ([]bot.ConversationID, error) {
	names, err := s.scan(ctx, redisPrefix+"{p*}:conv:*")
	if err != nil {
		return nil, fmt.Errorf("list the conversations: %w", err)
	}
	list := make([]bot.ConversationID, 0, len(names))
	for _, name := range names {
		_, id, found := strings.Cut(name, "}:conv:")
		if !found {
			return nil, errors.New("list the conversations: a name of another kind")
		}
		list = append(list, bot.ConversationID(id))
	}
	return list, nil
}

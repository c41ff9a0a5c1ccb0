package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisFormat is the version of how we lay out data in Redis.
const redisFormat = 1

// demands are the settings without which Redis loses what it acknowledged.
func demands() []struct{ name, want, why string } {
	return []struct{ name, want, why string }{
		{"appendonly", "yes", "without it a crash loses everything since the last snapshot"},
		{"appendfsync", "always", "everysec loses acknowledged messages, at a mere kill of Redis too"},
		{"maxmemory-policy", "noeviction", "any other policy throws conversations away when memory is full"},
	}
}

// check looks whether this Redis can be ours, before anything is written.
func (s *Redis) check(ctx context.Context) error {
	if err := s.masters(ctx, func(ctx context.Context, c *redis.Client) error { return c.Ping(ctx).Err() }); err != nil {
		return err
	}
	if err := s.checkSettings(ctx); err != nil {
		if !s.lenient {
			return err
		}
		s.log.Warn("store.redis.accept_loss is on: messages that were acknowledged can be lost", "why", err)
	}
	if err := s.checkOwner(ctx); err != nil {
		return err
	}
	if err := s.countReplicas(ctx); err != nil || s.alone {
		return err
	}
	return s.enter(ctx)
}

// masters calls f for each server that takes writes.
func (s *Redis) masters(ctx context.Context, f func(context.Context, *redis.Client) error) error {
	switch c := s.client.(type) {
	case *redis.Client:
		return f(ctx, c)
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, f)
	}
	return fmt.Errorf("unknown client %T", s.client)
}

// checkSettings names each setting that loses messages, and how it is set.
func (s *Redis) checkSettings(ctx context.Context) error {
	var mu sync.Mutex
	var faults []error
	err := s.masters(ctx, func(ctx context.Context, c *redis.Client) error {
		for _, d := range demands() {
			got, err := c.ConfigGet(ctx, d.name).Result()
			var fault error
			switch {
			case err != nil && (redis.HasErrorPrefix(err, "NOPERM") || redis.HasErrorPrefix(err, "ERR")):
				fault = fmt.Errorf("setting %s can't be read (%w): allow CONFIG GET, or set store.redis.accept_loss = true if you know that it is %s", d.name, err, d.want)
			case err != nil:
				return err
			case got[d.name] != d.want:
				fault = fmt.Errorf("setting %s is %q and must be %q: %s. Put \"%s %s\" in redis.conf and restart Redis; only store.redis.accept_loss = true starts without it",
					d.name, got[d.name], d.want, d.why, d.name, d.want)
			}
			if fault != nil {
				mu.Lock()
				if !slices.ContainsFunc(faults, func(e error) bool { return e.Error() == fault.Error() }) {
					faults = append(faults, fault)
				}
				mu.Unlock()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(faults...)
}

const redisMeta = redisPrefix + "meta"

// errOthers says that our names are taken.
var errOthers = fmt.Errorf("it holds keys that begin with %q but aren't ours: use another Redis or another number behind the / in store.redis_url", redisPrefix)

// checkOwner refuses a Redis that is another's, of a newer program or of
// another key; an empty one becomes ours.
func (s *Redis) checkOwner(ctx context.Context) error {
	kind, err := s.client.Type(ctx, redisMeta).Result()
	switch {
	case err != nil:
		return err
	case kind == "none":
		taken, err := s.holdsOurNames(ctx)
		if err != nil {
			return err
		}
		if taken {
			// Another node may have made it ours just now.
			if n, err := s.client.Exists(ctx, redisMeta).Result(); err != nil || n == 0 {
				return errors.Join(errOthers, err)
			}
		}
	case kind != "hash":
		return errOthers
	}
	at, err := s.scripts["meta"].Run(ctx, s.client, []string{redisMeta}, redisFormat, s.mark(), Partitions).StringSlice()
	if err != nil {
		return fmt.Errorf("%w (%w)", errOthers, err)
	}
	format, err := strconv.Atoi(at[0])
	switch {
	case err != nil:
		return errOthers
	case format > redisFormat:
		return fmt.Errorf("the store has version %d, this program knows %d: use a newer program", format, redisFormat)
	case at[3] != "" && !s.alone:
		return ErrHalfway
	case at[1] != s.mark():
		return errors.New("it was written with another store.key")
	case at[2] != strconv.Itoa(Partitions):
		return fmt.Errorf("the store has %s partitions, this program %d", at[2], Partitions)
	}
	return nil
}

// checkMark looks whether this is still the Redis that was opened: one that
// lost its disk comes back empty, and must not be filled anew as if nothing had
// happened.
func (s *Redis) checkMark(ctx context.Context) error {
	mark, err := s.client.HGet(ctx, redisMeta, "key").Result()
	switch {
	case errors.Is(err, redis.Nil):
		return errors.New("the mark of our data is gone: Redis was emptied or came back without its data")
	case err != nil:
		return err
	case mark != s.mark():
		return errors.New("the data was replaced by another store.key's")
	case s.alone:
		return nil
	}
	if err := s.checkRotating(ctx); err != nil {
		return err
	}
	return s.stay(ctx)
}

// mark is kept of store.key to know it again.
func (s *Redis) mark() string { return keyMark(s.master) }

// holdsOurNames looks for any key that begins like ours.
func (s *Redis) holdsOurNames(ctx context.Context) (bool, error) {
	var mu sync.Mutex
	found := false
	err := s.masters(ctx, func(ctx context.Context, c *redis.Client) error {
		keys := c.Scan(ctx, 0, redisPrefix+"*", 1000).Iterator()
		if keys.Next(ctx) {
			mu.Lock()
			found = true
			mu.Unlock()
		}
		return keys.Err()
	})
	return found, err
}

// countReplicas looks whether there are replicas to wait for. Once there were,
// there must be: a master that lost them may be one that was replaced.
func (s *Redis) countReplicas(ctx context.Context) error {
	return s.masters(ctx, func(ctx context.Context, c *redis.Client) error {
		info, err := c.Info(ctx, "replication").Result()
		if err != nil {
			return err
		}
		for line := range strings.SplitSeq(info, "\r\n") {
			if n, ok := strings.CutPrefix(line, "connected_slaves:"); ok && n != "0" && !s.replicated.Swap(true) {
				s.log.Info("Redis has replicas: each turn waits for one of them", "redis", s.where, "replicas", n)
			}
		}
		return nil
	})
}

// watch looks again from time to time: settings change while running, and
// after a failover another server answers.
func (s *Redis) watch() {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		s.lookAgain()
		if n%360 == 0 { // each hour
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			if err := s.takeOver(ctx); err != nil {
				s.log.Warn("keep the list of erasures", "err", err)
			}
			cancel()
		}
	}
}

func (s *Redis) lookAgain() {
	ctx, cancel := context.WithTimeout(context.Background(), watchEvery)
	defer cancel()
	err := errors.Join(s.checkMark(ctx), s.countReplicas(ctx), s.checkSettings(ctx))
	before := s.fault.Swap(&err)
	if err != nil && !s.lenient && (before == nil || *before == nil) {
		s.log.Error("Redis isn't as it must be", "redis", s.where, "err", err)
	}
}

// Ready says whether the store can take a write now and keeps it.
func (s *Redis) Ready(ctx context.Context) error {
	if err := s.fault.Load(); err != nil && *err != nil && !s.lenient {
		return fmt.Errorf("redis at %s: %w", s.where, *err)
	}
	return redisError(s.client.Set(ctx, redisPrefix+"ready", time.Now().Unix(), time.Hour).Err())
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// Backlog is what waits in a store.
type Backlog struct {
	// Waiting are the deliveries by channel; a channel without any is missing.
	Waiting map[bot.Channel]Waiting
	// LateTimers are those that should have gone off LateTimer ago.
	LateTimers int
}

// Waiting counts deliveries. Oldest is when the oldest message of them was
// said.
type Waiting struct {
	Deliveries int
	Oldest     time.Time
}

// LateTimer is after how long a timer that did not go off is late: they are
// looked at each second.
const LateTimer = time.Minute

func (b *Backlog) add(ch bot.Channel, n int, oldest time.Time) {
	if b.Waiting == nil {
		b.Waiting = map[bot.Channel]Waiting{}
	}
	w := b.Waiting[ch]
	if w.Deliveries == 0 || oldest.Before(w.Oldest) {
		w.Oldest = oldest.UTC()
	}
	w.Deliveries += n
	b.Waiting[ch] = w
}

// Backlog counts what waits at a time.
func (s *Embedded) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	var b Backlog
	// The waiting ones are few; the oldest of a channel has the lowest id.
	err := s.rows(ctx, func(r *sql.Rows) error {
		var ch bot.Channel
		var n int
		var at int64
		if err := r.Scan(&ch, &n, &at); err != nil {
			return err
		}
		b.add(ch, n, time.UnixMilli(at))
		return nil
	}, `SELECT f.channel, f.n, m.at FROM (SELECT channel, count(*) AS n, min(id) AS first FROM deliveries WHERE state = 'waiting' GROUP BY channel) f
		JOIN deliveries d ON d.id = f.first JOIN messages m ON m.conversation = d.conversation AND m.seq = d.seq`)
	if err != nil {
		return Backlog{}, err
	}
	// By partition, as the index is.
	for part := range Partitions {
		var n int
		err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM conversations WHERE part = ? AND timer > 0 AND timer <= ?", part, now.Add(-LateTimer).UnixMilli()).Scan(&n)
		if err != nil {
			return Backlog{}, mapError(err)
		}
		b.LateTimers += n
	}
	return b, nil
}

// Backlog counts what waits at a time, over all partitions.
func (s *Redis) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	pipe := s.client.Pipeline()
	late := make([]*redis.IntCmd, Partitions)
	for part := range late {
		late[part] = pipe.ZCount(ctx, prefixOf(part)+"timers", "-inf", strconv.FormatInt(now.Add(-LateTimer).UnixMilli(), 10))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Backlog{}, redisError(err)
	}
	var b Backlog
	for part := range Partitions {
		b.LateTimers += int(late[part].Val())
		prefix := prefixOf(part)
		answer, err := s.scripts["backlog"].Run(ctx, s.client, []string{prefix + "outbox"}, prefix).StringSlice()
		if err != nil {
			return Backlog{}, redisError(err)
		}
		for i := 0; i+2 < len(answer); i += 3 {
			n, errN := strconv.Atoi(answer[i+1])
			at, errAt := strconv.ParseInt(answer[i+2], 10, 64)
			if err := errors.Join(errN, errAt); err != nil {
				return Backlog{}, fmt.Errorf("count the deliveries: %w", err)
			}
			b.add(bot.Channel(answer[i]), n, time.UnixMilli(at))
		}
	}
	return b, nil
}

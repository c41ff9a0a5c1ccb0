package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// A copy of a store also holds what was erased after it was made. So the list
// of erasures is kept apart from the data, and played again when a copy is put
// back: the embedded store's by Restore, from the store that it replaces;
// Redis' by each node at its start, from a journal in the node's own folder.

// Erasure is one conversation that was erased. It names nobody: an id is
// random.
type Erasure struct {
	Conversation bot.ConversationID
	At           time.Time
}

// String is one line of a list: the id and the time.
func (e Erasure) String() string {
	return string(e.Conversation) + " " + e.At.UTC().Format(time.RFC3339Nano)
}

// ReadErasures reads a list, one erasure a line. A last line without its end,
// left by a kill, is none: that erasing was never confirmed.
func ReadErasures(r io.Reader, name string) ([]Erasure, error) {
	var list []Erasure
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		id, at, found := strings.Cut(strings.TrimSpace(line), " ")
		when, err := time.Parse(time.RFC3339Nano, at)
		if !found || err != nil {
			return nil, fmt.Errorf("%s:%d: a line is an id, a space and a time", name, n)
		}
		list = append(list, Erasure{bot.ConversationID(id), when})
	}
}

// Erasures calls f for every erasure that the store knows of, by no order.
func (s *Embedded) Erasures(ctx context.Context, f func(Erasure) error) error {
	list, err := listErased(ctx, s.read)
	for _, e := range list {
		if err := f(e); err != nil {
			return err
		}
	}
	return mapError(err)
}

// Erasures calls f for every erasure that Redis knows of, by no order.
func (s *Redis) Erasures(ctx context.Context, f func(Erasure) error) error {
	for part := range Partitions {
		entries := s.client.HScan(ctx, prefixOf(part)+"erasures", 0, "", 1000).Iterator()
		for entries.Next(ctx) {
			id := entries.Val()
			if !entries.Next(ctx) {
				break
			}
			text, _, _ := strings.Cut(entries.Val(), " ")
			at, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return fmt.Errorf("the erasure of %s: %w", id, err)
			}
			if err := f(Erasure{bot.ConversationID(id), time.UnixMilli(at).UTC()}); err != nil {
				return err
			}
		}
		if err := entries.Err(); err != nil {
			return redisError(err)
		}
	}
	return nil
}

// replayBatch is how many conversations are looked for at once.
const replayBatch = 1000

// Replay erases what is on a list and is still here, and returns how many
// there were.
func (s *Redis) Replay(ctx context.Context, list []Erasure) (int, error) {
	n := 0
	for len(list) > 0 {
		batch := list[:min(replayBatch, len(list))]
		list = list[len(batch):]
		pipe := s.client.Pipeline()
		var there []*redis.IntCmd
		for _, e := range batch {
			there = append(there, pipe.Exists(ctx, namesOf(e.Conversation).head()))
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return n, redisError(err)
		}
		for i, e := range batch {
			if there[i].Val() == 0 {
				continue
			}
			erased, err := eraseAgain(ctx, s, e)
			if err != nil {
				return n, err
			}
			n += erased
		}
	}
	return n, nil
}

// Replay erases what is on a list and is still here, and returns how many
// there were.
func (s *Embedded) Replay(ctx context.Context, list []Erasure) (int, error) {
	n := 0
	for _, e := range list {
		erased, err := eraseAgain(ctx, s, e)
		if err != nil {
			return n, err
		}
		n += erased
	}
	return n, nil
}

// eraseAgain returns 1 when the conversation was there.
func eraseAgain(ctx context.Context, s bot.Eraser, e Erasure) (int, error) {
	_, err := s.Erase(ctx, e.Conversation)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("erase %s again: %w", e.Conversation, err)
	}
	return 1, nil
}

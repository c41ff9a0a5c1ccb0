package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
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
	return s.rows(ctx, func(r *sql.Rows) error {
		var e Erasure
		var at int64
		if err := r.Scan(&e.Conversation, &at); err != nil {
			return err
		}
		e.At = time.UnixMilli(at).UTC()
		return f(e)
	}, "SELECT conversation, at FROM erasures")
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

// journal is a node's own list of erasures, beside Redis. The zero journal
// keeps nothing.
type journal struct {
	path string
	mu   sync.Mutex // of writing
}

// open makes the folder and ends a line that a kill left.
func (j *journal) open() error {
	if err := os.MkdirAll(filepath.Dir(j.path), 0o700); err != nil {
		return err
	}
	data, err := os.ReadFile(j.path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err == nil && (len(data) == 0 || bytes.HasSuffix(data, []byte("\n"))) {
		return nil
	}
	// What was cut short is taken off: that erasing was never confirmed.
	return errors.Join(j.cut(int64(bytes.LastIndexByte(data, '\n')+1)), syncFolder(filepath.Dir(j.path)))
}

func (j *journal) cut(size int64) error {
	f, err := os.OpenFile(j.path, os.O_WRONLY|os.O_CREATE, 0o600) // #nosec G304 -- the operator's own folder
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Sync(), f.Close())
}

// add puts erasures on the list; they are on disk when it returns.
func (j *journal) add(list ...Erasure) error {
	if j.path == "" || len(list) == 0 {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var text bytes.Buffer
	for _, e := range list {
		text.WriteString(e.String() + "\n")
	}
	f, err := os.OpenFile(j.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600) // #nosec G304 -- the operator's own folder
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	return errors.Join(err, f.Sync(), f.Close())
}

// read returns the whole list.
func (j *journal) read() ([]Erasure, error) {
	f, err := os.Open(j.path)
	if err != nil {
		return nil, err
	}
	list, err := ReadErasures(f, j.path)
	return list, errors.Join(err, f.Close())
}

// openJournal plays this node's list again and takes over what Redis knows
// beside it. A node without a folder to write in keeps no list, and says so.
func (s *Redis) openJournal(ctx context.Context, path string) error {
	if path == "" {
		return nil
	}
	j := &journal{path: path}
	if err := j.open(); err != nil {
		s.log.Warn("this node keeps no list of erasures: after a copy of Redis was put back, play another node's with wegwijzer store replay-erasures", "err", err)
		return nil
	}
	list, err := j.read()
	if err != nil {
		return fmt.Errorf("the list of erasures: %w", err)
	}
	n, err := s.Replay(ctx, list)
	if err != nil {
		return fmt.Errorf("play the list of erasures again: %w", err)
	}
	if n > 0 {
		s.log.Warn("a copy of Redis was put back: what had been erased since is erased again", "conversations", n)
	}
	known := map[bot.ConversationID]bool{}
	for _, e := range list {
		known[e.Conversation] = true
	}
	var news []Erasure
	err = s.Erasures(ctx, func(e Erasure) error {
		if !known[e.Conversation] {
			news = append(news, e)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take over the list of erasures: %w", err)
	}
	s.journal.path = path
	return s.journal.add(news...)
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

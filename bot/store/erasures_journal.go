package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"wegwijzer/bot"
)

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
	s.journal.path = path
	return s.takeOver(ctx)
}

// takeOver puts what other nodes erased on this node's list.
func (s *Redis) takeOver(ctx context.Context) error {
	if s.journal.path == "" {
		return nil
	}
	list, err := s.journal.read()
	if err != nil {
		return fmt.Errorf("the list of erasures: %w", err)
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
	return s.journal.add(news...)
}

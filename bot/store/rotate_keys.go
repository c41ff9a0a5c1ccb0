package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrHalfway says that a change of store.key was cut short: nothing may read
// or write until it was finished.
var ErrHalfway = errors.New("a change of store.key isn't finished: run wegwijzer store rotate-key again, as before")

// ReadKeys reads a key file: one key in base64 a line, the newest first. The
// older ones open backups from before a change of the key, and a store whose
// change isn't finished.
func ReadKeys(path string) ([]Key, error) {
	data, err := os.ReadFile(path) // #nosec G304 -- the operator's own file
	if err != nil {
		return nil, err
	}
	var keys []Key
	for i, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		k, err := ParseKey(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// writeKeys puts keys in a key file, whole or not at all, and durable when it
// returns. first refuses to replace a file: of two processes that make the
// first key, one wins.
func writeKeys(path string, keys []Key, first bool) error {
	var text strings.Builder
	for _, k := range keys {
		text.WriteString(base64.StdEncoding.EncodeToString(k[:]) + "\n")
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // for its owner's eyes only
	if err != nil {
		return err
	}
	_, err = f.WriteString(text.String())
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		if first {
			err = os.Link(f.Name(), path)
		} else {
			err = os.Rename(f.Name(), path)
		}
	}
	if err != nil || first {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return errors.Join(err, syncFolder(filepath.Dir(path)))
}

// syncFolder makes a rename durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir) // #nosec G304 -- the operator's own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// KeyFromFile reads the first key of a file; when there is no such file it
// makes one with a new key, durable and for its owner's eyes only. made says
// that it did.
func KeyFromFile(path string) (k Key, made bool, err error) {
	keys, err := ReadKeys(path)
	if err == nil {
		return keys[0], false, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return Key{}, false, err
	}
	k = newKey()
	err = writeKeys(path, []Key{k}, true)
	if errors.Is(err, os.ErrExist) {
		return KeyFromFile(path) // another process was first
	}
	return k, true, err
}

// ownKeys is the path of the key file that a store made for itself.
func ownKeys(dir string) string { return filepath.Join(dir, "keys", "store.key") }

// ownKey reads the key that a store made for itself, and makes one on the
// first start only: with a new key nothing that is there can be read.
func ownKey(dir string) (Key, error) {
	path := ownKeys(dir)
	_, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		if info, err := os.Stat(filepath.Join(dir, "wegwijzer.db")); err == nil && info.Size() > 0 {
			return Key{}, fmt.Errorf("%s is gone: put it back, for without it nothing of the store can be read", path)
		}
	}
	k, _, err := KeyFromFile(path)
	return k, err
}

// byMark finds the key that a store was written with.
func byMark(keys []Key, mark string) (Key, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return keyMark(k) == mark })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}

// checkMarks refuses a store that was written with another key, or whose key
// is being changed, before anything is touched.
func (s *Embedded) checkMarks(ctx context.Context) error {
	var version int
	if err := s.write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil || version == 0 {
		return nil // a new one; what is none of ours, migrate refuses
	}
	mark, rotating, err := readMarks(ctx, s.write)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil // its making was cut short
	case err != nil:
		return err
	case rotating != "":
		return fmt.Errorf("%s: %w", s.dir, ErrHalfway)
	case mark == keyMark(s.master):
		return nil
	}
	// The new key is in the file, and nothing was done with it yet.
	if keys, err := ReadKeys(ownKeys(s.dir)); err == nil && len(keys) > 1 && keys[0] == s.master {
		if _, ours := byMark(keys, mark); ours {
			return fmt.Errorf("%s: %w", s.dir, ErrHalfway)
		}
	}
	return fmt.Errorf("%s was written with another store.key", s.dir)
}

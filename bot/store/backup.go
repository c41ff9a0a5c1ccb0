package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"wegwijzer/bot"
)

// Backup writes a consistent copy of the conversations to a file that must not
// exist yet, while the service runs. The keys are not in it: without the
// folder keys/ nothing of it can be read.
func (s *Embedded) Backup(ctx context.Context, file string) error {
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s exists already", file)
	}
	if _, err := s.write.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return fmt.Errorf("copy the store: %w", err)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0) // #nosec G304 -- the operator's own file
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Restore puts a backup in the place of the store in dir, whose service must
// stand still. What was erased since the backup was made stays erased: the
// list of erasures of the present store is played again.
func Restore(ctx context.Context, o Options, file string) error {
	master, err := presentKey(o)
	if err != nil {
		return err
	}
	if err := sound(ctx, file, master); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	erased, err := erasures(ctx, filepath.Join(o.Dir, "wegwijzer.db"))
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(o.Dir, "wegwijzer.db"), file); err != nil {
		return err
	}
	s, err := OpenEmbedded(ctx, o)
	if err != nil {
		return err
	}
	for _, id := range erased {
		_, err := s.Erase(ctx, id)
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return errors.Join(fmt.Errorf("erase %s again: %w", id, err), s.Close())
		}
	}
	return s.Close()
}

// presentKey is the key that the backup must have been written with. None is
// made: with a new key nothing of a backup can be read.
func presentKey(o Options) (Key, error) {
	if o.Key != nil {
		return *o.Key, nil
	}
	keys := filepath.Join(o.Dir, "keys")
	if _, err := os.Stat(filepath.Join(keys, "store.key")); err != nil {
		return Key{}, fmt.Errorf("put the folder %s back first: without it nothing of a backup can be read: %w", keys, err)
	}
	return keyFile(keys)
}

// sound refuses a file that is no whole store of ours, or another key's.
func sound(ctx context.Context, file string, master Key) error {
	if _, err := os.Stat(file); err != nil {
		return err
	}
	db, err := openFile(file, 1, true)
	if err != nil {
		return err
	}
	var verdict string
	err = db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict)
	if err == nil && verdict != "ok" {
		err = errors.New("the copy is damaged: " + verdict)
	}
	if err == nil {
		_, err = listErased(ctx, db)
	}
	var mark string
	if err == nil {
		err = db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'key'").Scan(&mark)
	}
	if err == nil && mark != keyMark(master) {
		err = errors.New("the copy was made with another store.key")
	}
	return errors.Join(err, db.Close())
}

func erasures(ctx context.Context, path string) ([]bot.ConversationID, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	db, err := openFile(path, 1, true)
	if err != nil {
		return nil, err
	}
	list, err := listErased(ctx, db)
	return list, errors.Join(err, db.Close())
}

func listErased(ctx context.Context, db *sql.DB) ([]bot.ConversationID, error) {
	rows, err := db.QueryContext(ctx, "SELECT conversation FROM erasures")
	if err != nil {
		return nil, fmt.Errorf("no store of ours: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []bot.ConversationID
	for rows.Next() {
		var id bot.ConversationID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// replace puts a copy of file in the place of a database, whole or not at all.
func replace(path, file string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	in, err := os.Open(file) // #nosec G304 -- the operator's own file
	if err != nil {
		return err
	}
	temp := path + ".new"
	out, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- the operator's own file
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close(), in.Close()); err != nil {
		return err
	}
	for _, old := range []string{path + "-wal", path + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.Rename(temp, path)
}

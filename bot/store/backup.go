package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
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
// list of erasures of the present store is played again. A backup from before
// a change of store.key becomes the present key's, when the old key is still
// in the key file or among o.Older.
func Restore(ctx context.Context, o Options, file string) error {
	keys, err := presentKeys(o)
	if err != nil {
		return err
	}
	written, err := sound(ctx, file, keys)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	path := filepath.Join(o.Dir, "wegwijzer.db")
	erased, err := erasures(ctx, path)
	if err != nil {
		return err
	}
	if err := replace(path, file, func(copied string) error { return carry(ctx, copied, erased) }); err != nil {
		return err
	}
	if written != keys[0] {
		if err := renew(ctx, o.Dir, keys); err != nil {
			return fmt.Errorf("make the backup the present key's: %w", err)
		}
	}
	s, err := OpenEmbedded(ctx, o) // which erases again
	if err != nil {
		return err
	}
	return s.Close()
}

// carry puts the list of erasures in a copy that is about to take the store's
// place, so that a kill after that can't lose it.
func carry(ctx context.Context, path string, erased []Erasure) error {
	db, err := openFile(path, 1, false)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	for _, e := range erased {
		if _, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO erasures (conversation, at) VALUES (?, ?)", string(e.Conversation), e.At.UnixMilli()); err != nil {
			break
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES ('restored', '1')")
	}
	if err != nil {
		return errors.Join(err, tx.Rollback(), db.Close())
	}
	return errors.Join(tx.Commit(), db.Close()) // closing moves the log into the file
}

// finishRestore erases again what a restored copy brought back.
func (s *Embedded) finishRestore(ctx context.Context) error {
	var restored string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'restored'").Scan(&restored)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return mapError(err)
	}
	list, err := listErased(ctx, s.read)
	if err != nil {
		return err
	}
	if _, err := s.Replay(ctx, list); err != nil {
		return err
	}
	_, err = s.write.ExecContext(ctx, "DELETE FROM meta WHERE name = 'restored'")
	return mapError(err)
}

// presentKeys are the keys that the backup may have been written with, the
// present one first. None is made: with a new key nothing of a backup can be
// read.
func presentKeys(o Options) ([]Key, error) {
	if o.Key != nil {
		return append([]Key{*o.Key}, o.Older...), nil
	}
	keys, err := ReadKeys(ownKeys(o.Dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("put the folder %s back first: without it nothing of a backup can be read: %w", filepath.Join(o.Dir, "keys"), err)
	}
	return append(keys, o.Older...), err
}

// renew makes a store that was put back the present key's.
func renew(ctx context.Context, dir string, keys []Key) error {
	if _, err := os.Stat(filepath.Join(dir, "keys", "keys.db")); err != nil {
		return err
	}
	r := &rotation{old: keys[1:], next: keys[0], batch: rotateBatch}
	err := r.openFiles(ctx, dir)
	if err == nil {
		err = r.run(ctx)
	}
	return errors.Join(err, r.close())
}

// sound refuses a file that is no whole store of ours, and says which of the
// keys it was written with.
func sound(ctx context.Context, file string, keys []Key) (Key, error) {
	if _, err := os.Stat(file); err != nil {
		return Key{}, err
	}
	db, err := openFile(file, 1, true)
	if err != nil {
		return Key{}, err
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
		mark, _, err = readMarks(ctx, db)
	}
	written, known := byMark(keys, mark)
	if err == nil && !known {
		err = errors.New("the copy was made with another store.key: name the file with that key with --old-key")
	}
	return written, errors.Join(err, db.Close())
}

// erasures reads the list of a store; a store that isn't there has none.
func erasures(ctx context.Context, path string) ([]Erasure, error) {
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

func listErased(ctx context.Context, db *sql.DB) ([]Erasure, error) {
	rows, err := db.QueryContext(ctx, "SELECT conversation, at FROM erasures")
	if err != nil {
		return nil, fmt.Errorf("no store of ours: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Erasure
	for rows.Next() {
		var e Erasure
		var at int64
		if err := rows.Scan(&e.Conversation, &at); err != nil {
			return nil, err
		}
		e.At = time.UnixMilli(at).UTC()
		list = append(list, e)
	}
	return list, rows.Err()
}

// replace puts a copy of file in the place of a database, whole or not at all;
// prepare may change the copy before.
func replace(path, file string, prepare func(copied string) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	in, err := os.Open(file) // #nosec G304 -- the operator's own file
	if err != nil {
		return err
	}
	temp := path + ".new"
	if err := removeLogs(temp); err != nil { // of an earlier try
		return errors.Join(err, in.Close())
	}
	out, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- the operator's own file
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close(), in.Close()); err != nil {
		return err
	}
	if err := prepare(temp); err != nil {
		return err
	}
	if err := removeLogs(path); err != nil {
		return err
	}
	return errors.Join(os.Rename(temp, path), syncFolder(filepath.Dir(path)))
}

// removeLogs removes what SQLite keeps beside a database.
func removeLogs(path string) error {
	for _, old := range []string{path + "-wal", path + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

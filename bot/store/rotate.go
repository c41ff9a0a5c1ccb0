package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"wegwijzer/bot"
)

// Rotated counts what a change of store.key went over. Keyless conversations
// have no key of their own any more: their erasing was cut short, and erasing
// them again finishes it.
type Rotated struct {
	Conversations, Messages, Documents, Keyless int
}

// RotateEmbedded seals everything that o.Key sealed with another key: the keys
// of the conversations, the documents, and what addresses are found by. Then
// it opens every conversation, message and document with the new key alone;
// only when that succeeded the store is the new key's. The words of residents
// stay as they are: each conversation keeps its own key.
//
// Nobody else may have the store open, and it is refused when somebody has.
// After a kill the store can't be opened until the same call was repeated,
// which goes on where it was. o.Key nil: the key is in the store's own key
// file, which then holds the new key first and the old ones after it; next nil
// makes a new one. With o.Key set next must be. told is called now and then
// with how much of all is done; it may be nil.
func RotateEmbedded(ctx context.Context, o Options, next *Key, told func(done, all int)) (Rotated, error) {
	r := &rotation{told: told, batch: rotateBatch}
	err := r.rotate(ctx, o, next)
	return r.n, err
}

func (r *rotation) rotate(ctx context.Context, o Options, next *Key) error {
	err := r.openFiles(ctx, o.Dir)
	if err == nil {
		err = r.chooseKeys(ctx, o, next)
	}
	if err == nil {
		err = r.run(ctx)
	}
	return errors.Join(err, r.close())
}

// rotation is one change of the key of an embedded store.
type rotation struct {
	db, vault *sql.DB
	old       []Key
	next      Key
	told      func(done, all int)
	done, all int
	batch     int // rows of one transaction
	n         Rotated
}

// openFiles opens both files for this process alone, before anything is
// touched.
func (r *rotation) openFiles(ctx context.Context, dir string) error {
	for _, f := range []struct {
		path string
		db   **sql.DB
	}{{filepath.Join(dir, "wegwijzer.db"), &r.db}, {filepath.Join(dir, "keys", "keys.db"), &r.vault}} {
		if _, err := os.Stat(f.path); err != nil {
			return fmt.Errorf("there is no store here: %w", err)
		}
		db, err := openAlone(f.path)
		if err != nil {
			return err
		}
		*f.db = db
		if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE; COMMIT"); err != nil {
			if strings.Contains(err.Error(), "locked") {
				return fmt.Errorf("%s is in use: stop the service and every other command first", f.path)
			}
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	return migrate(ctx, r.db, migrations)
}

// openAlone opens a database file so that no other process can.
func openAlone(path string) (*sql.DB, error) {
	q := url.Values{"_pragma": {
		"busy_timeout(2000)", "locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)",
	}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // the one that has the lock
	return db, nil
}

func (r *rotation) close() error {
	var errs []error
	for _, db := range []*sql.DB{r.db, r.vault} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// run does the change. Each step can be repeated.
func (r *rotation) run(ctx context.Context) error {
	if err := r.count(ctx); err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"the keys of conversations", r.rewrap}, {"addresses", r.readdress}, {"documents", r.reseal},
		{"look at conversations", r.look}, {"look at documents", r.lookAtDocuments}, {"finish", r.finish},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// finish makes the store the new key's and cuts the logs, in which what the
// old one sealed still stands.
func (r *rotation) finish(ctx context.Context) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'key'", keyMark(r.next))
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM meta WHERE name = 'rotating'")
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, db := range []*sql.DB{r.db, r.vault} {
		if _, err := db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			return err
		}
	}
	return nil
}

// count says how much there is to do: everything is written once and read
// once.
func (r *rotation) count(ctx context.Context) error {
	for _, q := range []struct {
		db    *sql.DB
		query string
		times int
	}{
		{r.vault, "SELECT count(*) FROM wrapped", 1},
		{r.db, "SELECT count(*) FROM conversations", 1},
		{r.db, "SELECT count(*) FROM conversations WHERE address IS NOT NULL", 1},
		{r.db, "SELECT count(*) FROM documents", 2},
	} {
		var n int
		if err := q.db.QueryRowContext(ctx, q.query).Scan(&n); err != nil {
			return err
		}
		r.all += n * q.times
	}
	return nil
}

func (r *rotation) tell() {
	r.done++
	if r.told != nil {
		r.told(r.done, r.all)
	}
}

// either opens what the new key or one of the old ones sealed; fresh says that
// it was the new one.
func (r *rotation) either(place string, sealed []byte) (plain []byte, fresh bool, err error) {
	if plain, err = unseal(aead(r.next), place, sealed); err == nil {
		return plain, true, nil
	}
	for _, k := range r.old {
		if plain, err = unseal(aead(k), place, sealed); err == nil {
			return plain, false, nil
		}
	}
	return nil, false, err
}

// cipherOf opens a conversation's own key with the new one alone; nil when it
// has none.
func (r *rotation) cipherOf(ctx context.Context, id bot.ConversationID) (cipher.AEAD, error) {
	var w []byte
	err := r.vault.QueryRowContext(ctx, "SELECT key FROM wrapped WHERE conversation = ?", string(id)).Scan(&w)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return unwrap(r.next, id, w)
}

// unwrap opens a conversation's key.
func unwrap(master Key, id bot.ConversationID, wrapped []byte) (cipher.AEAD, error) {
	plain, err := unseal(aead(master), "key "+string(id), wrapped)
	if err != nil {
		return nil, fmt.Errorf("the key of %s: %w", id, err)
	}
	if len(plain) != len(Key{}) {
		return nil, fmt.Errorf("the key of %s has a wrong length", id)
	}
	return aead(Key(plain)), nil
}

// same says whether an address is kept as the new key would.
func (r *rotation) same(kept []byte, c *bot.Conversation) bool {
	return bytes.Equal(kept, blind(r.next, "address", c.Address))
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// chooseKeys settles which keys are the old ones and which is the new one, and
// marks the store as halfway.
func (r *rotation) chooseKeys(ctx context.Context, o Options, next *Key) error {
	mark, rotating, err := readMarks(ctx, r.db)
	if err != nil {
		return err
	}
	if o.Key != nil {
		err = r.chosenByOperator(*o.Key, next, mark)
	} else {
		err = r.chosenInFile(ownKeys(o.Dir), next, mark)
	}
	if err != nil {
		return err
	}
	if rotating != "" && rotating != keyMark(r.next) {
		return errors.New("a change to another new key was cut short: finish that one first, with the same --new-key")
	}
	_, err = r.db.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES ('rotating', ?)", keyMark(r.next))
	return err
}

// errOtherKey says that none of our keys is the store's.
var errOtherKey = errors.New("the store was written with another store.key")

func (r *rotation) chosenByOperator(old Key, next *Key, mark string) error {
	switch {
	case next == nil:
		return errors.New("store.key is set in the settings: name a file for the new one with --new-key")
	case mark == keyMark(*next):
		return errors.New("the store has this key already")
	case mark != keyMark(old):
		return errOtherKey
	}
	r.old, r.next = []Key{old}, *next
	return nil
}

// chosenInFile writes the new key before the old ones, unless an earlier try
// did.
func (r *rotation) chosenInFile(path string, next *Key, mark string) error {
	keys, err := ReadKeys(path)
	if err != nil {
		return fmt.Errorf("the store's key: %w", err)
	}
	if _, ours := byMark(keys, mark); !ours {
		return errOtherKey
	}
	switch halfway := mark != keyMark(keys[0]); {
	case halfway && next != nil && *next != keys[0]:
		return errors.New("a change to another new key was cut short: finish that one first, without --new-key")
	case halfway:
		r.old, r.next = keys[1:], keys[0]
		return nil
	case next == nil:
		k := newKey()
		next = &k
	case *next == keys[0]:
		return errors.New("the store has this key already")
	}
	r.old, r.next = keys, *next
	return writeKeys(path, append([]Key{*next}, keys...), false)
}

// readMarks reads which key a store was written with, and which one it is on
// its way to; "" when it is on none.
func readMarks(ctx context.Context, db *sql.DB) (mark, rotating string, err error) {
	if err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'key'").Scan(&mark); err != nil {
		return "", "", fmt.Errorf("no store of ours: %w", err)
	}
	err = db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'rotating'").Scan(&rotating)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return mark, rotating, err
}

package store

import (
	"context"
	"database/sql"
	"fmt"

	"wegwijzer/bot"
)

// rotateBatch is how many rows one transaction changes.
const rotateBatch = 500

// sealedRow is a row on its way from one key to another: a key of a
// conversation, a conversation with its address, or a document.
type sealedRow struct {
	kind, id string
	data     []byte // sealed
	address  []byte
}

// page reads the next rows of a query after (kind, id), whose last argument
// bounds them. The rows are closed before anything is written: there is one
// connection.
func (r *rotation) page(ctx context.Context, db *sql.DB, query string, after sealedRow) ([]sealedRow, error) {
	rows, err := db.QueryContext(ctx, query, after.kind, after.id, r.batch)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []sealedRow
	for rows.Next() {
		var row sealedRow
		if err := rows.Scan(&row.kind, &row.id, &row.data, &row.address); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// pages calls f for each batch of a query, in a transaction of its own when it
// writes.
func (r *rotation) pages(ctx context.Context, db *sql.DB, query string, f func(*sql.Tx, []sealedRow) error) error {
	for last := (sealedRow{}); ; {
		list, err := r.page(ctx, db, query, last)
		if err != nil || len(list) == 0 {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := f(tx, list); err != nil {
			_ = tx.Rollback() // the first error counts
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		last = list[len(list)-1]
	}
}

const (
	wrappedPage  = "SELECT '', conversation, key, NULL FROM wrapped WHERE ('', conversation) > (?, ?) ORDER BY conversation LIMIT ?"
	addressPage  = "SELECT '', id, head, address FROM conversations WHERE address IS NOT NULL AND ('', id) > (?, ?) ORDER BY id LIMIT ?"
	headPage     = "SELECT '', id, head, address FROM conversations WHERE ('', id) > (?, ?) ORDER BY id LIMIT ?"
	documentPage = "SELECT kind, id, body, NULL FROM documents WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?"
)

// rewrap wraps every conversation's key with the new one.
func (r *rotation) rewrap(ctx context.Context) error {
	return r.pages(ctx, r.vault, wrappedPage, func(tx *sql.Tx, list []sealedRow) error {
		for _, row := range list {
			place := "key " + row.id
			plain, fresh, err := r.either(place, row.data)
			if err != nil {
				return fmt.Errorf("%s: %w", row.id, err)
			}
			if !fresh {
				_, err = tx.ExecContext(ctx, "UPDATE wrapped SET key = ? WHERE conversation = ?", seal(aead(r.next), place, plain), row.id)
				if err != nil {
					return err
				}
			}
			r.tell()
		}
		return ctx.Err()
	})
}

// readdress makes the addresses findable under the new key. One of a
// conversation without a key can be found by nobody.
func (r *rotation) readdress(ctx context.Context) error {
	return r.pages(ctx, r.db, addressPage, func(tx *sql.Tx, list []sealedRow) error {
		for _, row := range list {
			var address []byte
			c, err := r.head(ctx, row)
			if err != nil {
				return err
			}
			if c != nil {
				address = blind(r.next, "address", c.Address)
			}
			if _, err := tx.ExecContext(ctx, "UPDATE conversations SET address = ? WHERE id = ?", address, row.id); err != nil {
				return err
			}
			r.tell()
		}
		return ctx.Err()
	})
}

// head opens a conversation; nil when its key is gone.
func (r *rotation) head(ctx context.Context, row sealedRow) (*bot.Conversation, error) {
	id := bot.ConversationID(row.id)
	a, err := r.cipherOf(ctx, id)
	if err != nil || a == nil {
		return nil, err
	}
	c, err := openHead(a, id, row.data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", row.id, err)
	}
	return c, nil
}

// reseal seals the documents with the new key; their versions stay.
func (r *rotation) reseal(ctx context.Context) error {
	return r.pages(ctx, r.db, documentPage, func(tx *sql.Tx, list []sealedRow) error {
		for _, row := range list {
			d := bot.Document{Kind: row.kind, ID: row.id}
			plain, fresh, err := r.either(documentPlace(row.kind, row.id), row.data)
			if err != nil {
				return fmt.Errorf("%s %s: %w", row.kind, row.id, err)
			}
			if d.Body = plain; !fresh {
				_, err = tx.ExecContext(ctx, "UPDATE documents SET body = ? WHERE kind = ? AND id = ?", cipherDocs{aead(r.next)}.seal(d), row.kind, row.id)
				if err != nil {
					return err
				}
			}
			r.tell()
		}
		return ctx.Err()
	})
}

// look opens every conversation and message with the new key alone.
func (r *rotation) look(ctx context.Context) error {
	return r.pages(ctx, r.db, headPage, func(tx *sql.Tx, list []sealedRow) error {
		for _, row := range list {
			if err := r.lookAt(ctx, tx, row); err != nil {
				return err
			}
			r.tell()
		}
		return ctx.Err()
	})
}

func (r *rotation) lookAt(ctx context.Context, tx *sql.Tx, row sealedRow) error {
	r.n.Conversations++
	id := bot.ConversationID(row.id)
	a, err := r.cipherOf(ctx, id)
	if err != nil {
		return err
	}
	if a == nil {
		r.n.Keyless++
		return nil
	}
	c, err := openHead(a, id, row.data)
	if err != nil {
		return fmt.Errorf("%s: %w", row.id, err)
	}
	if row.address != nil && !r.same(row.address, c) {
		return fmt.Errorf("%s: it can't be found by its address", row.id)
	}
	rows, err := tx.QueryContext(ctx, "SELECT seq, body FROM messages WHERE conversation = ?", row.id)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m bot.Message
		var sealed []byte
		if err := rows.Scan(&m.Seq, &sealed); err != nil {
			return err
		}
		if err := openBody(a, id, &m, sealed); err != nil {
			return fmt.Errorf("%s, message %d: %w", row.id, m.Seq, err)
		}
		r.n.Messages++
	}
	return rows.Err()
}

// lookAtDocuments opens every document with the new key alone.
func (r *rotation) lookAtDocuments(ctx context.Context) error {
	return r.pages(ctx, r.db, documentPage, func(_ *sql.Tx, list []sealedRow) error {
		for _, row := range list {
			d := bot.Document{Kind: row.kind, ID: row.id}
			if err := (cipherDocs{aead(r.next)}).open(&d, row.data); err != nil {
				return fmt.Errorf("%s %s: %w", row.kind, row.id, err)
			}
			r.n.Documents++
			r.tell()
		}
		return ctx.Err()
	})
}

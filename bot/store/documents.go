package store

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"

	"wegwijzer/bot"
)

// cipherDocs seals documents with the store's own key.
type cipherDocs struct{ a cipher.AEAD }

func (d cipherDocs) seal(doc bot.Document) []byte {
	return seal(d.a, documentPlace(doc.Kind, doc.ID), doc.Body)
}

// documentPlace binds a sealed document to its row.
func documentPlace(kind, id string) string { return "document " + kind + " " + id }

func (d cipherDocs) open(doc *bot.Document, sealed []byte) (err error) {
	doc.Body, err = unseal(d.a, documentPlace(doc.Kind, doc.ID), sealed)
	return err
}

// Document returns one document.
func (s *Embedded) Document(ctx context.Context, kind, id string) (bot.Document, error) {
	d := bot.Document{Kind: kind, ID: id}
	var sealed []byte
	err := s.read.QueryRowContext(ctx, "SELECT version, body FROM documents WHERE kind = ? AND id = ?", kind, id).Scan(&d.Version, &sealed)
	if err != nil {
		return bot.Document{}, mapError(err)
	}
	return d, s.docs.open(&d, sealed)
}

// DocumentVersion returns the version of a document.
func (s *Embedded) DocumentVersion(ctx context.Context, kind, id string) (uint64, error) {
	var v uint64
	err := s.read.QueryRowContext(ctx, "SELECT version FROM documents WHERE kind = ? AND id = ?", kind, id).Scan(&v)
	return v, mapError(err)
}

// PutDocument keeps a document when its version is the stored one.
func (s *Embedded) PutDocument(ctx context.Context, d bot.Document) (uint64, error) {
	body := s.docs.seal(d)
	err := s.writer.do(ctx, func(ctx context.Context, conn *conn) error {
		var at uint64
		err := conn.scan(ctx, "SELECT version FROM documents WHERE kind = ? AND id = ?", []any{d.Kind, d.ID}, &at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return mapError(err)
		}
		if at != d.Version {
			return bot.ErrConflict
		}
		_, err = conn.ExecContext(ctx, `INSERT INTO documents (kind, id, version, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body`, d.Kind, d.ID, at+1, body)
		return mapError(err)
	})
	return d.Version + 1, err
}

// DeleteDocument removes a document; one that isn't there is no error.
func (s *Embedded) DeleteDocument(ctx context.Context, kind, id string) error {
	return s.writer.do(ctx, func(ctx context.Context, conn *conn) error {
		_, err := conn.ExecContext(ctx, "DELETE FROM documents WHERE kind = ? AND id = ?", kind, id)
		return mapError(err)
	})
}

// ListDocuments returns all of a kind, by id.
func (s *Embedded) ListDocuments(ctx context.Context, kind string) ([]bot.Document, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, version, body FROM documents WHERE kind = ? ORDER BY id", kind)
	if err != nil {
		return nil, mapError(err)
	}
	defer func() { _ = rows.Close() }()
	var list []bot.Document
	for rows.Next() {
		d := bot.Document{Kind: kind}
		var sealed []byte
		if err := rows.Scan(&d.ID, &d.Version, &sealed); err != nil {
			return nil, mapError(err)
		}
		if err := s.docs.open(&d, sealed); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, mapError(rows.Err())
}

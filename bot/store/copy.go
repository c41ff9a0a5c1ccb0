package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wegwijzer/bot"
)

// Copied counts what a copy moved: Conversations of which There were in the
// target already, from a copy that was cut short.
type Copied struct {
	Conversations, There, Messages, Documents, Deliveries, Erasures, Audit int
}

// Copy puts everything of an embedded store into Redis and then compares all
// of it, value by value. Nothing may be writing to the source. It can be
// repeated after a cut, and goes on where it was. told is called now and then
// with how many conversations of how many are done; it may be nil. A target
// that holds other versions of the same conversations is an error: it was used
// since.
func Copy(ctx context.Context, from *Embedded, to *Redis, told func(done, all int)) (Copied, error) {
	var n Copied
	if told == nil {
		told = func(int, int) {}
	}
	var all int
	if err := from.read.QueryRowContext(ctx, "SELECT count(*) FROM conversations").Scan(&all); err != nil {
		return n, mapError(err)
	}
	for _, step := range []func() error{
		func() error { return copyErasures(ctx, from, to, &n) },
		func() error { return copyDocuments(ctx, from, to, &n) },
		func() error { return copyAudit(ctx, from, to, &n) },
		func() error {
			return from.each(ctx, func(m *moved) error {
				there, err := to.takeIn(ctx, m)
				if err != nil {
					return fmt.Errorf("conversation %s: %w", m.conv.ID, err)
				}
				n.Conversations++
				if there {
					n.There++
				}
				n.Messages += len(m.messages)
				n.Deliveries += len(m.deliveries)
				told(n.Conversations, 2*all)
				return nil
			})
		},
		func() error {
			checked := 0
			return from.each(ctx, func(m *moved) error {
				if err := to.holds(ctx, m); err != nil {
					return fmt.Errorf("conversation %s: %w", m.conv.ID, err)
				}
				checked++
				told(all+checked, 2*all)
				return nil
			})
		},
	} {
		if err := step(); err != nil {
			return n, err
		}
	}
	if n.Conversations != all {
		return n, fmt.Errorf("%d conversations were copied, the store has %d", n.Conversations, all)
	}
	return n, nil
}

// moved is a whole conversation on its way from one store to another.
type moved struct {
	conv       *bot.Conversation
	head       []byte
	key        []byte // of the conversation, in the clear
	messages   []movedMessage
	deliveries []bot.Delivery
	keys       []movedKey
	quarantine []movedNote
	failed     []movedNote
}

type movedMessage struct {
	m      bot.Message // without its words
	sealed []byte
}

type movedKey struct {
	name       string
	seq, until int64
}

type movedNote struct {
	seq  int64
	text string
}

// each calls f for every conversation, by id.
func (s *Embedded) each(ctx context.Context, f func(*moved) error) error {
	for last := ""; ; {
		var ids []string
		err := s.rows(ctx, func(r *sql.Rows) error {
			ids = append(ids, "")
			return r.Scan(&ids[len(ids)-1])
		}, "SELECT id FROM conversations WHERE id > ? ORDER BY id LIMIT 500", last)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			m, err := s.whole(ctx, bot.ConversationID(id))
			if err != nil {
				return fmt.Errorf("conversation %s: %w", id, err)
			}
			if err := f(m); err != nil {
				return err
			}
		}
		last = ids[len(ids)-1]
	}
}

// rows runs a query and calls f for each row.
func (s *Embedded) rows(ctx context.Context, f func(*sql.Rows) error, query string, args ...any) error {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return mapError(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return mapError(rows.Err())
}

// whole reads everything of one conversation.
func (s *Embedded) whole(ctx context.Context, id bot.ConversationID) (*moved, error) {
	m := &moved{}
	var err error
	if m.conv, err = s.Load(ctx, id); err != nil {
		return nil, err
	}
	if m.key, err = s.keys.clear(ctx, id); err != nil {
		return nil, err
	}
	if err := s.read.QueryRowContext(ctx, "SELECT head FROM conversations WHERE id = ?", string(id)).Scan(&m.head); err != nil {
		return nil, mapError(err)
	}
	err = s.rows(ctx, func(r *sql.Rows) error {
		var p movedMessage
		var at int64
		err := r.Scan(&p.m.Seq, &p.m.From, &p.m.Kind, &at, &p.sealed)
		p.m.At = time.UnixMilli(at)
		m.messages = append(m.messages, p)
		return err
	}, "SELECT seq, sender, kind, at, body FROM messages WHERE conversation = ? ORDER BY seq", string(id))
	if err != nil {
		return nil, err
	}
	return m, s.rest(ctx, id, m)
}

// rest reads what hangs on a conversation beside its messages.
func (s *Embedded) rest(ctx context.Context, id bot.ConversationID, m *moved) error {
	return errors.Join(
		s.rows(ctx, func(r *sql.Rows) error {
			var d bot.Delivery
			var due int64
			err := r.Scan(&d.Seq, &d.Channel, &d.Attempts, &due)
			d.Due = time.UnixMilli(due)
			m.deliveries = append(m.deliveries, d)
			return err
		}, "SELECT seq, channel, attempts, due FROM deliveries WHERE conversation = ? AND state = 'waiting' ORDER BY id", string(id)),
		s.rows(ctx, func(r *sql.Rows) error {
			var n movedNote
			err := r.Scan(&n.seq, &n.text)
			m.failed = append(m.failed, n)
			return err
		}, "SELECT seq, reason FROM deliveries WHERE conversation = ? AND state <> 'waiting' ORDER BY id", string(id)),
		s.rows(ctx, func(r *sql.Rows) error {
			var k movedKey
			err := r.Scan(&k.name, &k.seq, &k.until)
			m.keys = append(m.keys, k)
			return err
		}, "SELECT key, seq, until FROM keys WHERE conversation = ? ORDER BY key", string(id)),
		s.rows(ctx, func(r *sql.Rows) error {
			var n movedNote
			var at int64
			err := r.Scan(&n.seq, &at, &n.text)
			n.text = fmt.Sprint(at, " ", n.text)
			m.quarantine = append(m.quarantine, n)
			return err
		}, "SELECT seq, at, reason FROM quarantine WHERE conversation = ? ORDER BY seq", string(id)),
	)
}

package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"wegwijzer/bot"
)

// errOther says that a target isn't fresh, or no copy of the source.
var errOther = errors.New("the target has it in another version: it was used since, or isn't a copy of this store")

// takeIn puts a conversation of another store here; there says that it was
// already.
func (s *Redis) takeIn(ctx context.Context, m *moved) (there bool, err error) {
	id := m.conv.ID
	n := namesOf(id)
	answer, err := s.run(ctx, "copy", []string{
		n.head(), n.messages(), n.key(), n.shared("outbox"), n.out(), n.shared("counter"),
		n.keys(), n.quarantine(), n.failed(), n.shared("load"), n.shared("timers"),
	}, s.copyArgs(n, m)...).Text()
	switch {
	case err != nil:
		return false, redisError(err)
	case answer == "other":
		return false, errOther
	}
	s.glance.stale.Store(true)
	if m.conv.Address != "" {
		if err := s.claim(ctx, s.addressOf(m.conv.Channel, m.conv.Address), id, "copy"); err != nil && answer != "there" {
			return false, fmt.Errorf("its address: %w", err)
		}
	}
	return answer == "there", nil
}

// copyArgs are what copy.lua reads, in its order.
func (s *Redis) copyArgs(n names, m *moved) []any {
	p := plainOf(m.conv)
	due := int64(0)
	if len(m.deliveries) > 0 {
		due = m.deliveries[0].Due.UnixMilli()
	}
	args := []any{
		n.prefix, n.id, m.conv.Version, s.keys.wrap(m.conv.ID, m.key), p.status, p.org, p.who,
		strconv.FormatInt(p.score(), 10), p.timer, due,
	}
	list := func(values []any) { args = append(append(args, len(values)), values...) }
	list(headFields(m.conv, p, s.kept(m.conv), m.head))
	var records, deliveries, keys []any
	for _, x := range m.messages {
		records = append(records, recordOf(x.m, x.sealed))
	}
	list(records)
	for _, d := range m.deliveries {
		deliveries = append(deliveries, uint64(d.Seq), string(d.Channel), d.Attempts)
	}
	list(deliveries)
	for _, k := range m.keys {
		if life := time.Until(time.UnixMilli(k.until)).Milliseconds(); life > 0 {
			keys = append(keys, k.name, k.seq, life)
		}
	}
	list(keys)
	for _, notes := range [][]movedNote{m.quarantine, m.failed} {
		var values []any
		for _, x := range notes {
			values = append(values, x.seq, x.text)
		}
		list(values)
	}
	return args
}

// kept is what is kept of a conversation's address.
func (s *Redis) kept(c *bot.Conversation) string {
	if c.Address == "" {
		return ""
	}
	return s.addressOf(c.Channel, c.Address)
}

// holds compares a conversation with what is here, byte by byte.
func (s *Redis) holds(ctx context.Context, m *moved) error {
	n := namesOf(m.conv.ID)
	pipe := s.client.Pipeline()
	head, list, wrapped, out := pipe.HGet(ctx, n.head(), "head"), pipe.LRange(ctx, n.messages(), 0, -1), pipe.Get(ctx, n.key()), pipe.LLen(ctx, n.out())
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("the copy isn't whole: %w", redisError(err))
	}
	key, err := unseal(s.keys.master, "key "+n.id, []byte(wrapped.Val()))
	if err != nil {
		return err
	}
	same := bytes.Equal([]byte(head.Val()), m.head) && bytes.Equal(key, m.key) &&
		len(list.Val()) == len(m.messages) && out.Val() == int64(len(m.deliveries))
	for i := 0; same && i < len(m.messages); i++ {
		same = list.Val()[i] == string(recordOf(m.messages[i].m, m.messages[i].sealed))
	}
	if !same {
		return errors.New("the copy differs from the store")
	}
	if m.conv.Address == "" {
		return nil
	}
	if id, err := s.Find(ctx, m.conv.Channel, m.conv.Address); err != nil || id != m.conv.ID {
		return fmt.Errorf("its address leads to %q: %w", id, errors.Join(errOther, err))
	}
	return nil
}

// copyErasures makes what was erased stay erased.
func copyErasures(ctx context.Context, from *Embedded, to *Redis, n *Copied) error {
	return from.rows(ctx, func(r *sql.Rows) error {
		var id bot.ConversationID
		var at int64
		if err := r.Scan(&id, &at); err != nil {
			return err
		}
		n.Erasures++
		return to.client.HSetNX(ctx, namesOf(id).shared("erasures"), string(id), fmt.Sprint(at, " copy")).Err()
	}, "SELECT conversation, at FROM erasures ORDER BY conversation")
}

// copyDocuments takes over every document, with its version, and reads it
// back.
func copyDocuments(ctx context.Context, from *Embedded, to *Redis, n *Copied) error {
	var list []bot.Document
	err := from.rows(ctx, func(r *sql.Rows) error {
		var d bot.Document
		var sealed []byte
		if err := r.Scan(&d.Kind, &d.ID, &d.Version, &sealed); err != nil {
			return err
		}
		if err := from.docs.open(&d, sealed); err != nil {
			return err
		}
		list = append(list, d)
		return nil
	}, "SELECT kind, id, version, body FROM documents ORDER BY kind, id")
	if err != nil {
		return err
	}
	for _, d := range list {
		keys := documentKeys(d.Kind)
		pipe := to.client.TxPipeline()
		pipe.HSetNX(ctx, keys[0], d.ID, fmt.Sprint(d.Version, " copy"))
		pipe.HSetNX(ctx, keys[1], d.ID, to.docs.seal(d))
		if _, err := pipe.Exec(ctx); err != nil {
			return fmt.Errorf("document %s %s: %w", d.Kind, d.ID, redisError(err))
		}
		got, err := to.Document(ctx, d.Kind, d.ID)
		if err != nil || got.Version != d.Version || !bytes.Equal(got.Body, d.Body) {
			return fmt.Errorf("document %s %s: %w", d.Kind, d.ID, errors.Join(errOther, err))
		}
		n.Documents++
	}
	return nil
}

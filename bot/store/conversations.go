package store

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

var (
	_ bot.Store     = (*Embedded)(nil)
	_ bot.CaseIndex = (*Embedded)(nil)
	_ bot.Eraser    = (*Embedded)(nil)
	_ bot.Documents = (*Embedded)(nil)
	_ bot.Outbox    = (*Embedded)(nil)
	_ bot.Timers    = (*Embedded)(nil)
)

// Load returns a conversation; ErrNotFound when it isn't there or was erased.
// A head in memory counts while its version is the one on disk: a terminal or
// a command may write beside the service.
func (s *Embedded) Load(ctx context.Context, id bot.ConversationID) (*bot.Conversation, error) {
	if known, ok := s.heads.Get(id); ok {
		var version uint64
		if err := s.version.QueryRowContext(ctx, string(id)).Scan(&version); err != nil {
			return nil, mapError(err)
		}
		if version == known.version {
			return readHead(known.packed)
		}
	}
	var head []byte
	err := s.read.QueryRowContext(ctx, "SELECT head FROM conversations WHERE id = ?", string(id)).Scan(&head)
	if err != nil {
		return nil, mapError(err)
	}
	a, err := s.keys.get(ctx, id)
	if err != nil {
		return nil, err
	}
	return openHead(a, id, head)
}

// Find returns the conversation of a pushed channel's address.
func (s *Embedded) Find(ctx context.Context, ch bot.Channel, address string) (bot.ConversationID, error) {
	var id string
	err := s.read.QueryRowContext(ctx, "SELECT id FROM conversations WHERE channel = ? AND address = ?",
		string(ch), blind(s.master, "address", address)).Scan(&id)
	return bot.ConversationID(id), mapError(err)
}

// Commit keeps one turn; see bot.Store.
func (s *Embedded) Commit(ctx context.Context, c *bot.Commit) (bot.Receipt, error) {
	conv := *c.Conversation
	commit := *c
	commit.Conversation = &conv
	version := conv.Version
	number(&commit)
	a, err := s.cipherFor(ctx, conv.ID, version)
	if err != nil {
		return bot.Receipt{}, err
	}
	rows, err := s.sealed(a, &commit)
	if err != nil {
		return bot.Receipt{}, err
	}
	receipt, repeat := commit.Receipt, false
	err = s.writer.doThen(ctx, func(ctx context.Context, conn *conn) error {
		r, known, err := knownKey(ctx, conn, &commit)
		if err != nil || known {
			receipt, repeat = r, known
			return err
		}
		return rows.write(ctx, conn, version)
	}, func() {
		if !repeat {
			s.heads.Add(conv.ID, knownHead{conv.Version, rows.packed})
		}
	})
	if err != nil {
		// It may be on disk all the same, or another's is: ask the disk next time.
		s.heads.Remove(conv.ID)
		return bot.Receipt{}, err
	}
	return receipt, nil
}

// cipherFor gives a new conversation its key, on disk before the conversation,
// and finds an old one's.
func (s *Embedded) cipherFor(ctx context.Context, id bot.ConversationID, version uint64) (cipher.AEAD, error) {
	if version > 0 {
		return s.keys.get(ctx, id)
	}
	a, wrapped := s.keys.fresh(id)
	if err := s.vault.putWrapped(ctx, id, wrapped); err != nil {
		return nil, fmt.Errorf("keep the key of a conversation: %w", err)
	}
	s.keys.remember(id, a)
	return a, nil
}

// knownKey returns the first receipt of a key that was used before.
func knownKey(ctx context.Context, conn *conn, c *bot.Commit) (bot.Receipt, bool, error) {
	if c.Key == "" {
		return bot.Receipt{}, false, nil
	}
	var seq int64
	err := conn.scan(ctx, "SELECT seq FROM keys WHERE conversation = ? AND key = ?", []any{string(c.Conversation.ID), c.Key}, &seq)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return bot.Receipt{}, false, nil
	case err != nil:
		return bot.Receipt{}, false, mapError(err)
	}
	return bot.Receipt{Seq: bot.Seq(seq), Repeat: true}, true, nil // #nosec G115 -- seqs are small
}

// sealedCommit is a commit that is ready to be written.
type sealedCommit struct {
	c       *bot.Commit
	p       plain
	packed  []byte // the head before it was sealed
	head    []byte
	bodies  [][]byte
	address []byte
	audit   []cases.Entry
}

func (s *Embedded) sealed(a cipher.AEAD, c *bot.Commit) (*sealedCommit, error) {
	w := &sealedCommit{c: c, p: plainOf(c.Conversation), audit: auditEntries(a, c.Conversation.ID, c.Audit)}
	if c.Conversation.Address != "" {
		w.address = blind(s.master, "address", c.Conversation.Address)
	}
	var err error
	if w.packed, err = packHead(c.Conversation); err != nil {
		return nil, err
	}
	w.head = seal(a, headPlace(c.Conversation.ID), w.packed)
	for _, m := range c.Messages {
		b, err := sealBody(a, c.Conversation.ID, m)
		if err != nil {
			return nil, err
		}
		w.bodies = append(w.bodies, b)
	}
	return w, nil
}

// write puts all rows of the commit; version is the one that was loaded.
func (w *sealedCommit) write(ctx context.Context, conn *conn, version uint64) error {
	if err := w.writeHead(ctx, conn, version); err != nil {
		return err
	}
	id := string(w.c.Conversation.ID)
	for i, m := range w.c.Messages {
		_, err := conn.ExecContext(ctx, "INSERT INTO messages (conversation, seq, sender, kind, at, body) VALUES (?, ?, ?, ?, ?, ?)",
			id, int64(m.Seq), string(m.From), string(m.Kind), m.At.UnixMilli(), w.bodies[i]) // #nosec G115 -- seqs are small
		if err != nil {
			return mapError(err)
		}
		if w.c.Deliver && m.From != bot.FromResident {
			_, err := conn.ExecContext(ctx, "INSERT INTO deliveries (partition, conversation, seq, channel) VALUES (?, ?, ?, ?)",
				partition(w.c.Conversation.ID), id, int64(m.Seq), w.p.channel) // #nosec G115 -- seqs are small
			if err != nil {
				return mapError(err)
			}
		}
	}
	return w.writeRest(ctx, conn, id)
}

func (w *sealedCommit) writeHead(ctx context.Context, conn *conn, version uint64) error {
	c, p := w.c.Conversation, w.p
	if version == 0 {
		if err := allowedBeside(cases.Status(p.status), w.c.Messages); err != nil {
			return err
		}
		_, err := conn.ExecContext(ctx, `INSERT INTO conversations (id, gemeente, channel, address, version, last_seq, created, updated,
			case_status, case_org, case_supporter, case_area, case_urgent, case_contacted, case_due, case_opened, case_mark, case_guest, head, part, timer)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			string(c.ID), p.gemeente, p.channel, w.address, c.Version, int64(c.LastSeq), p.created, p.updated,
			p.status, p.org, p.who, p.area, p.urgent, p.contacted, p.due, p.opened, p.mark, p.guest, w.head, partition(c.ID), p.timer) // #nosec G115 -- seqs are small
		if err != nil && strings.Contains(err.Error(), "UNIQUE") {
			return bot.ErrConflict
		}
		return mapError(err)
	}
	var at uint64
	err := conn.scan(ctx, "SELECT version FROM conversations WHERE id = ?", []any{string(c.ID)}, &at)
	if err != nil {
		return mapError(err)
	}
	if at != version {
		return bot.ErrConflict
	}
	if err := allowedBeside(cases.Status(p.status), w.c.Messages); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `UPDATE conversations SET version = ?, last_seq = ?, updated = ?, address = ?,
		case_status = ?, case_org = ?, case_supporter = ?, case_area = ?, case_urgent = ?, case_contacted = ?,
		case_due = ?, case_opened = ?, case_mark = ?, case_guest = ?, head = ?, timer = ? WHERE id = ?`,
		c.Version, int64(c.LastSeq), p.updated, w.address, p.status, p.org, p.who, p.area, p.urgent, p.contacted,
		p.due, p.opened, p.mark, p.guest, w.head, p.timer, string(c.ID)) // #nosec G115 -- seqs are small
	return mapError(err)
}

func (w *sealedCommit) writeRest(ctx context.Context, conn *conn, id string) error {
	if w.c.Key != "" {
		_, err := conn.ExecContext(ctx, "INSERT INTO keys (conversation, key, seq, until) VALUES (?, ?, ?, ?)",
			id, w.c.Key, int64(w.c.Receipt.Seq), w.c.KeyUntil.UnixMilli()) // #nosec G115 -- seqs are small
		if err != nil {
			return mapError(err)
		}
	}
	if err := writeAudit(ctx, conn, w.audit); err != nil {
		return err
	}
	if q := w.c.Quarantine; q != nil {
		_, err := conn.ExecContext(ctx, "INSERT OR REPLACE INTO quarantine (conversation, seq, at, reason) VALUES (?, ?, ?, ?)",
			id, int64(q.Seq), w.p.updated, q.Reason) // #nosec G115 -- seqs are small
		return mapError(err)
	}
	return nil
}

// Messages returns those after a seq, in order; limit 0 is all.
func (s *Embedded) Messages(ctx context.Context, id bot.ConversationID, after bot.Seq, limit int) ([]bot.Message, error) {
	a, err := s.keys.get(ctx, id)
	if err != nil {
		return nil, err
	}
	if limit == 0 {
		limit = -1
	}
	rows, err := s.read.QueryContext(ctx, "SELECT seq, sender, kind, at, body FROM messages WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?",
		string(id), int64(after), limit) // #nosec G115 -- seqs are small
	if err != nil {
		return nil, mapError(err)
	}
	defer func() { _ = rows.Close() }()
	list := []bot.Message{}
	for rows.Next() {
		var m bot.Message
		var at int64
		var sealed []byte
		if err := rows.Scan(&m.Seq, &m.From, &m.Kind, &at, &sealed); err != nil {
			return nil, mapError(err)
		}
		m.At = time.UnixMilli(at).UTC()
		if err := openBody(a, id, &m, sealed); err != nil {
			return nil, fmt.Errorf("message %d: %w", m.Seq, err)
		}
		list = append(list, m)
	}
	return list, mapError(rows.Err())
}

// Cases lists cases by the end of the term that runs; see bot.CaseIndex.
func (s *Embedded) Cases(ctx context.Context, q bot.CaseQuery) ([]bot.CaseRow, error) {
	where, args := "case_status <> ''", []any{}
	in := func(column string, n int, value func(int) string) {
		if n == 0 {
			return
		}
		where += " AND " + column + " IN (?" + strings.Repeat(", ?", n-1) + ")"
		for i := range n {
			args = append(args, value(i))
		}
	}
	if q.Organisation != "" {
		in("case_org", 1, func(int) string { return string(q.Organisation) })
	}
	if q.Supporter != "" {
		in("case_supporter", 1, func(int) string { return string(q.Supporter) })
	}
	if q.Guest != "" {
		in("case_guest", 1, func(int) string { return string(q.Guest) })
	}
	if q.Mark != "" {
		in("case_mark", 1, func(int) string { return string(q.Mark) })
	}
	in("case_status", len(q.Status), func(i int) string { return string(q.Status[i]) })
	in("gemeente", len(q.Gemeenten), func(i int) string { return string(q.Gemeenten[i]) })
	if q.Limit <= 0 {
		q.Limit = 200
	}
	args = append(args, q.Limit)
	// The columns' names are ours; every value is an argument.
	rows, err := s.read.QueryContext(ctx, `SELECT id, gemeente, case_status, case_org, case_supporter, case_area,
		case_urgent, case_contacted, case_due, case_opened, updated, case_mark, case_guest
		FROM conversations WHERE `+where+` ORDER BY case_urgent DESC, case_due, id LIMIT ?`, args...) // #nosec G202 -- no words from outside
	if err != nil {
		return nil, mapError(err)
	}
	defer func() { _ = rows.Close() }()
	var list []bot.CaseRow
	for rows.Next() {
		var id string
		var p plain
		err := rows.Scan(&id, &p.gemeente, &p.status, &p.org, &p.who, &p.area, &p.urgent, &p.contacted, &p.due, &p.opened, &p.updated, &p.mark, &p.guest)
		if err != nil {
			return nil, mapError(err)
		}
		list = append(list, p.row(id))
	}
	return list, mapError(rows.Err())
}

// OpenCases counts open cases by supporter.
func (s *Embedded) OpenCases(ctx context.Context) (map[cases.SupporterID]int, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT case_supporter, count(*) FROM conversations WHERE case_status IN ('assigned', 'taken', 'consulting', 'handed-over') GROUP BY case_supporter")
	if err != nil {
		return nil, mapError(err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[cases.SupporterID]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, mapError(err)
		}
		counts[cases.SupporterID(id)] = n
	}
	return counts, mapError(rows.Err())
}

// DueTimers returns conversations whose timer has gone off, the earliest
// first.
func (s *Embedded) DueTimers(ctx context.Context, part int, now time.Time, limit int) ([]bot.ConversationID, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id FROM conversations WHERE part = ? AND timer > 0 AND timer <= ? ORDER BY timer LIMIT ?",
		part, now.UnixMilli(), limit)
	if err != nil {
		return nil, mapError(err)
	}
	defer func() { _ = rows.Close() }()
	var list []bot.ConversationID
	for rows.Next() {
		var id bot.ConversationID
		if err := rows.Scan(&id); err != nil {
			return nil, mapError(err)
		}
		list = append(list, id)
	}
	return list, mapError(rows.Err())
}

package store

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

var (
	_ bot.AuditLog = (*Embedded)(nil)
	_ bot.AuditLog = (*Redis)(nil)
)

// auditEntries makes entries of events, without their place in the chain. a
// nil: the conversation was erased, and no reason can be sealed.
func auditEntries(a cipher.AEAD, id bot.ConversationID, list []cases.Event) []cases.Entry {
	out := make([]cases.Entry, 0, len(list))
	for _, e := range list {
		entry := cases.Entry{
			Chain: partition(id), At: time.UnixMilli(e.At.UnixMilli()).UTC(), Actor: e.Actor, Action: e.Action, Case: cases.CaseID(id),
		}
		if e.Why != "" && a != nil {
			entry.Why = seal(a, auditPlace(&entry), []byte(e.Why))
		}
		out = append(out, entry)
	}
	return out
}

// auditPlace binds a sealed reason to its entry.
func auditPlace(e *cases.Entry) string {
	return "audit " + string(e.Case) + " " + e.Actor + " " + e.Action + " " + strconv.FormatInt(e.At.UnixMilli(), 10)
}

// chained puts entries behind the n-th of a chain, whose hash is prev.
func chained(list []cases.Entry, n uint64, prev []byte) {
	for i := range list {
		n++
		list[i].N = n
		list[i].Hash = list[i].Link(prev)
		prev = list[i].Hash
	}
}

// writeAudit adds entries to their chain, within the writer's transaction.
func writeAudit(ctx context.Context, conn *conn, list []cases.Entry) error {
	if len(list) == 0 {
		return nil
	}
	var n uint64
	var prev []byte
	err := conn.scan(ctx, "SELECT n, hash FROM audit WHERE chain = ? ORDER BY n DESC LIMIT 1", []any{list[0].Chain}, &n, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return mapError(err)
	}
	chained(list, n, prev)
	for _, e := range list {
		_, err := conn.ExecContext(ctx, "INSERT INTO audit (chain, n, at, actor, action, conversation, why, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			e.Chain, int64(e.N), e.At.UnixMilli(), e.Actor, e.Action, string(e.Case), e.Why, e.Hash) // #nosec G115 -- places are small
		if err != nil {
			return mapError(err)
		}
	}
	return nil
}

// Log adds to the audit log; see bot.Store.
func (s *Embedded) Log(ctx context.Context, id bot.ConversationID, list []cases.Event) error {
	a, err := s.keys.get(ctx, id)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	entries := auditEntries(a, id, list)
	return s.writer.do(ctx, func(ctx context.Context, conn *conn) error { return writeAudit(ctx, conn, entries) })
}

// Entries calls f for every entry of the audit log; see bot.AuditLog.
func (s *Embedded) Entries(ctx context.Context, f func(cases.Entry) error) error {
	return s.rows(ctx, func(r *sql.Rows) error {
		var e cases.Entry
		var at int64
		if err := r.Scan(&e.Chain, &e.N, &at, &e.Actor, &e.Action, &e.Case, &e.Why, &e.Hash); err != nil {
			return mapError(err)
		}
		e.At = time.UnixMilli(at).UTC()
		return f(e)
	}, "SELECT chain, n, at, actor, action, conversation, why, hash FROM audit ORDER BY chain, n")
}

// Reason opens the sealed reason of an entry; ErrNotFound after an erasing.
func (s *Embedded) Reason(ctx context.Context, e cases.Entry) (string, error) {
	return reasonOf(ctx, s.keys, e)
}

func reasonOf(ctx context.Context, keys *keyring, e cases.Entry) (string, error) {
	if len(e.Why) == 0 {
		return "", nil
	}
	a, err := keys.get(ctx, bot.ConversationID(e.Case))
	if err != nil {
		return "", err
	}
	why, err := unseal(a, auditPlace(&e), e.Why)
	if err != nil {
		return "", fmt.Errorf("entry %d of chain %d: %w", e.N, e.Chain, err)
	}
	return string(why), nil
}

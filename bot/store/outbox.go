package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"wegwijzer/bot"
)

// leaseTime is how long a partition stays with an owner that says nothing.
const leaseTime = 15 * time.Second

// Partitions returns how many partitions there are.
func (s *Embedded) Partitions() int { return Partitions }

// PartitionOf returns the one that a conversation is in.
func (s *Embedded) PartitionOf(id bot.ConversationID) int { return partition(id) }

// Lease takes or keeps a partition; the epoch grows with each new owner.
func (s *Embedded) Lease(ctx context.Context, part int, owner string) (epoch uint64, ok bool, err error) {
	now := time.Now().UnixMilli()
	err = s.writer.do(ctx, func(ctx context.Context, conn *conn) error {
		var holder string
		var until int64
		err := conn.scan(ctx, "SELECT owner, epoch, until FROM leases WHERE partition = ?", []any{part}, &holder, &epoch, &until)
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return mapError(err)
		case holder != owner && until > now:
			return nil
		case holder != owner:
			epoch++
		}
		ok = true
		_, err = conn.ExecContext(ctx, `INSERT INTO leases (partition, owner, epoch, until) VALUES (?, ?, ?, ?)
			ON CONFLICT (partition) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, until = excluded.until`,
			part, owner, epoch, now+leaseTime.Milliseconds())
		return mapError(err)
	})
	return epoch, ok, err
}

// Due returns the oldest waiting delivery of each conversation, when its time
// has come.
func (s *Embedded) Due(ctx context.Context, part, limit int) ([]bot.Delivery, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT d.id, d.conversation, d.seq, d.channel, d.attempts, d.due FROM deliveries d
		JOIN (SELECT min(id) AS first FROM deliveries WHERE partition = ? AND state = 'waiting' GROUP BY conversation) f ON d.id = f.first
		WHERE d.due <= ? ORDER BY d.id LIMIT ?`, part, time.Now().UnixMilli(), limit)
	if err != nil {
		return nil, mapError(err)
	}
	defer func() { _ = rows.Close() }()
	var list []bot.Delivery
	for rows.Next() {
		var d bot.Delivery
		var due int64
		if err := rows.Scan(&d.ID, &d.Conversation, &d.Seq, &d.Channel, &d.Attempts, &due); err != nil {
			return nil, mapError(err)
		}
		d.Due = time.UnixMilli(due).UTC()
		list = append(list, d)
	}
	return list, mapError(rows.Err())
}

// Settle records what became of a delivery, under the lease it was taken with.
func (s *Embedded) Settle(ctx context.Context, part int, epoch uint64, d bot.Delivery, o bot.Settlement) error {
	return s.writer.do(ctx, func(ctx context.Context, conn *conn) error {
		var at uint64
		if err := conn.scan(ctx, "SELECT epoch FROM leases WHERE partition = ?", []any{part}, &at); err != nil {
			return mapError(err)
		}
		if at != epoch {
			return bot.ErrConflict
		}
		var err error
		switch {
		case o.Sent:
			_, err = conn.ExecContext(ctx, "DELETE FROM deliveries WHERE id = ?", d.ID)
		case o.Retry:
			_, err = conn.ExecContext(ctx, "UPDATE deliveries SET attempts = attempts + 1, due = ?, reason = ? WHERE id = ?", o.Due, o.Reason, d.ID)
		default:
			_, err = conn.ExecContext(ctx, "UPDATE deliveries SET state = 'failed', reason = ? WHERE id = ?", o.Reason, d.ID)
		}
		return mapError(err)
	})
}

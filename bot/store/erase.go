package store

import (
	"context"
	"fmt"
	"time"

	"wegwijzer/bot"
)

// Erase destroys a conversation: first its key, so that its words can be read
// nowhere, then its rows. It says what it looked at. Erasing again, or what
// never was, is ErrNotFound.
func (s *Embedded) Erase(ctx context.Context, id bot.ConversationID) ([]string, error) {
	// Not Load: after a restore the rows are back, the key is not.
	var there bool
	err := s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM conversations WHERE id = ?)", string(id)).Scan(&there)
	if err != nil {
		return nil, mapError(err)
	}
	if !there {
		return nil, bot.ErrNotFound
	}
	s.keys.forget(id)
	if err := s.vault.dropWrapped(ctx, id); err != nil {
		return nil, err
	}
	report := []string{"keys/keys.db: key destroyed"}
	tables := []string{"conversations", "messages", "keys", "deliveries", "quarantine"}
	err = s.writer.doThen(ctx, func(ctx context.Context, conn *conn) error {
		for _, table := range tables {
			column := "conversation"
			if table == "conversations" {
				column = "id"
			}
			res, err := conn.ExecContext(ctx, "DELETE FROM "+table+" WHERE "+column+" = ?", string(id)) // #nosec G202 -- our own names
			if err != nil {
				return mapError(err)
			}
			n, _ := res.RowsAffected()
			report = append(report, fmt.Sprintf("wegwijzer.db, %s: %d rows erased", table, n))
		}
		_, err := conn.ExecContext(ctx, "INSERT OR REPLACE INTO erasures (conversation, at) VALUES (?, ?)", string(id), time.Now().UnixMilli())
		return mapError(err)
	}, func() { s.heads.Remove(id) })
	if err != nil {
		return report, err
	}
	s.checkpoint(ctx, "TRUNCATE")
	return append(report, "wegwijzer.db-wal: moved into the file and cut"), nil
}

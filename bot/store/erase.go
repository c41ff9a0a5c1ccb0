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
		if err == nil { // see erasedElsewhere
			_, err = conn.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('erased', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")
		}
		return mapError(err)
	}, func() { s.heads.Remove(id) })
	if err != nil {
		return report, err
	}
	s.checkpoint(ctx, "TRUNCATE")
	return append(report, "wegwijzer.db-wal: moved into the file and cut"), nil
}

// erasedElsewhere forgets what is known in memory when something was erased
// since the last look, since that may have been another process: the command
// erase runs beside the service. seen and the answer count erasings.
func (s *Embedded) erasedElsewhere(ctx context.Context, seen string) string {
	var now string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'erased'").Scan(&now)
	if err != nil || now == seen {
		return seen
	}
	s.heads.Purge()
	s.keys.forgetAll()
	return now
}

package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"wegwijzer/bot"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Embedded is the store of one machine: SQLite in a folder. It is durable when
// a method returns: synchronous=FULL, group commit.
type Embedded struct {
	dir    string
	write  *sql.DB
	read   *sql.DB
	vault  *vault
	keys   *keyring
	master Key
	docs   cipherDocs
	writer *writer
	// heads are conversations as they were last committed, packed: most turns
	// come soon after the one before. Only the writer adds, in the order of the
	// commits, so that what stands here is what is on disk.
	heads   *lru.Cache[bot.ConversationID, knownHead]
	version *sql.Stmt // of one conversation
	log     *slog.Logger
	stop    chan struct{}
	wg      sync.WaitGroup
	closer  sync.Once
}

// Options of the embedded store. Key nil: the store makes one on its first
// start in <Dir>/keys. Older are keys that were used before, for Restore.
type Options struct {
	Dir   string
	Key   *Key
	Older []Key
	Log   *slog.Logger
}

// OpenEmbedded opens or makes the store in a folder.
func OpenEmbedded(ctx context.Context, o Options) (*Embedded, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	keys := filepath.Join(o.Dir, "keys")
	for _, dir := range []string{o.Dir, keys} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("the store's folder: %w", err)
		}
	}
	s := &Embedded{dir: o.Dir, log: o.Log, stop: make(chan struct{})}
	var err error
	if o.Key != nil {
		s.master = *o.Key
	} else if s.master, err = ownKey(o.Dir); err != nil {
		return nil, fmt.Errorf("the store's key: %w", err)
	}
	if err := s.open(ctx, keys); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	s.run()
	if err := s.finishRestore(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("finish putting a backup back: %w", err), s.Close())
	}
	return s, nil
}

func (s *Embedded) open(ctx context.Context, keys string) error {
	var err error
	// One connection is the writer's own, the other for backups.
	if s.write, err = openFile(filepath.Join(s.dir, "wegwijzer.db"), 2, false); err != nil {
		return err
	}
	if err := s.checkMarks(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, s.write, migrations); err != nil {
		return err
	}
	if s.read, err = openFile(filepath.Join(s.dir, "wegwijzer.db"), 4, true); err != nil {
		return err
	}
	if s.vault, err = openVault(ctx, filepath.Join(keys, "keys.db")); err != nil {
		return err
	}
	// What a killed process had written but not synced counts as kept from now
	// on, so it must be on disk before anyone is told.
	for _, db := range []*sql.DB{s.write, s.vault.db} {
		if err := settled(ctx, db); err != nil && !errors.Is(err, errBusy) { // busy: a service runs on it
			return fmt.Errorf("%s: the disk doesn't take what was written: %w", s.dir, err)
		}
	}
	s.keys = newKeyring(s.vault, s.master)
	s.docs = cipherDocs{aead(s.master)}
	s.writer = newWriter(s.write)
	if s.heads, err = lru.New[bot.ConversationID, knownHead](maxHeads); err != nil {
		return err
	}
	if s.version, err = s.read.PrepareContext(ctx, "SELECT version FROM conversations WHERE id = ?"); err != nil {
		return err
	}
	return s.markKey(ctx)
}

// knownHead is a conversation as it was committed, packed.
type knownHead struct {
	version uint64
	packed  []byte
}

// maxHeads bounds the heads in memory: one to two KiB each.
const maxHeads = 16384

// markKey makes a new store its key's.
func (s *Embedded) markKey(ctx context.Context) error {
	_, err := s.write.ExecContext(ctx, "INSERT OR IGNORE INTO meta (name, value) VALUES ('key', ?)", keyMark(s.master))
	return err
}

// openFile opens a database file. The writer never checkpoints within a
// commit: that is done in the background.
func openFile(path string, conns int, readOnly bool) (*sql.DB, error) {
	q := url.Values{}
	for _, p := range []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"secure_delete(1)", "wal_autocheckpoint(0)", "query_only(" + strconv.FormatBool(readOnly) + ")",
	} {
		q.Add("_pragma", p)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// run starts the writer and the checkpoints; Close ends them.
func (s *Embedded) run() {
	s.wg.Add(2)
	go func() { defer s.wg.Done(); s.writer.loop(s.stop) }()
	go func() { defer s.wg.Done(); s.checkpoints() }()
}

// checkpoints moves the log into the file beside the commits, and forgets
// keys that are past their time.
func (s *Embedded) checkpoints() {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	erased := ""
	for n := 0; ; n++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		s.checkpoint(context.Background(), "PASSIVE")
		erased = s.erasedElsewhere(context.Background(), erased)
		if n%240 == 0 { // each minute
			err := s.writer.do(context.Background(), func(ctx context.Context, c *conn) error {
				_, err := c.ExecContext(ctx, "DELETE FROM keys WHERE until < ?", time.Now().UnixMilli())
				return err
			})
			if err != nil && !errors.Is(err, bot.ErrUnavailable) {
				s.log.Warn("forget old keys", "err", err)
			}
		}
	}
}

func (s *Embedded) checkpoint(ctx context.Context, mode string) {
	if _, err := s.read.ExecContext(ctx, "PRAGMA wal_checkpoint("+mode+")"); err != nil {
		s.log.Debug("checkpoint", "err", err)
	}
}

// errBusy says that others were using the log.
var errBusy = errors.New("the log is in use")

// settled moves all of the log into the file and returns when it is on disk.
// The log alone isn't proof of that: after a failed sync what it holds may stand
// in memory only, and no later sync writes it down.
func settled(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) error {
	var busy bool
	var pages, moved int
	err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(FULL)").Scan(&busy, &pages, &moved)
	if err == nil && busy {
		err = errBusy
	}
	return err
}

// Close ends the writing, bounded by what waits, and closes the files. It is
// harmless when called twice.
func (s *Embedded) Close() error {
	var err error
	s.closer.Do(func() {
		close(s.stop)
		s.wg.Wait()
		err = s.closeFiles()
	})
	return err
}

func (s *Embedded) closeFiles() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.vault != nil {
		errs = append(errs, s.vault.db.Close())
	}
	return errors.Join(errs...)
}

// probeSize is more than the largest turn takes.
const probeSize = 256 << 10

// Ready says whether the store can take a turn now. After a failed write it
// tries one of a turn's size.
func (s *Embedded) Ready(ctx context.Context) error {
	failing := s.writer.failing.Load()
	size := 16
	if failing {
		size = probeSize
	}
	err := s.writer.do(ctx, func(ctx context.Context, c *conn) error {
		// Another value each time: what stays the same isn't written at all.
		_, err := c.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('ready', hex(randomblob(?))) ON CONFLICT (name) DO UPDATE SET value = excluded.value", size/2)
		return mapError(err)
	})
	if err != nil {
		s.writer.failing.Store(true)
		return err
	}
	if failing {
		s.writer.failing.Store(false)
	}
	return nil
}

// vault is the keys' own small file.
type vault struct{ db *sql.DB }

func openVault(ctx context.Context, path string) (*vault, error) {
	db, err := openFile(path, 1, false)
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, `PRAGMA wal_autocheckpoint(200);
		CREATE TABLE IF NOT EXISTS wrapped (conversation TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID`)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return &vault{db}, nil
}

func (v *vault) wrapped(ctx context.Context, id bot.ConversationID) ([]byte, error) {
	var w []byte
	err := v.db.QueryRowContext(ctx, "SELECT key FROM wrapped WHERE conversation = ?", string(id)).Scan(&w)
	return w, mapError(err)
}

func (v *vault) putWrapped(ctx context.Context, id bot.ConversationID, w []byte) error {
	res, err := v.db.ExecContext(ctx, "INSERT OR IGNORE INTO wrapped (conversation, key) VALUES (?, ?)", string(id), w)
	if err != nil {
		return mapError(err)
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 {
		return bot.ErrConflict // there is such a conversation, or its making was cut short
	}
	return nil
}

func (v *vault) dropWrapped(ctx context.Context, id bot.ConversationID) error {
	_, err := v.db.ExecContext(ctx, "DELETE FROM wrapped WHERE conversation = ?", string(id))
	if err == nil {
		_, err = v.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return mapError(err)
}

// mapError turns a driver's error into the contract's.
func mapError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return bot.ErrNotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
}

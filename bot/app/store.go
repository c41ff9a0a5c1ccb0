package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/bot/config"
	"wegwijzer/bot/store"
)

// Store is what a driver must be.
type Store interface {
	bot.Store
	bot.CaseIndex
	bot.Eraser
	bot.Documents
	bot.Outbox
	bot.Timers
	bot.AuditLog
	// Reason opens the sealed reason of an entry of the audit log.
	Reason(ctx context.Context, e cases.Entry) (string, error)
	// Ready says whether it can take a write now.
	Ready(ctx context.Context) error
	// Backup writes a consistent copy to a file that must not exist yet.
	Backup(ctx context.Context, file string) error
	// Erasures calls f for everything that was ever erased.
	Erasures(ctx context.Context, f func(store.Erasure) error) error
	// Backlog counts what waits to be sent, and timers that are late at now.
	Backlog(ctx context.Context, now time.Time) (store.Backlog, error)
	// Replay erases what is on a list and still there, and counts it.
	Replay(ctx context.Context, list []store.Erasure) (int, error)
	// Close ends it. It is harmless when called twice.
	Close() error
}

// openStore opens the store that the settings choose: Redis when store.redis_url
// is set, else the one in store.dir.
func openStore(ctx context.Context, cfg config.Config, log *slog.Logger) (Store, error) {
	key, err := storeKey(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.Store.RedisURL == "" {
		s, err := store.OpenEmbedded(ctx, store.Options{Dir: cfg.Store.Dir, Key: key, Log: log})
		if err != nil {
			return nil, fmt.Errorf("the store: %w", err)
		}
		return s, nil
	}
	o := redisOptions(cfg, key, log)
	o.Journal = filepath.Join(cfg.Store.Dir, "erased.log")
	s, err := store.OpenRedis(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("the store: %w", err)
	}
	return s, nil
}

func redisOptions(cfg config.Config, key *store.Key, log *slog.Logger) store.RedisOptions {
	return store.RedisOptions{URL: cfg.Store.RedisURL, Key: key, AcceptLoss: cfg.Store.Redis.AcceptLoss, Log: log}
}

// storeKey reads store.key; nil when it is empty.
func storeKey(cfg config.Config) (*store.Key, error) {
	if cfg.Store.Key == "" {
		return nil, nil
	}
	k, err := store.ParseKey(cfg.Store.Key)
	if err != nil {
		return nil, err
	}
	return &k, nil
}

// Restore puts a backup back while the service stands still. oldKeys is a file
// with keys that store.key was before; "" when there is none.
func Restore(ctx context.Context, cfg config.Config, file, oldKeys string) error {
	if cfg.Store.RedisURL != "" {
		return errors.New("restore is for the embedded store; for Redis: stop it, put its own copy (dump.rdb or the folder appendonlydir) in its folder, and start it again (see docs/schalen.md)")
	}
	key, err := storeKey(cfg)
	if err != nil {
		return err
	}
	var older []store.Key
	if oldKeys != "" {
		if older, err = store.ReadKeys(oldKeys); err != nil {
			return err
		}
	}
	unlock, err := lockFolder(cfg.Store.Dir)
	if err != nil {
		return err
	}
	return errors.Join(store.Restore(ctx, store.Options{Dir: cfg.Store.Dir, Key: key, Older: older}, file), unlock())
}

// isStore says whether there is a store in a folder.
func isStore(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "wegwijzer.db")); err != nil {
		return fmt.Errorf("store.dir: there is no store: %w", err)
	}
	return nil
}

// CopyStore puts everything of the store in store.dir into the Redis of
// store.redis_url; the service must stand still. See store.Copy.
func CopyStore(ctx context.Context, cfg config.Config, told func(done, all int)) (n store.Copied, err error) {
	if cfg.Store.RedisURL == "" {
		return n, errors.New("store.redis_url is empty: it says where to copy to")
	}
	key, err := storeKey(cfg)
	if err != nil {
		return n, err
	}
	if err := isStore(cfg.Store.Dir); err != nil {
		return n, err
	}
	unlock, err := lockFolder(cfg.Store.Dir)
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	own := key
	if _, err := os.Stat(filepath.Join(cfg.Store.Dir, "keys", "store.key")); err == nil {
		own = nil // the folder made a key of its own
	}
	log := slog.New(slog.DiscardHandler)
	from, err := store.OpenEmbedded(ctx, store.Options{Dir: cfg.Store.Dir, Key: own, Log: log})
	if err != nil {
		return n, fmt.Errorf("the store: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := store.OpenRedis(ctx, redisOptions(cfg, key, log))
	if err != nil {
		return n, fmt.Errorf("the store: %w", err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return store.Copy(ctx, from, to, told)
}

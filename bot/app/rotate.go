package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"wegwijzer/bot/config"
	"wegwijzer/bot/store"
)

// Rotated is what a change of store.key did. Made is the file that was made
// for the new key; "" when it was there, or the store keeps its own.
type Rotated struct {
	store.Rotated
	Made string
}

// RotateKey changes store.key of the store that the settings choose; see
// store.RotateEmbedded and store.RotateRedis. file holds the new key and is
// made when it isn't there. It may be "" for a store in store.dir that made its
// own key. The service must stand still.
func RotateKey(ctx context.Context, cfg config.Config, file string, told func(done, all int)) (r Rotated, err error) {
	old, err := storeKey(cfg)
	if err != nil {
		return r, err
	}
	if old == nil && cfg.Store.RedisURL != "" {
		return r, errors.New("store.key is empty: it must hold the key that Redis was written with")
	}
	if file == "" && old != nil {
		return r, errors.New("store.key is set in the settings: name a file for the new one with --new-key")
	}
	if cfg.Store.RedisURL == "" {
		if err := isStore(cfg.Store.Dir); err != nil {
			return r, err
		}
	}
	var next *store.Key
	if file != "" {
		k, made, err := store.KeyFromFile(file)
		if err != nil {
			return r, fmt.Errorf("the new key: %w", err)
		}
		if next = &k; made {
			r.Made = file
		}
	}
	if cfg.Store.RedisURL != "" {
		r.Rotated, err = store.RotateRedis(ctx, redisOptions(cfg, old, slog.New(slog.DiscardHandler)), *next, told)
		return r, err
	}
	unlock, err := lockFolder(cfg.Store.Dir)
	if err != nil {
		return r, err
	}
	r.Rotated, err = store.RotateEmbedded(ctx, store.Options{Dir: cfg.Store.Dir, Key: old}, next, told)
	return r, errors.Join(err, unlock())
}

// ListErasures calls f for everything that was ever erased, beside a running
// service.
func ListErasures(ctx context.Context, cfg config.Config, f func(store.Erasure) error) error {
	s, err := openStore(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(s.Erasures(ctx, f), s.Close())
}

// ReplayErasures erases what is on the lists and still there, beside a running
// service. It returns how many conversations the lists name and how many of
// them were there.
func ReplayErasures(ctx context.Context, cfg config.Config, files []string) (listed, erased int, err error) {
	var list []store.Erasure
	for _, name := range files {
		f, err := os.Open(name) // #nosec G304 -- the operator's own file
		if err != nil {
			return 0, 0, err
		}
		more, err := store.ReadErasures(f, name)
		if err := errors.Join(err, f.Close()); err != nil {
			return 0, 0, err
		}
		list = append(list, more...)
	}
	s, err := openStore(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, 0, err
	}
	erased, err = s.Replay(ctx, list)
	return len(list), erased, errors.Join(err, s.Close())
}

package app

import (
	"context"
	"errors"
	"time"

	"wegwijzer/bot"
	"wegwijzer/knowledge/kaart"
)

// followTime is how often a running service looks for an import.
const followTime = 250 * time.Millisecond

// follow takes up each import into the running index, until ctx ends. What is
// searched stays in use until the next is ready.
func (d *directory) follow(ctx context.Context, k *Kaarten, at uint64, failed func(error)) {
	tick := time.NewTicker(followTime)
	defer tick.Stop()
	var told uint64 // the version of which failed knows
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		version, err := k.version(ctx)
		if err != nil || version == at {
			continue
		}
		next, read, err := k.after(ctx, d.index.Load().Kaart(), at)
		if err != nil {
			if ctx.Err() == nil && told != version {
				failed(err)
				told = version
			}
			continue
		}
		d.index.Store(d.index.Load().Next(next))
		at = read
	}
}

// version returns the version that the kaart is kept under.
func (k *Kaarten) version(ctx context.Context) (uint64, error) {
	v, err := k.docs.DocumentVersion(ctx, kindKaart, kaartID)
	if errors.Is(err, bot.ErrNotFound) {
		return 0, nil
	}
	return v, err
}

// quickChanges is up to how many changes a node takes up one by one; of more
// it reads the whole kaart.
const quickChanges = 2000

// after is the kaart of now and its version, for a node that has the one of
// version at. It takes the changes since then where they are kept, and shares
// every record that is still the same.
func (k *Kaarten) after(ctx context.Context, have *kaart.Kaart, at uint64) (*kaart.Kaart, uint64, error) {
	d, err := k.document(ctx)
	if err != nil {
		return nil, 0, err
	}
	if next, err := k.changed(ctx, have, at, d); err == nil {
		return next, d.Version, nil
	}
	next, err := kaartOf(d)
	if err != nil {
		return nil, 0, err
	}
	return next.Sharing(have), d.Version, nil
}

var errReadWhole = errors.New("the kaart must be read whole")

// changed makes the kaart of d from the one of version at.
func (k *Kaarten) changed(ctx context.Context, have *kaart.Kaart, at uint64, d bot.Document) (*kaart.Kaart, error) {
	if d.Version <= at {
		return nil, errReadWhole
	}
	var since []imported // the newest first
	count := 0
	for id := changesOf(d); uint64(len(since)) < d.Version-at; {
		i, err := k.imported(ctx, id)
		if err != nil {
			return nil, err
		}
		since = append(since, i)
		if count += len(i.Changes); count > quickChanges {
			return nil, errReadWhole
		}
		id = i.Previous
	}
	for n := len(since) - 1; n >= 0; n-- {
		next, err := have.With(since[n].Changes, since[n].Organisations)
		if err != nil {
			return nil, err
		}
		have = next
	}
	return have, nil
}

package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/config"
	"wegwijzer/channels"
	"wegwijzer/channels/hsds"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/index"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
)

// The kaart is kept as one document, in packed HSDS JSON.
const (
	kindKaart = "kaart"
	kaartID   = "current"
)

// Kaarten keeps the kaart in the store; the embedded example stands in as long
// as nothing was imported.
type Kaarten struct {
	docs   bot.Documents
	limits kaart.Limits
}

// OpenKaarten opens the store for the kaart alone, beside a running service
// too.
func OpenKaarten(ctx context.Context, cfg config.Config) (*Kaarten, func() error, error) {
	s, err := openStore(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	return &Kaarten{s, kaartLimits(cfg)}, s.Close, nil
}

// kaartLimits says how long a check of a record counts, in each gemeente.
func kaartLimits(cfg config.Config) kaart.Limits {
	freshness := func(k config.Kaart) kaart.Freshness {
		return kaart.Freshness{Stale: k.FreshMonths, Hidden: k.HiddenMonths}
	}
	l := kaart.Limits{Freshness: freshness(cfg.Kaart), Areas: map[string]kaart.Freshness{}}
	for _, g := range cfg.Gemeente {
		if own := g.Kaart(cfg.Kaart); own != cfg.Kaart {
			l.Areas[kaart.FoldArea(g.ID)] = freshness(own)
			l.Areas[kaart.FoldArea(g.Name)] = freshness(own)
		}
	}
	return l
}

// Check lists what should be checked today, by the limits of the settings.
func (k *Kaarten) Check(current *kaart.Kaart, today kaart.Date) []kaart.Check {
	return current.Check(today, k.limits)
}

// Current returns the kaart and the version it is kept under; 0 is the
// example.
func (k *Kaarten) Current(ctx context.Context) (*kaart.Kaart, uint64, error) {
	d, err := k.docs.Document(ctx, kindKaart, kaartID)
	if errors.Is(err, bot.ErrNotFound) {
		example, err := kaart.Example()
		return example, 0, err
	}
	if err != nil {
		return nil, 0, err
	}
	kept, err := unpackKaart(d.Body)
	return kept, d.Version, err
}

// packKaart writes a kaart as it is kept: HSDS JSON, packed twentyfold.
func packKaart(k *kaart.Kaart) ([]byte, error) {
	var body bytes.Buffer
	zw, err := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(k.EncodeHSDS(zw), zw.Close()); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// unpackKaart reads what packKaart wrote, and JSON as it was kept before.
func unpackKaart(body []byte) (*kaart.Kaart, error) {
	var in io.Reader = bytes.NewReader(body)
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		zr, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("the kept kaart: %w", err)
		}
		in = zr
	}
	kept, _, err := (*kaart.Kaart)(nil).Apply(kaart.DecodeJSON(in), kaart.ApplyOptions{})
	return kept, err
}

// Import puts a file into the kaart; see kaart.Apply. The report is filled in
// any case.
func (k *Kaarten) Import(ctx context.Context, file string, o kaart.ApplyOptions) (kaart.Report, error) {
	batch, err := decodeFile(file)
	if err != nil {
		return kaart.Report{}, err
	}
	current, version, err := k.Current(ctx)
	if err != nil {
		return kaart.Report{}, err
	}
	next, report, err := current.Apply(batch, o)
	if err != nil {
		return report, err
	}
	body, err := packKaart(next)
	if err != nil {
		return report, err
	}
	// The history first: of what isn't kept nothing happened, but what happened
	// must be kept.
	if len(report.Changes) > 0 {
		if err := k.remember(ctx, version+1, report.Changes); err != nil {
			return report, err
		}
	}
	_, err = k.docs.PutDocument(ctx, bot.Document{Kind: kindKaart, ID: kaartID, Version: version, Body: body})
	if errors.Is(err, bot.ErrConflict) {
		err = errors.New("someone else imported at the same time; nothing is changed, try again")
	}
	return report, err
}

// kindChanges are the documents with the changes of one import each, by the
// version of the kaart that it made.
const kindChanges = "kaart-changes"

// remember keeps who changed what and when. What an import that lost the race
// for the same version wrote is written over.
func (k *Kaarten) remember(ctx context.Context, version uint64, changes []kaart.Change) error {
	var body bytes.Buffer
	zw := gzip.NewWriter(&body)
	if err := errors.Join(json.NewEncoder(zw).Encode(changes), zw.Close()); err != nil {
		return fmt.Errorf("the history of the kaart: %w", err)
	}
	id := fmt.Sprintf("%010d", version)
	at, err := k.docs.DocumentVersion(ctx, kindChanges, id)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("the history of the kaart: %w", err)
	}
	if _, err := k.docs.PutDocument(ctx, bot.Document{Kind: kindChanges, ID: id, Version: at, Body: body.Bytes()}); err != nil {
		return fmt.Errorf("the history of the kaart: %w", err)
	}
	return nil
}

// History returns every change of every import, the oldest first.
func (k *Kaarten) History(ctx context.Context) ([]kaart.Change, error) {
	docs, err := k.docs.ListDocuments(ctx, kindChanges)
	if err != nil {
		return nil, err
	}
	var all []kaart.Change
	for _, d := range docs {
		zr, err := gzip.NewReader(bytes.NewReader(d.Body))
		if err != nil {
			return nil, fmt.Errorf("the history of the kaart: %s: %w", d.ID, err)
		}
		var changes []kaart.Change
		if err := json.NewDecoder(zr).Decode(&changes); err != nil {
			return nil, fmt.Errorf("the history of the kaart: %s: %w", d.ID, err)
		}
		all = append(all, changes...)
	}
	return all, nil
}

// decodeFile reads a file of any kind that the kaart knows.
func decodeFile(file string) (*kaart.Batch, error) {
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	batch, err := kaart.Decode(f)
	return batch, errors.Join(err, f.Close())
}

// Export writes the kaart in a format: hsds-json, hsds-csv, csv or xlsx.
func (k *Kaarten) Export(ctx context.Context, format string, w io.Writer) error {
	current, _, err := k.Current(ctx)
	if err != nil {
		return err
	}
	switch format {
	case "hsds-json":
		return current.EncodeHSDS(w)
	case "hsds-csv":
		return current.EncodeZIP(w)
	case "csv":
		return current.EncodeCSV(w)
	case "xlsx":
		return current.EncodeXLSX(w)
	}
	return fmt.Errorf("unknown format %q", format)
}

// Index makes a search index of the current kaart.
func (k *Kaarten) Index(ctx context.Context) (*index.Index, error) {
	current, _, err := k.Current(ctx)
	if err != nil {
		return nil, err
	}
	model, err := nlu.Embedded()
	if err != nil {
		return nil, err
	}
	return index.New(current, index.WithUnderstander(understander{model}), index.WithLimits(k.limits))
}

// followTime is how often a running service looks for an import.
const followTime = 500 * time.Millisecond

// follow takes up each import into the running index, until ctx ends.
func (d *directory) follow(ctx context.Context, k *Kaarten, at uint64, failed func(error)) {
	tick := time.NewTicker(followTime)
	defer tick.Stop()
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
		next, version, err := k.Current(ctx)
		if err == nil {
			err = d.use(next)
		}
		if err != nil {
			failed(err)
		}
		at = version
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

// hsds adds the kaart as an API for other directories.
func (a *App) hsds(s *channels.Server) error {
	kinds, err := kaart.Hulpsoorten()
	if err != nil {
		return err
	}
	current := func() *kaart.Kaart { return a.kaart.index.Load().Kaart() }
	hsds.New(hsds.Config{Kaart: current, Kinds: kinds, URL: a.Config.Server.URL}).Mount(s)
	return nil
}

// understander tells the index what the model makes of a question.
type understander struct{ model *nlu.Model }

func (u understander) Understand(_ context.Context, text string) index.Understood {
	m := u.model.Understand(text)
	out := index.Understood{Levensgebieden: m.Levensgebieden}
	switch m.Intent.ID {
	case knowledge.IntentHulpvraag, knowledge.IntentKlacht, knowledge.IntentMens:
		out.Help = m.Intent.Score
	case knowledge.IntentBuitenBereik:
		out.Outside = m.Intent.Score
	default:
		out.Other = m.Intent.Score
	}
	return out
}

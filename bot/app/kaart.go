package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

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
	d, err := k.document(ctx)
	if err != nil {
		return nil, 0, err
	}
	kept, err := kaartOf(d)
	return kept, d.Version, err
}

// document is the kaart as it is kept; version 0 and no body when nothing is.
func (k *Kaarten) document(ctx context.Context) (bot.Document, error) {
	d, err := k.docs.Document(ctx, kindKaart, kaartID)
	if errors.Is(err, bot.ErrNotFound) {
		return bot.Document{}, nil
	}
	return d, err
}

// kaartOf reads the kaart of a document; nothing is the example.
func kaartOf(d bot.Document) (*kaart.Kaart, error) {
	if d.Version == 0 {
		return kaart.Example()
	}
	return unpackKaart(d.Body)
}

// packKaart writes a kaart as it is kept: HSDS JSON, packed twentyfold, with
// the id of its last changes in the head, which is read without the rest.
func packKaart(k *kaart.Kaart, changes string) ([]byte, error) {
	var body bytes.Buffer
	zw, err := gzip.NewWriterLevel(&body, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	zw.Comment = changes
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
	d, err := k.document(ctx)
	if err != nil {
		return kaart.Report{}, err
	}
	current, err := kaartOf(d)
	if err != nil {
		return kaart.Report{}, err
	}
	next, report, err := current.Apply(batch, o)
	if err != nil {
		return report, err
	}
	if len(report.Changes)+len(report.Organisations) == 0 && d.Version > 0 {
		return report, nil
	}
	return report, k.keep(ctx, d, next, report)
}

// keep makes next the kaart in the place of the document before.
func (k *Kaarten) keep(ctx context.Context, before bot.Document, next *kaart.Kaart, report kaart.Report) error {
	// The history first: of what isn't kept nothing happened, but what happened
	// must be kept.
	id, err := k.remember(ctx, imported{Previous: changesOf(before), Changes: report.Changes, Organisations: report.Organisations}, before.Version+1)
	if err != nil {
		return err
	}
	body, err := packKaart(next, id)
	if err != nil {
		return err
	}
	_, err = k.docs.PutDocument(ctx, bot.Document{Kind: kindKaart, ID: kaartID, Version: before.Version, Body: body})
	if errors.Is(err, bot.ErrConflict) {
		err = errors.Join(errors.New("iemand anders las op hetzelfde moment een bestand in; er is niets veranderd, probeer het opnieuw"), k.docs.DeleteDocument(ctx, kindChanges, id))
	}
	return err
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

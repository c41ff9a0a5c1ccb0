package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wegwijzer/bot"
	"wegwijzer/knowledge/kaart"
)

// kindChanges are the documents with the changes of one import each.
const kindChanges = "kaart-changes"

// imported is what one import did. Previous is the id of the one before: an
// import that lost the race for the same version stands in no chain.
type imported struct {
	Previous      string               `json:"previous,omitempty"`
	Changes       []kaart.Change       `json:"changes"`
	Organisations []kaart.Organisation `json:"organisations,omitempty"`
}

// changesOf is the id of the last changes of a kept kaart; "" when there are
// none or it was kept before they had ids of their own.
func changesOf(d bot.Document) string {
	zr, err := gzip.NewReader(bytes.NewReader(d.Body))
	if err != nil {
		return ""
	}
	return zr.Comment
}

// remember keeps who changed what and when, and returns under which id.
func (k *Kaarten) remember(ctx context.Context, i imported, version uint64) (string, error) {
	var body bytes.Buffer
	zw := gzip.NewWriter(&body)
	if err := errors.Join(json.NewEncoder(zw).Encode(i), zw.Close()); err != nil {
		return "", fmt.Errorf("the history of the kaart: %w", err)
	}
	id := fmt.Sprintf("%010d-%s", version, rand.Text()[:8])
	if _, err := k.docs.PutDocument(ctx, bot.Document{Kind: kindChanges, ID: id, Body: body.Bytes()}); err != nil {
		return "", fmt.Errorf("the history of the kaart: %w", err)
	}
	return id, nil
}

// imported reads one import.
func (k *Kaarten) imported(ctx context.Context, id string) (imported, error) {
	d, err := k.docs.Document(ctx, kindChanges, id)
	if err != nil {
		return imported{}, fmt.Errorf("the history of the kaart: %s: %w", id, err)
	}
	return unpackImported(d)
}

func unpackImported(d bot.Document) (imported, error) {
	var i imported
	zr, err := gzip.NewReader(bytes.NewReader(d.Body))
	if err == nil {
		in := json.NewDecoder(zr)
		if strings.Contains(d.ID, "-") {
			err = in.Decode(&i)
		} else {
			err = in.Decode(&i.Changes) // as it was kept first
		}
	}
	if err != nil {
		return imported{}, fmt.Errorf("the history of the kaart: %s: %w", d.ID, err)
	}
	return i, nil
}

// History calls do with every change of every import, the oldest first.
func (k *Kaarten) History(ctx context.Context, do func(kaart.Change) error) error {
	now, err := k.document(ctx)
	if err != nil {
		return err
	}
	docs, err := k.docs.ListDocuments(ctx, kindChanges)
	if err != nil {
		return err
	}
	at := make(map[string]bot.Document, len(docs))
	var chain []string // the newest first
	for _, d := range slices.Backward(docs) {
		at[d.ID] = d
	}
	for id := changesOf(now); id != ""; {
		d, ok := at[id]
		if !ok {
			return fmt.Errorf("the history of the kaart: %s is lost", id)
		}
		chain = append(chain, id)
		i, err := unpackImported(d)
		if err != nil {
			return err
		}
		id = i.Previous
	}
	for _, d := range slices.Backward(docs) {
		if !strings.Contains(d.ID, "-") {
			chain = append(chain, d.ID)
		}
	}
	for _, id := range slices.Backward(chain) {
		i, err := unpackImported(at[id])
		if err != nil {
			return err
		}
		for _, c := range i.Changes {
			if err := do(c); err != nil {
				return err
			}
		}
	}
	return nil
}

package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/knowledge"
)

// The kinds of documents for the report to the gemeente. They hold nothing that
// leads to a person: the id is a hash, the day is a month.
const (
	KindSignal  = "signaal"
	KindOpinion = "mening"
)

// SignalRecord is a supporter's signal as the report counts it.
type SignalRecord struct {
	Gemeente     knowledge.GemeenteID   `json:"gemeente"`
	Month        string                 `json:"month"` // 2026-11
	Levensgebied knowledge.Levensgebied `json:"levensgebied,omitempty"`
	Kind         cases.SignalKind       `json:"kind"`
	Text         string                 `json:"text"`
	Tried        string                 `json:"tried,omitempty"`
}

// OpinionRecord is what a resident thought of a case, as the report counts it.
type OpinionRecord struct {
	Gemeente knowledge.GemeenteID `json:"gemeente"`
	Month    string               `json:"month"`
	cases.Feedback
}

// report keeps the signals and the opinion of a case where they outlive it. It
// can be repeated; what fails is logged and kept by the next try, at the latest
// before the conversation is erased. It says whether there is a case.
func (b *Bot) report(ctx context.Context, id ConversationID) (is bool) {
	conv, err := b.Store.Load(ctx, id)
	is = err == nil && conv.Case != nil
	if is && b.Reports != nil {
		err = b.reportCase(ctx, conv.Case)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		b.Log.Error("keep what a case reports", "conversation", id, "err", err)
	}
	return is
}

func (b *Bot) reportCase(ctx context.Context, c *cases.Case) error {
	month := func(at time.Time) string { return at.Format("2006-01") }
	name := func(what string) string {
		sum := sha256.Sum256([]byte(fmt.Sprint(c.ID, " ", c.Opened.UnixNano(), " ", what)))
		return hex.EncodeToString(sum[:16])
	}
	for i, s := range c.Signals {
		record := SignalRecord{c.Gemeente, month(s.At), s.Levensgebied, s.Kind, s.Text, s.Tried}
		if err := b.putReport(ctx, KindSignal, name(fmt.Sprint("signaal ", i)), record); err != nil {
			return err
		}
	}
	if c.Feedback == nil {
		return nil
	}
	return b.putReport(ctx, KindOpinion, name("mening"), OpinionRecord{c.Gemeente, month(c.Ended), *c.Feedback})
}

func (b *Bot) putReport(ctx context.Context, kind, id string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	for range attempts {
		var version uint64
		if version, err = b.Reports.DocumentVersion(ctx, kind, id); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		_, err = b.Reports.PutDocument(ctx, Document{Kind: kind, ID: id, Version: version, Body: body})
		if !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return err
}

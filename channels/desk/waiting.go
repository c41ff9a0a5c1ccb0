package desk

import (
	"context"
	"sync"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/knowledge"
)

// waiting remembers in which conversations the resident had the last word, so
// that a queue which is asked for every second doesn't read them all.
type waiting struct {
	mu   sync.Mutex
	seen map[cases.CaseID]lastWord
}

type lastWord struct {
	updated  time.Time
	resident bool
}

// maxWaiting bounds the memory; more are simply read again.
const maxWaiting = 10_000

// unanswered says whether the resident of a supporter's own case waits for an
// answer.
func (d *Desk) unanswered(ctx context.Context, who *seat, r *bot.CaseRow) bool {
	w := &d.waiting
	w.mu.Lock()
	known, ok := w.seen[r.ID]
	w.mu.Unlock()
	if ok && known.updated.Equal(r.Updated) {
		return known.resident
	}
	resident, err := d.bot.Waiting(ctx, who.ID, r.ID)
	if err != nil {
		return false // it closed meanwhile; the next look at the queue knows
	}
	word := lastWord{updated: r.Updated, resident: resident}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil || len(w.seen) >= maxWaiting {
		w.seen = map[cases.CaseID]lastWord{}
	}
	w.seen[r.ID] = word
	return word.resident
}

func (d *Desk) gemeenteName(id knowledge.GemeenteID) string {
	if name, ok := d.cfg.Gemeenten[id]; ok {
		return name
	}
	return string(id)
}

func (d *Desk) personName(id cases.SupporterID) string {
	if s, ok := d.roster().Supporter(id); ok {
		return s.Name
	}
	return string(id)
}

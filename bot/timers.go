package bot

import (
	"context"
	"errors"
	"time"
)

// TimerKind says what is to be done when a timer goes off.
type TimerKind string

// The kinds of timers.
const (
	// TimerTerm is the next stage of the term that runs: half, 80 %, over.
	TimerTerm TimerKind = "termijn"
	// TimerWaakvlam is the next question of a waakvlam.
	TimerWaakvlam TimerKind = "waakvlam"
	// TimerRetention is the end of keeping: the conversation is erased.
	TimerRetention TimerKind = "bewaren"
)

// Timers finds conversations whose timer has gone off. The timers themselves
// stand in the conversation and change in the same commit as all else, so that
// one goes off once, also after downtime and on several nodes: whoever comes
// second meets another version.
type Timers interface {
	Partitions() int
	// DueTimers returns conversations of a partition with a timer at or before
	// now, the earliest first.
	DueTimers(ctx context.Context, partition int, now time.Time, limit int) ([]ConversationID, error)
}

// NextTimer returns when the earliest timer goes off; zero when there is none.
func (c *Conversation) NextTimer() time.Time {
	var next time.Time
	for _, due := range c.Timers {
		if next.IsZero() || due.Before(next) {
			next = due
		}
	}
	return next
}

// arm sets the timers that follow from how the conversation now stands. It
// runs before every commit, so that no path can forget one.
func (t *turn) arm() {
	var term, keep, ask time.Time
	if c := t.conv.Case; c != nil {
		term = c.NextStage()
		if c.Waakvlam != nil {
			ask = c.Waakvlam.Next
		}
	}
	if t.g.Retention > 0 {
		keep = t.now.Add(t.g.Retention)
		if t.g.Retention >= 24*time.Hour {
			keep = keep.Truncate(time.Hour) // else every turn moves it, and its place in the index
		}
	}
	timers := make(map[TimerKind]time.Time, 3)
	for _, timer := range []struct {
		kind TimerKind
		due  time.Time
	}{{TimerTerm, term}, {TimerWaakvlam, ask}, {TimerRetention, keep}} {
		if !timer.due.IsZero() {
			timers[timer.kind] = timer.due.UTC()
		}
	}
	t.conv.Timers = timers
}

// timerPause is how often the timers are looked at.
const timerPause = time.Second

// timerBatch is how many conversations one look takes from a partition.
const timerBatch = 100

// RunTimers fires timers until ctx ends.
func (b *Bot) RunTimers(ctx context.Context) error {
	tick := time.NewTicker(timerPause)
	defer tick.Stop()
	for {
		b.FireTimers(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// FireTimers looks at all timers once and does what those are for that have
// gone off. What fails is logged and tried at the next look.
func (b *Bot) FireTimers(ctx context.Context) {
	for part := range b.Timers.Partitions() {
		b.fireDue(ctx, part)
	}
}

func (b *Bot) fireDue(ctx context.Context, part int) {
	ids, err := b.Timers.DueTimers(ctx, part, b.Clock().UTC(), timerBatch)
	if err != nil {
		if ctx.Err() == nil {
			b.Log.Warn("look for timers", "partition", part, "err", err)
		}
		return
	}
	for _, id := range ids {
		if err := b.fire(ctx, id); err != nil && ctx.Err() == nil {
			b.Log.Error("fire a timer", "conversation", id, "err", err)
		}
	}
}

// fire does what the due timers of a conversation are for.
func (b *Bot) fire(ctx context.Context, id ConversationID) error {
	erase := false
	_, err := b.change(ctx, id, func(conv *Conversation, now time.Time) (*Commit, error) {
		next := conv.NextTimer()
		if next.IsZero() || next.After(now) {
			return nil, nil // another node was first
		}
		t := b.newTurn(conv, Incoming{}, now)
		if due := conv.Timers[TimerTerm]; !due.IsZero() && !due.After(now) {
			t.term(ctx)
		}
		if due := conv.Timers[TimerWaakvlam]; !due.IsZero() && !due.After(now) {
			t.askHow(ctx)
		}
		if due := conv.Timers[TimerRetention]; !due.IsZero() && !due.After(now) {
			erase = !conv.Case.Owned()
		}
		if erase {
			return nil, nil
		}
		return t.commit(), nil
	})
	// Not found: it was erased meanwhile, or its erasing was cut short after the
	// key was destroyed, and what is left goes now.
	if err == nil && erase || errors.Is(err, ErrNotFound) {
		err = b.Erase(ctx, id)
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

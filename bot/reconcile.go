package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
)

// reconcilePause is how often open cases are looked over.
const reconcilePause = time.Minute

// reconcileBatch bounds one look.
const reconcileBatch = 100000

// RunReconciler looks over the open cases at the start and each minute, until
// ctx ends: a case that nobody can work on any more gets an owner again.
func (b *Bot) RunReconciler(ctx context.Context) error {
	tick := time.NewTicker(reconcilePause)
	defer tick.Stop()
	for {
		if n, err := b.Reconcile(ctx); err != nil && ctx.Err() == nil {
			b.Log.Error("look over the open cases", "err", err)
		} else if n > 0 {
			b.Log.Warn("cases had no owner and got one", "cases", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Reconcile gives every open case whose supporter has left the roster to
// someone else, tells the resident, and returns how many there were. An
// escalation and its case are one commit, so a case can lose its owner only
// through the roster.
func (b *Bot) Reconcile(ctx context.Context) (int, error) {
	rows, err := b.Cases.Cases(ctx, CaseQuery{Status: append(cases.OpenStatuses(), cases.StatusWaakvlam), Limit: reconcileBatch})
	if err != nil {
		return 0, fmt.Errorf("list the open cases: %w", err)
	}
	n := 0
	var failed []error // one that nobody can take must not keep the others waiting
	for _, row := range rows {
		if s, ok := b.People.Roster().Supporter(row.Supporter); ok && !s.Disabled {
			continue
		}
		_, err := b.desk(ctx, row.ID, "", func(t *turn) error { return t.orphaned(ctx) })
		if KindOf(err) == KindNotFound {
			continue // erased meanwhile
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("case %s: %w", row.ID, err))
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}

// orphaned gives the case of somebody who left to someone else.
func (t *turn) orphaned(ctx context.Context) error {
	before := t.b.supporterFact(t.conv.Case.Supporter)
	if err := t.conv.Case.Orphaned(t.b.People.Roster(), t.load(ctx), t.g.Terms, t.now); err != nil {
		return err
	}
	after := t.b.supporterFact(t.conv.Case.Supporter)
	key := "algemeen.nieuwe-ondersteuner-weg"
	if t.conv.Case.Status == cases.StatusWaakvlam {
		key = "zaken.waakvlam-ander"
	} else {
		t.conv.State.Supporter = &after
	}
	t.notice(key, dialogs.Vars{
		"naam": before.Name, "nieuw": after.Name, "organisatie": after.Organisation, "bereikbaar": after.Phone,
		"datum": dialogs.DateTime(t.conv.State.Lang, t.conv.Case.ContactBefore.In(t.g.Terms.Zone)),
	})
	return nil
}

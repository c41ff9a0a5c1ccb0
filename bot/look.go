package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wegwijzer/bot/cases"
)

// CaseView is a case as its supporter sees it, with the conversation. Messages
// is empty for a colleague: the resident let one person read them.
type CaseView struct {
	Case     *cases.Case
	Messages []Message
	Status   Status
	Channel  Channel
	Lang     string
}

// Queue lists the cases that a supporter may know of. Their own are listed
// whatever the gemeente is: a case may have been handed over from another one.
func (b *Bot) Queue(ctx context.Context, who cases.SupporterID, q CaseQuery) ([]CaseRow, error) {
	s, ok := b.People.Roster().Supporter(who)
	if !ok {
		return nil, Errorf(KindForbidden, "U staat niet in het rooster.", "unknown supporter %q", who)
	}
	q.Organisation, q.Gemeenten = s.Organisation, s.Gemeenten
	if q.Supporter == who {
		q.Gemeenten = nil
	}
	return b.Cases.Cases(ctx, q)
}

// sitting is how long a supporter's looks at one case count as one.
const sitting = 15 * time.Minute

// lookKey is a supporter's look at a case, which stands in the audit log once a
// sitting.
type lookKey struct {
	who cases.SupporterID
	id  cases.CaseID
}

// Look opens a case for a supporter who may see it and while consent stands.
// That it was looked at is in the audit log before anything is shown, once a
// sitting.
func (b *Bot) Look(ctx context.Context, who cases.SupporterID, id cases.CaseID) (CaseView, error) {
	v, err := b.view(ctx, who, id)
	if err != nil {
		return v, err
	}
	key, now := lookKey{who, id}, b.Clock().UTC()
	if last, ok := b.looks.Get(key); ok && !now.Before(last) && now.Sub(last) < sitting {
		return v, nil
	}
	err = b.Store.Log(ctx, ConversationID(id), []cases.Event{{At: now, Actor: string(who), Action: "looked", Why: string(v.Case.Status)}})
	if err != nil {
		return CaseView{}, fmt.Errorf("log the look: %w", err)
	}
	b.looks.Add(key, now)
	return v, nil
}

// Waiting says whether the resident of a supporter's own case waits for an
// answer: nobody sees anything by it.
func (b *Bot) Waiting(ctx context.Context, who cases.SupporterID, id cases.CaseID) (bool, error) {
	v, err := b.view(ctx, who, id)
	if err != nil {
		return false, err
	}
	for i := len(v.Messages) - 1; i >= 0 && v.Messages[i].From != FromSupporter; i-- {
		if m := v.Messages[i]; m.From == FromResident && !m.At.Before(v.Case.Taken) {
			return true, nil
		}
	}
	return false, nil
}

// view loads what a supporter may see of a case.
func (b *Bot) view(ctx context.Context, who cases.SupporterID, id cases.CaseID) (CaseView, error) {
	conv, err := b.Store.Load(ctx, ConversationID(id))
	if errors.Is(err, ErrNotFound) || err == nil && conv.Case == nil {
		return CaseView{}, errNoCase(id)
	}
	if err != nil {
		return CaseView{}, fmt.Errorf("load the case: %w", err)
	}
	c := conv.Case
	if err := b.People.Roster().MaySee(c, who); err != nil {
		return CaseView{}, b.deskError(err)
	}
	if !c.Readable() {
		return CaseView{}, b.deskError(cases.ErrConsent)
	}
	v := CaseView{Case: c, Status: statusOf(c), Channel: conv.Channel, Lang: string(conv.State.Lang)}
	since, until, may := c.MayRead(who)
	if !may {
		return v, nil
	}
	list, err := b.Store.Messages(ctx, conv.ID, 0, 0)
	if err != nil {
		return CaseView{}, fmt.Errorf("load the conversation: %w", err)
	}
	for _, m := range readable(&conv.State, list) {
		if !m.At.Before(since) && (until.IsZero() || !m.At.After(until)) {
			v.Messages = append(v.Messages, m)
		}
	}
	return v, nil
}

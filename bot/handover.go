package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// load is how busy everyone is. When the store can't say, nobody counts as
// busy: a case with a full supporter is better than no case.
func (t *turn) load(ctx context.Context) cases.Load {
	open, err := t.b.Cases.OpenCases(ctx)
	if err != nil {
		t.b.Log.Warn("count open cases", "err", err)
	}
	active, err := t.b.People.Active(ctx)
	if err != nil {
		t.b.Log.Warn("who can log in", "err", err)
	}
	return cases.Load{Open: open, Active: active}
}

// escalate makes the case within the turn: the case, the message that names
// the supporter and the deliveries are one commit.
func (t *turn) escalate(ctx context.Context, e *dialogs.Escalation) (*dialogs.Assignment, error) {
	h := &t.conv.State.Hulpvraag
	o := cases.Opening{
		ID: cases.CaseID(t.conv.ID), Need: t.need(), Wish: cases.SupporterID(e.Supporter),
		Stelsels: h.Stelsels, Crisis: t.conv.State.Crisis, Summary: e.Summary, Shown: h.Shown,
		Consent: e.Consent, Contact: cases.Contact(e.Contact), Cause: t.in.Key,
	}
	for _, l := range t.b.Engine.SummaryLines(&t.conv.State) {
		o.Lines = append(o.Lines, cases.Line(l))
	}
	if len(h.Words) > 0 {
		o.Words = h.Words[0].Text
	}
	for _, d := range h.Deadlines {
		if o.Deadline.IsZero() || d.On.Before(o.Deadline) {
			o.Deadline = d.On
		}
	}
	c, choice, err := cases.Open(o, t.b.People.Roster(), t.load(ctx), t.g.Terms)
	if err != nil {
		return nil, err
	}
	t.conv.Case = c
	return t.assignment(choice), nil
}

// another gives the case to someone else, without asking why.
func (t *turn) another(ctx context.Context) (*dialogs.Assignment, error) {
	if t.conv.Case == nil {
		return nil, errors.New("another supporter without a case")
	}
	if refused := string(t.conv.Case.Supporter); !slices.Contains(t.conv.State.Refused, refused) {
		t.conv.State.Refused = append(t.conv.State.Refused, refused)
	}
	choice, err := t.conv.Case.Refuse(t.b.People.Roster(), t.load(ctx), t.g.Terms, t.now)
	if err != nil {
		return nil, err
	}
	return t.assignment(choice), nil
}

// rescue gives a conversation that keeps failing to the coordinator, without
// any of the resident's words, since nobody consented to those. The dialog
// begins anew, so that whatever it stumbled over is gone.
func (t *turn) rescue(ctx context.Context) {
	t.conv.State = dialogs.State{Lang: t.conv.State.Lang, Gemeente: t.conv.State.Gemeente, Turn: t.conv.State.Turn, Refused: t.conv.State.Refused}
	t.conv.Failures = 0
	if t.conv.Case != nil && t.conv.Case.Open() {
		return // somebody has it already
	}
	c, choice, err := cases.Technical(cases.CaseID(t.conv.ID), t.need(), t.in.Key,
		t.b.Engine.Say(knowledge.NL, "algemeen.storing-dossier", nil), t.b.People.Roster(), t.load(ctx), t.g.Terms)
	if err != nil {
		t.b.Log.Error("nobody for a conversation that keeps failing", "conversation", t.conv.ID, "err", err)
		return
	}
	t.conv.Case = c
	f := t.b.supporterFact(choice.Supporter.ID)
	t.notice("algemeen.storing-mens", dialogs.Vars{"naam": f.Name, "organisatie": f.Organisation, "bereikbaar": f.Phone})
}

func (t *turn) assignment(c cases.Choice) *dialogs.Assignment {
	return &dialogs.Assignment{
		Supporter:     t.b.supporterFact(c.Supporter.ID),
		ContactBefore: t.conv.Case.ContactBefore.In(t.g.Terms.Zone),
		Coordinator:   c.Coordinator, Urgent: t.conv.Case.Urgent,
	}
}

// desk runs a supporter's action on a case in one commit.
func (b *Bot) desk(ctx context.Context, id cases.CaseID, key string, f func(*turn) error) (Receipt, error) {
	return b.change(ctx, ConversationID(id), func(conv *Conversation, now time.Time) (*Commit, error) {
		if conv.Case == nil {
			return nil, Errorf(KindNotFound, "Dit dossier is er niet (meer).", "no case %s", id)
		}
		t := b.newTurn(conv, Incoming{Key: key}, now)
		if err := f(t); err != nil {
			return nil, b.deskError(err)
		}
		return t.commit(), nil
	})
}

// deskError gives a supporter a sentence for why it can't be.
func (b *Bot) deskError(err error) error {
	switch {
	case errors.Is(err, cases.ErrTaken), errors.Is(err, cases.ErrNotYours):
		return &Error{Kind: KindConflict, Public: "Een collega heeft dit dossier al opgepakt.", Err: err}
	case errors.Is(err, cases.ErrClosed):
		return &Error{Kind: KindConflict, Public: "Dit dossier is al gesloten of teruggegeven.", Err: err}
	case errors.Is(err, cases.ErrWall):
		return &Error{Kind: KindForbidden, Public: "Dit dossier is niet voor u.", Err: err}
	case errors.Is(err, cases.ErrConsent):
		return &Error{Kind: KindForbidden, Public: "De inwoner heeft de toestemming ingetrokken.", Err: err}
	}
	return err
}

// Take gives the case to the supporter: from then on the engine isn't called.
func (b *Bot) Take(ctx context.Context, who cases.SupporterID, id cases.CaseID) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		taken := t.conv.Case.Human()
		if err := t.conv.Case.Take(b.People.Roster(), who, t.now); err != nil {
			return err
		}
		if taken {
			return nil
		}
		f := b.supporterFact(who)
		t.conv.State.Supporter = &f
		t.notice("algemeen.overgenomen", dialogs.Vars{"naam": f.Name, "organisatie": f.Organisation},
			dialogs.Choice{ID: dialogs.ChoiceAndere, Label: b.Engine.SayTo(&t.conv.State, "keuze.andere-ondersteuner", nil)},
			dialogs.Choice{ID: dialogs.ChoiceWithdraw, Label: b.Engine.SayTo(&t.conv.State, "keuze.toestemming-intrekken", nil)})
		return nil
	})
	return err
}

// Answer writes the supporter's words to the resident. The same key again
// writes nothing.
func (b *Bot) Answer(ctx context.Context, who cases.SupporterID, id cases.CaseID, key, text string) (Receipt, error) {
	if err := check(Incoming{Key: key, Text: text}); err != nil {
		return Receipt{}, err
	}
	return b.desk(ctx, id, "desk:"+string(id)+":"+key, func(t *turn) error {
		if err := t.conv.Case.Answer(who); err != nil {
			return err
		}
		t.say(Message{From: FromSupporter, Name: b.supporterFact(who).Name, Text: b.Guard.Mask(text, "phone", "email", "address", "birthdate").Text})
		return nil
	})
}

// LogContact records real personal contact: it stops the first clock.
func (b *Bot) LogContact(ctx context.Context, who cases.SupporterID, id cases.CaseID) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error { return t.conv.Case.LogContact(who, t.now, t.g.Terms) })
	return err
}

// HandBack returns the conversation to the bot, which says so.
func (b *Bot) HandBack(ctx context.Context, who cases.SupporterID, id cases.CaseID) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.HandBack(who, t.now, ""); err != nil {
			return err
		}
		return t.next(ctx, dialogs.Input{Kind: dialogs.InputReturned})
	})
	return err
}

// Close ends the case with an outcome; the resident is told.
func (b *Bot) Close(ctx context.Context, who cases.SupporterID, id cases.CaseID, outcome string) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.Close(who, t.now, outcome); err != nil {
			return err
		}
		t.conv.State.Release()
		t.notice("algemeen.afgesloten", dialogs.Vars{"naam": b.supporterFact(who).Name})
		return nil
	})
	return err
}

// CaseView is a case as its supporter sees it, with the conversation.
type CaseView struct {
	Case     *cases.Case
	Messages []Message
	Status   Status
	Channel  Channel
	Lang     string
}

// Queue lists the cases that a supporter may know of.
func (b *Bot) Queue(ctx context.Context, who cases.SupporterID, q CaseQuery) ([]CaseRow, error) {
	s, ok := b.People.Roster().Supporter(who)
	if !ok {
		return nil, Errorf(KindForbidden, "U staat niet in het rooster.", "unknown supporter %q", who)
	}
	q.Organisation, q.Gemeenten = s.Organisation, s.Gemeenten
	return b.Cases.Cases(ctx, q)
}

// Look opens a case, with its conversation, for a supporter who may see it and
// while consent stands.
func (b *Bot) Look(ctx context.Context, who cases.SupporterID, id cases.CaseID) (CaseView, error) {
	conv, err := b.Store.Load(ctx, ConversationID(id))
	if errors.Is(err, ErrNotFound) || err == nil && conv.Case == nil {
		return CaseView{}, Errorf(KindNotFound, "Dit dossier is er niet (meer).", "no case %s", id)
	}
	if err != nil {
		return CaseView{}, fmt.Errorf("load the case: %w", err)
	}
	c := conv.Case
	if err := b.People.Roster().MaySee(c, who); err != nil {
		return CaseView{}, b.deskError(err)
	}
	v := CaseView{Case: c, Status: statusOf(c), Channel: conv.Channel, Lang: string(conv.State.Lang)}
	if !c.Consent.Stands() {
		if c.Technical && c.Consent.Revoked.IsZero() {
			return b.sinceTaken(ctx, v) // nothing from before may be read
		}
		return CaseView{}, b.deskError(cases.ErrConsent)
	}
	if v.Messages, err = b.Store.Messages(ctx, conv.ID, 0, 0); err != nil {
		return CaseView{}, fmt.Errorf("load the conversation: %w", err)
	}
	v.Messages = readable(&conv.State, v.Messages)
	return v, nil
}

// sinceTaken shows what was written to a supporter whom the resident didn't
// choose but who was called in because the bot failed.
func (b *Bot) sinceTaken(ctx context.Context, v CaseView) (CaseView, error) {
	if !v.Case.Human() {
		return v, nil
	}
	list, err := b.Store.Messages(ctx, ConversationID(v.Case.ID), 0, 0)
	if err != nil {
		return CaseView{}, fmt.Errorf("load the conversation: %w", err)
	}
	for _, m := range list {
		if !m.At.Before(v.Case.Taken) {
			v.Messages = append(v.Messages, m)
		}
	}
	return v, nil
}

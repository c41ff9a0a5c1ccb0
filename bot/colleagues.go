package bot

import (
	"context"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
)

// Handover asks the resident whether a colleague may take the case over, also
// one of another organisation or gemeente. Until the yes it stays the giver's.
func (b *Bot) Handover(ctx context.Context, who cases.SupporterID, id cases.CaseID, to cases.SupporterID, why string) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.Handover(b.People.Roster(), who, to, b.masked(why), t.now); err != nil {
			return err
		}
		t.askConsent("zaken.vraag-overdracht")
		return nil
	})
	return err
}

// Keep takes an offered hand-over back; the resident is told.
func (b *Bot) Keep(ctx context.Context, who cases.SupporterID, id cases.CaseID) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.Keep(who, t.now); err != nil {
			return err
		}
		t.notice("zaken.blijft", dialogs.Vars{"naam": b.supporterFact(who).Name})
		return nil
	})
	return err
}

// Consult asks a colleague to think along: anonymous with the question alone,
// else after the resident's yes with the case.
func (b *Bot) Consult(ctx context.Context, who cases.SupporterID, id cases.CaseID, with cases.SupporterID, question string, anonymous bool) error {
	if anonymous { // also what the asker may know must not go on
		question = b.Guard.Mask(question).Text
	}
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.ConsultWith(b.People.Roster(), who, with, question, anonymous, t.now); err != nil {
			return err
		}
		if !anonymous {
			t.askConsent("zaken.vraag-meedenken")
		}
		return nil
	})
	return err
}

// Advise writes what the colleague thinks, for the asker to read.
func (b *Bot) Advise(ctx context.Context, who cases.SupporterID, id cases.CaseID, advice string) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error { return t.conv.Case.Advise(who, b.masked(advice), t.now) })
	return err
}

// Consulted ends the consultation: the colleague no longer sees anything.
func (b *Bot) Consulted(ctx context.Context, who cases.SupporterID, id cases.CaseID) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error { return t.conv.Case.Consulted(who, t.now) })
	return err
}

// Waakvlam asks the resident whether the bot may ask every so many days how it
// goes; with the yes the case rests.
func (b *Bot) Waakvlam(ctx context.Context, who cases.SupporterID, id cases.CaseID, days int) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.ProposeWaakvlam(who, days, t.now); err != nil {
			return err
		}
		t.askConsent("zaken.vraag-waakvlam")
		return nil
	})
	return err
}

// Consulting is what a colleague was asked to think along about. Without the
// resident's consent it is all that the colleague sees.
type Consulting struct {
	ID       cases.CaseID
	By       string // the asker's name
	Question string
	Advice   string
	// Open says that the resident let the colleague read the case: see Look.
	Open bool
}

// Consults lists what a supporter was asked to think along about.
func (b *Bot) Consults(ctx context.Context, who cases.SupporterID) ([]Consulting, error) {
	rows, err := b.Cases.Cases(ctx, CaseQuery{Guest: who, Status: []cases.Status{cases.StatusConsulting}})
	if err != nil {
		return nil, err
	}
	var list []Consulting
	for _, row := range rows {
		conv, err := b.Store.Load(ctx, ConversationID(row.ID))
		if err != nil || conv.Case == nil || conv.Case.Consult == nil || conv.Case.Consult.With != who {
			continue // it ended meanwhile
		}
		c := conv.Case.Consult
		err = b.Store.Log(ctx, conv.ID, []cases.Event{{At: b.Clock().UTC(), Actor: string(who), Action: "question-read"}})
		if err != nil {
			return nil, err
		}
		list = append(list, Consulting{
			ID: row.ID, By: b.supporterFact(row.Supporter).Name, Question: c.Question, Advice: c.Advice, Open: c.Consent.Stands(),
		})
	}
	return list, nil
}

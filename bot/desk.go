package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
)

// errNoCase is for a case that isn't there, any more or yet.
func errNoCase(id cases.CaseID) error {
	return Errorf(KindNotFound, "Dit dossier is er niet (meer).", "no case %s", id)
}

// desk runs a supporter's action on a case in one commit: the state, what the
// resident reads and the supporter's row in the queue.
func (b *Bot) desk(ctx context.Context, id cases.CaseID, key string, f func(*turn) error) (Receipt, error) {
	r, err := b.change(ctx, ConversationID(id), func(conv *Conversation, now time.Time) (*Commit, error) {
		if conv.Case == nil {
			return nil, errNoCase(id)
		}
		t := b.newTurn(conv, Incoming{Key: key}, now)
		if err := f(t); err != nil {
			return nil, b.deskError(err)
		}
		return t.commit(), nil
	})
	if errors.Is(err, ErrNotFound) {
		err = errNoCase(id)
	}
	return r, err
}

// deskError gives a supporter a sentence for why it can't be.
func (b *Bot) deskError(err error) error {
	var step *cases.StepError
	owner := "Een collega"
	if errors.As(err, &step) && step.Owner != "" {
		owner = b.supporterFact(step.Owner).Name
	}
	var when *cases.AppointmentError
	switch {
	case errors.As(err, &when):
		return &Error{Kind: KindInvalid, Public: whenWords(when), Err: err}
	case errors.Is(err, cases.ErrTaken), errors.Is(err, cases.ErrNotYours):
		return &Error{Kind: KindConflict, Public: notYours(owner, step), Err: err}
	case errors.Is(err, cases.ErrClosed):
		return &Error{Kind: KindConflict, Public: "Dit dossier is al gesloten of teruggegeven.", Err: err}
	case errors.Is(err, cases.ErrWall):
		return &Error{Kind: KindForbidden, Public: "Dit dossier is niet voor u, of deze collega kan het niet krijgen.", Err: err}
	case errors.Is(err, cases.ErrConsent):
		return &Error{Kind: KindForbidden, Public: "De inwoner heeft de toestemming ingetrokken.", Err: err}
	case errors.Is(err, cases.ErrReason):
		return &Error{Kind: KindInvalid, Public: "Dit dossier kost nu meer dan twee dagdelen. Kies waarom dat nodig is.", Err: err}
	case errors.Is(err, cases.ErrStep):
		return &Error{Kind: KindConflict, Public: "Dat kan nu niet: dit dossier " + stateWords(step) + ".", Err: err}
	case errors.Is(err, cases.ErrWords):
		return &Error{Kind: KindInvalid, Public: "Er ontbreekt iets, of het is te lang. Kijk het nog eens na.", Err: err}
	}
	return err
}

func notYours(owner string, step *cases.StepError) string {
	if step != nil && step.Status == cases.StatusAssigned && step.Step != cases.StepTake {
		return "Dit dossier staat bij " + owner + ". Pak het eerst op."
	}
	return owner + " heeft dit dossier al opgepakt."
}

// stateWords say in which state a case is.
func stateWords(step *cases.StepError) string {
	text, ok := map[cases.Status]string{
		cases.StatusAssigned:   "is nog niet opgepakt",
		cases.StatusTaken:      "is in gesprek",
		cases.StatusConsulting: "is in overleg met een collega",
		cases.StatusHandover:   "wacht op een ja van de inwoner voor de overdracht",
		cases.StatusWaakvlam:   "staat op waakvlam",
		cases.StatusReturned:   "is teruggegeven",
		cases.StatusClosed:     "is gesloten",
	}[step.Status]
	if !ok {
		return "is er nog niet"
	}
	return text
}

func whenWords(e *cases.AppointmentError) string {
	switch e.Why {
	case "voorbij":
		return "Deze tijd is al voorbij. Kies een andere."
	case "ver":
		return "Deze tijd ligt te ver weg. Kies er een binnen een half jaar."
	case "feestdag":
		return "Dit is op " + e.Name + ". Kies een andere dag, of bevestig dat u het zo wilt."
	}
	return "Dit is in het weekend. Kies een andere dag, of bevestig dat u het zo wilt."
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
			t.option(dialogs.ChoiceAndere, "keuze.andere-ondersteuner"),
			t.option(choiceWhy, "keuze.waarom-ondersteuner"), t.option(dialogs.ChoiceWithdraw, "keuze.toestemming-intrekken"))
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
		t.say(Message{From: FromSupporter, Name: b.supporterFact(who).Name, Text: b.masked(text)})
		return nil
	})
}

// masked leaves out numbers that must not be written down anywhere.
func (b *Bot) masked(text string) string {
	return b.Guard.Mask(text, "phone", "email", "address", "birthdate").Text
}

// LogContact records real personal contact without its length: it stops the
// first clock.
func (b *Bot) LogContact(ctx context.Context, who cases.SupporterID, id cases.CaseID) error {
	return b.Contact(ctx, who, id, cases.ContactEntry{Personal: true}, "")
}

// Contact adds to the contact log. Who brings the time to two dagdelen says
// why; until then it is KindInvalid and nothing is kept.
func (b *Bot) Contact(ctx context.Context, who cases.SupporterID, id cases.CaseID, e cases.ContactEntry, longer cases.Longer) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		return t.conv.Case.LogContact(who, e, longer, t.now, t.g.Terms)
	})
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

// Report adds a signal of a gap or bottleneck to the case (S27).
func (b *Bot) Report(ctx context.Context, who cases.SupporterID, id cases.CaseID, s cases.Signal) error {
	s.Text, s.Tried = b.Guard.Mask(s.Text).Text, b.Guard.Mask(s.Tried).Text
	_, err := b.desk(ctx, id, "", func(t *turn) error { return t.conv.Case.Report(who, s, t.now) })
	if err == nil {
		b.report(ctx, ConversationID(id))
	}
	return err
}

// Close ends the case with an outcome; the resident is told, and asked how it
// was when there was something to judge (S32).
func (b *Bot) Close(ctx context.Context, who cases.SupporterID, id cases.CaseID, outcome string) error {
	if !slices.Contains(cases.Outcomes(), cases.Outcome(outcome)) {
		return Errorf(KindInvalid, "Kies eerst hoe het is afgelopen.", "unknown outcome %q", outcome)
	}
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.Close(who, t.now, cases.Outcome(outcome)); err != nil {
			return err
		}
		t.conv.State.Release()
		t.notice("algemeen.afgesloten", dialogs.Vars{"naam": b.supporterFact(who).Name})
		if o := cases.Outcome(outcome); o == cases.OutcomeHelped || o == cases.OutcomeReferred {
			t.askOpinion()
		}
		return nil
	})
	return err
}

// Appoint makes or moves the appointment; the resident reads when and where.
func (b *Bot) Appoint(ctx context.Context, who cases.SupporterID, id cases.CaseID, a cases.Appointment, sure bool) error {
	_, err := b.desk(ctx, id, "", func(t *turn) error {
		if err := t.conv.Case.Appoint(who, a, sure, t.now, t.g.Terms); err != nil {
			return err
		}
		f, made := b.supporterFact(who), t.conv.Case.Appointment
		key := "zaken.afspraak"
		if made.Changes > 0 {
			key = "zaken.afspraak-verzet"
		}
		t.notice(key, dialogs.Vars{
			"naam": f.Name, "datum": dialogs.DateTime(t.conv.State.Lang, made.At.In(t.g.Terms.Zone)),
			"hoe": b.Engine.SayTo(&t.conv.State, "zaken.hoe-"+string(made.How), nil), "plaats": made.Place,
			"bereikbaar": reachOf(f),
		})
		return nil
	})
	return err
}

// Invitation is the appointment as a calendar file, for the resident and for
// the supporter; KindNotFound when there is none.
func (b *Bot) Invitation(ctx context.Context, id ConversationID) ([]byte, error) {
	conv, err := b.Store.Load(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("load the appointment: %w", err)
	}
	if !conv.Case.Open() || conv.Case.Appointment == nil {
		return nil, Errorf(KindNotFound, "Er is geen afspraak.", "no appointment in %s", id)
	}
	f := b.supporterFact(conv.Case.Supporter)
	vars := dialogs.Vars{"naam": f.Name, "organisatie": f.Organisation, "bereikbaar": reachOf(f)}
	return cases.ICS(cases.Invitation{
		Case: conv.Case.ID, Appointment: *conv.Case.Appointment, Supporter: f.Name, Organisation: f.Organisation,
		Title: b.Engine.SayTo(&conv.State, "zaken.agenda-titel", vars), Note: b.Engine.SayTo(&conv.State, "zaken.agenda-tekst", vars),
		Stamp: b.Clock().UTC(),
	}), nil
}

// reachOf is how to reach a supporter.
func reachOf(f dialogs.SupporterFact) string {
	switch {
	case f.Phone != "" && f.Email != "":
		return f.Phone + ", " + f.Email
	case f.Phone != "":
		return f.Phone
	}
	return f.Email
}

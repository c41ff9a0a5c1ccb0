package bot

import (
	"context"
	"errors"
	"slices"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// escalate makes the case within the turn: the case, the message that names
// the supporter and the deliveries are one commit.
func (t *turn) escalate(ctx context.Context, e *dialogs.Escalation) (*dialogs.Assignment, error) {
	if t.conv.Case.Owned() {
		return t.again(ctx)
	}
	t.follow()
	h := &t.conv.State.Hulpvraag
	o := cases.Opening{
		ID: cases.CaseID(t.conv.ID), Need: t.need(), Wish: cases.SupporterID(e.Supporter),
		Stelsels: h.Stelsels, Crisis: t.conv.State.Crisis, Summary: e.Summary, Shown: h.Shown,
		Contact: cases.Contact(e.Contact), Cause: t.in.Key, Road: t.conv.Road, Before: t.conv.Case,
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
	t.conv.Case, t.conv.Road = c, nil
	t.b.Log.Debug("routing", "conversation", t.conv.ID, "trace", cases.Plain(choice.Because))
	return t.assignment(choice), nil
}

// again answers the wish for a person of who has one: a waakvlam is woken, else
// that person is named once more.
func (t *turn) again(ctx context.Context) (*dialogs.Assignment, error) {
	c := t.conv.Case
	if c.Status == cases.StatusWaakvlam {
		if err := c.Wake(t.b.People.Roster(), t.load(ctx), t.g.Terms, "gevraagd", t.now); err != nil {
			return nil, err
		}
	}
	s, _ := t.b.People.Roster().Supporter(c.Supporter)
	return t.assignment(cases.Choice{Supporter: s, Because: c.Because}), nil
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
	need := t.need()
	t.conv.State = dialogs.State{Lang: t.conv.State.Lang, Gemeente: t.conv.State.Gemeente, Turn: t.conv.State.Turn, Refused: t.conv.State.Refused}
	t.conv.Failures = 0
	if t.conv.Case.Owned() {
		return // somebody has it already
	}
	c, choice, err := cases.Technical(cases.Opening{
		ID: cases.CaseID(t.conv.ID), Need: need, Cause: t.in.Key, Road: t.conv.Road, Before: t.conv.Case,
		Summary: t.b.Engine.Say(knowledge.NL, "algemeen.storing-dossier", nil),
	}, t.b.People.Roster(), t.load(ctx), t.g.Terms)
	if err != nil {
		t.b.Log.Error("nobody for a conversation that keeps failing", "conversation", t.conv.ID, "err", err)
		return
	}
	t.conv.Case, t.conv.Road = c, nil
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

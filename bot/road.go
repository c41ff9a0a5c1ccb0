package bot

import (
	"context"
	"slices"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// follow keeps the road to a case in step with the dialog: offered, consented,
// declined. It runs before every commit, so that no path can forget it.
func (t *turn) follow() {
	c, s := t.conv.Case, &t.conv.State
	if c.Owned() {
		t.conv.Road = nil
		return
	}
	if c != nil && s.Consent != nil && !s.Consent.At.After(ended(c)) {
		s.Consent = nil // it was for the case that ended
	}
	road := t.conv.Road
	if road == nil {
		if s.Consent == nil && !asking(s.Phase) {
			return // most turns
		}
		road = &cases.Road{}
	}
	if err := t.walk(road); err != nil {
		t.b.Log.Error("the road to a case", "conversation", t.conv.ID, "err", err)
	}
	t.conv.Road = road
	if road.Status == "" {
		t.conv.Road = nil
	}
}

func ended(c *cases.Case) time.Time {
	if c.Ended.IsZero() { // of before it was kept
		return c.Closed
	}
	return c.Ended
}

// asking says whether the dialog is on its way to a person.
func asking(p dialogs.Phase) bool {
	switch p {
	case dialogs.PhaseOffer, dialogs.PhaseKnows, dialogs.PhaseSummary, dialogs.PhaseEdit, dialogs.PhaseConsent:
		return true
	}
	return false
}

// walk takes the step on the road that the dialog took.
func (t *turn) walk(road *cases.Road) error {
	s := &t.conv.State
	at := road.Status
	switch {
	case s.Consent != nil:
		return road.Agree(s.Consent.At, s.Consent.Summary)
	case asking(s.Phase):
		if at == cases.StatusConsented {
			if err := road.Decline(t.now); err != nil {
				return err
			}
		}
		if at == cases.StatusOffered {
			return nil
		}
		return road.Offer(t.now, t.offeredFor())
	case at == cases.StatusOffered || at == cases.StatusConsented:
		return road.Decline(t.now)
	}
	return nil
}

// offeredFor is the rule that made the bot offer a person; "" when the resident
// asked.
func (t *turn) offeredFor() string {
	if n := len(t.conv.State.Rules); n > 0 {
		return t.conv.State.Rules[n-1]
	}
	return ""
}

// audit is what this turn did with the case, for the log. Afterwards a road
// that leads nowhere is forgotten: the log has it.
func (t *turn) audit() []cases.Event {
	list := append(slices.Clone(t.conv.Case.Fresh()), t.conv.Road.Fresh()...)
	if r := t.conv.Road; r != nil && r.Status == cases.StatusBot {
		t.conv.Road = nil
	}
	return list
}

// need is what the question asks of a supporter.
func (t *turn) need() cases.Need {
	h := &t.conv.State.Hulpvraag
	n := cases.Need{
		Gemeente: t.conv.Gemeente, Levensgebieden: h.Levensgebieden, Doelgroepen: h.Doelgroepen,
		Moment: h.Moment, Lang: t.conv.State.Lang, Now: t.now.In(t.g.Terms.Zone), Urgent: t.conv.State.Crisis != "",
		Earlier: t.conv.Case.LastSupporter(), Side: cases.SideOf(h.Levensgebieden, h.Stelsels, t.g.Wlz),
	}
	for _, id := range t.conv.State.Refused {
		n.Refused = append(n.Refused, cases.SupporterID(id))
	}
	if t.conv.Case != nil {
		for _, id := range t.conv.Case.Refused {
			if !slices.Contains(n.Refused, id) {
				n.Refused = append(n.Refused, id)
			}
		}
	}
	return n
}

// urgent marks an open case because of acute danger, and wakes a waakvlam.
func (t *turn) urgent(kind knowledge.CrisisKind) {
	c := t.conv.Case
	if c.Open() {
		c.Crisis = kind
		c.MarkUrgent(string(kind), t.g.Terms, t.now)
	}
}

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

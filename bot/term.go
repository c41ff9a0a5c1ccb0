package bot

import (
	"context"
	"slices"
	"strings"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
)

// term tells the furthest stage of the running term that was not told: the
// supporter is warned by the row in the queue, a broken promise is passed on or
// raised, and the resident is told honestly.
func (t *turn) term(ctx context.Context) {
	c := t.conv.Case
	if c == nil {
		return
	}
	switch stage := c.Reached(t.now); stage {
	case "":
	case cases.StageOver:
		t.termOver(ctx)
	default:
		c.Warn(stage, t.now)
	}
}

// termOver acts on a promise that was not kept: the case goes to someone who
// can keep it, or is marked for the coordinator, and the resident is told.
func (t *turn) termOver(ctx context.Context) {
	c := t.conv.Case
	before := t.b.supporterFact(c.Supporter)
	_, _, contact, _ := c.Term()
	if err := c.Breach(t.b.People.Roster(), t.load(ctx), t.g.Terms, t.now); err != nil {
		t.b.Log.Error("nobody for a case whose term is over", "case", c.ID, "err", err)
		return
	}
	after := t.b.supporterFact(c.Supporter)
	key := "algemeen.termijn-voorbij"
	switch {
	case !contact:
		key = "zaken.afspraak-te-laat"
	case after.ID != before.ID:
		key = "algemeen.termijn-overgenomen"
		t.conv.State.Supporter = &after
	}
	t.notice(key, dialogs.Vars{
		"naam": before.Name, "nieuw": after.Name, "organisatie": after.Organisation, "bereikbaar": after.Phone,
		"datum": t.contactBefore(),
	})
}

// outOfHours says so when somebody was named while nobody is at work, with when
// and with the number that is open now. It stands before the message that names
// the person, which stays the last word.
func (t *turn) outOfHours() {
	c, n := t.conv.Case, len(t.messages)
	named := slices.ContainsFunc(c.Fresh(), func(e cases.Event) bool { return e.Action == string(cases.StepAssign) })
	if !named || n == 0 || !c.Open() || t.g.Terms.InOffice(t.now) {
		return
	}
	t.notice("zaken.buiten-kantooruren", dialogs.Vars{
		"naam":     t.b.supporterFact(c.Supporter).Name,
		"datum":    dialogs.DateTime(t.conv.State.Lang, t.g.Terms.Opens(t.now).In(t.g.Terms.Zone)),
		"telefoon": t.g.Local.OutOfHours,
	})
	last, said := &t.messages[n-1], &t.messages[n]
	*last, *said = *said, *last
	last.Seq, said.Seq = said.Seq, last.Seq
}

// askHow asks the resident of a waakvlam how it goes, or wakes the supporter
// when nothing was heard of twice.
func (t *turn) askHow(ctx context.Context) {
	c := t.conv.Case
	ask, wake := c.AskHow(t.now)
	switch {
	case wake:
		t.wake(ctx, "stil")
	case ask:
		t.notice("zaken.waakvlam", dialogs.Vars{"naam": t.b.supporterFact(c.Supporter).Name},
			t.option("waakvlam:goed", "keuze.waakvlam-goed"), t.option("waakvlam:wekken", "keuze.waakvlam-wekken"),
			t.option("waakvlam:stop", "keuze.waakvlam-stop"))
	}
}

// wake gives a resting case back to its supporter because of a sign.
func (t *turn) wake(ctx context.Context, sign string) {
	c := t.conv.Case
	before := c.Supporter
	if err := c.Wake(t.b.People.Roster(), t.load(ctx), t.g.Terms, sign, t.now); err != nil {
		t.b.Log.Error("nobody for a waakvlam that was woken", "case", c.ID, "err", err)
		if sign == "stil" {
			return // the next question tries again
		}
		t.notice("algemeen.niemand-over", dialogs.Vars{"gemeente": t.g.Facts.Name, "telefoon": t.g.Facts.Phone, "inloop": t.g.Facts.Walkin})
		return
	}
	if sign == "gevaar" {
		t.urgent(t.acute)
	}
	f := t.b.supporterFact(c.Supporter)
	t.conv.State.Supporter, t.conv.State.Phase = &f, dialogs.PhaseWaiting
	key := "zaken.gewekt"
	if sign == "stil" {
		key = "zaken.gewekt-stil"
	}
	if c.Supporter != before {
		key = "zaken.gewekt-ander"
	}
	t.notice(key, dialogs.Vars{
		"naam": t.b.supporterFact(before).Name, "nieuw": f.Name, "organisatie": f.Organisation,
		"bereikbaar": reachOf(f), "datum": t.contactBefore(),
	}, t.option(dialogs.ChoiceAndere, "keuze.andere-ondersteuner"))
}

// answerWaakvlam takes an answer to how it goes.
func (t *turn) answerWaakvlam(ctx context.Context, answer string) {
	c := t.conv.Case
	naam := dialogs.Vars{}
	if c != nil {
		naam["naam"] = t.b.supporterFact(c.Supporter).Name
	}
	switch {
	case c == nil || c.Status != cases.StatusWaakvlam:
		t.notice("zaken.vraag-voorbij", nil)
	case answer == "goed":
		if err := c.Heard(t.now); err == nil {
			t.notice("zaken.waakvlam-goed", naam)
		}
	case answer == "stop":
		if err := c.EndWaakvlam(t.now); err == nil {
			t.notice("zaken.waakvlam-stop", naam)
		}
	case answer == "wekken":
		t.wake(ctx, "gevraagd")
	default:
		t.notice("zaken.vraag-voorbij", nil)
	}
}

// askOpinion asks the next question about a case that ended.
func (t *turn) askOpinion() {
	q := t.conv.Case.NextQuestion()
	if q == "" {
		return
	}
	var list []dialogs.Choice
	for _, o := range []cases.Opinion{cases.OpinionYes, cases.OpinionPartly, cases.OpinionNo} {
		list = append(list, t.option(choiceOpinion+string(q)+":"+string(o), "zaken.keuze-"+string(o)))
	}
	t.notice("zaken.mening-"+string(q), nil, list...)
}

// opine takes an opinion, and asks the next question or thanks.
func (t *turn) opine(answer string) {
	q, o, _ := strings.Cut(answer, ":")
	if t.conv.Case == nil || t.conv.Case.Opine(cases.Question(q), cases.Opinion(o), t.now) != nil {
		t.notice("zaken.vraag-voorbij", nil)
		return
	}
	t.opined = true
	if t.conv.Case.NextQuestion() == "" {
		t.notice("zaken.mening-dank", nil)
		return
	}
	t.askOpinion()
}

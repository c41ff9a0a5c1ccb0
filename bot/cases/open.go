package cases

import (
	"time"

	"wegwijzer/knowledge"
)

// Opening is what a case is made of. Deadline is the nearest legal date that
// the resident named; zero: none.
type Opening struct {
	ID       CaseID
	Need     Need
	Wish     SupporterID // "" is anyone who fits
	Stelsels []knowledge.Stelsel
	Crisis   knowledge.CrisisKind
	Summary  string
	Lines    []Line
	Words    string
	Shown    []string
	Consent  time.Time
	Contact  Contact
	Deadline time.Time
	Cause    string
}

// Open makes a case and gives it to a supporter in one step, so that there is
// no moment in which nobody owns it.
func Open(o Opening, r *Roster, load Load, terms Terms) (*Case, Choice, error) {
	now := o.Need.Now
	choice, err := r.Route(o.Need, o.Wish, load)
	if err != nil {
		return nil, Choice{}, err
	}
	c := &Case{
		ID: o.ID, Gemeente: o.Need.Gemeente, Levensgebieden: o.Need.Levensgebieden,
		Doelgroepen: o.Need.Doelgroepen, Moment: o.Need.Moment, Stelsels: o.Stelsels, Lang: o.Need.Lang,
		Urgent: o.Crisis != "", Crisis: o.Crisis,
		Summary: o.Summary, Lines: o.Lines, Words: o.Words, Shown: o.Shown,
		Consent: Consent{At: o.Consent}, Contact: o.Contact, Opened: now,
		ContactBefore: terms.Contact(o.Consent, o.Crisis != "", o.Deadline),
		Refused:       o.Need.Refused, Cause: o.Cause,
	}
	c.log(o.Consent, "inwoner", "consented", "")
	c.assign(choice, now)
	return c, choice, nil
}

// Technical makes a case of a conversation in which the bot keeps failing. It
// goes to the coordinator, holds no words of the resident and no consent:
// whoever takes it can write to the resident, not read back.
func Technical(id CaseID, n Need, cause, summary string, r *Roster, load Load, terms Terms) (*Case, Choice, error) {
	choice, err := r.coordinator(n)
	if err != nil {
		if choice, err = r.Route(n, "", load); err != nil {
			return nil, Choice{}, err
		}
	}
	c := &Case{
		ID: id, Gemeente: n.Gemeente, Lang: n.Lang, Summary: summary, Technical: true,
		Opened: n.Now, ContactBefore: terms.Contact(n.Now, false, time.Time{}), Cause: cause,
	}
	c.assign(choice, n.Now)
	return c, choice, nil
}

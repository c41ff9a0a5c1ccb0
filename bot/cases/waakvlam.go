package cases

import "time"

// Waakvlam is low-intensity contact after a case: the bot asks at an agreed
// rhythm how it goes, and wakes the supporter at a sign (S26).
type Waakvlam struct {
	Days   int       `json:"days"`
	Since  time.Time `json:"since"`
	Next   time.Time `json:"next"`
	Silent int       `json:"silent,omitempty"` // questions in a row without an answer
}

// The bounds of a rhythm, in days, and how many questions may stay without an
// answer before the supporter is told.
const (
	minRhythm = 7
	maxRhythm = 92
	maxSilent = 2
)

// ProposeWaakvlam asks the resident whether the bot may ask every so many days
// how it goes. Until the yes nothing changes.
func (c *Case) ProposeWaakvlam(who SupporterID, days int, now time.Time) error {
	if err := c.mine(StepRest, who); err != nil {
		return err
	}
	if c.Status != StatusTaken || c.Ask != nil {
		return c.refuse(StepRest, ErrStep)
	}
	if days < minRhythm || days > maxRhythm {
		return c.refuse(StepRest, ErrWords)
	}
	if c.Contacted.IsZero() {
		return c.refuse(StepRest, ErrStep) // who was never spoken to is no waakvlam
	}
	c.ask(AskWaakvlam, who, "", "", now)
	c.Ask.Days = days
	c.log(now, Actor(who), "waakvlam-asked", "")
	return nil
}

func (c *Case) rest(a Ask, now time.Time) error {
	if err := c.step(StepRest, now, ActorResident, ""); err != nil {
		return err
	}
	c.Waakvlam = &Waakvlam{Days: a.Days, Since: now, Next: now.AddDate(0, 0, a.Days)}
	return nil
}

// AskHow says whether the bot must ask now how it goes, and moves the next
// question on. After two questions without an answer it asks no more: then
// wake is set, which is a sign too.
func (c *Case) AskHow(now time.Time) (ask, wake bool) {
	w := c.Waakvlam
	if c.Status != StatusWaakvlam || w == nil || now.Before(w.Next) {
		return false, false
	}
	w.Next = now.AddDate(0, 0, w.Days) // also of a sign that nobody can take up yet
	if w.Silent >= maxSilent {
		return false, true
	}
	w.Silent++
	c.log(now, ActorClock, "waakvlam-question", "")
	return true, false
}

// Heard notes that the resident answered that it goes well.
func (c *Case) Heard(now time.Time) error {
	if c.Status != StatusWaakvlam || c.Waakvlam == nil {
		return c.refuse("waakvlam-well", ErrStep)
	}
	c.Waakvlam.Silent = 0
	c.Waakvlam.Next = now.AddDate(0, 0, c.Waakvlam.Days)
	c.log(now, ActorResident, "waakvlam-well", "")
	return nil
}

// Wake gives the case back to its supporter because of a sign, with the first
// term anew; when that person can't have it any more, to somebody else.
func (c *Case) Wake(r *Roster, load Load, terms Terms, sign string, now time.Time) error {
	if _, ok := After(c.Status, StepWake); !ok {
		return c.refuse(StepWake, ErrStep)
	}
	n := c.need(now)
	n.Earlier = c.Supporter
	next := Choice{Because: []string{reason(ReasonEarlier, "")}}
	var ok bool
	if next.Supporter, ok = r.Supporter(c.Supporter); !ok || r.MayJoin(c, c.Supporter, now) != nil {
		var err error
		if next, err = r.Route(n, "", load); err != nil {
			return err
		}
	}
	if err := c.step(StepWake, now, ActorResident, sign); err != nil {
		return err
	}
	c.Waakvlam = nil
	c.restart(terms, now)
	c.assign(next, now)
	return nil
}

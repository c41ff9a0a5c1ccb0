package cases

import (
	"fmt"
	"slices"
	"time"

	"wegwijzer/knowledge"
)

// Kind is what sort of supporter somebody is (S06, S25). Whoever covers all
// levensgebieden is a generalist, whoever covers some a specialist.
type Kind string

// The kinds.
const (
	KindProfessional Kind = "professional"
	KindVolunteer    Kind = "volunteer"
	KindExperience   Kind = "ervaringsdeskundige"
	KindInformal     Kind = "informal"
	KindCollective   Kind = "collective"
)

// Kinds returns the kinds.
func Kinds() []Kind {
	return []Kind{KindProfessional, KindVolunteer, KindExperience, KindInformal, KindCollective}
}

// Side is which side of the seam a supporter works on, and a question belongs
// to (S16).
type Side string

// The sides: Wmo support up to and including the Wlz-indicatie, Wlz support of
// the Wlz-uitvoerder after it.
const (
	SideWmo Side = "wmo"
	SideWlz Side = "wlz"
)

// Supporter is a named, independent person who helps residents.
type Supporter struct {
	ID           SupporterID            `toml:"id" json:"id"`
	Name         string                 `toml:"name" json:"name"`
	Organisation OrganisationID         `toml:"organisation" json:"organisation"`
	Kind         Kind                   `toml:"kind" json:"kind"`
	Gemeenten    []knowledge.GemeenteID `toml:"gemeenten" json:"gemeenten"`
	// Levensgebieden, Doelgroepen and Momenten are what the supporter covers;
	// empty is all (a generalist). Rows of the matrix (Cover) go before them.
	Levensgebieden []knowledge.Levensgebied `toml:"levensgebieden" json:"levensgebieden,omitempty"`
	Doelgroepen    []knowledge.Doelgroep    `toml:"doelgroepen" json:"doelgroepen,omitempty"`
	Momenten       []knowledge.Moment       `toml:"momenten" json:"momenten,omitempty"`
	Sides          []Side                   `toml:"sides" json:"sides,omitempty"` // empty is both
	Languages      []knowledge.Lang         `toml:"languages" json:"languages"`
	Phone          string                   `toml:"phone" json:"phone,omitempty"`
	Email          string                   `toml:"email" json:"email,omitempty"`
	Capacity       int                      `toml:"capacity" json:"capacity"` // open cases at most; 0 is no bound
	Hours          Hours                    `toml:"hours" json:"hours,omitempty"`
	Coordinator    bool                     `toml:"coordinator" json:"coordinator,omitempty"`
	// Deciding marks someone who decides on applications: never assigned (S08).
	Deciding bool     `toml:"deciding" json:"deciding,omitempty"`
	Disabled bool     `toml:"disabled" json:"disabled,omitempty"`
	Absent   []Period `toml:"absent" json:"absent,omitempty"`
}

// Period is a run of days, both ends included.
type Period struct {
	From  time.Time `toml:"from" json:"from"`
	Until time.Time `toml:"until" json:"until"`
}

// day is a date that compares as text, whatever zone it was read in.
func day(t time.Time) string { return t.Format(time.DateOnly) }

func (p Period) holds(now time.Time) bool { return day(p.From) <= day(now) && day(now) <= day(p.Until) }

func (p Period) overlaps(q Period) bool {
	return day(p.From) <= day(q.Until) && day(q.From) <= day(p.Until)
}

// Organisation employs supporters. One that also delivers indicated support in
// a gemeente may not support there, unless a Chinese wall is shown (S13).
type Organisation struct {
	ID                OrganisationID         `toml:"id" json:"id"`
	Name              string                 `toml:"name" json:"name"`
	DeliversIndicated []knowledge.GemeenteID `toml:"delivers_indicated" json:"delivers_indicated,omitempty"`
	ChineseWall       bool                   `toml:"chinese_wall" json:"chinese_wall,omitempty"`
}

// Cover is a row of the matrix: what a supporter covers, more precisely than
// the lists of the supporter say. A supporter with rows gets only what one of
// them fits. An empty list is all, of Gemeenten all of the supporter's own.
type Cover struct {
	Supporter      SupporterID              `toml:"supporter" json:"supporter"`
	Gemeenten      []knowledge.GemeenteID   `toml:"gemeenten" json:"gemeenten,omitempty"`
	Levensgebieden []knowledge.Levensgebied `toml:"levensgebieden" json:"levensgebieden,omitempty"`
	Doelgroepen    []knowledge.Doelgroep    `toml:"doelgroepen" json:"doelgroepen,omitempty"`
	Momenten       []knowledge.Moment       `toml:"momenten" json:"momenten,omitempty"`
	Weight         int                      `toml:"weight" json:"weight,omitempty"` // more is earlier
}

// Roster is who there is, and the matrix. It is immutable after ParseRoster.
type Roster struct {
	Organisations []Organisation `toml:"organisation" json:"organisations"`
	Supporters    []Supporter    `toml:"supporter" json:"supporters"`
	Cover         []Cover        `toml:"cover" json:"cover,omitempty"`
}

func (r *Roster) organisation(id OrganisationID) (Organisation, bool) {
	i := slices.IndexFunc(r.Organisations, func(o Organisation) bool { return o.ID == id })
	if i < 0 {
		return Organisation{}, false
	}
	return r.Organisations[i], true
}

// OrganisationName returns the name that residents read; the id when the
// roster doesn't know it.
func (r *Roster) OrganisationName(id OrganisationID) string {
	if o, ok := r.organisation(id); ok {
		return o.Name
	}
	return string(id)
}

// Supporter finds a supporter by id.
func (r *Roster) Supporter(id SupporterID) (Supporter, bool) {
	i := slices.IndexFunc(r.Supporters, func(s Supporter) bool { return s.ID == id })
	if i < 0 {
		return Supporter{}, false
	}
	return r.Supporters[i], true
}

// MaySee says whether a supporter may know that a case exists: whose it is, a
// colleague of the same organisation and gemeente, or one whom the resident
// allowed to think along. Never across a wall, never one who was refused or who
// decides on applications.
func (r *Roster) MaySee(c *Case, who SupporterID) error {
	s, err := r.independent(c, who)
	if err != nil {
		return err
	}
	if c.Owned() && c.Supporter == who || c.thinksAlong(who) {
		return nil
	}
	switch {
	case !slices.Contains(s.Gemeenten, c.Gemeente):
		return fmt.Errorf("%w: not in %s", ErrWall, c.Gemeente)
	case s.Organisation != c.Organisation:
		return fmt.Errorf("%w: another organisation's", ErrWall)
	}
	return nil
}

// thinksAlong says whether the resident let this colleague read the case.
func (c *Case) thinksAlong(who SupporterID) bool {
	return c.Status == StatusConsulting && c.Consult != nil && c.Consult.With == who && c.Consult.Consent.Stands()
}

// MayTake says whether a supporter may take a case: whose it is or a colleague.
func (r *Roster) MayTake(c *Case, who SupporterID) error {
	if c.Supporter != who && c.thinksAlong(who) {
		return fmt.Errorf("%w: only asked to think along", ErrWall)
	}
	return r.MaySee(c, who)
}

// MayJoin says whether a colleague may be brought into a case at all, with the
// resident's consent, also from another organisation or gemeente.
func (r *Roster) MayJoin(c *Case, who SupporterID, now time.Time) error {
	s, err := r.independent(c, who)
	if err == nil && s.absent(now) {
		err = fmt.Errorf("%w: %s is absent", ErrWall, who)
	}
	return err
}

// independent refuses whom no consent can let in.
func (r *Roster) independent(c *Case, who SupporterID) (Supporter, error) {
	s, ok := r.Supporter(who)
	switch {
	case !ok || s.Disabled:
		return s, fmt.Errorf("%w: %q is not in the roster", ErrWall, who)
	case slices.Contains(c.Refused, who):
		return s, fmt.Errorf("%w: the resident asked for another supporter", ErrWall)
	case s.Deciding:
		return s, fmt.Errorf("%w: %s decides on applications", ErrWall, who)
	case r.walled(s, c.Gemeente):
		return s, fmt.Errorf("%w: the organisation delivers indicated support there", ErrWall)
	}
	return s, nil
}

// walled says whether the independence wall of S13 stands between a supporter
// and a gemeente.
func (r *Roster) walled(s Supporter, g knowledge.GemeenteID) bool {
	o, ok := r.organisation(s.Organisation)
	return !ok || slices.Contains(o.DeliversIndicated, g) && !o.ChineseWall
}

func (s Supporter) absent(now time.Time) bool {
	return slices.ContainsFunc(s.Absent, func(p Period) bool { return p.holds(now) })
}

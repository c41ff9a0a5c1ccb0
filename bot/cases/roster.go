package cases

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"wegwijzer/knowledge"
)

// Supporter is a named, independent person who helps residents.
type Supporter struct {
	ID           SupporterID            `toml:"id" json:"id"`
	Name         string                 `toml:"name" json:"name"`
	Organisation OrganisationID         `toml:"organisation" json:"organisation"`
	Kind         string                 `toml:"kind" json:"kind"` // professional, volunteer, ervaringsdeskundige, informal
	Gemeenten    []knowledge.GemeenteID `toml:"gemeenten" json:"gemeenten"`
	// Levensgebieden, Doelgroepen and Momenten are what the supporter covers;
	// empty is all (a generalist).
	Levensgebieden []knowledge.Levensgebied `toml:"levensgebieden" json:"levensgebieden,omitempty"`
	Doelgroepen    []knowledge.Doelgroep    `toml:"doelgroepen" json:"doelgroepen,omitempty"`
	Momenten       []knowledge.Moment       `toml:"momenten" json:"momenten,omitempty"`
	Languages      []knowledge.Lang         `toml:"languages" json:"languages"`
	Phone          string                   `toml:"phone" json:"phone,omitempty"`
	Email          string                   `toml:"email" json:"email,omitempty"`
	Capacity       int                      `toml:"capacity" json:"capacity"` // open cases at most; 0 is no bound
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

// Organisation employs supporters. One that also delivers indicated support in
// a gemeente may not support there, unless a Chinese wall is shown (S13).
type Organisation struct {
	ID                OrganisationID         `toml:"id" json:"id"`
	Name              string                 `toml:"name" json:"name"`
	DeliversIndicated []knowledge.GemeenteID `toml:"delivers_indicated" json:"delivers_indicated,omitempty"`
	ChineseWall       bool                   `toml:"chinese_wall" json:"chinese_wall,omitempty"`
}

// Roster is who there is. It is immutable after ParseRoster.
type Roster struct {
	Organisations []Organisation `toml:"organisation"`
	Supporters    []Supporter    `toml:"supporter"`
}

// ParseRoster reads and checks a roster in TOML. file names it in errors.
func ParseRoster(file string, data []byte) (*Roster, error) {
	r := &Roster{}
	md, err := toml.Decode(string(data), r)
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return nil, fmt.Errorf("%s:%d: %s", file, pe.Position.Line, pe.Message)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	lines := strings.Split(string(data), "\n")
	line := func(words string) int {
		return 1 + max(0, slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, words) }))
	}
	var faults []error
	for _, k := range md.Undecoded() {
		faults = append(faults, fmt.Errorf("%s:%d: unknown key %q", file, line(k[len(k)-1]), k.String()))
	}
	seen := map[SupporterID]bool{}
	for _, s := range r.Supporters {
		at := line(`"` + string(s.ID) + `"`)
		if seen[s.ID] || s.ID == "" || s.Name == "" {
			faults = append(faults, fmt.Errorf("%s:%d: supporter %q is there twice or lacks an id or name", file, at, s.ID))
		}
		seen[s.ID] = true
		if _, ok := r.organisation(s.Organisation); !ok {
			faults = append(faults, fmt.Errorf("%s:%d: supporter %q: unknown organisation %q", file, at, s.ID, s.Organisation))
		}
		for _, l := range s.Levensgebieden {
			if _, err := knowledge.ParseLevensgebied(string(l)); err != nil {
				faults = append(faults, fmt.Errorf("%s:%d: supporter %q: %w", file, at, s.ID, err))
			}
		}
	}
	return r, errors.Join(faults...)
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

// MaySee says whether a supporter may know that a case exists: own gemeente,
// own organisation or coordinator of the region, no wall, not refused.
func (r *Roster) MaySee(c *Case, who SupporterID) error {
	s, ok := r.Supporter(who)
	switch {
	case !ok || s.Disabled:
		return fmt.Errorf("%w: %q is not in the roster", ErrWall, who)
	case slices.Contains(c.Refused, who):
		return fmt.Errorf("%w: the resident asked for another supporter", ErrWall)
	case !slices.Contains(s.Gemeenten, c.Gemeente):
		return fmt.Errorf("%w: not in %s", ErrWall, c.Gemeente)
	case s.Organisation != c.Organisation:
		return fmt.Errorf("%w: another organisation's", ErrWall)
	case r.walled(s, c.Gemeente):
		return fmt.Errorf("%w: the organisation delivers indicated support there", ErrWall)
	}
	return nil
}

// walled says whether the independence wall of S13 stands between a supporter
// and a gemeente.
func (r *Roster) walled(s Supporter, g knowledge.GemeenteID) bool {
	o, ok := r.organisation(s.Organisation)
	return !ok || slices.Contains(o.DeliversIndicated, g) && !o.ChineseWall
}

// Need is what a question asks of a supporter.
type Need struct {
	Gemeente       knowledge.GemeenteID
	Levensgebieden []knowledge.Levensgebied
	Doelgroepen    []knowledge.Doelgroep
	Moment         knowledge.Moment
	Lang           knowledge.Lang
	Refused        []SupporterID
	Now            time.Time
}

// Load is how many open cases each supporter has, and who can log in at all:
// somebody who can't open the desk can't keep a promise.
type Load struct {
	Open   map[SupporterID]int
	Active map[SupporterID]bool
}

// Choice is a supporter who fits, with the reasons in plain Dutch.
type Choice struct {
	Supporter   Supporter
	Because     []string
	Coordinator bool // nobody else fitted
	score       int
}

// ErrNobody says that not even a coordinator could be found.
var ErrNobody = errors.New("no supporter and no coordinator for this gemeente")

// Fitting returns who may take the question, best first. It never holds
// someone behind a wall, refused, deciding, disabled, absent or full.
func (r *Roster) Fitting(n Need, load Load) []Choice {
	var list []Choice
	for _, s := range r.Supporters {
		if !r.eligible(s, n) {
			continue
		}
		if s.Capacity > 0 && load.Open[s.ID] >= s.Capacity {
			continue
		}
		if c, fits := fit(s, n, load); fits {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Choice) int {
		return cmp.Or(cmp.Compare(b.score, a.score),
			cmp.Compare(load.Open[a.Supporter.ID], load.Open[b.Supporter.ID]),
			cmp.Compare(a.Supporter.ID, b.Supporter.ID))
	})
	return list
}

// eligible holds what no ranking may outweigh.
func (r *Roster) eligible(s Supporter, n Need) bool {
	return !s.Disabled && !s.Deciding && slices.Contains(s.Gemeenten, n.Gemeente) &&
		!slices.Contains(n.Refused, s.ID) && !r.walled(s, n.Gemeente) && !s.absent(n.Now)
}

func (s Supporter) absent(now time.Time) bool {
	return slices.ContainsFunc(s.Absent, func(p Period) bool {
		return !now.Before(p.From) && now.Before(p.Until.AddDate(0, 0, 1))
	})
}

// fit ranks by what the supporter covers; a levensgebied that isn't covered
// rules out, the rest adds.
func fit(s Supporter, n Need, load Load) (Choice, bool) {
	c := Choice{Supporter: s, Because: []string{"werkt in deze gemeente"}}
	if len(n.Levensgebieden) > 0 && len(s.Levensgebieden) > 0 {
		if !slices.Contains(s.Levensgebieden, n.Levensgebieden[0]) {
			return c, false
		}
		for _, l := range n.Levensgebieden {
			if slices.Contains(s.Levensgebieden, l) {
				c.score += 2
				c.Because = append(c.Because, "weet veel van "+string(l))
			}
		}
	}
	for _, d := range n.Doelgroepen {
		if slices.Contains(s.Doelgroepen, d) {
			c.score += 2
			c.Because = append(c.Because, "kent de groep "+string(d))
		}
	}
	if n.Moment != "" && slices.Contains(s.Momenten, n.Moment) {
		c.score++
		c.Because = append(c.Because, "helpt bij "+string(n.Moment))
	}
	if n.Lang != "" && n.Lang != knowledge.NL && slices.Contains(s.Languages, n.Lang) {
		c.score += 4
		c.Because = append(c.Because, "spreekt "+string(n.Lang))
	}
	if load.Active[s.ID] {
		c.score += 8
	}
	return c, true
}

// Route returns the wished supporter when that person may take the question,
// else the best who fits, else the coordinator.
func (r *Roster) Route(n Need, wish SupporterID, load Load) (Choice, error) {
	list := r.Fitting(n, load)
	for _, c := range list {
		if c.Supporter.ID == wish {
			c.Because = append([]string{"door de inwoner gekozen"}, c.Because...)
			return c, nil
		}
	}
	if len(list) > 0 {
		return list[0], nil
	}
	return r.coordinator(n)
}

// coordinator returns the named person for what nobody else fits.
func (r *Roster) coordinator(n Need) (Choice, error) {
	for _, s := range r.Supporters {
		if s.Coordinator && !s.Disabled && !s.Deciding && !slices.Contains(n.Refused, s.ID) && !r.walled(s, n.Gemeente) {
			return Choice{Supporter: s, Because: []string{"niemand anders past"}, Coordinator: true}, nil
		}
	}
	return Choice{}, fmt.Errorf("%w: %s", ErrNobody, n.Gemeente)
}

package cases

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"wegwijzer/knowledge"
)

// Need is what a question asks of a supporter. Now is in the gemeente's zone,
// for days and hours.
type Need struct {
	Gemeente       knowledge.GemeenteID
	Levensgebieden []knowledge.Levensgebied // the most pressing first
	Doelgroepen    []knowledge.Doelgroep
	Moment         knowledge.Moment
	Side           Side // "" is the Wmo side
	Urgent         bool
	Lang           knowledge.Lang
	Refused        []SupporterID
	Earlier        SupporterID // who helped this resident before; "" is nobody
	Now            time.Time
}

// Load is how many open cases each supporter has, and who can log in at all:
// somebody who can't open the desk can't keep a promise.
type Load struct {
	Open   map[SupporterID]int
	Active map[SupporterID]bool
}

// Choice is a supporter who fits, with the reasons as codes; see Plain.
type Choice struct {
	Supporter   Supporter
	Because     []string
	Coordinator bool // nobody else fitted
}

// Verdict is what routing thinks of one supporter: a choice, or why not.
type Verdict struct {
	Choice
	Score   int
	Against []string // empty: fits
}

// ErrNobody says that not even a coordinator could be found.
var ErrNobody = errors.New("no supporter and no coordinator for this gemeente")

// Explain judges every supporter of the roster for a question: those who fit
// first, best first, as Route takes them.
func (r *Roster) Explain(n Need, load Load) []Verdict {
	list := make([]Verdict, 0, len(r.Supporters))
	for _, s := range r.Supporters {
		list = append(list, r.judge(s, n, load))
	}
	slices.SortStableFunc(list, func(a, b Verdict) int {
		return cmp.Or(cmp.Compare(min(len(a.Against), 1), min(len(b.Against), 1)), cmp.Compare(b.Score, a.Score),
			cmp.Compare(load.Open[a.Supporter.ID], load.Open[b.Supporter.ID]),
			cmp.Compare(a.Supporter.ID, b.Supporter.ID))
	})
	return list
}

// Fitting returns who may take the question, best first. It never holds
// someone behind a wall, refused, deciding, disabled, absent or full.
func (r *Roster) Fitting(n Need, load Load) []Choice {
	var list []Choice
	for _, v := range r.Explain(n, load) {
		if len(v.Against) == 0 {
			list = append(list, v.Choice)
		}
	}
	return list
}

// judge holds a supporter against a question.
func (r *Roster) judge(s Supporter, n Need, load Load) Verdict {
	v := Verdict{Choice: Choice{Supporter: s, Because: []string{reason(ReasonGemeente, "")}}}
	v.Against = r.barred(s, n)
	if s.Capacity > 0 && load.Open[s.ID] >= s.Capacity {
		v.Against = append(v.Against, reason(AgainstFull, ""))
	}
	r.cover(s, n, &v)
	if n.Lang != "" && n.Lang != knowledge.NL && slices.Contains(s.Languages, n.Lang) {
		v.add(4, ReasonLanguage, string(n.Lang))
	}
	if n.Earlier == s.ID && s.ID != "" {
		v.add(32, ReasonEarlier, "")
	}
	if n.Urgent && (s.Hours == nil || s.Hours.hold(n.Now)) {
		v.Score += 6
	}
	if load.Active[s.ID] {
		v.Score += 8
	}
	return v
}

func (v *Verdict) add(score int, code ReasonCode, what string) {
	v.Score += score
	v.Because = append(v.Because, reason(code, what))
}

// barred holds what no ranking may outweigh.
func (r *Roster) barred(s Supporter, n Need) []string {
	var list []string
	for _, b := range []struct {
		is   bool
		code ReasonCode
	}{
		{s.Disabled, AgainstDisabled},
		{s.Deciding, AgainstDeciding},
		{!slices.Contains(s.Gemeenten, n.Gemeente), AgainstGemeente},
		{slices.Contains(n.Refused, s.ID), AgainstRefused},
		{r.walled(s, n.Gemeente), AgainstWall},
		{s.absent(n.Now), AgainstAbsent},
		{len(s.Sides) > 0 && !slices.Contains(s.Sides, cmp.Or(n.Side, SideWmo)), AgainstSide},
		{n.Urgent && s.Kind != "" && s.Kind != KindProfessional, AgainstKind},
	} {
		if b.is {
			list = append(list, reason(b.code, ""))
		}
	}
	return list
}

// cover ranks by what the supporter covers, by the rows of the matrix when
// there are any for this person, else by the person's own lists.
func (r *Roster) cover(s Supporter, n Need, v *Verdict) {
	rows := 0
	best := -1
	for i := range r.Cover {
		row := &r.Cover[i]
		if row.Supporter != s.ID {
			continue
		}
		rows++
		if score := row.fits(n); score > best {
			best = score
		}
	}
	if rows > 0 && best < 0 {
		v.Against = append(v.Against, reason(AgainstMatrix, ""))
		return
	}
	if rows > 0 {
		v.add(best, ReasonMatrix, "")
	}
	v.lists(s, n, rows == 0)
}

// lists holds the question against the supporter's own lists. A levensgebied
// that isn't covered rules out, the rest adds.
func (v *Verdict) lists(s Supporter, n Need, alone bool) {
	if len(n.Levensgebieden) > 0 && len(s.Levensgebieden) > 0 {
		if alone && !slices.Contains(s.Levensgebieden, n.Levensgebieden[0]) {
			v.Against = append(v.Against, reason(AgainstLevensgebied, string(n.Levensgebieden[0])))
		}
		for _, l := range n.Levensgebieden {
			if slices.Contains(s.Levensgebieden, l) {
				v.add(2, ReasonLevensgebied, string(l))
			}
		}
	}
	for _, d := range n.Doelgroepen {
		if slices.Contains(s.Doelgroepen, d) {
			v.add(2, ReasonDoelgroep, string(d))
		}
	}
	if n.Moment != "" && slices.Contains(s.Momenten, n.Moment) {
		v.add(1, ReasonMoment, string(n.Moment))
	}
}

// fits is how well a row of the matrix fits, -1 when it doesn't: a point for
// each thing that it names and the question has, and the row's own weight.
func (c *Cover) fits(n Need) int {
	score := 0
	for _, side := range []struct{ named, holds bool }{
		{len(c.Gemeenten) > 0, slices.Contains(c.Gemeenten, n.Gemeente)},
		{len(c.Levensgebieden) > 0 && len(n.Levensgebieden) > 0, len(n.Levensgebieden) > 0 && slices.Contains(c.Levensgebieden, n.Levensgebieden[0])},
		{len(c.Doelgroepen) > 0, slices.ContainsFunc(n.Doelgroepen, func(d knowledge.Doelgroep) bool { return slices.Contains(c.Doelgroepen, d) })},
		{len(c.Momenten) > 0 && n.Moment != "", slices.Contains(c.Momenten, n.Moment)},
	} {
		if side.named && !side.holds {
			return -1
		}
		if side.named {
			score++
		}
	}
	return score + max(0, c.Weight)
}

// Route returns the wished supporter when that person may take the question,
// else the best who fits, else the coordinator, whoever that is.
func (r *Roster) Route(n Need, wish SupporterID, load Load) (Choice, error) {
	list := r.Fitting(n, load)
	for _, c := range list {
		if c.Supporter.ID == wish {
			c.Because = append([]string{reason(ReasonChosen, "")}, c.Because...)
			return c, nil
		}
	}
	if len(list) > 0 {
		return list[0], nil
	}
	return r.coordinator(n, load)
}

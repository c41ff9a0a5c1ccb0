package dialogs

import (
	"slices"
	"strconv"

	"wegwijzer/dialogs/plan"
)

// planning is by which words residents ask for a plan, a part of it, or
// services side by side: plan.toml.
type planning struct {
	plans    []asked[plan.Kind]
	parts    []asked[plan.PartID]
	criteria []asked[plan.Criterion]
	compare  []phrase // put services side by side
	change   []phrase // change what stands in the plan
	show     []phrase // show the plan
	keep     []phrase // leave it as it is
	explain  []phrase // what is such a plan?
}

// asked are the words by which one thing is asked for, written as those of a
// choice.
type asked[T ~string] struct {
	ID      T        `toml:"id"`
	Words   []string `toml:"words"`
	phrases []phrase
}

// mostNamed finds the one whose words a message has most of, "" for none.
func mostNamed[T ~string](list []asked[T], words []string) T {
	var best T
	top := 0
	for _, a := range list {
		if n := bestMatch(a.phrases, words); n > top {
			best, top = a.ID, n
		}
	}
	return best
}

// planning reads plan.toml. Words of a further layer come beside those before.
// A set of dialogs may have none.
func (l *loader) planning() {
	var file struct {
		Plans    []asked[plan.Kind]      `toml:"plan"`
		Parts    []asked[plan.PartID]    `toml:"deel"`
		Criteria []asked[plan.Criterion] `toml:"criterium"`
		Compare  []string                `toml:"vergelijken"`
		Change   []string                `toml:"veranderen"`
		Show     []string                `toml:"tonen"`
		Keep     []string                `toml:"laten"`
		Explain  []string                `toml:"uitleg"`
	}
	if !exists(l.fsys, "plan.toml") {
		return
	}
	name, ok := l.decode("plan.toml", &file)
	if !ok {
		return
	}
	p := &l.content.planning
	p.compare = append(p.compare, phrases(file.Compare)...)
	p.change = append(p.change, phrases(file.Change)...)
	p.show = append(p.show, phrases(file.Show)...)
	p.keep = append(p.keep, phrases(file.Keep)...)
	p.explain = append(p.explain, phrases(file.Explain)...)
	p.plans = append(p.plans, known(l, name, "plan", file.Plans, plan.Kinds())...)
	p.parts = append(p.parts, known(l, name, "deel", file.Parts, plan.Family.Parts())...)
	p.criteria = append(p.criteria, known(l, name, "criterium", file.Criteria, plan.Criteria())...)
}

// known makes phrases of the words and refuses an id that there isn't.
func known[T ~string](l *loader, file, table string, list []asked[T], ids []T) []asked[T] {
	for i := range list {
		if a := &list[i]; slices.Contains(ids, a.ID) {
			a.phrases = phrases(a.Words)
		} else {
			path := table + "." + strconv.Itoa(i)
			l.fault(place{file, l.lines[file].of(path+".id", path)}, "there is no %s %q; known are %s", table, a.ID, join(ids))
		}
	}
	return list
}

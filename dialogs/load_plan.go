package dialogs

import (
	"slices"
	"strconv"
	"strings"

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
	marks    marks    // of plans and compare
}

// marks are words of which a message has at least one when it matches a phrase.
// They tell quickly that a message has nothing to do with a plan, as nearly all
// haven't.
type marks struct {
	whole  map[string]bool
	begins []string
	any    bool // a phrase has no such word
}

// marksOf takes of each phrase the word that most of them have.
func marksOf(list []phrase) marks {
	m, count := marks{whole: map[string]bool{}}, map[string]int{}
	each := func(p phrase, f func(term)) {
		for _, x := range p {
			if x.row != nil {
				x.core = x.row[0]
			}
			if !x.not && !x.end {
				f(x)
			}
		}
	}
	for _, p := range list {
		each(p, func(x term) { count[x.core]++ })
	}
	for _, p := range list {
		best := term{}
		each(p, func(x term) {
			if best.core == "" || count[x.core] > count[best.core] {
				best = x
			}
		})
		switch {
		case best.core == "":
			m.any = true
		case best.begin:
			m.begins = add(m.begins, best.core)
		default:
			m.whole[best.core] = true
		}
	}
	return m
}

// in says whether a message may match one of the phrases.
func (m *marks) in(words []string) bool {
	return m.any || slices.ContainsFunc(words, func(w string) bool {
		return m.whole[w] || slices.ContainsFunc(m.begins, func(b string) bool { return strings.HasPrefix(w, b) })
	})
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
	all := slices.Clone(p.compare)
	for _, a := range p.plans {
		all = append(all, a.phrases...)
	}
	p.marks = marksOf(all)
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

package dialogs

import (
	"io/fs"
	"maps"
	"slices"

	"wegwijzer/knowledge"
)

// lint checks what the files say to each other: ids, conditions and texts.
func (l *loader) lint() {
	used := &usedTexts{loader: l, keys: map[string]bool{}}
	for _, id := range slices.Sorted(maps.Keys(l.content.Flows)) {
		l.lintFlow(l.content.Flows[id], used)
	}
	if len(l.faults) > 0 {
		return // what follows would only echo it
	}
	for _, p := range l.shared { // also those that no dialog uses yet
		used.may("gedeeld."+p.ID+".ask", "gedeeld."+p.ID+".why")
		l.lintChoices(&Flow{Levensgebied: "gedeeld"}, p, 0, used)
	}
	l.lintRules(used)
	for _, a := range l.content.Asides {
		l.lintAside(a, used)
	}
	for _, id := range knowledge.Levensgebieden() {
		used.need(place{"texts/nl/gesprek.toml", 1}, "levensgebied."+string(id))
	}
	l.lintTexts(used)
}

// Bounds of a dialog: nobody answers more questions than this or reads more
// answers, and a file of ten thousand steps is a mistake.
const (
	maxSteps   = 40
	maxChoices = 10
)

func (l *loader) lintFlow(f *Flow, used *usedTexts) {
	if len(f.Steps) > maxSteps {
		l.fault(f.at, "%d steps, at most %d", len(f.Steps), maxSteps)
		return
	}
	if len(f.Steps) == 0 {
		l.fault(f.at, "dialog %q has no steps", f.Levensgebied)
	}
	for i, p := range f.Steps {
		switch {
		case p.ID == "":
			l.fault(p.at, "a step has no id")
			continue
		case slices.ContainsFunc(f.Steps[:i], func(o *Step) bool { return o.ID == p.ID }):
			l.fault(p.at, "two steps are called %q", p.ID)
			continue
		case p.ID == StepEnd:
			l.fault(p.at, "a step can't be called %q: that is the end of a dialog", p.ID)
		case len(p.Choices) == 0 && !p.Free:
			l.fault(p.at, "step %q is a dead end: it has no choices and free is not set", p.ID)
		case len(p.Choices) > maxChoices:
			l.fault(p.at, "step %q has %d choices, at most %d", p.ID, len(p.Choices), maxChoices)
			continue
		case p.Fills != "" && !slices.Contains(fields(), p.Fills):
			l.fault(p.at, "step %q fills %q, which is none of %s", p.ID, p.Fills, join(fields()))
		}
		l.lintWhen(f, p, i)
		prefix := stepText(f, p)
		used.need(p.at, prefix+".ask")
		used.may(prefix + ".why")
		l.lintChoices(f, p, i, used)
	}
	used.may(string(f.Levensgebied) + ".gehoord")
	for _, s := range f.Stelsels {
		l.check(f.at, func() error { _, err := knowledge.ParseStelsel(string(s)); return err })
	}
}

// fields are the fields of the hulpvraag that a step can fill.
func fields() []string {
	return []string{"moment", "voor-wie", "sinds", "geprobeerd", "hulp", "wens", "termijn", "brief-datum"}
}

// lintWhen checks that a condition names earlier steps and choices they have,
// and can be true together with what it rests on.
func (l *loader) lintWhen(f *Flow, p *Step, i int) {
	for _, id := range slices.Sorted(maps.Keys(p.When)) {
		j := slices.IndexFunc(f.Steps, func(o *Step) bool { return o.ID == id })
		switch {
		case j == i:
			l.fault(p.at, "step %q is unreachable: its condition is a cycle, it names the step itself", p.ID)
			return
		case j > i && f.restsOn(f.Steps[j], p.ID, 0):
			l.fault(p.at, "step %q is unreachable: its condition is a cycle by way of %q", p.ID, id)
			return
		case j < 0 || j > i:
			l.fault(p.at, "step %q is unreachable: its condition names %q, which is no earlier step", p.ID, id)
			return
		}
		for _, v := range p.When[id] {
			if f.Steps[j].choice(v) == nil {
				l.fault(p.at, "step %q is unreachable: %q is no choice of step %q", p.ID, v, id)
				return
			}
		}
	}
	if id := f.contradicts(p); id != "" {
		l.fault(p.at, "step %q is unreachable: its conditions contradict each other about %q", p.ID, id)
	}
}

// restsOn says whether the condition of p rests, over however many steps, on
// the step of that id.
func (f *Flow) restsOn(p *Step, id string, depth int) bool {
	if depth > maxSteps {
		return true
	}
	for other := range p.When {
		if other == id {
			return true
		}
		if o := f.step(other); o != nil && o != p && f.restsOn(o, id, depth+1) {
			return true
		}
	}
	return false
}

// contradicts returns the step about which the conditions of p, and of the
// steps that they name, can't all be true; "" when they can.
func (f *Flow) contradicts(p *Step) string {
	allowed := map[string][]string{}
	todo := []*Step{p}
	for n := 0; len(todo) > 0 && n < maxSteps*maxSteps; n++ {
		q := todo[0]
		todo = todo[1:]
		for id, values := range q.When {
			if known, ok := allowed[id]; ok {
				values = slices.DeleteFunc(slices.Clone(known), func(v string) bool { return !slices.Contains(values, v) })
			}
			if len(values) == 0 {
				return id
			}
			allowed[id] = values
			if other := f.step(id); other != nil {
				todo = append(todo, other)
			}
		}
	}
	return ""
}

func (l *loader) lintChoices(f *Flow, p *Step, i int, used *usedTexts) {
	for n, c := range p.Choices {
		if c.ID == "" || slices.ContainsFunc(p.Choices[:n], func(o *StepChoice) bool { return o.ID == c.ID }) {
			l.fault(c.at, "step %q: choice %q is there twice or has no id", p.ID, c.ID)
		}
		prefix := stepText(f, p)
		used.need(c.at, prefix+".choice."+c.ID)
		used.may(prefix+".said."+c.ID, prefix+".today."+c.ID, prefix+".heard."+c.ID)
		if c.Risk != "" {
			used.need(c.at, "risico."+c.Risk)
		}
		if g := l.content.Flows[c.Guide]; c.Guide != "" && (g == nil || g.Guide == "") {
			l.fault(c.at, "step %q: choice %q leads to the guide %q, which is none", p.ID, c.ID, c.Guide)
		}
		if c.Next != "" && c.Next != StepEnd {
			l.lintNext(f, p, c, i)
		}
		l.lintIDs(c)
	}
}

// lintNext checks where a choice leads: to a later step, else it leads nowhere
// or in a circle.
func (l *loader) lintNext(f *Flow, p *Step, c *StepChoice, i int) {
	j := slices.IndexFunc(f.Steps, func(o *Step) bool { return o.ID == c.Next })
	switch {
	case j < 0:
		l.fault(c.at, "step %q: choice %q leads to %q, which is no step", p.ID, c.ID, c.Next)
	case j <= i:
		l.fault(c.at, "step %q: choice %q leads back to %q: a loop without exit", p.ID, c.ID, c.Next)
	}
}

func (l *loader) lintIDs(c *StepChoice) {
	for _, x := range c.Levensgebieden {
		l.check(c.at, func() error { _, err := knowledge.ParseLevensgebied(string(x)); return err })
	}
	for _, x := range c.Doelgroepen {
		l.check(c.at, func() error { _, err := knowledge.ParseDoelgroep(string(x)); return err })
	}
	for _, x := range c.Stelsels {
		l.check(c.at, func() error { _, err := knowledge.ParseStelsel(string(x)); return err })
	}
	for _, x := range c.Steunvormen {
		l.check(c.at, func() error { _, err := knowledge.ParseSteunvorm(string(x)); return err })
	}
	if c.Moment != "" {
		l.check(c.at, func() error { _, err := knowledge.ParseMoment(string(c.Moment)); return err })
	}
}

func (l *loader) lintAside(a *Aside, used *usedTexts) {
	if a.Does == "" {
		used.need(a.at, "tussendoor."+a.ID)
	}
	switch {
	case a.ID == "" || len(a.Words) == 0:
		l.fault(a.at, "a question in between needs an id and words")
	case a.Shown != "" && !slices.Contains(shownFields(), a.Shown):
		l.fault(a.at, "question %q shows %q, which is none of %s", a.ID, a.Shown, join(shownFields()))
	case (a.Shown == "about") != (len(a.Tells) > 0):
		l.fault(a.at, "question %q: tells and shown = \"about\" belong together", a.ID)
	case a.Does != "" && !slices.Contains(asideVerbs(), a.Does):
		l.fault(a.at, "question %q does %q, which is none of %s", a.ID, a.Does, join(asideVerbs()))
	}
}

// lintRules checks that a person can always be had: by asking, when stuck and
// when nothing was found (S33).
func (l *loader) lintRules(used *usedTexts) {
	var asked, stalls, none bool
	for _, r := range l.content.Rules {
		l.lintRule(r, used)
		asked, stalls, none = asked || r.Asked, stalls || r.Stalls > 0, none || r.NoAnswer
	}
	if !asked || !stalls || !none {
		l.fault(place{"escalatie.toml", 1}, "there must be a rule with asked, one with stalls and one with no_answer: nobody may be left without a road to a person")
	}
}

func (l *loader) lintRule(r *Rule, used *usedTexts) {
	if r.ID == "" {
		l.fault(r.at, "a rule has no id")
		return
	}
	used.need(r.at, "escalatie."+r.ID)
	if r.conditions() == 0 {
		l.fault(r.at, "rule %q has no condition: it would never fire", r.ID)
	}
	if r.Steunvorm != "" {
		l.check(r.at, func() error { _, err := knowledge.ParseSteunvorm(string(r.Steunvorm)); return err })
	}
	for _, x := range r.Doelgroepen {
		l.check(r.at, func() error { _, err := knowledge.ParseDoelgroep(string(x)); return err })
	}
	for _, risk := range r.Risk {
		used.need(r.at, "risico."+risk)
	}
}

func (l *loader) check(at place, parse func() error) {
	if err := parse(); err != nil {
		l.fault(at, "%v", err)
	}
}

func exists(fsys fs.FS, file string) bool {
	_, err := fs.Stat(fsys, file)
	return err == nil
}

package dialogs

import (
	"slices"

	"wegwijzer/knowledge"
)

// lint checks what the files say to each other: ids, conditions and texts.
func (l *loader) lint() {
	for _, f := range l.content.Flows {
		l.lintFlow(f)
	}
	for _, r := range l.content.Rules {
		l.needText("escalatie.toml", r.ID, "escalatie."+r.ID)
		if r.Steunvorm != "" {
			if _, err := knowledge.ParseSteunvorm(string(r.Steunvorm)); err != nil {
				l.fault("escalatie.toml", l.line("escalatie.toml", r.ID), "%v", err)
			}
		}
	}
	for _, id := range knowledge.Levensgebieden() {
		l.needText("texts/nl/gesprek.toml", string(id), "levensgebied."+string(id))
	}
}

// maxSteps bounds a dialog: nobody answers more questions than this, and a
// file of ten thousand steps is a mistake.
const maxSteps = 40

func (l *loader) lintFlow(f *Flow) {
	if len(f.Steps) > maxSteps {
		l.fault(f.file, 1, "%d steps, at most %d", len(f.Steps), maxSteps)
		return
	}
	seen := []string{}
	for _, p := range f.Steps {
		at := l.line(f.file, `"`+p.ID+`"`)
		switch {
		case p.ID == "":
			l.fault(f.file, at, "a step has no id")
			continue
		case slices.Contains(seen, p.ID):
			l.fault(f.file, at, "two steps are called %q", p.ID)
		case len(p.Choices) == 0 && !p.Free:
			l.fault(f.file, at, "step %q is a dead end: it has no choices and free is not set", p.ID)
		}
		l.lintWhen(f, p, seen, at)
		seen = append(seen, p.ID)
		l.needText(f.file, p.ID, stepText(f, p)+".ask")
		l.lintChoices(f, p)
	}
	for _, s := range f.Stelsels {
		l.check(f.file, string(s), func() error { _, err := knowledge.ParseStelsel(string(s)); return err })
	}
}

// lintWhen checks that a condition names earlier steps and choices they have:
// what can't be true makes the step unreachable.
func (l *loader) lintWhen(f *Flow, p *Step, seen []string, at int) {
	for id, values := range p.When {
		other := f.step(id)
		if other == nil || !slices.Contains(seen, id) {
			l.fault(f.file, at, "step %q is unreachable: its condition names %q, which is no earlier step", p.ID, id)
			continue
		}
		for _, v := range values {
			if other.choice(v) == nil {
				l.fault(f.file, at, "step %q is unreachable: %q is no choice of step %q", p.ID, v, id)
			}
		}
	}
}

func (l *loader) lintChoices(f *Flow, p *Step) {
	seen := []string{}
	for _, c := range p.Choices {
		at := l.line(f.file, `"`+c.ID+`"`)
		if c.ID == "" || slices.Contains(seen, c.ID) {
			l.fault(f.file, at, "step %q: choice %q is there twice or has no id", p.ID, c.ID)
		}
		seen = append(seen, c.ID)
		l.needText(f.file, c.ID, stepText(f, p)+".choice."+c.ID)
		if c.Risk != "" {
			l.needText(f.file, c.Risk, "risico."+c.Risk)
		}
		for _, x := range c.Levensgebieden {
			l.check(f.file, string(x), func() error { _, err := knowledge.ParseLevensgebied(string(x)); return err })
		}
		for _, x := range c.Doelgroepen {
			l.check(f.file, string(x), func() error { _, err := knowledge.ParseDoelgroep(string(x)); return err })
		}
		for _, x := range c.Stelsels {
			l.check(f.file, string(x), func() error { _, err := knowledge.ParseStelsel(string(x)); return err })
		}
		for _, x := range c.Steunvormen {
			l.check(f.file, string(x), func() error { _, err := knowledge.ParseSteunvorm(string(x)); return err })
		}
		if c.Moment != "" {
			l.check(f.file, string(c.Moment), func() error { _, err := knowledge.ParseMoment(string(c.Moment)); return err })
		}
	}
}

func (l *loader) check(file, words string, parse func() error) {
	if err := parse(); err != nil {
		l.fault(file, l.line(file, `"`+words+`"`), "%v", err)
	}
}

// needText demands the Dutch text of a key.
func (l *loader) needText(file, words, key string) {
	if !l.content.Texts.Has(knowledge.NL, key) {
		l.fault(file, l.line(file, `"`+words+`"`), "the Dutch text %q is missing", key)
	}
}

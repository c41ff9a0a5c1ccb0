package dialogs

import (
	"io/fs"
	"slices"
	"strconv"

	"wegwijzer/knowledge"
)

// General is the dialog for every levensgebied that has none of its own.
const General knowledge.Levensgebied = "algemeen"

func (l *loader) flows() {
	var shared struct {
		Steps []*Step `toml:"step"`
	}
	if name, ok := l.decode("gedeeld.toml", &shared); ok {
		l.locate(name, shared.Steps)
		l.shared = l.change(l.shared, shared.Steps)
	}
	files, err := fs.Glob(l.fsys, "*.toml")
	if err != nil {
		l.fault(place{l.folder, 1}, "%v", err)
	}
	seen := map[knowledge.Levensgebied]string{}
	for _, file := range files {
		if slices.Contains([]string{"gedeeld.toml", "escalatie.toml", "tussendoor.toml", "woorden.toml", "plan.toml"}, file) {
			continue
		}
		f := &Flow{}
		name, ok := l.decode(file, f)
		if !ok {
			continue
		}
		f.at, f.phrases = place{name, l.lines[name].of("levensgebied", "changes", "guide")}, phrases(f.Words)
		l.locate(name, f.Steps)
		l.flow(f, seen)
	}
}

// flow takes one file's dialog into the content.
func (l *loader) flow(f *Flow, seen map[knowledge.Levensgebied]string) {
	id, names := f.Levensgebied+f.Changes+f.Guide, 0
	for _, name := range []knowledge.Levensgebied{f.Levensgebied, f.Changes, f.Guide} {
		if name != "" {
			names++
		}
	}
	if names != 1 {
		l.fault(f.at, "levensgebied, guide or changes must say which dialog this is, and one of them alone")
		return
	}
	if f.Guide != "" {
		f.Levensgebied = f.Guide
	} else if id != General && (l.content.Flows[id] == nil || l.content.Flows[id].Guide == "") {
		if _, err := knowledge.ParseLevensgebied(string(id)); err != nil {
			l.fault(f.at, "%v", err)
		}
	}
	if other, twice := seen[id]; twice {
		l.fault(f.at, "%q has a dialog in %s already", id, other)
	}
	seen[id] = f.at.file
	if f.Changes == "" {
		l.content.Flows[id] = f
		return
	}
	old := l.content.Flows[id]
	if old == nil {
		l.fault(f.at, "there is no dialog %q to change", id)
		return
	}
	next := *old
	next.at, next.Steps = f.at, l.change(old.Steps, f.Steps)
	if f.Search != "" {
		next.Search = f.Search
	}
	if len(f.Words) > 0 {
		next.Words, next.phrases = f.Words, f.phrases
	}
	if len(f.Stelsels) > 0 {
		next.Stelsels = f.Stelsels
	}
	l.content.Flows[id] = &next
}

// locate notes where steps and their choices stand.
func (l *loader) locate(file string, steps []*Step) {
	lines := l.lines[file]
	for i, p := range steps {
		path := "step." + strconv.Itoa(i)
		p.at = place{file, lines.of(path+".id", path+".use", path)}
		for j, c := range p.Choices {
			inner := path + ".choice." + strconv.Itoa(j)
			c.at, c.phrases = place{file, lines.of(inner+".id", inner)}, phrases(c.Words)
		}
	}
}

// change lays the steps of a further layer over those before: one of the same
// id takes its place, a new one comes after the step that it names, or last.
func (l *loader) change(old, news []*Step) []*Step {
	list := slices.Clone(old)
	find := func(id string) int {
		return slices.IndexFunc(list, func(p *Step) bool { return p.name() == id })
	}
	if len(old) == 0 || len(news) > maxSteps {
		return news // a file alone may hold a mistake: lint tells it
	}
	for _, p := range news {
		i, after := find(p.name()), find(p.After)
		switch {
		case p.After != "" && after < 0:
			l.fault(p.at, "step %q comes after %q, which is no step", p.name(), p.After)
		case p.Remove && i < 0:
			l.fault(p.at, "there is no step %q to remove", p.name())
		case p.Remove:
			list = slices.Delete(list, i, i+1)
		case i >= 0:
			list[i] = p
		case after >= 0:
			list = slices.Insert(list, after+1, p)
		default:
			list = append(list, p)
		}
	}
	return list
}

// use puts shared steps in the place of their names.
func (l *loader) use(f *Flow) {
	for i, p := range f.Steps {
		if p.Use == "" {
			continue
		}
		j := slices.IndexFunc(l.shared, func(s *Step) bool { return s.ID == p.Use })
		if j < 0 {
			l.fault(p.at, "shared step %q is not in gedeeld.toml", p.Use)
			continue
		}
		step := *l.shared[j]
		step.Use, step.When, step.at = p.Use, p.When, p.at
		f.Steps[i] = &step
	}
}

package cases

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"wegwijzer/knowledge"
)

// ParseRoster reads and checks a roster: CSV when the name of the file ends in
// .csv, else TOML. file names it in errors, each with its line.
func ParseRoster(file string, data []byte) (*Roster, error) {
	if strings.HasSuffix(strings.ToLower(file), ".csv") {
		return parseCSV(file, data)
	}
	r := &Roster{}
	md, err := toml.Decode(string(data), r)
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return nil, fmt.Errorf("%s:%d: %s", file, pe.Position.Line, pe.Message)
	}
	if err != nil {
		return nil, fmt.Errorf("%s:%s", file, typeLine.ReplaceAllString(err.Error(), "$1: "))
	}
	at := placesOf(string(data))
	var faults []error
	for _, k := range md.Undecoded() {
		faults = append(faults, fmt.Errorf("%s:%d: unknown key %q", file, at.word(k[len(k)-1]), k.String()))
	}
	return r, errors.Join(append(faults, r.check(file, at)...)...)
}

// typeLine finds the line in the TOML library's errors about types.
var typeLine = regexp.MustCompile(`^toml: line (\d+) `)

// places are where the records of a file stand: the line of each.
type places struct {
	lines                          []string
	supporters, covers, organisers []int
}

// placesOf finds the tables of a TOML file.
func placesOf(text string) places {
	p := places{lines: strings.Split(text, "\n")}
	for i, l := range p.lines {
		switch strings.ReplaceAll(strings.TrimSpace(l), " ", "") {
		case "[[supporter]]":
			p.supporters = append(p.supporters, i+1)
		case "[[cover]]":
			p.covers = append(p.covers, i+1)
		case "[[organisation]]":
			p.organisers = append(p.organisers, i+1)
		}
	}
	return p
}

// word is the first line that holds a word.
func (p places) word(word string) int {
	return 1 + max(0, slices.IndexFunc(p.lines, func(l string) bool { return strings.Contains(l, word) }))
}

// nth is the line of the i-th record of a list, 1 when it isn't known.
func nth(list []int, i int) int {
	if i < len(list) {
		return list[i]
	}
	return 1
}

// supporter is the line of the i-th supporter's id.
func (p places) supporter(i int, id SupporterID) int {
	first := nth(p.supporters, i)
	for n := first; n <= len(p.lines) && n < first+30; n++ {
		if strings.Contains(p.lines[n-1], `"`+string(id)+`"`) {
			return n
		}
	}
	return first
}

// check is what is wrong with a roster, whatever the gemeenten are.
func (r *Roster) check(file string, at places) []error {
	var faults []error
	fault := func(line int, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s:%d: %w", file, line, fmt.Errorf(format, args...)))
	}
	known := map[OrganisationID]bool{}
	for i, o := range r.Organisations {
		if known[o.ID] || o.ID == "" {
			fault(nth(at.organisers, i), "organisation %q is there twice or lacks an id", o.ID)
		}
		known[o.ID] = true
	}
	seen := map[SupporterID]bool{}
	for i := range r.Supporters {
		s := &r.Supporters[i]
		line := at.supporter(i, s.ID)
		if seen[s.ID] || s.ID == "" || s.Name == "" {
			fault(line, "supporter %q is there twice or lacks an id or name", s.ID)
		}
		seen[s.ID] = true
		if slices.Contains([]string{string(ActorResident), string(ActorBot), string(ActorClock)}, string(s.ID)) {
			fault(line, "supporter %q: that id is the service's own", s.ID)
		}
		if !known[s.Organisation] {
			fault(line, "supporter %q: unknown organisation %q", s.ID, s.Organisation)
		}
		for _, err := range s.faults() {
			fault(line, "supporter %q: %w", s.ID, err)
		}
	}
	for i := range r.Cover {
		c := &r.Cover[i]
		line := nth(at.covers, i)
		if !seen[c.Supporter] {
			fault(line, "matrix: unknown supporter %q", c.Supporter)
		}
		for _, err := range covers(c.Levensgebieden, c.Doelgroepen, c.Momenten) {
			fault(line, "matrix: %w", err)
		}
		s, _ := r.Supporter(c.Supporter)
		for _, g := range c.Gemeenten {
			if seen[c.Supporter] && !slices.Contains(s.Gemeenten, g) {
				fault(line, "matrix: %q does not work in %s", c.Supporter, g)
			}
		}
	}
	return faults
}

// faults is what is wrong with one supporter alone.
func (s *Supporter) faults() []error {
	faults := covers(s.Levensgebieden, s.Doelgroepen, s.Momenten)
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if s.Kind != "" && !slices.Contains(Kinds(), s.Kind) {
		fault("unknown kind %q, choose one of %v", s.Kind, Kinds())
	}
	for _, side := range s.Sides {
		if side != SideWmo && side != SideWlz {
			fault("unknown side %q, choose wmo or wlz", side)
		}
	}
	for _, l := range s.Languages {
		if _, err := knowledge.ParseLang(string(l)); err != nil {
			faults = append(faults, err)
		}
	}
	for _, line := range s.Hours {
		if _, err := parseHours(line); err != nil {
			faults = append(faults, err)
		}
	}
	if s.Capacity < 0 {
		fault("capacity can't be negative")
	}
	if s.Coordinator && s.Deciding {
		fault("who decides on applications can't be the coordinator")
	}
	for i, p := range s.Absent {
		if day(p.Until) < day(p.From) {
			fault("absence from %s ends before it begins, on %s", day(p.From), day(p.Until))
		}
		for _, q := range s.Absent[:i] {
			if p.overlaps(q) {
				fault("absences overlap: %s to %s and %s to %s", day(q.From), day(q.Until), day(p.From), day(p.Until))
			}
		}
	}
	return faults
}

func covers(areas []knowledge.Levensgebied, groups []knowledge.Doelgroep, moments []knowledge.Moment) []error {
	var faults []error
	add := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	for _, l := range areas {
		_, err := knowledge.ParseLevensgebied(string(l))
		add(err)
	}
	for _, d := range groups {
		_, err := knowledge.ParseDoelgroep(string(d))
		add(err)
	}
	for _, m := range moments {
		_, err := knowledge.ParseMoment(string(m))
		add(err)
	}
	return faults
}

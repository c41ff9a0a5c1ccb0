package kaart

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// ErrNothing is the cause when a batch without services would replace the
// kaart: more likely the file is wrong than that all help is gone.
var ErrNothing = errors.New("er staan geen diensten in het bestand; de kaart blijft zoals hij was")

// ErrSpoiled is the cause when more rows of a batch that would replace the kaart
// were rejected than taken: what they stand for would be removed.
var ErrSpoiled = errors.New("de meeste rijen zijn geweigerd, dus het bestand kan de kaart niet vervangen; er is niets ingelezen")

// ErrRejected is the cause when an import changes nothing because rows were
// rejected; the Report names them.
var ErrRejected = errors.New("er zijn rijen geweigerd; er is niets ingelezen")

// ApplyOptions say how a Batch goes into the kaart.
type ApplyOptions struct {
	Replace bool                // afterwards the kaart holds exactly the batch's services
	Partial bool                // import the good rows although others are rejected
	Keep    func(*Service) bool // services that an import never touches; nil is none
	By      string              // who does it, for the history
	At      time.Time           // when, for the history
}

// Report says what an import did, or would have done.
type Report struct {
	Added, Changed, Unchanged, Removed int
	Rejected                           []Rejection
	Warnings                           []Rejection // imported all the same
	Changes                            []Change
	Organisations                      []Organisation // added or changed, as they are now
}

// Change is one record's change, kept as history (who, when, what).
type Change struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Action string    `json:"action"` // added, changed, removed
	ID     ServiceID `json:"id"`
	Fields []string  `json:"fields,omitempty"` // names of the changed fields
	Before *Service  `json:"before,omitempty"` // nil when added
	After  *Service  `json:"after,omitempty"`  // nil when removed, and of imports before it was kept
}

// Apply puts a batch into the kaart and returns the new one; k may be nil and
// isn't changed. With rejected rows and without opts.Partial the error is
// ErrRejected, without services to replace it ErrNothing, with more rejected
// than taken ErrSpoiled. The Report is filled in each case.
func (k *Kaart) Apply(b *Batch, opts ApplyOptions) (*Kaart, Report, error) {
	if k == nil {
		k = &Kaart{}
	}
	kinds, err := b.knownKinds()
	if err != nil {
		return nil, Report{}, err
	}
	m := merger{k: k, b: b, opts: opts, kinds: kinds, report: Report{Rejected: slices.Clone(b.Rejected)}}
	m.organisations()
	m.addServices()
	if len(m.report.Rejected) > 0 && !opts.Partial {
		return nil, m.report, fmt.Errorf("%w: %d", ErrRejected, len(m.report.Rejected))
	}
	if opts.Replace && len(m.list) == 0 {
		return nil, m.report, ErrNothing
	}
	if opts.Replace && len(m.report.Rejected) > len(m.list) {
		return nil, m.report, ErrSpoiled
	}
	next, err := New(m.orgs, m.services())
	if err != nil {
		return nil, m.report, err
	}
	for i, c := range m.report.Changes {
		m.report.Changes[i].After = next.services[c.ID]
	}
	m.report.Organisations = k.otherOrganisations(next)
	return next, m.report, nil
}

type merger struct {
	k      *Kaart
	b      *Batch
	opts   ApplyOptions
	kinds  []string // of help that are known
	report Report
	orgs   []Organisation
	orgAt  map[OrganisationID]int
	alias  map[OrganisationID]OrganisationID // of an organisation that a sheet names, the one that has the name
	names  map[OrganisationID]string         // as an export of the kaart writes them
	list   []Service                         // of the batch, merged
	at     map[ServiceID]int
}

func (m *merger) reject(at placeInFile, id, column, reason string) {
	m.report.Rejected = append(m.report.Rejected, Rejection{File: at.file, Row: at.line, ID: id, Column: column, Reason: reason})
}

// byName are the organisations of the kaart by folded name; "" where more have
// it.
func (m *merger) byName() map[string]OrganisationID {
	out := map[string]OrganisationID{}
	for _, o := range m.k.orgList {
		if _, twice := out[foldName(o.Name)]; twice {
			out[foldName(o.Name)] = ""
			continue
		}
		out[foldName(o.Name)] = o.ID
	}
	return out
}

// foldName makes names of organisations comparable.
func foldName(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// organisations joins both lists: the batch's version of a record wins,
// except that a spreadsheet only makes organisations that aren't there yet.
func (m *merger) organisations() {
	m.orgAt, m.alias = map[OrganisationID]int{}, map[OrganisationID]OrganisationID{}
	for _, o := range m.k.orgList {
		m.orgAt[o.ID] = len(m.orgs)
		m.orgs = append(m.orgs, *o)
	}
	named := m.byName()
	for _, o := range m.b.Organisations {
		if id, ok := named[foldName(o.Name)]; ok && m.b.template && id != "" {
			m.alias[o.ID] = id
			continue
		}
		if i, ok := m.orgAt[o.ID]; ok {
			if m.b.tabular {
				o.Extra = keepNested(m.orgs[i].Extra, o.Extra)
			}
			if !m.b.template {
				m.orgs[i] = o
			}
			continue
		}
		m.orgAt[o.ID] = len(m.orgs)
		m.orgs = append(m.orgs, o)
	}
	for i := range m.orgs {
		o := &m.orgs[i]
		switch m.parents(o) {
		case parentMissing:
			m.report.Warnings = append(m.report.Warnings, Rejection{
				ID: string(o.ID), Column: "parent_organization_id", Reason: fmt.Sprintf("%q staat er niet in en wordt weggelaten", clip(string(o.Parent))),
			})
			o.Parent = ""
		case parentCycle:
			m.reject(placeInFile{}, string(o.ID), "parent_organization_id", "de organisaties erboven vormen een kring")
			o.Parent = ""
		}
	}
}

type parentState int

const (
	parentFine parentState = iota
	parentMissing
	parentCycle
)

func (m *merger) parents(o *Organisation) parentState {
	seen := map[OrganisationID]bool{o.ID: true}
	for p := o.Parent; p != ""; {
		i, ok := m.orgAt[p]
		switch {
		case seen[p]:
			return parentCycle
		case !ok && p == o.Parent:
			return parentMissing
		case !ok:
			return parentFine // told at the one above
		}
		seen[p] = true
		p = m.orgs[i].Parent
	}
	return parentFine
}

func (m *merger) addServices() {
	m.at = map[ServiceID]int{}
	if m.b.template {
		m.names = m.k.plainNames()
	}
	for i, s := range m.b.Services {
		if _, dup := m.at[s.ID]; dup {
			m.reject(m.b.place(i), string(s.ID), "id", "staat er twee keer in")
			continue
		}
		if id, ok := m.alias[s.Organisation]; ok {
			s.Organisation = id
		}
		if _, ok := m.orgAt[s.Organisation]; s.Organisation != "" && !ok {
			m.reject(m.b.place(i), string(s.ID), "organisatie", fmt.Sprintf("organisatie %q staat er niet in", clip(string(s.Organisation))))
			continue
		}
		old := m.k.services[s.ID]
		if old != nil && m.kept(old) {
			m.reject(m.b.place(i), string(s.ID), "", "is eigen, gecontroleerde inhoud; daar gaat een import nooit overheen")
			continue
		}
		if old != nil && m.b.template {
			s = keepUnsaid(*old, s)
			m.b.rows[i].keepSame(*old, &s, m.names)
		}
		if old != nil && m.b.tabular {
			s.Extra = keepNested(old.Extra, s.Extra)
			for i := range s.Locations {
				if i < len(old.Locations) {
					s.Locations[i].Extra = keepNested(old.Locations[i].Extra, s.Locations[i].Extra)
				}
			}
		}
		if old != nil && s.LastModified == "" {
			s.LastModified = old.LastModified
		}
		if m.count(old, s) && !m.opts.At.IsZero() && (s.LastModified == "" || (old != nil && s.LastModified == old.LastModified)) {
			s.LastModified = m.opts.At.UTC().Format(time.RFC3339)
		}
		for _, unknown := range unknownKinds(s.Hulpsoorten, m.kinds) {
			at := m.b.place(i)
			m.report.Warnings = append(m.report.Warnings, Rejection{File: at.file, Row: at.line, ID: string(s.ID), Column: "hulpsoorten", Reason: unknown})
		}
		m.at[s.ID] = len(m.list)
		m.list = append(m.list, s)
	}
}

func (m *merger) kept(s *Service) bool { return m.opts.Keep != nil && m.opts.Keep(s) }

// count puts a service of the batch into the report and tells whether it is a
// change.
func (m *merger) count(old *Service, s Service) bool {
	if old == nil {
		m.report.Added++
		m.change(Change{Action: "added", ID: s.ID})
		return true
	}
	fields := changedFields(*old, s)
	if len(fields) == 0 {
		m.report.Unchanged++
		return false
	}
	m.report.Changed++
	m.change(Change{Action: "changed", ID: s.ID, Fields: fields, Before: old})
	return true
}

func (m *merger) change(c Change) {
	c.At, c.By = m.opts.At, m.opts.By
	m.report.Changes = append(m.report.Changes, c)
}

// services gives the new list: the old order first, new records after it.
func (m *merger) services() []Service {
	var out []Service
	done := map[ServiceID]bool{}
	refused := map[string]bool{} // the file has them, though not as they should be
	for _, r := range m.report.Rejected {
		refused[r.ID] = true
	}
	for _, old := range m.k.list {
		i, again := m.at[old.ID]
		switch {
		case again:
			out = append(out, m.list[i])
		case m.opts.Replace && !m.kept(old) && !refused[string(old.ID)]:
			m.report.Removed++
			m.change(Change{Action: "removed", ID: old.ID, Before: old})
		default:
			out = append(out, *old)
		}
		done[old.ID] = true
	}
	for _, s := range m.list {
		if !done[s.ID] {
			out = append(out, s)
		}
	}
	return out
}

// changedFields names the fields that differ; nil slices equal empty ones.
func changedFields(a, b Service) []string {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	var names []string
	for i := range va.NumField() {
		fa, fb := va.Field(i), vb.Field(i)
		if k := fa.Kind(); (k == reflect.Slice || k == reflect.Map) && fa.Len() == 0 && fb.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(fa.Interface(), fb.Interface()) {
			names = append(names, va.Type().Field(i).Name)
		}
	}
	return names
}

// keepNested keeps the old nested values, which tables may hold in part only.
func keepNested(old, fresh object) object {
	out := maps.Clone(fresh)
	for k, v := range old {
		if len(v) > 0 && (v[0] == '[' || v[0] == '{') {
			if out == nil {
				out = object{}
			}
			out[k] = v
		}
	}
	return out
}

// keepUnsaid keeps what the template has no column for.
func keepUnsaid(old, s Service) Service {
	s.Extra, s.LastModified, s.AlternateName = old.Extra, old.LastModified, old.AlternateName
	for i := range s.Locations {
		if i < len(old.Locations) && old.Locations[i].OneLine() == s.Locations[i].OneLine() {
			s.Locations[i] = old.Locations[i]
		}
	}
	for i := range s.Phones {
		if i < len(old.Phones) && old.Phones[i].Number == s.Phones[i].Number {
			s.Phones[i] = old.Phones[i]
		}
	}
	return s
}

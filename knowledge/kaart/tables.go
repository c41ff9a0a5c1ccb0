package kaart

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// tables joins flat HSDS tables (one object a row, tied by ids) into nested
// services.
type tables struct {
	rows map[string][]tableRow
	// byParent finds the rows of a child table by the id of their parent.
	byParent map[string]map[string][]int
	byID     map[string]map[string]int
}

type tableRow struct {
	fields object
	raw    json.RawMessage // instead of fields
	file   string
	line   int
}

func newTables() *tables { return &tables{rows: map[string][]tableRow{}} }

// childTables are the arrays that hang under each kind of object, with the
// table they come from and the field in it that names the parent.
var childTables = map[string][]struct{ field, table, key string }{
	"services": {
		{"phones", "phones", "service_id"}, {"schedules", "schedules", "service_id"},
		{"service_areas", "service_areas", "service_id"}, {"service_at_locations", "service_at_locations", "service_id"},
		{"languages", "languages", "service_id"}, {"cost_options", "cost_options", "service_id"},
		{"required_documents", "required_documents", "service_id"}, {"contacts", "contacts", "service_id"},
		{"funding", "funding", "service_id"}, {"attributes", "attributes", "link_id"},
	},
	"organizations": {
		{"phones", "phones", "organization_id"}, {"contacts", "contacts", "organization_id"},
		{"funding", "funding", "organization_id"}, {"attributes", "attributes", "link_id"},
		{"organization_identifiers", "organization_identifiers", "organization_id"},
	},
	"service_at_locations": {
		{"phones", "phones", "service_at_location_id"}, {"schedules", "schedules", "service_at_location_id"},
		{"contacts", "contacts", "service_at_location_id"},
	},
	"locations": {
		{"phones", "phones", "location_id"}, {"schedules", "schedules", "location_id"}, {"addresses", "addresses", "location_id"},
		{"contacts", "contacts", "location_id"}, {"languages", "languages", "location_id"},
		{"accessibility", "accessibility", "location_id"}, {"attributes", "attributes", "link_id"},
	},
	"phones":   {{"languages", "languages", "phone_id"}},
	"contacts": {{"phones", "phones", "contact_id"}},
}

// objectFields are the single objects under each kind, by the field with
// their id.
var objectFields = map[string][]struct{ field, table, key string }{
	"services":             {{"organization", "organizations", "organization_id"}, {"program", "programs", "program_id"}},
	"service_at_locations": {{"location", "locations", "location_id"}},
	"attributes":           {{"taxonomy_term", "taxonomy_terms", "taxonomy_term_id"}},
}

// tableNames are the tables that we join, by every name they go under.
var tableNames = map[string]string{
	"services": "services", "contents": "services", "organizations": "organizations", "locations": "locations",
	"service_at_locations": "service_at_locations", "service_at_location": "service_at_locations", "addresses": "addresses",
	"phones": "phones", "schedules": "schedules", "service_areas": "service_areas", "languages": "languages",
	"attributes": "attributes", "taxonomy_terms": "taxonomy_terms", "cost_options": "cost_options", "contacts": "contacts",
	"required_documents": "required_documents", "funding": "funding", "programs": "programs", "accessibility": "accessibility",
	"organization_identifiers": "organization_identifiers",
}

func tableOf(name string) (string, bool) {
	t, ok := tableNames[name]
	return t, ok
}

func (t *tables) add(table string, o object, file string, line int) {
	t.rows[table] = append(t.rows[table], tableRow{fields: o, file: file, line: line})
}

func (t *tables) addRaw(table string, raw json.RawMessage, line int) {
	t.rows[table] = append(t.rows[table], tableRow{raw: raw, line: line})
}

// services reads every service with all that belongs to it into b.
func (t *tables) services(b *hsdsBatch) {
	t.index()
	for _, r := range t.rows["organizations"] {
		raw, err := t.join("organizations", r, 0)
		if err == nil {
			_, _, err = b.addOrganisation(raw)
		}
		if err != nil {
			b.reject(r.file, r.line, text(r.fields["id"]), err)
		}
	}
	list := t.rows["services"]
	for i := range list {
		r := list[i]
		list[i] = tableRow{} // read once: let go of it
		raw, err := r.raw, error(nil)
		if r.raw == nil || t.joins() {
			raw, err = t.join("services", r, 0)
		}
		var s Service
		if err == nil {
			s, err = b.service(raw)
		}
		if err != nil {
			id := string(s.ID)
			if id == "" {
				id = text(r.fields["id"])
			}
			b.reject(r.file, r.line, id, err)
			continue
		}
		b.put(s, r.file, r.line)
	}
	b.resolve()
}

// joins reports whether there is anything besides whole services.
func (t *tables) joins() bool {
	for name := range t.rows {
		if name != "services" {
			return true
		}
	}
	return false
}

func (t *tables) index() {
	t.byParent = map[string]map[string][]int{}
	t.byID = map[string]map[string]int{}
	for name, rows := range t.rows {
		if name == "services" {
			continue
		}
		t.byID[name] = map[string]int{}
		for i, r := range rows {
			if id := text(r.fields["id"]); id != "" {
				t.byID[name][id] = i
			}
			for key, v := range r.fields {
				if !strings.HasSuffix(key, "_id") {
					continue
				}
				k := name + "." + key
				if t.byParent[k] == nil {
					t.byParent[k] = map[string][]int{}
				}
				t.byParent[k][text(v)] = append(t.byParent[k][text(v)], i)
			}
		}
	}
}

// join gives a row all the parts that other tables hold for it.
func (t *tables) join(table string, r tableRow, depth int) (json.RawMessage, error) {
	if depth > 8 {
		return nil, errors.New("de tabellen verwijzen te diep naar elkaar")
	}
	fields := r.fields
	if r.raw != nil {
		if len(r.raw) > maxRecord {
			return r.raw, nil // rejected by its size
		}
		if err := json.Unmarshal(r.raw, &fields); err != nil {
			return nil, jsonFault("", err)
		}
	}
	out := make(object, len(fields)+8)
	for k, v := range fields {
		out[k] = v
	}
	id := text(fields["id"])
	for _, c := range childTables[table] {
		rows := t.byParent[c.table+"."+c.key][id]
		if id == "" || len(rows) == 0 || out[c.field] != nil {
			continue
		}
		list := make([]json.RawMessage, 0, len(rows))
		for _, i := range rows {
			child, err := t.join(c.table, t.rows[c.table][i], depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, child)
		}
		raw, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		out[c.field] = raw
	}
	if err := t.joinObjects(table, out, depth); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (t *tables) joinObjects(table string, out object, depth int) error {
	for _, c := range objectFields[table] {
		ref := text(out[c.key])
		if ref == "" || out[c.field] != nil {
			continue
		}
		i, ok := t.byID[c.table][ref]
		if !ok {
			if c.field == "location" || c.field == "taxonomy_term" {
				return fault(c.key, "%q staat niet in %s", clip(ref), c.table)
			}
			continue // organisations may be in the kaart already; a program only adds words
		}
		raw, err := t.join(c.table, t.rows[c.table][i], depth+1)
		if err != nil {
			return err
		}
		out[c.field] = raw
	}
	return nil
}

// text is a JSON string's value; "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// resolve maps HSDS ids of organisations back to our own short ids.
func (b *hsdsBatch) resolve() {
	own := map[OrganisationID]OrganisationID{}
	for i := range b.Organisations {
		o := &b.Organisations[i]
		own[OrganisationID(o.HSDSID())] = o.ID
	}
	for i := range b.Organisations {
		o := &b.Organisations[i]
		if o.Parent == "" {
			continue
		}
		if id, ok := own[o.Parent]; ok {
			o.Parent = id
		}
	}
	for i := range b.Services {
		if id, ok := own[b.Services[i].Organisation]; ok {
			b.Services[i].Organisation = id
		}
	}
	b.Services = slices.Clip(b.Services)
}

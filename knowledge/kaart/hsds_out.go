package kaart

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
)

// defaultProvince fills HSDS's required state_province where a source had none.
const defaultProvince = "NL"

// EncodeHSDS writes the kaart as a JSON array of nested HSDS 3.0 services,
// one a line. Organisations without a service are not in it.
func (k *Kaart) EncodeHSDS(w io.Writer) error {
	bw := bufio.NewWriter(w)
	bw.WriteString("[\n")
	for i, s := range k.list {
		if i > 0 {
			bw.WriteString(",\n")
		}
		raw, err := json.Marshal(k.HSDS(s))
		if err != nil {
			return fmt.Errorf("dienst %q: %w", s.ID, err)
		}
		bw.Write(raw)
	}
	bw.WriteString("\n]\n")
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("write hsds: %w", err)
	}
	return nil
}

// HSDSID returns the HSDS id of the service: its own id when that is a UUID,
// else one derived from it.
func (s *Service) HSDSID() string { return uuidOf("service", string(s.ID)) }

// HSDSID returns the HSDS id of the organisation.
func (o *Organisation) HSDSID() string { return uuidOf("organization", string(o.ID)) }

// HSDS returns the service as a full nested HSDS 3.0 object, valid against
// the standard's schema.
func (k *Kaart) HSDS(s *Service) map[string]any {
	id := s.HSDSID()
	m := extraFields(s.Extra, serviceFields)
	put(m, "id", id)
	put(m, "name", s.Name)
	m["status"] = s.HSDSStatus()
	put(m, "alternate_name", s.AlternateName)
	put(m, "description", s.Description)
	put(m, "url", uri(s.URL))
	put(m, "email", email(s.Email))
	put(m, "application_process", s.Apply)
	put(m, "fees_description", s.Cost)
	put(m, "eligibility_description", s.Eligibility)
	put(m, "assured_date", string(s.AssuredDate))
	put(m, "alert", s.Alert)
	if _, err := time.Parse(time.RFC3339, s.LastModified); err == nil {
		m["last_modified"] = s.LastModified
	}
	if s.MinAge > 0 {
		m["minimum_age"] = s.MinAge
	}
	if s.MaxAge > 0 {
		m["maximum_age"] = s.MaxAge
	}
	putList(m, "phones", s.hsdsPhones(id))
	putList(m, "schedules", s.schedules(id))
	putList(m, "service_areas", s.hsdsAreas(id))
	putList(m, "service_at_locations", s.hsdsPlaces(id))
	putList(m, "languages", s.hsdsLanguages(id))
	putList(m, "attributes", s.hsdsAttributes(id))
	if o, ok := k.orgs[s.Organisation]; ok {
		m["organization"] = o.HSDS()
	}
	return m
}

// HSDS returns the organisation as an HSDS 3.0 object without its services.
func (o *Organisation) HSDS() map[string]any {
	id := o.HSDSID()
	m := extraFields(o.Extra, orgFields)
	put(m, "id", id)
	put(m, "name", o.Name)
	put(m, "description", o.Description)
	if o.Description == "" {
		m["description"] = o.Name
	}
	put(m, "email", email(o.Email))
	put(m, "website", uri(o.URL))
	if o.Parent != "" {
		m["parent_organization_id"] = uuidOf("organization", string(o.Parent))
	}
	var list []any
	if id != string(o.ID) {
		list = append(list, attribute("organization", id, TaxRecord, codeID, string(o.ID)))
	}
	if o.Kind != "" {
		list = append(list, attribute("organization", id, TaxKind, string(o.Kind), ""))
	}
	for code, v := range map[string]bool{codeIndicated: o.DeliversIndicated, codeWall: o.ChineseWall, codeExample: o.Example} {
		if v {
			list = append(list, attribute("organization", id, TaxRecord, code, "ja"))
		}
	}
	slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(hsdsAttribute).ID, b.(hsdsAttribute).ID) })
	putList(m, "attributes", append(list, rawList(o.Extra["attributes"])...))
	return m
}

// HSDSStatus is the status as HSDS has it; one that is not known is active.
func (s *Service) HSDSStatus() Status {
	if s.Status == "" {
		return Active
	}
	return s.Status
}

// extraFields copies the kept fields that aren't written by ourselves.
func extraFields(extra object, own map[string]bool) map[string]any {
	m := make(map[string]any, len(extra)+20)
	for k, v := range extra {
		if !own[k] {
			m[k] = v
		}
	}
	return m
}

func put(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

func putList[T any](m map[string]any, key string, list []T) {
	if len(list) > 0 {
		m[key] = list
	}
}

// rawList takes a kept JSON array apart; nil when there is none.
func rawList(raw json.RawMessage) []any {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func uri(s string) string {
	if _, err := url.Parse(s); err != nil {
		return ""
	}
	return s
}

func email(s string) string {
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return ""
	}
	return s
}

func (s *Service) hsdsPhones(link string) []hsdsPhone {
	var out []hsdsPhone
	for _, p := range s.Phones {
		out = append(out, hsdsPhone{ID: uuidOf("phone", link+"/"+p.Number), Number: p.Number, Type: p.Type, Description: p.Note})
	}
	return out
}

// hsdsAreas gives back a kept area that says more than its name.
func (s *Service) hsdsAreas(link string) []any {
	var kept []hsdsArea
	_ = json.Unmarshal(s.Extra["service_areas"], &kept) // we wrote it ourselves; without it only names go out
	var out []any
	for _, name := range s.Areas {
		if i := slices.IndexFunc(kept, func(a hsdsArea) bool { return cleanLine(a.Name) == name }); i >= 0 {
			out = append(out, kept[i])
			continue
		}
		out = append(out, hsdsArea{ID: uuidOf("area", link+"/"+name), Name: name})
	}
	if len(s.Areas) == 0 {
		for _, a := range kept {
			out = append(out, a)
		}
	}
	return out
}

func (s *Service) hsdsLanguages(link string) []hsdsLanguage {
	var kept, out []hsdsLanguage
	_ = json.Unmarshal(s.Extra["languages"], &kept) // as above
	for _, name := range s.Languages {
		if i := slices.IndexFunc(kept, func(l hsdsLanguage) bool { return cleanLine(l.Name) == name }); i >= 0 {
			out = append(out, kept[i])
			continue
		}
		l := hsdsLanguage{ID: uuidOf("language", link+"/"+name), Name: name}
		if len(name) == 2 {
			l.Name, l.Code = "", name
		}
		out = append(out, l)
	}
	return out
}

func (s *Service) hsdsPlaces(link string) []any {
	var out []any
	for i, l := range s.Locations {
		id := uuidOf("location", l.ID)
		if l.ID == "" {
			id = derivedLocationID(link, i, l)
		}
		out = append(out, map[string]any{
			"id": uuidOf("service_at_location", link+"/"+id), "service_id": link, "location_id": id, "location": l.hsds(id),
		})
	}
	return out
}

func (l Location) hsds(id string) map[string]any {
	m := extraFields(l.Extra, fieldSet("id name addresses schedules"))
	m["id"] = id
	if m["location_type"] == nil {
		m["location_type"] = "physical"
	}
	put(m, "name", l.Name)
	put(m, "transportation", l.Note)
	if l.HasCoordinates() {
		m["latitude"], m["longitude"] = l.Lat, l.Lon
	}
	if l.OneLine() == "" && len(l.AddressRaw) == 0 {
		return m
	}
	a := map[string]any{
		"id": uuidOf("address", l.OneLine()), "location_id": id, "address_1": l.Address, "city": l.City,
		"state_province": defaultProvince, "postal_code": l.Postcode, "country": "NL", "address_type": "physical",
	}
	for k, v := range l.AddressRaw {
		a[k] = v
	}
	m["addresses"] = []any{a}
	return m
}

// hsdsAttributes writes our own facts and gives back those of others.
func (s *Service) hsdsAttributes(link string) []any {
	var out []any
	add := func(t TaxonomyID, code, value string) {
		out = append(out, attribute("service", link, t, code, value))
	}
	addAll(add, TaxLevensgebied, s.Levensgebieden)
	addAll(add, TaxDoelgroep, s.Doelgroepen)
	addAll(add, TaxMoment, s.Momenten)
	addAll(add, TaxStelsel, s.Stelsels)
	addAll(add, TaxHulpsoort, s.Hulpsoorten)
	addAll(add, TaxUPL, s.UPL)
	if s.Kind != "" {
		add(TaxKind, string(s.Kind), "")
	}
	if s.Order != "" {
		add(TaxOrder, string(s.Order), "")
	}
	exceptions := Schedule{Exceptions: s.Schedule.Exceptions, ClosedHolidays: s.Schedule.ClosedHolidays}
	facts := []struct{ code, value string }{
		{codeDoes, s.Does}, {codeSource, s.Source}, {codeExceptions, exceptions.String()}, {codeNote, s.Schedule.Note},
	}
	if s.Example {
		facts = append(facts, struct{ code, value string }{codeExample, "ja"})
	}
	if link != string(s.ID) {
		facts = append(facts, struct{ code, value string }{codeID, string(s.ID)})
	}
	for _, f := range facts {
		if f.value != "" {
			add(TaxRecord, f.code, f.value)
		}
	}
	return append(out, rawList(s.Extra["attributes"])...)
}

func addAll[T ~string](add func(TaxonomyID, string, string), t TaxonomyID, list []T) {
	for _, v := range list {
		add(t, string(v), "")
	}
}

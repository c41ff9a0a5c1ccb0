package kaart

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// Fields that we read and write ourselves; the rest is kept as extra.
var (
	serviceFields = fieldSet("id organization_id name alternate_name description url email status application_process " +
		"fees_description eligibility_description minimum_age maximum_age assured_date alert last_modified phones schedules " +
		"service_areas service_at_locations languages organization attributes")
	orgFields      = fieldSet("id name description email website parent_organization_id attributes")
	locationFields = fieldSet("id location_type name transportation latitude longitude addresses schedules")
	addressFields  = fieldSet("id address_1 address_2 city state_province postal_code country address_type location_id")
)

func fieldSet(names string) map[string]bool {
	set := map[string]bool{}
	for _, n := range strings.Fields(names) {
		set[n] = true
	}
	return set
}

// hsdsBatch collects HSDS objects into a Batch.
type hsdsBatch struct {
	*Batch
	orgs map[OrganisationID]bool
}

func newHSDSBatch() *hsdsBatch {
	return &hsdsBatch{Batch: &Batch{}, orgs: map[OrganisationID]bool{}}
}

// addOrganisation adds one organisation object and returns its id; one that
// is there already stays.
func (b *hsdsBatch) addOrganisation(raw json.RawMessage) (OrganisationID, []hsdsPhone, error) {
	var h hsdsOrg
	if err := json.Unmarshal(raw, &h); err != nil {
		return "", nil, jsonFault("organization", err)
	}
	f := readFacts(h.Attributes)
	o := Organisation{
		ID: OrganisationID(strings.TrimSpace(h.ID)), Name: cleanLine(h.Name), Description: cleanText(h.Description),
		Email: cleanLine(h.Email), URL: webAddress(h.Website), Parent: OrganisationID(h.Parent),
		DeliversIndicated: f.record[codeIndicated] == "ja", ChineseWall: f.record[codeWall] == "ja",
		Example: f.record[codeExample] == "ja", Extra: remainder(raw, orgFields),
	}
	if id := f.record[codeID]; id != "" {
		o.ID = OrganisationID(id)
	}
	if k := known(f.byTaxonomy[TaxKind], kinds); len(k) > 0 {
		o.Kind = k[0]
	}
	if o.Description == o.Name {
		o.Description = "" // HSDS asks for one; the export repeats the name
	}
	if err := foreignAttributes(h.Attributes, &o.Extra); err != nil {
		return "", nil, err
	}
	delete(o.Extra, "locations") // they come back with the services
	delete(o.Extra, "services")
	if len(o.Extra) == 0 {
		o.Extra = nil
	}
	if err := o.validate(); err != nil {
		return "", nil, err
	}
	if !b.orgs[o.ID] {
		b.orgs[o.ID] = true
		b.Organisations = append(b.Organisations, o)
	}
	return o.ID, h.Phones, nil
}

// foreignAttributes keeps attributes of others for the export.
func foreignAttributes(list []hsdsAttribute, extra *map[string]json.RawMessage) error {
	list = slices.DeleteFunc(slices.Clone(list), isOurs)
	if len(list) == 0 {
		return nil
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("attributes: %w", err)
	}
	if *extra == nil {
		*extra = map[string]json.RawMessage{}
	}
	(*extra)["attributes"] = canonical(raw)
	return nil
}

// service reads one nested service object.
func (b *hsdsBatch) service(raw json.RawMessage) (Service, error) {
	if len(raw) > maxRecord {
		return Service{ID: peekID(raw)}, fmt.Errorf("de dienst is %d kB; er past hooguit %d kB", len(raw)>>10, maxRecord>>10)
	}
	var h hsdsService
	if err := json.Unmarshal(raw, &h); err != nil {
		return Service{ID: peekID(raw)}, jsonFault("", err)
	}
	f := readFacts(h.Attributes)
	s := Service{
		ID: ServiceID(strings.TrimSpace(h.ID)), Name: cleanLine(h.Name), AlternateName: cleanLine(h.AlternateName),
		Description: cleanText(h.Description), URL: webAddress(h.URL), Email: cleanLine(h.Email),
		Eligibility: cleanText(h.Eligibility), Cost: cleanText(h.FeesDescription), Apply: cleanText(h.ApplicationProcess),
		Alert: cleanText(h.Alert), LastModified: h.LastModified, Extra: remainder(raw, serviceFields),
		Does: cleanLine(f.record[codeDoes]), Source: cleanLine(f.record[codeSource]), Example: f.record[codeExample] == "ja",
		Levensgebieden: known(f.byTaxonomy[TaxLevensgebied], knowledge.Levensgebieden()),
		Doelgroepen:    known(f.byTaxonomy[TaxDoelgroep], knowledge.Doelgroepen()),
		Momenten:       known(f.byTaxonomy[TaxMoment], knowledge.Momenten()),
		Stelsels:       known(f.byTaxonomy[TaxStelsel], knowledge.Stelsels()),
		UPL:            f.byTaxonomy[TaxUPL],
	}
	if id := f.record[codeID]; id != "" {
		s.ID = ServiceID(id)
	}
	if k := known(f.byTaxonomy[TaxKind], kinds); len(k) > 0 {
		s.Kind = k[0]
	}
	if o := known(f.byTaxonomy[TaxOrder], orders); len(o) > 0 {
		s.Order = o[0]
	}
	for _, c := range f.byTaxonomy[TaxHulpsoort] {
		s.Hulpsoorten = append(s.Hulpsoorten, HulpsoortID(c))
	}
	var errs []error
	errs = append(errs, b.organisation(&s, h, raw))
	errs = append(errs, s.readHSDS(h, f), foreignAttributes(h.Attributes, &s.Extra), s.validate())
	return s, errors.Join(errs...)
}

// organisation sets the service's organisation, from the nested object or
// the id.
func (b *hsdsBatch) organisation(s *Service, h hsdsService, raw json.RawMessage) error {
	s.Organisation = OrganisationID(strings.TrimSpace(h.OrganizationID))
	if h.Organization == nil {
		return nil
	}
	var outer struct {
		Organization json.RawMessage `json:"organization"`
	}
	if err := json.Unmarshal(raw, &outer); err != nil {
		return jsonFault("organization", err)
	}
	id, phones, err := b.addOrganisation(outer.Organization)
	if err != nil {
		return fmt.Errorf("organization: %w", err)
	}
	s.Organisation = id
	if len(h.Phones) == 0 {
		s.addHSDSPhones(phones)
	}
	return nil
}

// readHSDS reads the parts that need work: status, ages, dates, phones,
// areas, places, languages and hours.
func (s *Service) readHSDS(h hsdsService, f facts) error {
	var errs []error
	fail := func(column string, err error) {
		if err != nil {
			errs = append(errs, &fieldError{column, err})
		}
	}
	var err error
	s.Status, err = ParseStatus(h.Status)
	fail("status", err)
	s.AssuredDate, err = ParseDate(dayOnly(h.AssuredDate))
	fail("assured_date", err)
	s.MinAge, err = wholeAge(h.MinimumAge)
	fail("minimum_age", err)
	s.MaxAge, err = wholeAge(h.MaximumAge)
	fail("maximum_age", err)
	schedules := h.Schedules
	s.addHSDSPhones(h.Phones)
	for _, a := range h.ServiceAreas {
		if name := cleanLine(a.Name); name != "" && !slices.Contains(s.Areas, name) {
			s.Areas = append(s.Areas, name)
		}
	}
	s.Areas = areaList(s.Areas)
	for _, l := range h.Languages {
		if name := cleanLine(l.Name); name != "" {
			s.Languages = append(s.Languages, name)
		} else if l.Code != "" {
			s.Languages = append(s.Languages, cleanLine(l.Code))
		}
	}
	s.keepDetails(h)
	for i, at := range h.ServiceAtLocations {
		more, err := s.addPlace(at, h.ID, i)
		fail(fmt.Sprintf("service_at_locations[%d]", i), err)
		if len(h.Schedules) == 0 && len(schedules) == 0 {
			schedules = more
		}
	}
	fail("schedules", s.readSchedules(schedules, f))
	return errors.Join(errs...)
}

// keepDetails keeps areas and languages whole when they say more than a name.
func (s *Service) keepDetails(h hsdsService) {
	keep := func(key string, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			return
		}
		if s.Extra == nil {
			s.Extra = map[string]json.RawMessage{}
		}
		s.Extra[key] = canonical(raw)
	}
	if slices.ContainsFunc(h.ServiceAreas, func(a hsdsArea) bool { return a.URI != "" || a.Extent != "" }) {
		keep("service_areas", h.ServiceAreas)
	}
	if slices.ContainsFunc(h.Languages, func(l hsdsLanguage) bool { return l.Code != "" && l.Name != "" }) {
		keep("languages", h.Languages)
	}
}

func (s *Service) addHSDSPhones(list []hsdsPhone) {
	for _, p := range list {
		n := strings.Trim(cleanLine(p.Number), `"`)
		if n == "" || slices.ContainsFunc(s.Phones, func(q Phone) bool { return q.Number == n }) {
			continue
		}
		s.Phones = append(s.Phones, Phone{Number: n, Type: cleanLine(p.Type), Note: cleanText(p.Description)})
	}
}

// derivedLocationID is the HSDS id of a place that has none.
func derivedLocationID(link string, i int, l Location) string {
	return uuidOf("location", fmt.Sprintf("%s/%d/%s", link, i, l.OneLine()))
}

// addPlace adds a service_at_location; it returns the hours that hold there.
func (s *Service) addPlace(at hsdsAtLocation, link string, i int) ([]hsdsSchedule, error) {
	s.addHSDSPhones(at.Phones)
	if len(at.Location) == 0 || string(at.Location) == "null" {
		return at.Schedules, nil
	}
	var h hsdsLocation
	if err := json.Unmarshal(at.Location, &h); err != nil {
		return nil, jsonFault("location", err)
	}
	s.addHSDSPhones(h.Phones)
	l := Location{ID: h.ID, Name: cleanLine(h.Name), Note: cleanText(h.Transportation), Extra: remainder(at.Location, locationFields)}
	defer func() { // an id that the export made up is no id
		if n := len(s.Locations); n > i && s.Locations[n-1].ID == derivedLocationID(link, i, s.Locations[n-1]) {
			s.Locations[n-1].ID = ""
		}
	}()
	if h.LocationType != "" && h.LocationType != "physical" {
		l.setExtra("location_type", h.LocationType)
	}
	if h.Latitude != nil && h.Longitude != nil {
		l.Lat, l.Lon = *h.Latitude, *h.Longitude
		if l.Lat < -90 || l.Lat > 90 || l.Lon < -180 || l.Lon > 180 { // no place on earth: not ours to use, kept for the export
			l.setExtra("latitude", l.Lat)
			l.setExtra("longitude", l.Lon)
			l.Lat, l.Lon = 0, 0
		}
	}
	if len(h.Addresses) > 0 {
		if err := l.readAddress(h.Addresses); err != nil {
			return nil, err
		}
	}
	s.Locations = append(s.Locations, l)
	if len(at.Schedules) > 0 {
		return at.Schedules, nil
	}
	return h.Schedules, nil
}

func (l *Location) setExtra(key string, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		return
	}
	if l.Extra == nil {
		l.Extra = object{}
	}
	l.Extra[key] = raw
}

// readAddress reads the physical address, or the first of another type.
func (l *Location) readAddress(list []json.RawMessage) error {
	best, chosen := -1, hsdsAddress{}
	for i, raw := range list {
		var a hsdsAddress
		if err := json.Unmarshal(raw, &a); err != nil {
			return jsonFault("addresses", err)
		}
		if best < 0 || (a.AddressType == "physical" && chosen.AddressType != "physical") {
			best, chosen = i, a
		}
	}
	l.Address = cleanLine(chosen.Address1)
	if a2 := cleanLine(chosen.Address2); a2 != "" {
		l.Address += ", " + a2
	}
	l.Postcode, l.City = cleanLine(chosen.PostalCode), cleanLine(chosen.City)
	l.AddressRaw = remainder(list[best], addressFields)
	set := func(key, value, usual string) {
		if value != "" && value != usual {
			if l.AddressRaw == nil {
				l.AddressRaw = object{}
			}
			raw, err := json.Marshal(value)
			if err == nil {
				l.AddressRaw[key] = raw
			}
		}
	}
	set("id", chosen.ID, uuidOf("address", l.OneLine()))
	set("state_province", chosen.StateProvince, defaultProvince)
	set("country", chosen.Country, "NL")
	set("address_type", chosen.AddressType, "physical")
	return nil
}

func wholeAge(f *float64) (int, error) {
	if f == nil {
		return 0, nil
	}
	if *f < 0 || *f > 1000 {
		return 0, fmt.Errorf("%g is geen leeftijd", *f)
	}
	n := int(*f)
	if n > maxAge { // HSDS writers use 999 for "no limit"
		return 0, nil
	}
	return n, nil
}

// dayOnly takes the day of an ISO date with a time.
func dayOnly(s string) string {
	if i := strings.IndexByte(s, 'T'); i == 10 {
		return s[:10]
	}
	return s
}

// webAddress adds the scheme that people leave out.
func webAddress(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(strings.ToLower(s), "www.") {
		return "https://" + s
	}
	return s
}

// peekID reads the id of a record that can't be read as a whole.
func peekID(raw json.RawMessage) ServiceID {
	var p struct {
		ID any `json:"id"`
	}
	if len(raw) > maxRecord*100 || json.Unmarshal(raw, &p) != nil {
		return ""
	}
	s, _ := p.ID.(string)
	return ServiceID(s)
}

// jsonFault turns a decoding error into one that names the field.
func jsonFault(at string, err error) error {
	var te *json.UnmarshalTypeError
	if errors.As(err, &te) {
		field := strings.Trim(at+"."+te.Field, ".")
		return fault(field, "is een %s en moet een %s zijn", te.Value, te.Type.Kind())
	}
	return fault(at, "is niet te lezen: %v", err)
}

package kaart

import (
	"bytes"
	"encoding/json"
)

// The HSDS objects as far as we read them (3.0 and 3.1; the fields that only
// one of them has are kept as extra). Names follow the standard.
type hsdsService struct {
	ID                 string           `json:"id"`
	OrganizationID     string           `json:"organization_id,omitempty"`
	Name               string           `json:"name"`
	AlternateName      string           `json:"alternate_name,omitempty"`
	Description        string           `json:"description,omitempty"`
	URL                string           `json:"url,omitempty"`
	Email              string           `json:"email,omitempty"`
	Status             string           `json:"status"`
	ApplicationProcess string           `json:"application_process,omitempty"`
	FeesDescription    string           `json:"fees_description,omitempty"`
	Eligibility        string           `json:"eligibility_description,omitempty"`
	MinimumAge         *float64         `json:"minimum_age,omitempty"`
	MaximumAge         *float64         `json:"maximum_age,omitempty"`
	AssuredDate        string           `json:"assured_date,omitempty"`
	Alert              string           `json:"alert,omitempty"`
	LastModified       string           `json:"last_modified,omitempty"`
	Phones             []hsdsPhone      `json:"phones,omitempty"`
	Schedules          []hsdsSchedule   `json:"schedules,omitempty"`
	ServiceAreas       []hsdsArea       `json:"service_areas,omitempty"`
	ServiceAtLocations []hsdsAtLocation `json:"service_at_locations,omitempty"`
	Languages          []hsdsLanguage   `json:"languages,omitempty"`
	Organization       *hsdsOrg         `json:"organization,omitempty"`
	Attributes         []hsdsAttribute  `json:"attributes,omitempty"`
}

type hsdsPhone struct {
	ID          string `json:"id"`
	Number      string `json:"number"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
}

type hsdsSchedule struct {
	ID          string   `json:"id"`
	ValidFrom   string   `json:"valid_from,omitempty"`
	ValidTo     string   `json:"valid_to,omitempty"`
	DTStart     string   `json:"dtstart,omitempty"`
	Until       string   `json:"until,omitempty"`
	Count       *float64 `json:"count,omitempty"`
	Freq        string   `json:"freq,omitempty"`
	Interval    *float64 `json:"interval,omitempty"`
	ByDay       string   `json:"byday,omitempty"`
	ByWeekNo    string   `json:"byweekno,omitempty"`
	ByMonthDay  string   `json:"bymonthday,omitempty"`
	ByYearDay   string   `json:"byyearday,omitempty"`
	Description string   `json:"description,omitempty"`
	OpensAt     string   `json:"opens_at,omitempty"`
	ClosesAt    string   `json:"closes_at,omitempty"`
	Notes       string   `json:"notes,omitempty"`
}

type hsdsArea struct {
	ID         string `json:"id"`
	Name       string `json:"name,omitempty"`
	Extent     string `json:"extent,omitempty"`
	ExtentType string `json:"extent_type,omitempty"`
	URI        string `json:"uri,omitempty"`
}

type hsdsAtLocation struct {
	ID        string          `json:"id"`
	Phones    []hsdsPhone     `json:"phones,omitempty"`
	Schedules []hsdsSchedule  `json:"schedules,omitempty"`
	Location  json.RawMessage `json:"location,omitempty"`
}

type hsdsLocation struct {
	ID             string            `json:"id"`
	LocationType   string            `json:"location_type"`
	Name           string            `json:"name,omitempty"`
	Transportation string            `json:"transportation,omitempty"`
	Latitude       *float64          `json:"latitude,omitempty"`
	Longitude      *float64          `json:"longitude,omitempty"`
	Addresses      []json.RawMessage `json:"addresses,omitempty"`
	Phones         []hsdsPhone       `json:"phones,omitempty"`
	Schedules      []hsdsSchedule    `json:"schedules,omitempty"`
}

type hsdsAddress struct {
	ID            string `json:"id"`
	Address1      string `json:"address_1"`
	Address2      string `json:"address_2,omitempty"`
	City          string `json:"city"`
	StateProvince string `json:"state_province"`
	PostalCode    string `json:"postal_code"`
	Country       string `json:"country"`
	AddressType   string `json:"address_type"`
}

type hsdsLanguage struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Code string `json:"code,omitempty"`
}

type hsdsOrg struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Email       string          `json:"email,omitempty"`
	Website     string          `json:"website,omitempty"`
	Parent      string          `json:"parent_organization_id,omitempty"`
	Phones      []hsdsPhone     `json:"phones,omitempty"`
	Attributes  []hsdsAttribute `json:"attributes,omitempty"`
}

type hsdsAttribute struct {
	ID             string    `json:"id"`
	LinkID         string    `json:"link_id,omitempty"`
	TaxonomyTermID string    `json:"taxonomy_term_id,omitempty"`
	LinkType       string    `json:"link_type,omitempty"`
	LinkEntity     string    `json:"link_entity,omitempty"`
	Value          string    `json:"value,omitempty"`
	TaxonomyTerm   *hsdsTerm `json:"taxonomy_term,omitempty"`
}

type hsdsTerm struct {
	ID          string `json:"id"`
	Code        string `json:"code,omitempty"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Taxonomy    string `json:"taxonomy,omitempty"`
	Language    string `json:"language,omitempty"`
}

// object is a JSON object with its fields unread.
type object = map[string]json.RawMessage

// remainder returns the fields of raw that known doesn't name, in canonical
// form; nil when nothing is left.
func remainder(raw json.RawMessage, known map[string]bool) object {
	var all object
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	for k, v := range all {
		if known[k] {
			delete(all, k)
			continue
		}
		if c := canonical(v); c != nil && (k != "program_id" || all["program"] == nil) {
			all[k] = c
		} else {
			delete(all, k)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// canonical writes a JSON value compactly, keys sorted, without empty values
// and without ids of parents, so that equal facts are equal bytes; nil for
// nothing.
func canonical(raw json.RawMessage) json.RawMessage {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return nil
	}
	v = withoutEmpty(v)
	if v == nil {
		return nil
	}
	out, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return out
}

// parentKeys tie a nested object to what it is nested in.
var parentKeys = fieldSet("service_id location_id organization_id service_at_location_id contact_id phone_id link_id program_id")

func withoutEmpty(v any) any {
	switch x := v.(type) {
	case string:
		if x == "" {
			return nil
		}
	case []any:
		var out []any
		for _, e := range x {
			if e = withoutEmpty(e); e != nil {
				out = append(out, e)
			}
		}
		if out == nil {
			return nil
		}
		return out
	case map[string]any:
		for k, e := range x {
			if e = withoutEmpty(e); e == nil || parentKeys[k] || (k == "taxonomy_term_id" && x["taxonomy_term"] != nil) {
				delete(x, k)
				continue
			}
			x[k] = e
		}
		if len(x) == 0 {
			return nil
		}
	}
	return v
}

package kaart

import (
	"encoding/json"

	"wegwijzer/knowledge"
)

// ServiceID names a service: the HSDS id, or a short name in our own content.
type ServiceID string

// OrganisationID names an organisation.
type OrganisationID string

// HulpsoortID names a kind of help ("schuldhulpverlening").
type HulpsoortID string

// Kind says who does the work (S06). The zero value means not known.
type Kind string

// The five kinds.
const (
	Informal            Kind = "informal"
	Volunteer           Kind = "volunteer"
	Ervaringsdeskundige Kind = "ervaringsdeskundige"
	Collective          Kind = "collective"
	Professional        Kind = "professional"
)

// Order is the place in S19: own strength first, indicated support last. The
// zero value means not known and ranks as Voorliggend.
type Order string

// The four places, in their order.
const (
	Self        Order = "zelf"
	Network     Order = "netwerk"
	Voorliggend Order = "voorliggend"
	Indicated   Order = "geindiceerd"
)

// Rank returns 0 for Self to 3 for Indicated; unknown ranks as Voorliggend.
func (o Order) Rank() int {
	switch o {
	case Self:
		return 0
	case Network:
		return 1
	case Indicated:
		return 3
	}
	return 2
}

// Status is the HSDS status of a service.
type Status string

// The HSDS statuses. Only Active services are shown to residents.
const (
	Active            Status = "active"
	Inactive          Status = "inactive"
	Defunct           Status = "defunct"
	TemporarilyClosed Status = "temporarily closed"
)

// Service is one thing that a resident can turn to. A Service that is in a
// Kaart is never changed; use Clone to make another version.
type Service struct {
	ID            ServiceID
	Name          string
	AlternateName string
	Organisation  OrganisationID
	Does          string // one sentence for residents; may be empty
	Description   string // what it does for people, plain text
	Phones        []Phone
	Email         string
	URL           string
	Locations     []Location
	Schedule      Schedule
	Areas         []string // names of service areas; empty means the whole country
	Eligibility   string
	MinAge        int // years; 0 means no lower limit
	MaxAge        int // years, inclusive; 0 means no upper limit
	Cost          string
	Apply         string // how to get it, HSDS application_process
	Alert         string
	Languages     []string
	Status        Status
	AssuredDate   Date   // when the facts were last checked
	Source        string // URL or name of where the facts were checked
	Example       bool   // invented, for the example region

	Levensgebieden []knowledge.Levensgebied
	Doelgroepen    []knowledge.Doelgroep
	Momenten       []knowledge.Moment
	Stelsels       []knowledge.Stelsel
	Kind           Kind
	Order          Order
	Hulpsoorten    []HulpsoortID // confirmed by the editor
	UPL            []string      // names of the Uniforme Productnamenlijst
	Events         []Event

	LastModified string // RFC 3339; as given at import, may be empty

	// Extra keeps what HSDS says and we don't use, by its HSDS key, so that
	// an export gives it back.
	Extra map[string]json.RawMessage
}

// Phone is a number as it is shown to people.
type Phone struct {
	Number string
	Type   string // HSDS: voice, fax, text, ...; empty means voice
	Note   string
}

// Location is a place where a service is given.
type Location struct {
	ID         string // HSDS id, may be empty
	Name       string
	Address    string // street and number
	Postcode   string
	City       string
	Lat, Lon   float64 // both 0 means not known
	Note       string  // how to get there, accessibility
	Extra      map[string]json.RawMessage
	AddressRaw map[string]json.RawMessage // HSDS address keys that we don't use
}

// HasCoordinates reports whether the place on the map is known.
func (l Location) HasCoordinates() bool { return l.Lat != 0 || l.Lon != 0 }

// Event is a course, meeting or walk-in on one date (S20).
type Event struct {
	Date     Date
	From, To Clock // both 0 means the whole day
	Title    string
	Note     string // such as "gratis"
}

// Organisation delivers services.
type Organisation struct {
	ID                OrganisationID
	Name              string
	Kind              Kind
	Description       string
	Email             string
	URL               string
	Parent            OrganisationID // zero means none
	DeliversIndicated bool           // also gives indicated support in the region (S13)
	ChineseWall       bool           // has shown that both are kept apart (S13)
	Example           bool
	Extra             map[string]json.RawMessage
}

// MaySupport reports whether its people may be independent supporters (S13).
func (o Organisation) MaySupport() bool { return !o.DeliversIndicated || o.ChineseWall }

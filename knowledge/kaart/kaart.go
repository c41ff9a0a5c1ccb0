package kaart

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kaart is an immutable snapshot of the sociale kaart; safe for concurrent
// reading. What it returns is shared: callers don't change it.
type Kaart struct {
	orgs     map[OrganisationID]*Organisation
	services map[ServiceID]*Service
	orgList  []*Organisation
	list     []*Service
	orgSums  []sum // of each of orgList
	sums     []sum // of each of list
	areas    []string
	stamp    string
}

// New makes a Kaart of the records: services in their order, organisations by
// id. It fails, naming every
// fault, on a record without id or name, a duplicate id, a service whose
// organisation isn't there, a cycle in parents and impossible facts.
func New(orgs []Organisation, services []Service) (*Kaart, error) {
	k := &Kaart{
		orgs:     make(map[OrganisationID]*Organisation, len(orgs)),
		services: make(map[ServiceID]*Service, len(services)),
	}
	var errs []error
	for i := range orgs {
		o := orgs[i]
		if err := o.validate(); err != nil {
			errs = append(errs, fmt.Errorf("organisatie %q: %w", clip(string(o.ID)), err))
		}
		if _, dup := k.orgs[o.ID]; dup {
			errs = append(errs, fmt.Errorf("organisatie %q staat er twee keer in", clip(string(o.ID))))
		}
		k.orgs[o.ID] = &o
		k.orgList = append(k.orgList, &o)
	}
	errs = append(errs, k.checkParents()...)
	for i := range services {
		s := services[i]
		if err := s.validate(); err != nil {
			errs = append(errs, fmt.Errorf("dienst %q: %w", clip(string(s.ID)), err))
		}
		if _, ok := k.orgs[s.Organisation]; s.Organisation != "" && !ok {
			errs = append(errs, fmt.Errorf("dienst %q: organisatie %q staat er niet in", clip(string(s.ID)), clip(string(s.Organisation))))
		}
		if _, dup := k.services[s.ID]; dup {
			errs = append(errs, fmt.Errorf("dienst %q staat er twee keer in", clip(string(s.ID))))
		}
		k.services[s.ID] = &s
		k.list = append(k.list, &s)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	k.sortOrganisations()
	k.seal()
	return k, nil
}

// sortOrganisations puts them by id: the formats keep no order of theirs, and
// all nodes should list them alike.
func (k *Kaart) sortOrganisations() {
	slices.SortFunc(k.orgList, func(a, b *Organisation) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

// Service returns the service with that id; nil and false when there is none.
func (k *Kaart) Service(id ServiceID) (*Service, bool) {
	s, ok := k.services[id]
	return s, ok
}

// Organisation returns the organisation with that id.
func (k *Kaart) Organisation(id OrganisationID) (*Organisation, bool) {
	o, ok := k.orgs[id]
	return o, ok
}

// Services returns all services in the order of the kaart.
func (k *Kaart) Services() []*Service { return slices.Clone(k.list) }

// Organisations returns all organisations by id.
func (k *Kaart) Organisations() []*Organisation { return slices.Clone(k.orgList) }

// Areas returns the names of all service areas, sorted, each once.
func (k *Kaart) Areas() []string { return slices.Clone(k.areas) }

// Stamp names the content: equal stamps mean equal kaarten.
func (k *Kaart) Stamp() string { return k.stamp }

// checkParents finds parents that aren't there and cycles.
func (k *Kaart) checkParents() []error {
	var errs []error
	for _, o := range k.orgList {
		seen := map[OrganisationID]bool{o.ID: true}
		for p := o.Parent; p != ""; {
			if seen[p] {
				errs = append(errs, fmt.Errorf("organisatie %q: de organisaties erboven vormen een kring", clip(string(o.ID))))
				break
			}
			seen[p] = true
			up, ok := k.orgs[p]
			if !ok {
				errs = append(errs, fmt.Errorf("organisatie %q: %q, de organisatie erboven, staat er niet in", clip(string(o.ID)), clip(string(p))))
				break
			}
			p = up.Parent
		}
	}
	return errs
}

func areasOf(list []*Service) []string {
	seen := map[string]bool{}
	var areas []string
	for _, s := range list {
		for _, a := range s.Areas {
			if f := FoldArea(a); !seen[f] {
				seen[f] = true
				areas = append(areas, a)
			}
		}
	}
	slices.SortFunc(areas, func(a, b string) int { return strings.Compare(FoldArea(a), FoldArea(b)) })
	return areas
}

// FoldArea makes names of a service area comparable: "Gemeente Stede Broec",
// "stede-broec" and "Stede Broec" fold to the same.
func FoldArea(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "gemeente ")
	s = strings.TrimSuffix(s, " (gemeente)")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == '-' || r == ' ' || r == '_' || r == '\''
	}), " ")
}

// CoversArea reports whether the service is given in the area; a national
// service is given everywhere. area may be any spelling that FoldArea joins.
func (s *Service) CoversArea(area string) bool {
	if len(s.Areas) == 0 {
		return true
	}
	f := FoldArea(area)
	return slices.ContainsFunc(s.Areas, func(a string) bool { return FoldArea(a) == f })
}

// seal reckons what follows from the records; sums that are there hold.
func (k *Kaart) seal() {
	var h hasher
	for i := len(k.orgSums); i < len(k.orgList); i++ {
		k.orgSums = append(k.orgSums, h.of(k.orgList[i]))
	}
	for i := len(k.sums); i < len(k.list); i++ {
		k.sums = append(k.sums, h.of(k.list[i]))
	}
	k.areas = areasOf(k.list)
	all := sha256.New()
	for _, s := range k.orgSums {
		_, _ = all.Write(s[:]) // a hash never fails to take bytes
	}
	for _, s := range k.sums {
		_, _ = all.Write(s[:])
	}
	k.stamp = hex.EncodeToString(all.Sum(nil)[:12])
}

// sum names the content of one record.
type sum [16]byte

// hasher makes sums; the zero value is ready.
type hasher struct {
	buf bytes.Buffer
	enc *json.Encoder
}

func (h *hasher) of(record any) sum {
	if h.enc == nil {
		h.enc = json.NewEncoder(&h.buf)
	}
	h.buf.Reset()
	_ = h.enc.Encode(record) // records hold nothing that JSON can't say
	full := sha256.Sum256(h.buf.Bytes())
	return sum(full[:len(sum{})])
}

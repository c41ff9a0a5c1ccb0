package kaart

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// With makes the kaart that an import made of k: its changes in their order,
// and the organisations that it added or changed (see Report). Records that no
// change is about are shared with k, the same pointers, which is what makes it
// quick; those in changes belong to the new kaart from then on. It fails on
// changes that aren't of k and on records that New refuses.
func (k *Kaart) With(changes []Change, orgs []Organisation) (*Kaart, error) {
	next := &Kaart{orgs: k.orgs, orgList: k.orgList, orgSums: k.orgSums, services: maps.Clone(k.services)}
	if next.services == nil {
		next.services = map[ServiceID]*Service{}
	}
	if len(orgs) > 0 {
		if err := next.putOrganisations(orgs); err != nil {
			return nil, err
		}
	}
	for _, c := range changes {
		if err := next.change(c); err != nil {
			return nil, fmt.Errorf("service %q: %w", clip(string(c.ID)), err)
		}
	}
	// The old order first, new records after it, as Apply has it.
	var h hasher
	for i, old := range k.list {
		now, there := next.services[old.ID]
		switch {
		case now == old:
			next.list, next.sums = append(next.list, old), append(next.sums, k.sums[i])
		case there:
			next.list, next.sums = append(next.list, now), append(next.sums, h.of(now))
		}
	}
	for _, c := range changes {
		if _, old := k.services[c.ID]; !old {
			next.list = append(next.list, c.After)
		}
	}
	next.seal()
	return next, nil
}

var errOther = errors.New("the change isn't of this kaart")

// change makes one change to the services of k.
func (k *Kaart) change(c Change) error {
	_, known := k.services[c.ID]
	switch {
	case known == (c.Action == "added"):
		return errOther
	case c.Action == "removed":
		delete(k.services, c.ID)
		return nil
	case c.After == nil || c.After.ID != c.ID:
		return errOther
	}
	if _, ok := k.orgs[c.After.Organisation]; c.After.Organisation != "" && !ok {
		return fmt.Errorf("organisation %q is not there", clip(string(c.After.Organisation)))
	}
	k.services[c.ID] = c.After
	return c.After.validate()
}

// putOrganisations adds organisations, or puts them in the place of older ones.
func (k *Kaart) putOrganisations(orgs []Organisation) error {
	k.orgs, k.orgList, k.orgSums = maps.Clone(k.orgs), slices.Clone(k.orgList), nil
	if k.orgs == nil {
		k.orgs = map[OrganisationID]*Organisation{}
	}
	for i := range orgs {
		o := &orgs[i]
		if err := o.validate(); err != nil {
			return fmt.Errorf("organisation %q: %w", clip(string(o.ID)), err)
		}
		if _, ok := k.orgs[o.ID]; ok {
			at := slices.IndexFunc(k.orgList, func(old *Organisation) bool { return old.ID == o.ID })
			k.orgList[at] = o
		} else {
			k.orgList = append(k.orgList, o)
		}
		k.orgs[o.ID] = o
	}
	k.sortOrganisations()
	return errors.Join(k.checkParents()...)
}

// Sharing is k with the records of other in the place of equal ones, so that
// what was reckoned of them still holds. Both stay as they are.
func (k *Kaart) Sharing(other *Kaart) *Kaart {
	next := &Kaart{
		orgs: k.orgs, orgList: k.orgList, orgSums: k.orgSums, sums: k.sums, areas: k.areas, stamp: k.stamp,
		services: make(map[ServiceID]*Service, len(k.services)), list: slices.Clone(k.list),
	}
	old := make(map[ServiceID]int, len(other.list))
	for i, s := range other.list {
		old[s.ID] = i
	}
	for i, s := range next.list {
		if j, ok := old[s.ID]; ok && other.sums[j] == k.sums[i] {
			next.list[i] = other.list[j]
		}
		next.services[s.ID] = next.list[i]
	}
	return next
}

// otherOrganisations are those of next that k hasn't, or has otherwise.
func (k *Kaart) otherOrganisations(next *Kaart) []Organisation {
	old := make(map[OrganisationID]sum, len(k.orgList))
	for i, o := range k.orgList {
		old[o.ID] = k.orgSums[i]
	}
	var out []Organisation
	for i, o := range next.orgList {
		if s, ok := old[o.ID]; !ok || s != next.orgSums[i] {
			out = append(out, *o)
		}
	}
	return out
}

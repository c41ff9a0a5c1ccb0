package hsds

import (
	"slices"
	"strings"
	"sync"
	"time"

	"wegwijzer/knowledge/kaart"
)

// view is a kaart with what the API looks up in it.
type view struct {
	kaart    *kaart.Kaart
	services []*kaart.Service
	orgs     []*kaart.Organisation
	terms    kaart.HSDSTerms
	byID     map[string]int // service, by HSDS id and by our own
	orgByID  map[string]int
	ofOrg    map[kaart.OrganisationID][]int
	taxonomy map[string]string // of a term, by id
	texts    func() []string   // searched texts of the services
	places   func() []kaart.HSDSPlace
}

// view returns the view of the current kaart; it is made at the first request
// for that kaart.
func (a *API) view() *view {
	now := a.cfg.Kaart()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last == nil || a.last.kaart != now {
		a.last = newView(now, a.cfg.Kinds)
	}
	return a.last
}

func newView(k *kaart.Kaart, kinds []kaart.Hulpsoort) *view {
	v := &view{
		kaart: k, services: k.Services(), orgs: k.Organisations(), terms: k.HSDSTerms(kinds),
		byID: map[string]int{}, orgByID: map[string]int{}, ofOrg: map[kaart.OrganisationID][]int{}, taxonomy: map[string]string{},
	}
	for i, s := range v.services {
		v.byID[string(s.ID)], v.byID[s.HSDSID()] = i, i
		v.ofOrg[s.Organisation] = append(v.ofOrg[s.Organisation], i)
	}
	for i, o := range v.orgs {
		v.orgByID[string(o.ID)], v.orgByID[o.HSDSID()] = i, i
	}
	for _, t := range v.terms.Terms {
		v.taxonomy[t.ID] = t.TaxonomyID
	}
	v.texts = sync.OnceValue(v.allTexts)
	v.places = sync.OnceValue(v.allPlaces)
	return v
}

func (v *view) allTexts() []string {
	out := make([]string, len(v.services))
	for i, s := range v.services {
		name := ""
		if o, ok := v.kaart.Organisation(s.Organisation); ok {
			name = o.Name
		}
		out[i] = fold(s.Name, s.AlternateName, s.Does, s.Description, name)
	}
	return out
}

func (v *view) allPlaces() []kaart.HSDSPlace {
	var out []kaart.HSDSPlace
	for _, s := range v.services {
		out = append(out, v.kaart.HSDSPlaces(s)...)
	}
	return out
}

// fold makes texts comparable: lower case, letters and digits without accents,
// the words separated by one space.
func fold(texts ...string) string {
	return strings.ReplaceAll(kaart.Slug(strings.Join(texts, " ")), "-", " ")
}

// holdsAll reports whether every word of the folded search stands in a text.
func holdsAll(text, search string) bool {
	return !slices.ContainsFunc(strings.Fields(search), func(w string) bool { return !strings.Contains(text, w) })
}

// filter is what services are chosen by.
type filter struct {
	search   string // folded
	term     string
	taxonomy string
	org      string
	after    time.Time
}

func filterOf(q *query) filter {
	return filter{
		search: fold(q.text("search")), term: q.text("taxonomy_term_id"), taxonomy: q.text("taxonomy_id"),
		org: q.text("organization_id"), after: q.after("modified_after"),
	}
}

// lets reports whether service i is chosen.
func (v *view) lets(f filter, i int) bool {
	s := v.services[i]
	if f.org != "" {
		if at, ok := v.orgByID[f.org]; !ok || v.orgs[at].ID != s.Organisation {
			return false
		}
	}
	if f.term != "" && !slices.Contains(v.terms.Of[i], f.term) {
		return false
	}
	if f.taxonomy != "" && !slices.ContainsFunc(v.terms.Of[i], func(t string) bool { return v.taxonomy[t] == f.taxonomy }) {
		return false
	}
	if !f.after.IsZero() && !modified(s, f.after) {
		return false
	}
	return f.search == "" || holdsAll(v.texts()[i], f.search)
}

// modified reports whether the record was changed at or after t. One of which
// that isn't known counts as changed: who follows the kaart misses nothing.
func modified(s *kaart.Service, t time.Time) bool {
	at, err := time.Parse(time.RFC3339, s.LastModified)
	return err != nil || !at.Before(t)
}

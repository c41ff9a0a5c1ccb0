package kaart

import (
	"cmp"
	"encoding/json"
	"slices"
)

// HSDSTaxonomy is a taxonomy as HSDS 3.0 has it.
type HSDSTaxonomy struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// HSDSTerm is a term of a taxonomy as HSDS 3.0 has it.
type HSDSTerm struct {
	ID          string        `json:"id"`
	Code        string        `json:"code,omitempty"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Parent      string        `json:"parent_id,omitempty"`
	Taxonomy    string        `json:"taxonomy,omitempty"` // its name
	TaxonomyID  string        `json:"taxonomy_id"`
	Detail      *HSDSTaxonomy `json:"taxonomy_detail,omitempty"`
	Language    string        `json:"language,omitempty"`
}

// HSDSTerms are the taxonomies, their terms, and who uses them.
type HSDSTerms struct {
	Taxonomies []HSDSTaxonomy
	Terms      []HSDSTerm
	// Of holds the ids of the terms of each service, in the order of
	// [Kaart.Services].
	Of [][]string
}

// HSDSTerms lists the taxonomies that are published with the kaart, with
// kinds as the kinds of help, and after them those that services bring along.
func (k *Kaart) HSDSTerms(kinds []Hulpsoort) HSDSTerms {
	c := termCollector{seen: map[string]int{}, taxonomies: map[string]int{}}
	for _, t := range Taxonomies(kinds) {
		c.taxonomy(HSDSTaxonomy{ID: t.UUID(), Name: t.Name, Description: t.Description})
		for _, term := range t.Terms {
			c.term(HSDSTerm{
				ID: TermUUID(t.ID, term.Code), Code: term.Code, Name: term.Name, Description: t.Name + ": " + term.Name,
				Taxonomy: t.Name, TaxonomyID: t.UUID(), Language: "nl",
			})
		}
	}
	c.list.Of = make([][]string, len(k.list))
	for i, s := range k.list {
		for _, a := range s.hsdsAttributes(s.HSDSID()) {
			if id := c.attribute(a); id != "" && !slices.Contains(c.list.Of[i], id) {
				c.list.Of[i] = append(c.list.Of[i], c.list.Terms[c.seen[id]].ID)
			}
		}
	}
	for i := range c.list.Terms {
		t := &c.list.Terms[i]
		t.Detail = &c.list.Taxonomies[c.taxonomies[t.TaxonomyID]]
	}
	return c.list
}

type termCollector struct {
	list             HSDSTerms
	seen, taxonomies map[string]int // place by id
}

func (c *termCollector) taxonomy(t HSDSTaxonomy) {
	if _, ok := c.taxonomies[t.ID]; !ok {
		c.taxonomies[t.ID] = len(c.list.Taxonomies)
		c.list.Taxonomies = append(c.list.Taxonomies, t)
	}
}

func (c *termCollector) term(t HSDSTerm) {
	if _, ok := c.seen[t.ID]; !ok {
		c.seen[t.ID] = len(c.list.Terms)
		c.list.Terms = append(c.list.Terms, t)
	}
}

// attribute takes the term of an attribute, ours or a kept one of others; ""
// when it has none.
func (c *termCollector) attribute(a any) string {
	own, ours := a.(hsdsAttribute)
	if raw, kept := a.(json.RawMessage); kept && json.Unmarshal(raw, &own) != nil {
		return ""
	}
	t := own.TaxonomyTerm
	if t == nil {
		return ""
	}
	if _, ok := c.seen[t.ID]; ok {
		return t.ID
	}
	id := cmp.Or(t.ID, own.TaxonomyTermID)
	if id == "" {
		return ""
	}
	list := cmp.Or(t.Taxonomy, own.LinkType, "overig")
	name := list
	description := "Taxonomie van een andere uitgever."
	switch {
	case t.Taxonomy == string(TaxUPL):
		description = "Uniforme Productnamenlijst van de overheid."
	case ours: // a code that is no longer in our own list
		for _, known := range Taxonomies(nil) {
			if string(known.ID) == t.Taxonomy {
				name, description = known.Name, known.Description
			}
		}
	}
	taxonomy := HSDSTaxonomy{ID: Taxonomy{ID: TaxonomyID(list)}.UUID(), Name: name, Description: description}
	c.taxonomy(taxonomy)
	c.term(HSDSTerm{
		ID: id, Code: t.Code, Name: cmp.Or(t.Name, t.Code, id), Description: cmp.Or(t.Description, t.Name, id),
		Taxonomy: name, TaxonomyID: taxonomy.ID, Language: t.Language,
	})
	return id
}

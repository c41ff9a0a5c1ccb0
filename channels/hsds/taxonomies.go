package hsds

import (
	"slices"

	"github.com/labstack/echo/v4"

	"wegwijzer/knowledge/kaart"
)

func (a *API) taxonomies(c echo.Context, v *view) error {
	q := queryOf(c)
	search := fold(q.text("search"))
	list := slices.DeleteFunc(slices.Clone(v.terms.Taxonomies), func(t kaart.HSDSTaxonomy) bool {
		return search != "" && !holdsAll(fold(t.Name, t.Description), search)
	})
	return answer(c, v, q, list, usualPage, func(t kaart.HSDSTaxonomy) any { return t })
}

func (a *API) taxonomy(c echo.Context, v *view) error {
	i := slices.IndexFunc(v.terms.Taxonomies, func(t kaart.HSDSTaxonomy) bool { return t.ID == c.Param("id") })
	if i < 0 {
		return missing()
	}
	return send(c, v, v.terms.Taxonomies[i])
}

func (a *API) terms(c echo.Context, v *view) error {
	q := queryOf(c)
	search, taxonomy, parent, top := fold(q.text("search")), q.text("taxonomy_id"), q.text("parent_id"), q.yes("top_only")
	if q.err != nil {
		return q.err
	}
	list := slices.DeleteFunc(slices.Clone(v.terms.Terms), func(t kaart.HSDSTerm) bool {
		switch {
		case taxonomy != "" && t.TaxonomyID != taxonomy, parent != "" && t.Parent != parent, top && t.Parent != "":
			return true
		}
		return search != "" && !holdsAll(fold(t.Name, t.Code, t.Description), search)
	})
	return answer(c, v, q, list, usualPage, func(t kaart.HSDSTerm) any { return t })
}

func (a *API) term(c echo.Context, v *view) error {
	i := slices.IndexFunc(v.terms.Terms, func(t kaart.HSDSTerm) bool { return t.ID == c.Param("id") })
	if i < 0 {
		return missing()
	}
	return send(c, v, v.terms.Terms[i])
}

package hsds

import (
	"github.com/labstack/echo/v4"

	"wegwijzer/knowledge/kaart"
)

func (a *API) organizations(c echo.Context, v *view) error {
	q := queryOf(c)
	search, whole, full := fold(q.text("search")), q.yes("full_service"), q.yes("full")
	if q.err != nil {
		return q.err
	}
	var list []*kaart.Organisation
	for _, o := range v.orgs {
		if search == "" || holdsAll(fold(o.Name, o.Description), search) {
			list = append(list, o)
		}
	}
	return answer(c, v, q, list, usualPage, func(o *kaart.Organisation) any {
		if full || whole {
			return v.withServices(o, whole)
		}
		return o.HSDSBrief()
	})
}

func (a *API) organization(c echo.Context, v *view) error {
	q := queryOf(c)
	whole := q.yes("full_service")
	if q.err != nil {
		return q.err
	}
	i, ok := v.orgByID[c.Param("id")]
	if !ok {
		return missing()
	}
	return send(c, v, v.withServices(v.orgs[i], whole))
}

// withServices is the organisation with its services: whole, or by id and name.
func (v *view) withServices(o *kaart.Organisation, whole bool) map[string]any {
	m := o.HSDS()
	services := []any{}
	for _, i := range v.ofOrg[o.ID] {
		s := v.services[i]
		if !whole {
			services = append(services, minimalService(s))
			continue
		}
		object := v.kaart.HSDS(s)
		delete(object, "organization") // it stands in it
		object["organization_id"] = o.HSDSID()
		services = append(services, object)
	}
	m["services"] = services
	return m
}

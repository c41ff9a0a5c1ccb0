package hsds

import (
	"github.com/labstack/echo/v4"

	"wegwijzer/knowledge/kaart"
)

func (a *API) services(c echo.Context, v *view) error {
	q := queryOf(c)
	f, minimal, full := filterOf(q), q.yes("minimal"), q.yes("full")
	if q.err != nil {
		return q.err
	}
	var list []*kaart.Service
	for i, s := range v.services {
		if v.lets(f, i) {
			list = append(list, s)
		}
	}
	usual := usualPage
	if minimal { // meant to be read in one go
		usual = max(1, len(list))
	}
	return answer(c, v, q, list, usual, func(s *kaart.Service) any {
		switch {
		case minimal:
			return minimalService(s)
		case full:
			return v.kaart.HSDS(s)
		}
		return v.kaart.HSDSBrief(s)
	})
}

// minimalService is the id and when it was changed, with the name and status
// without which it is no HSDS service. HSDS calls the time last_modified in
// its schema and modified_date in its API: both are there.
func minimalService(s *kaart.Service) map[string]any {
	m := map[string]any{"id": s.HSDSID(), "name": s.Name, "status": s.HSDSStatus()}
	if s.LastModified != "" {
		m["last_modified"], m["modified_date"] = s.LastModified, s.LastModified
	}
	return m
}

func (a *API) service(c echo.Context, v *view) error {
	i, ok := v.byID[c.Param("id")]
	if !ok {
		return missing()
	}
	return send(c, v, v.kaart.HSDS(v.services[i]))
}

package kaart

import "encoding/json"

// HSDSBrief returns the service with its one-to-one fields only, as a list of
// the HSDS API holds it: no phones, schedules, places or attributes. It is
// valid against the standard's schema.
func (k *Kaart) HSDSBrief(s *Service) map[string]any { return oneToOne(k.HSDS(s)) }

// HSDSBrief returns the organisation with its one-to-one fields only.
func (o *Organisation) HSDSBrief() map[string]any { return oneToOne(o.HSDS()) }

// HSDSPlace is one service_at_location: a service at one of its locations.
type HSDSPlace struct {
	ID       string
	Service  *Service
	Location Location
	object   map[string]any
}

// HSDSPlaces lists the service_at_locations of a service.
func (k *Kaart) HSDSPlaces(s *Service) []HSDSPlace {
	objects := s.hsdsPlaces(s.HSDSID())
	out := make([]HSDSPlace, len(objects))
	for i, o := range objects {
		m, _ := o.(map[string]any) // hsdsPlaces makes nothing else
		id, _ := m["id"].(string)
		out[i] = HSDSPlace{ID: id, Service: s, Location: s.Locations[i], object: m}
	}
	return out
}

// HSDS returns the place with its location and its service, whole, or with
// their one-to-one fields only when brief is set.
func (p HSDSPlace) HSDS(k *Kaart, brief bool) map[string]any {
	m := make(map[string]any, len(p.object)+1)
	for key, v := range p.object {
		m[key] = v
	}
	service := k.HSDS(p.Service)
	delete(service, "service_at_locations") // it is one of these
	m["service"] = service
	if brief {
		return oneToOne(m)
	}
	return m
}

func oneToOne(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for key, v := range m {
		switch x := v.(type) {
		case string, int, float64, Status:
			out[key] = v
		case map[string]any:
			out[key] = oneToOne(x)
		case json.RawMessage:
			if brief := oneToOneRaw(x); brief != nil {
				out[key] = brief
			}
		}
	}
	return out
}

// oneToOneRaw is oneToOne for a kept value; nil for a list.
func oneToOneRaw(raw json.RawMessage) any {
	if len(raw) == 0 || raw[0] == '[' {
		return nil
	}
	var o object
	if raw[0] != '{' || json.Unmarshal(raw, &o) != nil {
		return raw
	}
	m := make(map[string]any, len(o))
	for k, v := range o {
		m[k] = v
	}
	return oneToOne(m)
}

package cases

import (
	"fmt"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// Review is what is wrong with a roster for the gemeenten that the service
// works for. Faults keep it from being used, Warnings don't. They are
// sentences in Dutch, since the person who keeps the roster reads them.
type Review struct {
	Faults   []string
	Warnings []string
}

// Review checks that in every gemeente there is somebody for every
// levensgebied, and a coordinator for the rest, and that nobody stands behind a
// wall unawares.
func (r *Roster) Review(gemeenten []knowledge.GemeenteID) Review {
	var out Review
	for _, g := range gemeenten {
		r.reviewGemeente(g, &out)
	}
	for i := range r.Supporters {
		r.reviewSupporter(&r.Supporters[i], gemeenten, &out)
	}
	return out
}

func (r *Roster) reviewGemeente(g knowledge.GemeenteID, out *Review) {
	if _, err := r.coordinator(Need{Gemeente: g}, Load{}); err != nil {
		out.Faults = append(out.Faults, fmt.Sprintf("%s: er is geen coördinator voor wat bij niemand past", g))
	}
	var nobody []string
	for _, l := range knowledge.Levensgebieden() {
		if len(r.Fitting(Need{Gemeente: g, Levensgebieden: []knowledge.Levensgebied{l}}, Load{})) == 0 {
			nobody = append(nobody, string(l))
		}
	}
	if len(nobody) > 0 {
		out.Faults = append(out.Faults, fmt.Sprintf("%s: er is niemand voor %s", g, strings.Join(nobody, ", ")))
	}
}

func (r *Roster) reviewSupporter(s *Supporter, gemeenten []knowledge.GemeenteID, out *Review) {
	if s.Disabled {
		return
	}
	var walls []string
	for _, g := range s.Gemeenten {
		if !slices.Contains(gemeenten, g) {
			out.Warnings = append(out.Warnings, fmt.Sprintf("%s: %s is geen gemeente van deze dienst", s.ID, g))
		}
		if r.walled(*s, g) {
			walls = append(walls, string(g))
		}
	}
	where := fmt.Sprintf("%s geeft in %s ook geïndiceerde hulp, zonder Chinese muur", r.OrganisationName(s.Organisation), strings.Join(walls, ", "))
	switch {
	case len(walls) > 0 && s.Deciding:
		out.Faults = append(out.Faults, fmt.Sprintf("%s staat achter twee muren: beslist over aanvragen, en %s", s.ID, where))
	case len(walls) > 0 && len(walls) == len(s.Gemeenten):
		out.Faults = append(out.Faults, fmt.Sprintf("%s kan nooit een vraag krijgen: %s", s.ID, where))
	case len(walls) > 0:
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s krijgt daar geen vragen: %s", s.ID, where))
	case s.Deciding:
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s krijgt geen vragen: beslist over aanvragen", s.ID))
	case len(s.Gemeenten) == 0:
		out.Faults = append(out.Faults, fmt.Sprintf("%s heeft geen gemeente", s.ID))
	}
	if s.Phone == "" && s.Email == "" {
		out.Faults = append(out.Faults, fmt.Sprintf("%s heeft geen telefoon en geen mail: een inwoner moet die krijgen", s.ID))
	}
}

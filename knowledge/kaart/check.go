package kaart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Freshness says how old the last check of a record may be, in months. Records
// are about services only: emergency numbers are checked content of their own,
// which no age hides.
type Freshness struct {
	Stale  int // from then on it is shown with its age and ranked lower
	Hidden int // from then on it isn't shown
}

// DefaultFreshness is a year, and two.
func DefaultFreshness() Freshness { return Freshness{Stale: 12, Hidden: 24} }

// Limits are the freshness of an installation and of the gemeenten that have
// their own.
type Limits struct {
	Freshness                      // where no other holds
	Areas     map[string]Freshness // by FoldArea of the area's name
}

// In is the freshness that holds in an area, in any spelling of its name; ""
// is everywhere.
func (l Limits) In(area string) Freshness {
	if f, ok := l.Areas[FoldArea(area)]; ok {
		return f
	}
	return l.Freshness
}

// Of is the soonest of the limits that hold where the service is given: by
// then it should be checked.
func (l Limits) Of(s *Service) Freshness {
	var out Freshness
	sooner := func(f Freshness) {
		if out == (Freshness{}) {
			out = f
		}
		out = Freshness{Stale: min(out.Stale, f.Stale), Hidden: min(out.Hidden, f.Hidden)}
	}
	for _, a := range s.Areas {
		sooner(l.In(a))
	}
	if len(s.Areas) == 0 {
		sooner(l.Freshness)
		for _, f := range l.Areas {
			sooner(f)
		}
	}
	return out
}

// Age is what freshness means for one record.
type Age int

// The ages of a record. NeverChecked ranks as Stale.
const (
	Fresh Age = iota
	NeverChecked
	Stale
	Hidden
)

// Of tells the age of a record that was last checked on a day.
func (f Freshness) Of(checked, today Date) Age {
	switch {
	case checked == "":
		return NeverChecked
	case checked < today.AddMonths(-f.Hidden):
		return Hidden
	case checked < today.AddMonths(-f.Stale):
		return Stale
	}
	return Fresh
}

// Check is what an organisation should look at.
type Check struct {
	Organisation *Organisation // nil for services without one
	Items        []CheckItem
}

// CheckItem is one service with what is the matter, in Dutch.
type CheckItem struct {
	Service *Service
	Reasons []string
}

// Check lists what should be checked, by organisation, in the order of the
// kaart; of a service that is given in more areas the soonest limit counts.
// Services that aren't active are left out.
func (k *Kaart) Check(today Date, l Limits) []Check {
	at := map[OrganisationID]int{}
	var out []Check
	for _, s := range k.list {
		if s.HSDSStatus() != Active {
			continue
		}
		reasons := s.faults(today, l.Of(s))
		if len(reasons) == 0 {
			continue
		}
		i, ok := at[s.Organisation]
		if !ok {
			i = len(out)
			at[s.Organisation] = i
			out = append(out, Check{Organisation: k.orgs[s.Organisation]})
		}
		out[i].Items = append(out[i].Items, CheckItem{s, reasons})
	}
	return out
}

// faults says what is stale or lacks in a record.
func (s *Service) faults(today Date, f Freshness) []string {
	var out []string
	switch f.Of(s.AssuredDate, today) {
	case NeverChecked:
		out = append(out, "nog nooit gecontroleerd; komt achteraan")
	case Stale:
		out = append(out, "laatst gecontroleerd op "+string(s.AssuredDate))
	case Hidden:
		out = append(out, "laatst gecontroleerd op "+string(s.AssuredDate)+"; inwoners zien dit niet meer")
	}
	if s.AssuredDate > today {
		out = append(out, "de datum van controle ligt in de toekomst: "+string(s.AssuredDate))
	}
	if len(s.Phones) == 0 && s.URL == "" && s.Email == "" && len(s.Locations) == 0 {
		out = append(out, "geen telefoon, e-mail, website of adres")
	}
	if s.Does == "" && s.Description == "" {
		out = append(out, "geen omschrijving")
	}
	if len(s.Events) > 0 && !slices.ContainsFunc(s.Events, func(e Event) bool { return e.Date >= today }) {
		out = append(out, "alle data van bijeenkomsten zijn voorbij")
	}
	return out
}

// Name is whom the check is for.
func (c Check) Name() string {
	if c.Organisation == nil {
		return "zonder organisatie"
	}
	return c.Organisation.Name
}

// Address is where the mail can go: the organisation's, else the first one of
// its services; "" when there is none.
func (c Check) Address() string {
	if c.Organisation != nil && c.Organisation.Email != "" {
		return c.Organisation.Email
	}
	for _, i := range c.Items {
		if i.Service.Email != "" {
			return i.Service.Email
		}
	}
	return ""
}

// Mail is the text with which the facts are asked for, in B1 Dutch.
func (c Check) Mail() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Onderwerp: Kloppen deze gegevens nog?\n\nBeste mensen van %s,\n\n", c.Name())
	b.WriteString("Inwoners vinden uw hulp via onze sociale kaart. Wilt u nakijken of dit nog klopt?\n")
	for _, i := range c.Items {
		s := i.Service
		fmt.Fprintf(&b, "\n%s\n", s.Name)
		for _, line := range [][2]string{
			{"Wat doet het", cmp.Or(s.Does, firstSentence(s.Description))}, {"Telefoon", phoneList(s.Phones)}, {"E-mail", s.Email},
			{"Website", s.URL}, {"Adres", placeList(s.Locations)}, {"Open", s.Schedule.Plain(false)}, {"Kosten", s.Cost},
			{"Laatst nagekeken", string(s.AssuredDate)},
		} {
			fmt.Fprintf(&b, "- %s: %s\n", line[0], cmp.Or(line[1], "weten wij niet"))
		}
	}
	b.WriteString("\nKlopt alles? Antwoord dan met: klopt. Is er iets veranderd? Schrijf het in uw antwoord, wij passen het aan.\n\nDank u wel.\n")
	return b.String()
}

func phoneList(list []Phone) string {
	numbers := make([]string, len(list))
	for i, p := range list {
		numbers[i] = p.Number
	}
	return strings.Join(numbers, ", ")
}

func placeList(list []Location) string {
	places := make([]string, len(list))
	for i, l := range list {
		places[i] = l.OneLine()
	}
	return strings.Join(places, "; ")
}

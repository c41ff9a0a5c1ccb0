package kaart

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Limits of one record: more is a fault in the source, not a fact.
const (
	maxText = 20_000 // characters in one field
	maxList = 200    // items in one list
	maxAge  = 130
)

// fieldError names the template column that is at fault.
type fieldError struct {
	column string
	err    error
}

func (e *fieldError) Error() string { return e.column + ": " + e.err.Error() }
func (e *fieldError) Unwrap() error { return e.err }

func fault(column, format string, args ...any) error {
	return &fieldError{column, fmt.Errorf(format, args...)}
}

func (o *Organisation) validate() error {
	switch {
	case o.ID == "":
		return fault("id", "is leeg")
	case strings.TrimSpace(o.Name) == "":
		return fault("naam", "is leeg")
	}
	return errors.Join(checkTexts([]namedText{
		{"id", string(o.ID)}, {"naam", o.Name}, {"omschrijving", o.Description}, {"email", o.Email},
	}), checkURL("website", o.URL))
}

// validate checks one service and puts its schedule in order.
func (s *Service) validate() error {
	switch {
	case s.ID == "":
		return fault("id", "is leeg")
	case strings.TrimSpace(s.Name) == "":
		return fault("naam", "is leeg")
	}
	return errors.Join(s.checkText(), checkURL("website", s.URL), s.checkAges(), s.checkLists(), s.checkPlaces(), s.checkTimes())
}

type namedText struct{ column, text string }

func (s *Service) checkText() error {
	list := []namedText{
		{"id", string(s.ID)}, {"naam", s.Name}, {"wat_doet_het", s.Does}, {"omschrijving", s.Description},
		{"voorwaarden", s.Eligibility}, {"kosten", s.Cost}, {"aanmelden", s.Apply}, {"bron", s.Source},
		{"email", s.Email}, {"openingstijden", s.Schedule.Note}, {"let_op", s.Alert},
	}
	for _, p := range s.Phones {
		list = append(list, namedText{"telefoon", p.Number}, namedText{"telefoon", p.Note})
	}
	for _, l := range s.Locations {
		list = append(list, namedText{"adres", l.Address}, namedText{"plaats", l.City}, namedText{"postcode", l.Postcode})
	}
	for _, a := range s.Areas {
		list = append(list, namedText{"gebied", a})
	}
	return checkTexts(list)
}

func checkTexts(list []namedText) error {
	var errs []error
	for _, t := range list {
		if n := utf8.RuneCountInString(t.text); n > maxText {
			errs = append(errs, fault(t.column, "heeft %d tekens; er passen er hooguit %d", n, maxText))
		}
		if !utf8.ValidString(t.text) {
			errs = append(errs, fault(t.column, "is geen geldige UTF-8"))
		}
	}
	return errors.Join(errs...)
}

// checkURL lets only web addresses through: anything else could be made to
// run in a browser.
func checkURL(column, s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.ContainsAny(s, " \"<>") || len(s) > 2000 {
		return fault(column, "%q is geen webadres dat met https:// begint", clip(s))
	}
	return nil
}

func (s *Service) checkAges() error {
	switch {
	case s.MinAge < 0 || s.MinAge > maxAge:
		return fault("leeftijd_van", "%d is geen leeftijd", s.MinAge)
	case s.MaxAge < 0 || s.MaxAge > maxAge:
		return fault("leeftijd_tot", "%d is geen leeftijd", s.MaxAge)
	case s.MaxAge != 0 && s.MaxAge < s.MinAge:
		return fault("leeftijd_tot", "%d is lager dan leeftijd_van %d", s.MaxAge, s.MinAge)
	}
	return nil
}

func (s *Service) checkLists() error {
	for column, n := range map[string]int{
		"telefoon": len(s.Phones), "adres": len(s.Locations), "evenementen": len(s.Events), "talen": len(s.Languages),
		"openingstijden": len(s.Schedule.Hours) + len(s.Schedule.Exceptions), "hulpsoorten": len(s.Hulpsoorten), "upl": len(s.UPL),
	} {
		if n > maxList {
			return fault(column, "heeft %d onderdelen; er passen er hooguit %d", n, maxList)
		}
	}
	if len(s.Areas) > 1000 {
		return fault("gebied", "heeft %d gebieden; er passen er hooguit 1000", len(s.Areas))
	}
	return nil
}

func (s *Service) checkPlaces() error {
	for _, l := range s.Locations {
		if l.Lat < -90 || l.Lat > 90 || l.Lon < -180 || l.Lon > 180 {
			return fault("breedtegraad", "%g, %g is geen plek op aarde", l.Lat, l.Lon)
		}
	}
	return nil
}

func (s *Service) checkTimes() error {
	if err := s.Schedule.normalise(); err != nil {
		return &fieldError{"openingstijden", err}
	}
	for _, e := range s.Events {
		if e.To < e.From || e.From < 0 || e.To > 1440 || (e.To == e.From && e.To != 0) {
			return fault("evenementen", "%s-%s op %s kan niet: het einde moet na het begin komen", e.From, e.To, e.Date)
		}
	}
	return nil
}

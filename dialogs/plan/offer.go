package plan

import (
	"regexp"
	"slices"
	"strings"

	"wegwijzer/knowledge/kaart"
)

// Criterion is what matters to a resident in choosing a service.
type Criterion string

// What can be compared: only what records may say.
const (
	Near       Criterion = "dichtbij"
	Evening    Criterion = "avond"
	Free       Criterion = "gratis"
	Walkin     Criterion = "inloop"
	Language   Criterion = "taal"
	Experience Criterion = "ervaring"
	Informal   Criterion = "vrijwilliger"
	Expert     Criterion = "professional"
	Waiting    Criterion = "wachttijd"
)

// Criteria returns all, those that people name most first.
func Criteria() []Criterion {
	return []Criterion{Near, Evening, Free, Walkin, Language, Experience, Informal, Expert, Waiting}
}

// Offer is a service with what its record says about the criteria. An empty
// value is what the record doesn't say.
type Offer struct {
	Card  kaart.Card
	City  string
	Hours string // in plain words
	// Evening are the hours that go on after six, in plain words; empty while
	// Hours isn't: none do.
	Evening   string
	Cost      string
	Walkin    string // the record's own words about coming without an appointment
	Languages []string
	Kind      kaart.Kind
	Provider  bool   // its organisation delivers help that needs a decision
	Waiting   string // the record's own words about how long it takes
}

// evening is the hour from which it is evening, in minutes.
const evening = 18 * 60

// OfferOf reads the record of a service of k; card is what residents are shown
// of it.
func OfferOf(k *kaart.Kaart, s *kaart.Service, card kaart.Card, english bool) Offer {
	org, _ := k.Organisation(s.Organisation)
	o := Offer{
		Provider: org != nil && org.DeliversIndicated,
		Card:     card, Hours: s.Schedule.Plain(english), Cost: strings.TrimSpace(s.Cost),
		Languages: s.Languages, Kind: s.Kind,
		Walkin:  sentence(s, walkinRE),
		Waiting: sentence(s, waitingRE),
	}
	for _, l := range s.Locations {
		if o.City = l.City; o.City != "" {
			break
		}
	}
	late := slices.DeleteFunc(slices.Clone(s.Schedule.Hours), func(h kaart.Hours) bool { return h.To <= evening })
	if len(late) > 0 {
		o.Evening = kaart.Schedule{Hours: late}.Plain(english)
	}
	if !s.Schedule.Known() {
		o.Hours = "" // a note alone doesn't say when
	}
	return o
}

var (
	walkinRE  = regexp.MustCompile(`(?i)\b(?:inloop\w*|loop\w* (?:gewoon )?binnen|binnenlopen|kom\w* (?:gewoon )?langs|langskomen|zonder afspraak|walk[- ]in)\b`)
	waitingRE = regexp.MustCompile(`(?i)\b(?:wachttijd\w*|wachtlijst\w*|wacht\w* \w+ (?:dagen|weken|maanden)|binnen (?:een|één|twee|drie|vier|vijf|zes|\d+) (?:dag|dagen|week|weken|maand|maanden|werkdagen)|(?:dezelfde|zelfde) dag|waiting (?:time|list))\b`)
)

// sentence is the record's first sentence that a pattern finds, "" for none.
func sentence(s *kaart.Service, expr *regexp.Regexp) string {
	for _, text := range []string{s.Apply, s.Does, s.Description, s.Schedule.Note} {
		for _, part := range sentences(text) {
			if expr.MatchString(part) {
				return part
			}
		}
	}
	if expr == walkinRE && len(s.Events) > 0 && expr.MatchString(s.Events[0].Title) {
		return s.Events[0].Title
	}
	return ""
}

var endRE = regexp.MustCompile(`[.!?]\s+`)

func sentences(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	var list []string
	from := 0
	for _, at := range endRE.FindAllStringIndex(text, -1) {
		list = append(list, strings.TrimSpace(text[from:at[1]]))
		from = at[1]
	}
	return append(list, strings.TrimSpace(text[from:]))
}

// Holds says whether the record says that the offer has what matters to who
// lives at home, the names of places; none is anywhere. What the record doesn't
// say doesn't hold.
func (o Offer) Holds(c Criterion, home ...string) bool {
	switch c {
	case Near:
		return o.City != "" && (len(home) == 0 || slices.ContainsFunc(home, func(h string) bool { return strings.EqualFold(h, o.City) }))
	case Evening:
		return o.Evening != ""
	case Free:
		return strings.EqualFold(o.Cost, "gratis") || strings.EqualFold(o.Cost, "free")
	case Walkin:
		return o.Walkin != ""
	case Language:
		return len(o.Languages) > 1
	case Experience:
		return o.Kind == kaart.Ervaringsdeskundige
	case Informal:
		return o.Kind == kaart.Volunteer || o.Kind == kaart.Informal
	case Expert:
		return o.Kind == kaart.Professional
	case Waiting:
		return o.Waiting != ""
	}
	return false
}

// MaxOffers is how many are put side by side: more can't be held apart.
const MaxOffers = 3

// Providers are the offers among which somebody who has help already can
// switch: those of providers, where there are at least two; else all.
func Providers(found []Offer) []Offer {
	list := slices.DeleteFunc(slices.Clone(found), func(o Offer) bool { return !o.Provider })
	if len(list) < 2 {
		return found
	}
	return list
}

// fitting is how many of those found fit so well that what matters may put one
// before another.
const fitting = 5

// Choose takes at most MaxOffers of those that fit best, those with most of
// what matters first; where that is equal, the order in which they were found
// stays. home are the places that count as near.
func Choose(found []Offer, matters []Criterion, home ...string) []Offer {
	list := slices.Clone(found[:min(len(found), fitting)])
	score := func(o Offer) int {
		n := 0
		for _, c := range matters {
			if o.Holds(c, home...) {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b Offer) int { return score(b) - score(a) })
	return list[:min(len(list), MaxOffers)]
}

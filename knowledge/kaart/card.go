package kaart

import (
	"strings"
	"time"

	"wegwijzer/knowledge"
)

// Card is a service as a resident sees it: the "sources" object of the public
// interface. Every value is taken from the record.
type Card struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url,omitempty"`
	Phone     string `json:"phone,omitempty"`
	CheckedAt string `json:"checked_at"` // YYYY-MM-DD; empty when never checked
	Does      string `json:"does,omitempty"`
	Hours     string `json:"hours,omitempty"`
	Address   string `json:"address,omitempty"`
	Why       string `json:"why,omitempty"` // filled by who chose the service

	// What is told only when it is asked for; it isn't sent to channels. Empty
	// is what the record doesn't say. Languages are as in the record, with commas.
	Cost       string `json:"-"`
	Languages  string `json:"-"`
	Conditions string `json:"-"` // for whom it is
	Apply      string `json:"-"` // how to get it
	About      string `json:"-"` // the whole description
}

// Card makes the card for a resident who reads at now. English texts exist
// for knowledge.EN; every other language gets Dutch. The times are those of
// now's location, or of loc when one is given.
func (s *Service) Card(lang knowledge.Lang, now time.Time, loc ...*time.Location) Card {
	if len(loc) > 0 && loc[0] != nil {
		now = now.In(loc[0])
	}
	english := lang == knowledge.EN
	c := Card{
		ID: string(s.ID), Name: s.Name, URL: s.URL, CheckedAt: string(s.AssuredDate),
		Does: s.Does, Hours: s.Schedule.Plain(english),
		Cost: s.Cost, Languages: strings.Join(s.Languages, ", "), Conditions: s.Eligibility, Apply: s.Apply, About: s.Description,
	}
	if c.Does == "" {
		c.Does = firstSentence(s.Description)
	}
	if !now.IsZero() {
		if state := s.Schedule.Now(now, english); state != "" {
			c.Hours = strings.TrimPrefix(c.Hours+" ("+state+")", " ")
		}
	}
	for _, p := range s.Phones {
		if p.Number != "" && p.Type != "fax" {
			c.Phone = p.Number
			break
		}
	}
	for _, l := range s.Locations {
		if a := l.OneLine(); a != "" {
			c.Address = a
			break
		}
	}
	return c
}

// OneLine writes the address as "Dorpsstraat 1, 1234 AB Medemblik".
func (l Location) OneLine() string {
	place := strings.TrimSpace(l.Postcode + " " + l.City)
	switch {
	case l.Address == "":
		return place
	case place == "":
		return l.Address
	}
	return l.Address + ", " + place
}

// firstSentence takes the first sentence of a text, at most 200 characters.
func firstSentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for i, r := range s {
		if strings.ContainsRune(".!?", r) && (i+1 == len(s) || s[i+1] == ' ') && i > 20 {
			s = s[:i+1]
			break
		}
	}
	if r := []rune(s); len(r) > 200 {
		cut := strings.LastIndex(string(r[:200]), " ")
		if cut < 100 {
			return string(r[:199]) + "…"
		}
		return string(r[:200])[:cut] + "…"
	}
	return s
}

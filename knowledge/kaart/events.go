package kaart

import (
	"fmt"
	"regexp"
	"strings"
)

var reEvent = regexp.MustCompile(`^(\S+)(?:\s+(\d{1,2}[:.]\d{2})\s*[-–]\s*(\d{1,2}[:.]\d{2}))?\s+(.+)$`)

// ParseEvents reads events as the template writes them, separated by |:
//
//	2026-12-03 14:00-16:00 Inloop geldzaken (gratis)
func ParseEvents(text string) ([]Event, error) {
	var events []Event
	for _, part := range strings.Split(text, "|") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		m := reEvent.FindStringSubmatch(part)
		if m == nil {
			return nil, fmt.Errorf("%q is niet te lezen; schrijf een bijeenkomst als 2026-12-03 14:00-16:00 Inloop (gratis)", clip(part))
		}
		e, err := parseEvent(m)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

func parseEvent(m []string) (Event, error) {
	d, err := ParseDate(m[1])
	if err != nil {
		return Event{}, err
	}
	e := Event{Date: d, Title: strings.TrimSpace(m[4])}
	if m[2] != "" {
		if e.From, err = ParseClock(m[2]); err != nil {
			return Event{}, err
		}
		if e.To, err = ParseClock(m[3]); err != nil {
			return Event{}, err
		}
		if e.To <= e.From {
			return Event{}, fmt.Errorf("%s-%s op %s kan niet: het einde moet na het begin komen", e.From, e.To, d)
		}
	}
	if i := strings.LastIndex(e.Title, " ("); i > 0 && strings.HasSuffix(e.Title, ")") {
		e.Title, e.Note = strings.TrimSpace(e.Title[:i]), e.Title[i+2:len(e.Title)-1]
	}
	return e, nil
}

// formatEvents writes events so that ParseEvents reads them back.
func formatEvents(events []Event) string {
	parts := make([]string, len(events))
	for i, e := range events {
		p := string(e.Date)
		if e.To != 0 {
			p += " " + e.From.String() + "-" + e.To.String()
		}
		p += " " + e.Title
		if e.Note != "" {
			p += " (" + e.Note + ")"
		}
		parts[i] = strings.ReplaceAll(p, "|", "/")
	}
	return strings.Join(parts, " | ")
}

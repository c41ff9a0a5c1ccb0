package web

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge/kaart"
)

// line is a message as chat.html shows it.
type line struct {
	From                 bot.From
	Kind, Speaker, Label string
	Stamp, Clock         string
	Parts                []part
	Sources              []card
	Choices              []dialogs.Choice
	Last                 bool
}

// part is a piece of text, a link when it has an Href: a template.URL for tel:,
// which the template would refuse otherwise, a string for everything else.
type part struct {
	Text string
	Href any
}

type card struct {
	kaart.Card
	Link    string // the service's own page, when that is a web address
	Checked string
}

// live says whether a person has the conversation.
func live(v bot.View) bool { return v.Supporter != nil && v.Status == bot.StatusHuman }

// lines turns a conversation into lines. Choices stand under the message that
// may still be answered.
func (w *Web) lines(v bot.View, t texts) []line {
	open := openChoices(v.Messages)
	out := make([]line, 0, len(v.Messages))
	for i := range v.Messages {
		m := &v.Messages[i]
		at := m.At.In(w.cfg.Location)
		l := line{
			From: m.From, Speaker: speaker(m, v, t), Label: t["kind_"+string(m.Kind)],
			Stamp: m.At.Format(time.RFC3339), Clock: at.Format("15:04"),
			Parts: []part{{Text: m.Text}}, Last: i == len(v.Messages)-1,
		}
		if m.Kind != dialogs.KindMessage {
			l.Kind = string(m.Kind)
		}
		if m.From != bot.FromResident {
			l.Parts = linked(m.Text)
		}
		for _, s := range m.Sources {
			l.Sources = append(l.Sources, newCard(s, t))
		}
		if i == open {
			l.Choices = m.Choices
		}
		out = append(out, l)
	}
	return out
}

// openChoices is the place of the message whose choices count now, -1 when
// there is none: a resident's word closes what was asked before it.
func openChoices(messages []bot.Message) int {
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].From == bot.FromResident {
			return -1
		}
		if len(messages[i].Choices) > 0 {
			return i
		}
	}
	return -1
}

func speaker(m *bot.Message, v bot.View, t texts) string {
	switch m.From {
	case bot.FromResident:
		return t["you"]
	case bot.FromSupporter:
		org := ""
		if v.Supporter != nil && (m.Name == "" || m.Name == v.Supporter.Name) {
			org = v.Supporter.Organisation
		}
		return joined(m.Name, t["supporter"], org)
	default:
		return t["bot"]
	}
}

func joined(parts ...string) string {
	var full []string
	for _, p := range parts {
		if p != "" {
			full = append(full, p)
		}
	}
	return strings.Join(full, " · ")
}

func newCard(s kaart.Card, t texts) card {
	c := card{Card: s}
	if origin(s.URL) != "" {
		c.Link = s.URL
	}
	if day, err := time.Parse(time.DateOnly, s.CheckedAt); err == nil {
		c.Checked = date(day, t["lang"] == "en")
	}
	return c
}

// date writes a day in full.
func date(day time.Time, english bool) string {
	if english {
		return day.Format("2 January 2006")
	}
	months := [...]string{
		"januari", "februari", "maart", "april", "mei", "juni", "juli",
		"augustus", "september", "oktober", "november", "december",
	}
	return fmt.Sprintf("%d %s %d", day.Day(), months[day.Month()-1], day.Year())
}

// linkPattern finds web and mail addresses, and phone numbers as the Dutch
// write them; it is the twin of the one in widget/src/dom.ts.
var linkPattern = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:!?)]` +
	`|[\w.+-]+@[\w-]+(?:\.[\w-]+)+` +
	`|\b(?:112|113|14 ?0\d{2,3}|0[89]00[- ]?\d{4,7}` +
	`|0\d{1,3}(?: ?- ?| )?(?:\d{6,8}|\d{2,3}(?: \d{2,3}){2,3}))\b`)

// linked cuts a text into text and links; nothing but an address or a phone number
// becomes one.
func linked(text string) []part {
	var parts []part
	from := 0
	for _, at := range linkPattern.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		var href any = channels.Dial(found)
		switch {
		case strings.HasPrefix(found, "http"):
			href = found
		case strings.Contains(found, "@"):
			href = "mailto:" + found
		}
		parts = append(parts, part{Text: text[from:at[0]]}, part{Text: found, Href: href})
		from = at[1]
	}
	return append(parts, part{Text: text[from:]})
}

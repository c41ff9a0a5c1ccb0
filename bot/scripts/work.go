package scripts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegwijzer/bot/cases"
)

// deskWords are what a supporter does beside taking, answering and closing.
func deskWords() []string {
	return []string{"handover", "keep", "consult", "consult-anonymous", "advise", "consulted", "waakvlam", "appointment", "minutes", "signal"}
}

// more does what deskWords name: a word, perhaps a colleague or a number, and
// words in quotes.
func (p *Player) more(ctx context.Context, id cases.CaseID, word, rest string) error {
	arg, quoted, _ := strings.Cut(rest, " ")
	quoted = strings.Trim(quoted, ` "`)
	b, who := p.Bot, cases.SupporterID(arg)
	switch word {
	case "handover":
		return b.Handover(ctx, p.desk, id, who, quoted)
	case "keep":
		return b.Keep(ctx, p.desk, id)
	case "consult", "consult-anonymous":
		return b.Consult(ctx, p.desk, id, who, quoted, word == "consult-anonymous")
	case "advise":
		return b.Advise(ctx, p.desk, id, strings.Trim(rest, `"`))
	case "consulted":
		return b.Consulted(ctx, p.desk, id)
	case "signal":
		return b.Report(ctx, p.desk, id, cases.Signal{Kind: cases.SignalKind(arg), Text: quoted})
	case "appointment":
		ahead, where, _ := strings.Cut(quoted, " ")
		d, err := time.ParseDuration(ahead)
		if err != nil {
			return err
		}
		a := cases.Appointment{At: b.Clock().Add(d).Truncate(time.Minute), Minutes: 45, How: cases.How(arg), Place: strings.Trim(where, ` "`)}
		return b.Appoint(ctx, p.desk, id, a, true)
	}
	n, err := strconv.Atoi(arg)
	if err != nil {
		return err
	}
	if word == "waakvlam" {
		return b.Waakvlam(ctx, p.desk, id, n)
	}
	return b.Contact(ctx, p.desk, id, cases.ContactEntry{Minutes: n, How: cases.HowHome}, cases.Longer(quoted))
}

// clock puts the clock forward, by a duration ("49h") or to the next such
// moment ("ma 10:00"), and has what is due done.
func (p *Player) clock(rest string) error {
	if p.Move == nil {
		return errors.New("the clock can't be moved here")
	}
	d, err := time.ParseDuration(rest)
	if err != nil {
		if d, err = p.until(rest); err != nil {
			return err
		}
	}
	p.Move(d)
	p.Bot.FireTimers(context.Background())
	return nil
}

// until is how long it is to the next such weekday and hour.
func (p *Player) until(rest string) (time.Duration, error) {
	name, hour, _ := strings.Cut(rest, " ")
	weekday := slices.Index([]string{"zo", "ma", "di", "wo", "do", "vr", "za"}, name)
	at, err := time.Parse("15:04", hour)
	zone, err2 := time.LoadLocation("Europe/Amsterdam")
	if weekday < 0 || err != nil || err2 != nil {
		return 0, fmt.Errorf("%q is neither a duration nor like \"ma 10:00\"", rest)
	}
	now := p.Bot.Clock().In(zone)
	for day := range 8 {
		to := time.Date(now.Year(), now.Month(), now.Day()+day, at.Hour(), at.Minute(), 0, 0, zone)
		if int(to.Weekday()) == weekday && to.After(now) {
			return to.Sub(now), nil
		}
	}
	return 0, fmt.Errorf("no %q in a week", rest)
}

package scripts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge/kaart"
)

type card = kaart.Card

// daysAhead names the days from today to n days ahead as the bot writes them.
func daysAhead(n int) []string {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return nil
	}
	var list []string
	for i := range n + 1 {
		list = append(list, dialogs.Date("nl", time.Now().In(zone).AddDate(0, 0, i)))
	}
	return list
}

// Player plays scripts on a service.
type Player struct {
	// Bot is the service's bot: the desk's work is done there.
	Bot *bot.Bot
	// Doors are the ways in, by channel.
	Doors map[string]Opener
	// Move puts the clock forward; nil: no script may.
	Move func(time.Duration)

	people map[string]*resident
	now    *resident
	desk   cases.SupporterID
	turns  int
}

// resident is one person in a script.
type resident struct {
	door     Door
	news     []bot.Message // not yet expected
	offered  []bot.Message // the messages with choices, the newest last
	messages []bot.Message
}

// Play plays one script; channel replaces "alle". The error names file:line,
// what was expected there, and the last messages. A player plays one script.
func (p *Player) Play(script Script, channel string) (err error) {
	p.people = map[string]*resident{}
	defer func() {
		for name, r := range p.people {
			if closed := r.door.Close(); closed != nil {
				err = errors.Join(err, fmt.Errorf("close %s: %w", name, closed))
			}
		}
	}()
	for _, l := range script.Lines {
		if err := p.line(l.Text, channel); err != nil {
			return fmt.Errorf("%s:%d: %s\n\t%w%s", script.File, l.N, l.Text, err, p.tail())
		}
	}
	return nil
}

// tail shows the last messages, for a reader of a failure.
func (p *Player) tail() string {
	if p.now == nil {
		return ""
	}
	var b strings.Builder
	list := p.now.messages
	for _, m := range list[max(0, len(list)-4):] {
		labels := make([]string, len(m.Choices))
		for i, c := range m.Choices {
			labels[i] = c.Label
		}
		ids := make([]string, len(m.Sources))
		for i, c := range m.Sources {
			ids[i] = c.ID
		}
		fmt.Fprintf(&b, "\n\t%d %s %s: %s  choices: %s  sources: %s", m.Seq, m.From, m.Kind, strings.ReplaceAll(m.Text, "\n", " / "), strings.Join(labels, " | "), strings.Join(ids, ", "))
	}
	return b.String()
}

// Turns is how often residents said or pressed something.
func (p *Player) Turns() int { return p.turns }

// Messages returns everything that the residents of the script saw.
func (p *Player) Messages() []bot.Message {
	var list []bot.Message
	for _, r := range p.people {
		list = append(list, r.messages...)
	}
	return list
}

// Conversations are those of the residents who spoke, in the order of their
// names.
func (p *Player) Conversations() []bot.ConversationID {
	var list []bot.ConversationID
	for _, name := range slices.Sorted(maps.Keys(p.people)) {
		if id, err := p.people[name].door.Conversation(); err == nil {
			list = append(list, id)
		}
	}
	return list
}

func (p *Player) line(text, channel string) error {
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case ">":
		return p.say(strings.TrimSpace(rest))
	case "<", "!<":
		return p.expect(text)
	case "alle", "beide", "web", "telegram", "terminal":
		if word == "alle" || word == "beide" {
			word = channel
		}
		return p.open(word, rest)
	case "als":
		r, ok := p.people[rest]
		if !ok {
			return fmt.Errorf("nobody is called %q", rest)
		}
		p.now = r
		return nil
	case "desk":
		p.desk = cases.SupporterID(rest)
		return nil
	case "case", "take", "answer", "return", "close", "contact":
		return p.work(word, rest)
	case "refused":
		verb, args, _ := strings.Cut(rest, " ")
		if err := p.work(verb, args); err == nil {
			return fmt.Errorf("%q should have been refused", rest)
		}
		return nil
	case "clock":
		return p.clock(rest)
	}
	if slices.Contains(deskWords(), word) {
		return p.work(word, rest)
	}
	return fmt.Errorf("unknown word %q", word)
}

func (p *Player) open(channel, rest string) error {
	name, args, _ := strings.Cut(rest, " ")
	gemeente := "medemblik"
	for arg := range strings.FieldsSeq(args) {
		if v, ok := strings.CutPrefix(arg, "gemeente="); ok {
			gemeente = v
		}
	}
	opener, ok := p.Doors[channel]
	if !ok {
		return fmt.Errorf("no door %q", channel)
	}
	door, err := opener(gemeente)
	if err != nil {
		return err
	}
	p.now = &resident{door: door}
	p.people[name] = p.now
	return p.fetch()
}

// fetch takes what is new.
func (p *Player) fetch() error {
	list, err := p.now.door.News()
	if err != nil {
		return err
	}
	for _, m := range list {
		p.now.messages = append(p.now.messages, m)
		if m.From == bot.FromResident {
			continue
		}
		p.now.news = append(p.now.news, m)
		if len(m.Choices) > 0 {
			p.now.offered = append(p.now.offered, m)
		}
	}
	return nil
}

// say sends words, or presses "[label]".
func (p *Player) say(text string) error {
	p.turns++
	p.now.news = nil
	label, pressed := strings.CutPrefix(text, "[")
	if !pressed {
		if err := p.now.door.Say(strings.ReplaceAll(text, `\n`, "\n")); err != nil {
			return err
		}
		return p.fetch()
	}
	label = strings.TrimSuffix(label, "]")
	for i := len(p.now.offered) - 1; i >= 0; i-- {
		if id := choice(p.now.offered[i], label); id != "" {
			if err := p.now.door.Press(id); err != nil {
				return err
			}
			return p.fetch()
		}
	}
	return fmt.Errorf("no choice %q was offered", label)
}

// expect looks for a message among the new ones, in order; with "!" none of
// them may match. Words of a supporter and what the clock does come by
// themselves: what isn't there is asked for once more.
func (p *Player) expect(text string) error {
	e, err := parseExpectation(text)
	if err != nil {
		return err
	}
	found, why := p.among(e)
	if !found && !e.not {
		if err := p.fetch(); err != nil {
			return err
		}
		found, why = p.among(e)
	}
	switch {
	case found && e.not:
		return errors.New("that message should not be there")
	case !found && !e.not:
		return fmt.Errorf("no such message%s", why)
	}
	return nil
}

// among says whether an expected message is among the new ones, and takes those
// up to it; why tells of one that came near.
func (p *Player) among(e expectation) (found bool, why string) {
	for i, m := range p.now.news {
		ok, lacks := e.matches(m)
		if ok {
			if !e.not {
				p.now.news = p.now.news[i+1:]
			}
			return true, ""
		}
		if lacks != "text" {
			why = fmt.Sprintf("; message %d has the text but not %s", m.Seq, lacks)
		}
	}
	return false, why
}

// work is what a supporter does at the desk with the case of the resident who
// spoke last: "case 1 contains "x"" looks at it.
func (p *Player) work(word, rest string) error {
	ctx := context.Background()
	id, err := p.now.door.Conversation()
	if err != nil {
		return err
	}
	rows, err := p.Bot.Queue(ctx, p.desk, bot.CaseQuery{Limit: 10000})
	if err != nil {
		return err
	}
	seen := slices.ContainsFunc(rows, func(r bot.CaseRow) bool { return string(r.ID) == string(id) })
	if word == "case" {
		_, rest, _ = strings.Cut(rest, " ")
	}
	if strings.HasPrefix(rest, "absent") {
		if seen {
			return fmt.Errorf("%s sees the case", p.desk)
		}
		return nil
	}
	if word == "case" && !seen {
		return fmt.Errorf("the case isn't in the queue of %s", p.desk)
	}
	return p.act(ctx, cases.CaseID(id), word, rest)
}

func (p *Player) act(ctx context.Context, id cases.CaseID, word, rest string) error {
	b := p.Bot
	quoted := strings.Trim(strings.TrimSpace(strings.TrimPrefix(rest, "contains")), `"`)
	switch word {
	case "take":
		return b.Take(ctx, p.desk, id)
	case "answer":
		p.turns++
		_, err := b.Answer(ctx, p.desk, id, "script:"+strconv.Itoa(p.turns), quoted)
		return err
	case "return":
		return b.HandBack(ctx, p.desk, id)
	case "close":
		return b.Close(ctx, p.desk, id, quoted)
	case "contact":
		return b.LogContact(ctx, p.desk, id)
	}
	if slices.Contains(deskWords(), word) {
		return p.more(ctx, id, word, rest)
	}
	v, err := b.Look(ctx, p.desk, id)
	if err != nil {
		return err
	}
	all := v.Case.Summary
	for _, m := range v.Messages {
		all += "\n" + m.Text
	}
	if v.Case.Urgent {
		all += "\ndringend"
	}
	if !strings.Contains(strings.ToLower(all), strings.ToLower(quoted)) {
		return fmt.Errorf("the case doesn't hold %q; its summary is:\n%s", quoted, v.Case.Summary)
	}
	return nil
}

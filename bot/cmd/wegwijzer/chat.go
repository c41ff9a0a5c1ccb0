package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/app"
	"wegwijzer/knowledge"
)

// chat is the terminal door: the same conversation, kept in the same store.
func (c *command) chat(ctx context.Context, args []string) (err error) {
	f := flags("chat")
	file := f.String("config", "", "")
	gemeente := f.String("gemeente", "", "")
	asJSON := f.Bool("json", false, "")
	explain := f.Bool("explain", false, "")
	folder := f.String("dialogs", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	if *folder != "" {
		cfg.Content.Dialogs = *folder
	}
	if *gemeente == "" {
		*gemeente = cfg.Gemeente[0].ID
	}
	cfg.Log.Level = "error"
	log := c.logger(cfg)
	if *explain {
		log = slog.New(explainer{c.err})
	}
	a, err := app.Open(ctx, cfg, log, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	opened, err := a.Bot.Open(ctx, bot.Opening{Gemeente: knowledge.GemeenteID(*gemeente), Channel: bot.ChannelTerminal})
	if err != nil {
		return err
	}
	t := &terminal{command: c, bot: a.Bot, id: opened.ID, json: *asJSON}
	return t.talk(ctx)
}

// terminal is one conversation on the command line.
type terminal struct {
	*command
	bot  *bot.Bot
	id   bot.ConversationID
	json bool
	seen bot.Seq
	last []string // ids of the choices shown last
	turn int
}

// pollTime is how often the terminal looks for a human's answer.
const pollTime = 300 * time.Millisecond

func (t *terminal) talk(ctx context.Context) error {
	if err := t.show(ctx); err != nil {
		return err
	}
	lines := make(chan []byte)
	failed := make(chan error, 1)
	go func() { // ends with the input; the process ends it otherwise
		failed <- read(ctx, t.in, lines)
		close(lines)
	}()
	tick := time.NewTicker(pollTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := t.show(ctx); err != nil {
				return err
			}
		case line, ok := <-lines:
			if !ok {
				return <-failed
			}
			if err := t.take(ctx, line); errors.Is(err, errGone) {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
}

// maxLine bounds one line of input; a longer one is one message that is too
// long, and the conversation goes on.
const maxLine = 1 << 20

func read(ctx context.Context, in io.Reader, lines chan<- []byte) error {
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > maxLine {
			line = line[:maxLine]
		}
		if len(bytes.TrimSpace(line)) > 0 {
			select {
			case lines <- line:
			case <-ctx.Done():
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take sends one line. What the bot can't take is told, and the conversation
// goes on.
func (t *terminal) take(ctx context.Context, line []byte) error {
	t.turn++
	in := bot.Incoming{Conversation: t.id, Key: "terminal:" + strconv.Itoa(t.turn)}
	if t.json {
		var m struct{ Text, Choice string }
		if err := json.Unmarshal(line, &m); err != nil {
			return t.refuse(fmt.Errorf("line %d is no JSON object", t.turn))
		}
		in.Text, in.Choice = m.Text, m.Choice
	} else {
		in.Text = strings.TrimSpace(string(line))
		if n, err := strconv.Atoi(in.Text); err == nil && n >= 1 && n <= len(t.last) {
			in.Text, in.Choice = "", t.last[n-1]
		}
	}
	in.Text = strings.ToValidUTF8(in.Text, "�")
	if _, err := t.bot.Receive(ctx, in); err != nil {
		return t.refuse(err)
	}
	if err := t.show(ctx); err != nil {
		if errors.Is(err, bot.ErrNotFound) {
			return t.gone()
		}
		return err
	}
	return t.state(ctx)
}

// errGone says that the conversation was erased: there is nothing to go on with.
var errGone = errors.New("the conversation is erased")

// gone says goodbye to a conversation that the resident had erased.
func (t *terminal) gone() error {
	const text = "Ik heb het gesprek gewist."
	if t.json {
		if err := t.object(bot.Message{Seq: t.seen + 1, From: bot.FromBot, Text: text, Kind: "notice", At: time.Now().UTC()}); err != nil {
			return err
		}
		return errors.Join(t.object(map[string]any{"turn": t.turn, "state": map[string]any{"status": "erased"}}), errGone)
	}
	t.printf("\n%s\n", text)
	return errGone
}

// refuse tells in a sentence what could not be taken.
func (t *terminal) refuse(err error) error {
	text := "Dat kon ik niet lezen. Probeert u het nog eens?"
	var e *bot.Error
	if errors.As(err, &e) {
		text = e.Public
	}
	if t.json {
		return t.object(bot.Message{From: bot.FromBot, Text: text, Kind: "notice", At: time.Now().UTC(), Seq: t.seen})
	}
	t.printf("\n%s\n", text)
	return nil
}

func (t *terminal) object(v any) error {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// state prints where the conversation stands, after each turn.
func (t *terminal) state(ctx context.Context) error {
	if !t.json {
		return nil
	}
	v, err := t.bot.View(ctx, t.id)
	if err != nil {
		return err
	}
	return t.object(map[string]any{"turn": t.turn, "state": map[string]any{
		"id": v.ID, "gemeente": v.Gemeente, "lang": v.Lang, "status": v.Status,
		"hulpvraag": v.Hulpvraag, "supporter": v.Supporter, "terms": v.Terms,
	}})
}

// show prints what is new.
func (t *terminal) show(ctx context.Context) error {
	list, err := t.bot.Messages(ctx, t.id, t.seen, 0)
	if err != nil {
		return err
	}
	for _, m := range list {
		t.seen = m.Seq
		if t.json {
			if err := t.object(m); err != nil {
				return err
			}
			continue
		}
		t.print(m)
	}
	return nil
}

func (t *terminal) print(m bot.Message) {
	if m.From == bot.FromResident {
		return // just typed
	}
	if m.Name != "" {
		t.printf("\n%s:", m.Name)
	}
	t.printf("\n%s\n", m.Text)
	if len(m.Choices) == 0 {
		return
	}
	t.last = t.last[:0]
	for i, ch := range m.Choices {
		t.last = append(t.last, ch.ID)
		t.printf("  %d. %s\n", i+1, ch.Label)
	}
	t.printf("> ")
}

package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-telegram/bot/models"

	"wegwijzer/bot"
	"wegwijzer/channels/paper"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// Deliver sends one message of a conversation, in pieces when it is too long
// for Telegram; see bot.Deliver. Its errors are *bot.DeliveryError.
func (d *Door) Deliver(ctx context.Context, dl bot.Delivery, address string, m bot.Message) error {
	name, chat, err := parseAddress(address)
	if err != nil {
		return &bot.DeliveryError{Err: err}
	}
	c := d.bots[name]
	if c == nil {
		return &bot.DeliveryError{Retry: true, Err: fmt.Errorf("telegram bot %q is not configured", name)}
	}
	if m.From == bot.FromResident {
		return nil
	}
	pieces := split(d.render(ctx, dl.Conversation, m), maxText)
	if len(pieces) == 0 && len(m.Choices) > 0 {
		pieces = []string{"…"} // Telegram has no buttons without a text
	}
	for i := d.sent.get(dl.ID); i < len(pieces); i++ {
		var markup models.ReplyMarkup
		if k := keyboardOf(m.Choices); k != nil && i == len(pieces)-1 {
			markup = k
		}
		if err := c.send(ctx, chat, pieces[i], markup); err != nil {
			var de *bot.DeliveryError
			if errors.As(err, &de) && !de.Retry {
				d.sent.set(dl.ID, 0)
			}
			return err
		}
		if i < len(pieces)-1 || m.Kind == dialogs.KindPlan {
			d.sent.set(dl.ID, i+1)
		}
	}
	if m.Kind == dialogs.KindPlan {
		if err := d.plan(ctx, c, chat, dl.Conversation); err != nil {
			return err
		}
	}
	d.sent.set(dl.ID, 0)
	return nil
}

// plan sends the resident's plan as a file, after the message that tells it.
// Where it can't be made, the message has said it all.
func (d *Door) plan(ctx context.Context, c *client, chat int64, id bot.ConversationID) error {
	if d.cfg.Plan == nil {
		return nil
	}
	doc, err := d.cfg.Plan(ctx, id)
	if err != nil {
		if bot.KindOf(err) == bot.KindUnavailable {
			return &bot.DeliveryError{Retry: true, Err: errors.New("the plan can't be read now")}
		}
		return nil // taken away since
	}
	pdf, err := paper.PDF(doc)
	if err != nil {
		d.log.Error("a plan can't be printed", "err", err)
		return nil
	}
	lang := knowledge.NL
	if doc.Lang == string(knowledge.EN) {
		lang = knowledge.EN
	}
	return c.sendFile(ctx, chat, doc.FileName()+".pdf", pdf, d.texts.say(lang, "plan"))
}

// render makes plain text of a message: who wrote it, when that is a person,
// the words, and the services that the words don't name already. The first
// message of a conversation says what Telegram means for privacy.
func (d *Door) render(ctx context.Context, id bot.ConversationID, m bot.Message) string {
	var b strings.Builder
	if m.From == bot.FromSupporter && m.Name != "" {
		b.WriteString(m.Name + ":\n")
	}
	b.WriteString(strings.TrimSpace(m.Text))
	if len(m.Sources) == 0 && m.Seq != 1 {
		return b.String()
	}
	lang := d.lang(ctx, id)
	for _, c := range m.Sources {
		if !strings.Contains(m.Text, c.Name) {
			b.WriteString("\n\n" + d.card(lang, c))
		}
	}
	if m.Seq == 1 {
		b.WriteString("\n\n" + d.texts.say(lang, "privacy"))
	}
	return b.String()
}

// card is a service as lines of text.
func (d *Door) card(lang knowledge.Lang, c kaart.Card) string {
	lines := []string{c.Name}
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, d.texts.say(lang, key)+value)
		}
	}
	add("kaart.doet", c.Does)
	add("kaart.waarom", c.Why)
	add("kaart.telefoon", c.Phone)
	add("kaart.open", c.Hours)
	add("kaart.adres", c.Address)
	add("kaart.site", c.URL)
	add("kaart.gecontroleerd", c.CheckedAt)
	return strings.Join(lines, "\n")
}

// lang is the conversation's language, Dutch when it can't be known now.
func (d *Door) lang(ctx context.Context, id bot.ConversationID) knowledge.Lang {
	conv, err := d.cfg.Store.Load(ctx, id)
	if err != nil || conv.State.Lang == "" {
		return knowledge.NL
	}
	return conv.State.Lang
}

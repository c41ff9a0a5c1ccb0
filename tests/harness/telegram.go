package harness

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/config"
	"wegwijzer/tests/harness/botapi"
)

// BotSecret is the webhook secret of every test bot.
const BotSecret = "geheim-van-de-test"

// BotToken is the token of a gemeente's test bot.
func BotToken(gemeente string) string { return "1:" + gemeente }

// WithBots puts a bot for each gemeente into the settings, at a Bot API server
// on loopback.
func WithBots(api *botapi.Server) func(*config.Config) {
	return func(c *config.Config) {
		c.Telegram.APIURL = api.URL
		for _, g := range c.Gemeente {
			c.Telegram.Bot = append(c.Telegram.Bot, config.TelegramBot{Name: g.ID, Token: BotToken(g.ID), WebhookSecret: BotSecret, Gemeente: g.ID})
		}
	}
}

// chats gives each resident a chat of their own.
var chats atomic.Int64

// Telegram is a resident in Telegram.
type Telegram struct {
	tb       testing.TB
	s        *Service
	api      *botapi.Server
	gemeente string
	chat     int64
	seen     int
	buttons  map[string]botapi.Sent // choice id → the message that offers it
}

// OpenTelegram starts the bot of a gemeente in a new chat.
func OpenTelegram(tb testing.TB, s *Service, api *botapi.Server, gemeente string) (*Telegram, error) {
	t := &Telegram{tb: tb, s: s, api: api, gemeente: gemeente, chat: 1000 + chats.Add(1), buttons: map[string]botapi.Sent{}}
	return t, t.Say("/start")
}

func (t *Telegram) post(u botapi.Update) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	status, size, err := botapi.Post(ctx, t.s.URL+"/telegram/webhook/"+t.gemeente, BotSecret, u.JSON())
	if err == nil && (status != http.StatusOK || size != 0) {
		err = fmt.Errorf("webhook: status %d with a body of %d bytes", status, size)
	}
	return err
}

// Say sends words.
func (t *Telegram) Say(text string) error {
	return t.post(t.api.Message(BotToken(t.gemeente), t.chat, text))
}

// Press presses the button of a choice.
func (t *Telegram) Press(id string) error {
	m, ok := t.buttons[id]
	if !ok {
		return fmt.Errorf("no button of %q was shown", id)
	}
	return t.post(t.api.Press(BotToken(t.gemeente), t.chat, m, id))
}

// Conversation is the id of the chat's conversation.
func (t *Telegram) Conversation() (bot.ConversationID, error) {
	return t.s.App.Store.Find(context.Background(), bot.ChannelTelegram, fmt.Sprintf("%s:%d", t.gemeente, t.chat))
}

// News returns what the Bot API server received since the last time, with the
// kinds and sources of the committed messages beside it.
func (t *Telegram) News() ([]bot.Message, error) {
	id, err := t.Conversation()
	if err != nil {
		return nil, err
	}
	kept, err := t.s.App.Store.Messages(context.Background(), id, 0, 0)
	if err != nil {
		return nil, err
	}
	var out []bot.Message
	for _, m := range kept {
		if m.From != bot.FromResident {
			out = append(out, m)
		}
	}
	var sent []botapi.Sent
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if sent = t.api.Sent(BotToken(t.gemeente), t.chat); len(sent) >= len(out) {
			break
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%d of %d messages were sent in a minute", len(sent), len(out))
		}
	}
	var news []bot.Message
	for i := t.seen; i < len(out); i++ {
		m := out[i]
		m.Text = sent[i].Text
		for _, c := range m.Choices {
			t.buttons[c.ID] = sent[i]
		}
		news = append(news, m)
	}
	t.seen = len(out)
	return news, nil
}

// Close ends nothing: the chat stays.
func (t *Telegram) Close() error { return nil }

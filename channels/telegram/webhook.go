package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"wegwijzer/knowledge"
)

// maxConnections is how many updates of different chats Telegram may send at
// once.
const maxConnections = 40

// WebhookURL is the address of a bot's webhook at a public address.
func WebhookURL(public string, b Bot) string {
	u := strings.TrimRight(public, "/") + "/telegram/webhook"
	if b.Name != "" {
		u += "/" + b.Name
	}
	return u
}

// RegisterWebhook tells Telegram to send a bot's updates to an address, with
// the bot's secret, and sets the commands of its menu. Updates that wait are
// kept. hc nil is the usual client.
func RegisterWebhook(ctx context.Context, hc *http.Client, b Bot, address string) error {
	if b.Secret == "" {
		return fmt.Errorf("telegram bot %q: webhook_secret is missing", b.Name)
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("telegram bot %q: %q is no web address", b.Name, address)
	}
	c, err := newClient(b, hc)
	if err != nil {
		return err
	}
	_, err = c.api.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: address, SecretToken: b.Secret, AllowedUpdates: allowedUpdates(), MaxConnections: maxConnections,
	})
	if err != nil {
		return operator(b, err)
	}
	return c.setMenu(ctx)
}

// setMenu sets the commands, in Dutch and for who has the app in English.
func (c *client) setMenu(ctx context.Context) error {
	t, err := loadTexts()
	if err != nil {
		return err
	}
	for _, lang := range []knowledge.Lang{knowledge.NL, knowledge.EN} {
		p := &tg.SetMyCommandsParams{}
		if lang != knowledge.NL {
			p.LanguageCode = string(lang)
		}
		for _, name := range []string{"start", "mens", "opnieuw", "gegevens", "wis", "stop", "help"} {
			p.Commands = append(p.Commands, models.BotCommand{Command: name, Description: t.say(lang, "menu."+name)})
		}
		if _, err := c.api.SetMyCommands(ctx, p); err != nil {
			return operator(c.cfg, err)
		}
	}
	return nil
}

// DeleteWebhook ends the sending; updates that wait are kept for a poller.
func DeleteWebhook(ctx context.Context, hc *http.Client, b Bot) error {
	c, err := newClient(b, hc)
	if err != nil {
		return err
	}
	if _, err := c.api.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		return operator(b, err)
	}
	return nil
}

// Info is what Telegram says of a bot's webhook. URL is "" when none is set,
// LastErrorAt zero when there was no error.
type Info struct {
	URL         string    `json:"url"`
	Pending     int       `json:"pending"`
	LastError   string    `json:"last_error,omitempty"`
	LastErrorAt time.Time `json:"last_error_at,omitzero"`
}

// WebhookInfo asks Telegram how the webhook does.
func WebhookInfo(ctx context.Context, hc *http.Client, b Bot) (Info, error) {
	c, err := newClient(b, hc)
	if err != nil {
		return Info{}, err
	}
	w, err := c.api.GetWebhookInfo(ctx)
	if err != nil {
		return Info{}, operator(b, err)
	}
	i := Info{URL: w.URL, Pending: w.PendingUpdateCount, LastError: w.LastErrorMessage}
	if w.LastErrorDate != 0 {
		i.LastErrorAt = time.Unix(int64(w.LastErrorDate), 0).UTC()
	}
	return i, nil
}

// operator keeps Telegram's own reason for whoever set this up: no resident's
// words are in these calls.
func operator(b Bot, err error) error {
	reason := explain(err)
	if errors.Is(err, tg.ErrorBadRequest) {
		reason = err
	}
	return fmt.Errorf("telegram bot %q: %w", b.Name, reason)
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"wegwijzer/bot/app"
	"wegwijzer/channels/telegram"
)

// telegram registers the bots of the config with Telegram, each with its
// secret.
func (c *command) telegram(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usage{"kies set-webhook, delete-webhook of info"}
	}
	f := flags("telegram")
	file := f.String("config", "", "")
	if _, err := parse(f, args[1:], 0); err != nil {
		return err
	}
	cfg, err := c.config(*file)
	if err != nil {
		return err
	}
	bots := app.TelegramBots(cfg)
	if len(bots) == 0 {
		return errors.New("no bot is configured: set telegram.token and telegram.gemeente")
	}
	for _, b := range bots {
		if err := c.telegramBot(ctx, args[0], cfg.Server.URL, b); err != nil {
			return fmt.Errorf("bot %q: %w", b.Name, err)
		}
	}
	return nil
}

func (c *command) telegramBot(ctx context.Context, verb, public string, b telegram.Bot) error {
	switch verb {
	case "set-webhook":
		if public == "" {
			return errors.New("server.url is empty: Telegram must know where to send to")
		}
		address := telegram.WebhookURL(public, b)
		if err := telegram.RegisterWebhook(ctx, nil, b, address); err != nil {
			return err
		}
		c.printf("%s\n", address)
		return nil
	case "delete-webhook":
		return telegram.DeleteWebhook(ctx, nil, b)
	case "info":
		info, err := telegram.WebhookInfo(ctx, nil, b)
		if err != nil {
			return err
		}
		return json.NewEncoder(c.out).Encode(info)
	}
	return usage{fmt.Sprintf("onbekend: %q; kies set-webhook, delete-webhook of info", verb)}
}

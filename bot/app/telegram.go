package app

import (
	"context"
	"fmt"

	"wegwijzer/bot/config"
	"wegwijzer/channels/telegram"
	"wegwijzer/knowledge"
)

// TelegramBots are the bots of the config as the channel knows them.
func TelegramBots(c config.Config) []telegram.Bot {
	var list []telegram.Bot
	for _, b := range c.Bots() {
		list = append(list, telegram.Bot{
			Name: b.Name, Token: b.Token, Secret: b.WebhookSecret,
			APIURL: c.Telegram.APIURL, Gemeente: knowledge.GemeenteID(b.Gemeente),
		})
	}
	return list
}

// telegram makes the channel; nil when no bot is configured.
func (a *App) telegram() (*telegram.Door, error) {
	bots := TelegramBots(a.Config)
	if len(bots) == 0 {
		return nil, nil
	}
	door, err := telegram.New(telegram.Config{
		Bots: bots, Conversations: a.Bot, Store: a.Store, Crisis: a.crisis, Plan: a.Bot.Plan, Log: a.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	return door, nil
}

// crisis answers acute danger from checked content, without the store.
func (a *App) crisis(g knowledge.GemeenteID, text string) (string, bool) {
	c, acute := a.Guard.Crisis(text, "")
	if !acute {
		return "", false
	}
	return a.Guard.Reply(c, a.Bot.Gemeenten[g].Local, a.Bot.Clock()), true
}

// pollers are the bots without a webhook secret: they fetch their updates.
func pollers(door *telegram.Door, c config.Config) ([]func(context.Context) error, error) {
	var list []func(context.Context) error
	for _, b := range c.Bots() {
		if b.WebhookSecret != "" {
			continue
		}
		p, err := door.Poller(b.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, p.Run)
	}
	return list, nil
}

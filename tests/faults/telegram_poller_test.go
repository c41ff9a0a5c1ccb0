package faults

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/channels/telegram"
)

// shaky is a bot whose store is down at first.
type shaky struct {
	*bot.Bot
	left *atomic.Int64
}

func (s shaky) Open(ctx context.Context, o bot.Opening) (bot.Opened, error) {
	if s.left.Add(-1) >= 0 {
		return bot.Opened{}, bot.ErrUnavailable
	}
	return s.Bot.Open(ctx, o)
}

func TestPollingKeepsBeforeItConfirms(t *testing.T) {
	t.Parallel()
	left := &atomic.Int64{}
	left.Store(1)
	h := newHouse(t)
	door := newDoor(t, h, shaky{h.bot, left})
	for _, text := range []string{"mijn huur", "is te hoog"} {
		if err := h.api.Push(t.Context(), botToken, h.api.Message(botToken, 7, text)); err != nil {
			t.Fatal(err)
		}
	}
	p, err := door.Poller("")
	if err != nil {
		t.Fatal(err)
	}
	h.run(p.Run)
	h.api.Wait(t, patience, "both messages", func() bool {
		id, err := h.store.Find(t.Context(), bot.ChannelTelegram, ":7")
		if err != nil {
			return false
		}
		list, err := h.store.Messages(t.Context(), id, 0, 0)
		return err == nil && len(wordsOf(list, bot.FromResident)) == 2
	})
	if got := wordsOf(h.messages(":7"), bot.FromResident); got[0] != "mijn huur" || got[1] != "is te hoog" {
		t.Errorf("kept: %q", got)
	}
	// The poll after the failure must have asked for the first one again.
	offset := func(i int) float64 {
		n, _ := h.api.Calls("getUpdates")[i].Params["offset"].(float64)
		return n
	}
	if offset(0) != 0 || offset(1) != 0 {
		t.Errorf("offsets %v and %v: an update was confirmed before it was kept", offset(0), offset(1))
	}
}

func TestWebhookIsRegisteredAskedForAndDeleted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := telegram.Bot{Name: "opmeer", Token: botToken, Secret: botSecret, APIURL: h.api.URL}
	address := telegram.WebhookURL("https://wegwijzer.example/", b)
	if address != "https://wegwijzer.example/telegram/webhook/opmeer" {
		t.Errorf("address %q", address)
	}
	if err := telegram.RegisterWebhook(t.Context(), nil, b, address); err != nil {
		t.Fatal(err)
	}
	info, err := telegram.WebhookInfo(t.Context(), nil, b)
	if err != nil || info.URL != address {
		t.Errorf("info %+v, %v", info, err)
	}
	set := h.api.Calls("setWebhook")[0].Params
	if set["secret_token"] != botSecret || len(set["allowed_updates"].([]any)) != 4 {
		t.Errorf("setWebhook %v", set)
	}
	if n := len(h.api.Calls("setMyCommands")); n != 2 {
		t.Errorf("%d menus", n)
	}
	if err := telegram.DeleteWebhook(t.Context(), nil, b); err != nil {
		t.Fatal(err)
	}
	if info, err = telegram.WebhookInfo(t.Context(), nil, b); err != nil || info.URL != "" {
		t.Errorf("info after deleting: %+v, %v", info, err)
	}
}

func TestWrongSettingsAreNamedWithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		b    telegram.Bot
		want string
	}{
		"token":  {telegram.Bot{Name: "a", Token: "geen-token", Secret: botSecret}, "token"},
		"secret": {telegram.Bot{Name: "a", Token: botToken, Secret: "met spatie"}, "webhook_secret"},
		"name":   {telegram.Bot{Name: "a/b", Token: botToken, Secret: botSecret}, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := telegram.New(telegram.Config{Bots: []telegram.Bot{tc.b}})
			if err == nil || !strings.Contains(err.Error(), tc.want) ||
				strings.Contains(err.Error(), "geen-token") || strings.Contains(err.Error(), "met spatie") {
				t.Errorf("got %v", err)
			}
		})
	}
}

package telegram

import (
	"context"
	"errors"

	"github.com/go-telegram/bot/models"

	"wegwijzer/bot"
	"wegwijzer/knowledge"
)

// pressed handles a button.
func (d *Door) pressed(ctx context.Context, a *arrived, q *models.CallbackQuery) error {
	chat, message := place(q)
	if !private(chat) || chat.ID == 0 || q.Data == "" {
		return nil // an inline message or a game: not ours
	}
	a.chat = chat.ID
	defer d.chats.Lock(addressOf(a.c.cfg.Name, a.chat))()
	if d.done.has(forgot + a.key) {
		return nil
	}
	id, err := d.cfg.Store.Find(ctx, bot.ChannelTelegram, addressOf(a.c.cfg.Name, a.chat))
	if errors.Is(err, bot.ErrNotFound) {
		if d.done.add(a.key) {
			d.answered(a.c, q.ID, a.chat, message)
			d.say(a.c, a.chat, d.texts.say(knowledge.NL, "oud"))
		}
		return nil
	}
	if err != nil {
		return d.failed(ctx, a, "", err)
	}
	a.lang = d.lang(ctx, id)
	choice, err := d.choice(ctx, id, q.Data)
	if err != nil {
		return d.failed(ctx, a, "", err)
	}
	if err := d.receive(ctx, a, bot.Incoming{Key: a.key, Choice: choice}); err != nil {
		return err
	}
	if d.done.add(a.key) {
		d.answered(a.c, q.ID, a.chat, message)
	}
	return nil
}

// place returns where a pressed button stands; message 0 can't be changed.
func place(q *models.CallbackQuery) (chat models.Chat, message int) {
	switch {
	case q.Message.Message != nil:
		return q.Message.Message.Chat, q.Message.Message.ID
	case q.Message.InaccessibleMessage != nil:
		return q.Message.InaccessibleMessage.Chat, 0
	}
	return models.Chat{}, 0
}

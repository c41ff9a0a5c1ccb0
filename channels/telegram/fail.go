package telegram

import (
	"context"
	"errors"

	"wegwijzer/bot"
)

// failed decides what becomes of an update that could not be kept.
func (d *Door) failed(ctx context.Context, a *arrived, text string, err error) error {
	kind := bot.KindOf(err)
	var be *bot.Error
	switch {
	case kind == bot.KindUnavailable, errors.Is(err, errAgain), errors.Is(err, bot.ErrConflict), ctx.Err() != nil:
		d.emergency(a, text)
		d.log.Warn("an update was not kept, it will come again", "bot", a.c.cfg.Name, "err", err)
		return errAgain
	case errors.As(err, &be) && be.Public != "" && kind != bot.KindInternal:
		if d.done.add(a.key) {
			d.say(a.c, a.chat, be.Public)
		}
		return nil
	}
	d.log.Error("an update could not be handled", "bot", a.c.cfg.Name, "err", err)
	d.trouble(a)
	return nil
}

// trouble asks a person to send it again: to refuse the update would hold up
// everything else in the chat.
func (d *Door) trouble(a *arrived) {
	if d.done.add(a.key) {
		d.say(a.c, a.chat, d.texts.say(a.langOr(), "storing"))
	}
}

// emergency answers acute danger without the store, once for an update.
func (d *Door) emergency(a *arrived, text string) {
	if d.cfg.Crisis == nil || text == "" {
		return
	}
	if reply, acute := d.cfg.Crisis(a.c.cfg.Gemeente, text); acute && d.done.add("crisis:"+a.key) {
		d.say(a.c, a.chat, reply)
	}
}

package telegram

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"wegwijzer/bot"
)

// aside is something that may get lost without harm: an answer to a button
// press, or a sentence that is no part of the conversation.
type aside struct {
	what string
	do   func(ctx context.Context) error
}

const (
	asideWorkers = 8
	asideTries   = 4
)

// Run does the asides until ctx ends; what still waits then is dropped.
func (d *Door) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for range asideWorkers {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case a := <-d.asides:
					d.try(ctx, a)
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// try does one aside, a few times when Telegram fails.
func (d *Door) try(ctx context.Context, a aside) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("panic in an aside", "what", a.what, "value", fmt.Sprintf("%T", p))
		}
	}()
	pause := 500 * time.Millisecond
	for n := 1; ; n++ {
		err := a.do(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		var de *bot.DeliveryError
		if !errors.As(err, &de) || !de.Retry || n == asideTries {
			d.log.Debug("an aside was given up", "what", a.what, "attempts", n, "err", err)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(pause, min(de.After, 30*time.Second))):
			pause *= 2
		}
	}
}

func (d *Door) aside(what string, do func(context.Context) error) {
	select {
	case d.asides <- aside{what, do}:
	default:
		d.log.Warn("too many asides wait, one is dropped", "what", what)
	}
}

// say writes a sentence of this channel into a chat, soon.
func (d *Door) say(c *client, chat int64, text string) {
	d.aside("say", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, callTime+4*time.Second)
		defer cancel()
		return c.send(ctx, chat, text, nil)
	})
}

// answered ends the waiting sign of a pressed button and takes the buttons
// away, so that an old question isn't answered twice.
func (d *Door) answered(c *client, query string, chat int64, message int) {
	d.aside("answerCallbackQuery", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		defer cancel()
		_, err := c.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: query})
		return explain(err)
	})
	if message == 0 {
		return
	}
	d.aside("editMessageReplyMarkup", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		defer cancel()
		_, err := c.api.EditMessageReplyMarkup(ctx, &tg.EditMessageReplyMarkupParams{ChatID: chat, MessageID: message})
		return explain(err)
	})
}

// leave says one sentence in a group and goes.
func (d *Door) leave(c *client, chat models.Chat) {
	key := addressOf(c.cfg.Name, chat.ID)
	if !d.left.add(key) {
		return
	}
	said := false
	d.aside("leaveChat", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 2*callTime)
		defer cancel()
		if !said {
			err := c.send(ctx, chat.ID, d.texts.say("nl", "groep"), nil)
			var de *bot.DeliveryError
			if errors.As(err, &de) && de.Retry {
				return err
			}
			said = true // or it may not be said there
		}
		_, err := c.api.LeaveChat(ctx, &tg.LeaveChatParams{ChatID: chat.ID})
		if err == nil {
			d.left.forget(key) // when invited again it goes again
		}
		return explain(err)
	})
}

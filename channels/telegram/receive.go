package telegram

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"

	"github.com/go-telegram/bot/models"

	"wegwijzer/bot"
	"wegwijzer/knowledge"
)

// errAgain means that the update could not be kept now: Telegram shall send
// it again.
var errAgain = errors.New("not kept, to be sent again")

// arrived is one update of one person's chat on its way in.
type arrived struct {
	c    *client
	key  string
	chat int64
	lang knowledge.Lang // a deep link's wish, "" for none
}

// take handles an update. nil means that it is done with, errAgain that it
// must come again.
func (d *Door) take(ctx context.Context, c *client, u *models.Update) (err error) {
	a := arrived{c: c, key: "tg:" + c.cfg.Name + ":" + strconv.FormatInt(u.ID, 10)}
	defer func() {
		if p := recover(); p != nil {
			// Refused again and again it would block the chat for a day.
			d.log.Error("panic while handling an update", "bot", c.cfg.Name, "value", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			if a.chat > 0 {
				d.trouble(&a)
			}
			err = nil
		}
	}()
	switch {
	case u.Message != nil:
		return d.message(ctx, &a, u.Message)
	case u.EditedMessage != nil:
		return d.message(ctx, &a, u.EditedMessage)
	case u.CallbackQuery != nil:
		return d.pressed(ctx, &a, u.CallbackQuery)
	case u.MyChatMember != nil:
		if group(u.MyChatMember.Chat) && present(u.MyChatMember.NewChatMember.Type) {
			d.leave(c, u.MyChatMember.Chat)
		}
		return nil
	}
	d.log.Debug("an update of a kind that isn't used", "bot", c.cfg.Name)
	return nil
}

// present says whether a member of this kind is in the chat.
func present(t models.ChatMemberType) bool {
	return t != models.ChatMemberTypeLeft && t != models.ChatMemberTypeBanned
}

// message handles what a person wrote or changed.
func (d *Door) message(ctx context.Context, a *arrived, m *models.Message) error {
	if group(m.Chat) {
		if m.LeftChatMember == nil && m.MigrateToChatID == 0 {
			d.leave(a.c, m.Chat)
		}
		return nil
	}
	if !private(m.Chat) || m.From != nil && m.From.IsBot {
		return nil
	}
	a.chat = m.Chat.ID
	defer d.chats.Lock(addressOf(a.c.cfg.Name, a.chat))()
	text := m.Text
	if text == "" {
		text = m.Caption
	}
	if key := wordless(m); key != "" && d.done.add(a.key) {
		d.say(a.c, a.chat, d.texts.say(d.chatLang(ctx, a), key))
	}
	if text == "" {
		return nil
	}
	return d.words(ctx, a, parseCommand(text))
}

// words does what a text asks for.
func (d *Door) words(ctx context.Context, a *arrived, c command) error {
	switch {
	case c.Start:
		return d.start(ctx, a, c.Payload)
	case c.Aside != "":
		if d.done.add(a.key) {
			d.say(a.c, a.chat, d.texts.say(d.chatLang(ctx, a), c.Aside))
		}
		return nil
	}
	return d.receive(ctx, a, bot.Incoming{Key: a.key, Text: c.Text, Choice: c.Choice})
}

// start opens the conversation, or greets who is there already. A deep link
// may name a language.
func (d *Door) start(ctx context.Context, a *arrived, payload string) error {
	if lang, err := knowledge.ParseLang(payload); err == nil {
		a.lang = lang
	}
	_, opened, err := d.conversation(ctx, a)
	switch {
	case err != nil:
		return d.failed(ctx, a, "", err)
	case opened:
		d.done.add(a.key)
	case d.done.add(a.key):
		d.say(a.c, a.chat, d.texts.say(d.chatLang(ctx, a), "terug"))
	}
	return nil
}

// conversation finds the chat's conversation or opens it. Another process may
// open it at the same time: the address is unique in the store.
func (d *Door) conversation(ctx context.Context, a *arrived) (id bot.ConversationID, opened bool, err error) {
	address := addressOf(a.c.cfg.Name, a.chat)
	id, err = d.cfg.Store.Find(ctx, bot.ChannelTelegram, address)
	if !errors.Is(err, bot.ErrNotFound) {
		return id, false, err
	}
	o, err := d.cfg.Conversations.Open(ctx, bot.Opening{
		Gemeente: a.c.cfg.Gemeente, Channel: bot.ChannelTelegram, Address: address, Lang: a.lang,
	})
	if errors.Is(err, bot.ErrConflict) {
		id, err = d.cfg.Store.Find(ctx, bot.ChannelTelegram, address)
		return id, false, err
	}
	return o.ID, true, err
}

// receive hands words or a choice to the bot, which keeps them before it
// returns.
func (d *Door) receive(ctx context.Context, a *arrived, in bot.Incoming) error {
	if d.done.has(forgot + a.key) {
		return nil
	}
	for range 2 { // the conversation may be erased between the finding and the receiving
		id, _, err := d.conversation(ctx, a)
		if err != nil {
			return d.failed(ctx, a, in.Text, err)
		}
		in.Conversation = id
		r, err := d.cfg.Conversations.Receive(ctx, in)
		if errors.Is(err, bot.ErrNotFound) {
			continue
		}
		if err != nil {
			return d.failed(ctx, a, in.Text, err)
		}
		if !r.Repeat {
			d.erased(ctx, a)
		}
		return nil
	}
	return d.failed(ctx, a, in.Text, errAgain)
}

// forgot marks the key of an update that erased its conversation, and with it
// the key that the store would have known it by.
const forgot = "forgot:"

// erased tells a person whose words erased the conversation that it is gone:
// an answer within it would be gone too.
func (d *Door) erased(ctx context.Context, a *arrived) {
	_, err := d.cfg.Store.Find(ctx, bot.ChannelTelegram, addressOf(a.c.cfg.Name, a.chat))
	if !errors.Is(err, bot.ErrNotFound) {
		return
	}
	if d.done.add(forgot + a.key) {
		d.say(a.c, a.chat, d.texts.say(a.langOr(), "gewist"))
	}
}

func (a *arrived) langOr() knowledge.Lang {
	if a.lang == "" {
		return knowledge.NL
	}
	return a.lang
}

// chatLang is the language of the chat's conversation, Dutch without one.
func (d *Door) chatLang(ctx context.Context, a *arrived) knowledge.Lang {
	id, err := d.cfg.Store.Find(ctx, bot.ChannelTelegram, addressOf(a.c.cfg.Name, a.chat))
	if err != nil {
		return knowledge.NL
	}
	return d.lang(ctx, id)
}

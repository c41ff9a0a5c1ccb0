package scripts

import (
	"context"
	"strconv"
	"strings"

	"wegwijzer/bot"
	"wegwijzer/knowledge"
)

// Direct opens doors that go straight to the bot, without a channel between:
// quick, and enough to hear what a gemeente's own dialogs say.
func Direct(b *bot.Bot, channel bot.Channel) Opener {
	return func(gemeente string) (Door, error) {
		opened, err := b.Open(context.Background(), bot.Opening{Gemeente: knowledge.GemeenteID(gemeente), Channel: channel})
		return &direct{bot: b, id: opened.ID}, err
	}
}

// direct is a resident without a channel.
type direct struct {
	bot  *bot.Bot
	id   bot.ConversationID
	turn int
	seen bot.Seq
}

func (d *direct) Say(text string) error { return d.send(bot.Incoming{Text: text}) }

func (d *direct) Press(id string) error { return d.send(bot.Incoming{Choice: id}) }

func (d *direct) send(in bot.Incoming) error {
	d.turn++
	in.Conversation, in.Key = d.id, "script:"+strconv.Itoa(d.turn)
	in.Text = strings.ToValidUTF8(in.Text, "�")
	_, err := d.bot.Receive(context.Background(), in)
	return err
}

func (d *direct) News() ([]bot.Message, error) {
	list, err := d.bot.Messages(context.Background(), d.id, d.seen, 0)
	if n := len(list); n > 0 {
		d.seen = list[n-1].Seq
	}
	return list, err
}

func (d *direct) Conversation() (bot.ConversationID, error) { return d.id, nil }

func (d *direct) Close() error { return nil }

package telegram

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-telegram/bot/models"
)

// errNoUpdate means that the bytes are no update at all.
var errNoUpdate = errors.New("not an update")

// decode reads an update. Where the library's types don't fit, because
// Telegram has something newer or departs from its own description, the few
// fields that matter are read alone: a resident's words aren't lost for a
// field that nobody needs.
func decode(data []byte) (*models.Update, error) {
	u := &models.Update{}
	err := json.Unmarshal(data, u)
	if err != nil {
		u, err = decodeNarrow(data)
	}
	if err != nil {
		return nil, err
	}
	if u.ID <= 0 {
		return nil, fmt.Errorf("%w: no update_id", errNoUpdate)
	}
	return u, nil
}

// narrow holds the fields that are used, and nothing else.
type narrow struct {
	ID      int64          `json:"update_id"`
	Message *narrowMessage `json:"message"`
	Edited  *narrowMessage `json:"edited_message"`
	Query   *narrowQuery   `json:"callback_query"`
}

type narrowMessage struct {
	ID      int         `json:"message_id"`
	Date    int         `json:"date"`
	Chat    narrowChat  `json:"chat"`
	From    *narrowUser `json:"from"`
	Text    string      `json:"text"`
	Caption string      `json:"caption"`
}

type narrowChat struct {
	ID   int64           `json:"id"`
	Type models.ChatType `json:"type"`
}

type narrowUser struct {
	ID    int64 `json:"id"`
	IsBot bool  `json:"is_bot"`
}

type narrowQuery struct {
	ID      string         `json:"id"`
	Data    string         `json:"data"`
	Message *narrowMessage `json:"message"`
}

func decodeNarrow(data []byte) (*models.Update, error) {
	var n narrow
	if err := json.Unmarshal(data, &n); err != nil {
		// The library's and the decoder's errors may quote what was sent.
		return nil, errNoUpdate
	}
	u := &models.Update{ID: n.ID, Message: n.Message.wide(), EditedMessage: n.Edited.wide()}
	if q := n.Query; q != nil {
		u.CallbackQuery = &models.CallbackQuery{ID: q.ID, Data: q.Data}
		if m := q.Message.wide(); m != nil {
			u.CallbackQuery.Message = models.MaybeInaccessibleMessage{Message: m}
		}
	}
	return u, nil
}

func (m *narrowMessage) wide() *models.Message {
	if m == nil {
		return nil
	}
	w := &models.Message{ID: m.ID, Date: m.Date, Text: m.Text, Caption: m.Caption}
	w.Chat = models.Chat{ID: m.Chat.ID, Type: m.Chat.Type}
	if m.From != nil {
		w.From = &models.User{ID: m.From.ID, IsBot: m.From.IsBot}
	}
	return w
}

// private says whether a chat is one person's. Telegram's own examples leave
// the type out at times; groups have negative ids.
func private(c models.Chat) bool {
	return c.Type == models.ChatTypePrivate || c.Type == "" && c.ID > 0
}

// group says whether a chat is one of several people, channels aside.
func group(c models.Chat) bool {
	return c.Type == models.ChatTypeGroup || c.Type == models.ChatTypeSupergroup
}

// wordless returns the key of the sentence that asks for words instead, ""
// when the message needs no answer (a pinned message, a changed timer).
func wordless(m *models.Message) string {
	switch {
	case m.Voice != nil:
		return "woorden.spraak"
	case m.Audio != nil:
		return "woorden.geluid"
	case len(m.Photo) > 0:
		return "woorden.foto"
	case m.Video != nil, m.VideoNote != nil, m.Animation != nil: // an animation is a document too
		return "woorden.video"
	case m.Document != nil:
		return "woorden.document"
	case m.Sticker != nil:
		return "woorden.sticker"
	case m.Location != nil, m.Venue != nil:
		return "woorden.locatie"
	case m.Contact != nil:
		return "woorden.contact"
	case m.Poll != nil, m.Dice != nil, m.Game != nil, m.Story != nil, m.Checklist != nil, m.PaidMedia != nil,
		m.Invoice != nil, m.UsersShared != nil, m.ChatShared != nil, m.WebAppData != nil:
		return "woorden.anders"
	}
	return ""
}

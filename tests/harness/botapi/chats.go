package botapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// bot is the state of one token.
type bot struct {
	updates []Update // not yet confirmed
	lastID  int64
	webhook map[string]any
	blocked map[int64]bool
	sent    map[int64][]Sent
	queries map[string]bool // callback queries that wait for an answer
	files   map[int64][]File
}

// File is a document of the bot in a chat.
type File struct {
	Name, Caption string
	Size          int64
	Text          int // how many messages stood before it
}

// Sent is a message of the bot in a chat, as it stands there now.
type Sent struct {
	ID      int64
	Text    string
	Buttons []Button // one row after the other
	At      time.Time
}

// Button is an inline button.
type Button struct{ Text, Data string }

// botOf returns the state of a token; s.mu is held.
func (s *Server) botOf(token string) *bot {
	b := s.bots[token]
	if b == nil {
		b = &bot{blocked: map[int64]bool{}, sent: map[int64][]Sent{}, queries: map[string]bool{}, files: map[int64][]File{}, lastID: 700000000}
		s.bots[token] = b
	}
	return b
}

// Block makes a chat refuse the bot, or take it again.
func (s *Server) Block(token string, chat int64, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.botOf(token).blocked[chat] = blocked
}

// Sent returns what stands in a chat from the bot, in order.
func (s *Server) Sent(token string, chat int64) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Sent(nil), s.botOf(token).sent[chat]...)
}

// Files returns the documents that the bot sent to a chat, in order.
func (s *Server) Files(token string, chat int64) []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]File(nil), s.botOf(token).files[chat]...)
}

// WaitSent waits until the bot has written n messages to a chat and returns
// them; it fails the test after a minute.
func (s *Server) WaitSent(t testing.TB, token string, chat int64, n int) []Sent {
	t.Helper()
	s.Wait(t, time.Minute, "messages in the chat", func() bool { return len(s.Sent(token, chat)) >= n })
	return s.Sent(token, chat)
}

func refused(code int, text string) answer { return answer{ErrorCode: code, Description: text} }

// do carries out a call that is correct by the specification.
func (s *Server) do(c Call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.botOf(c.Token)
	if b.blocked[c.Chat()] {
		return refused(http.StatusForbidden, "Forbidden: bot was blocked by the user")
	}
	switch c.Method {
	case "sendMessage":
		return s.send(b, c)
	case "sendDocument":
		name, _ := c.Params["document"].(string)
		caption, _ := c.Params["caption"].(string)
		b.files[c.Chat()] = append(b.files[c.Chat()], File{name, caption, c.FileSize, len(b.sent[c.Chat()])})
		s.nextID++
		return answer{OK: true, Result: message(Sent{ID: s.nextID, At: c.At}, c.Chat())}
	case "editMessageReplyMarkup":
		return edit(b, c)
	case "answerCallbackQuery":
		id, _ := c.Params["callback_query_id"].(string)
		if !b.queries[id] {
			return refused(http.StatusBadRequest, "Bad Request: query is too old and response timeout expired or query ID is invalid")
		}
		delete(b.queries, id)
	case "leaveChat":
		if c.Chat() > 0 {
			return refused(http.StatusBadRequest, "Bad Request: chat member status can't be changed in private chats")
		}
	case "getMe":
		return answer{OK: true, Result: map[string]any{"id": 1, "is_bot": true, "first_name": "Wegwijzer", "username": "wegwijzer_test_bot"}}
	case "setWebhook":
		b.webhook = c.Params
	case "deleteWebhook":
		b.webhook = nil
	case "getWebhookInfo":
		return answer{OK: true, Result: b.info()}
	case "setMyCommands", "sendChatAction":
	default:
		return refused(http.StatusNotImplemented, "this test server doesn't do "+c.Method)
	}
	return answer{OK: true, Result: true}
}

func (s *Server) send(b *bot, c Call) answer {
	if _, formatted := c.Params["parse_mode"]; formatted {
		return refused(http.StatusNotImplemented, "this test server takes plain text only")
	}
	s.nextID++
	m := Sent{ID: s.nextID, Text: strings.TrimSpace(c.Text()), Buttons: buttons(c.Params["reply_markup"]), At: c.At}
	b.sent[c.Chat()] = append(b.sent[c.Chat()], m)
	return answer{OK: true, Result: message(m, c.Chat())}
}

func message(m Sent, chat int64) map[string]any {
	return map[string]any{
		"message_id": m.ID, "date": m.At.Unix(), "text": m.Text,
		"chat": map[string]any{"id": chat, "type": chatType(chat), "first_name": "Test"},
	}
}

func chatType(chat int64) string {
	if chat < 0 {
		return "group"
	}
	return "private"
}

func edit(b *bot, c Call) answer {
	id, _ := c.Params["message_id"].(float64)
	list := b.sent[c.Chat()]
	for i := range list {
		if list[i].ID != int64(id) {
			continue
		}
		now := buttons(c.Params["reply_markup"])
		if len(now) == 0 && len(list[i].Buttons) == 0 {
			return refused(http.StatusBadRequest, "Bad Request: message is not modified")
		}
		list[i].Buttons = now
		return answer{OK: true, Result: message(list[i], c.Chat())}
	}
	return refused(http.StatusBadRequest, "Bad Request: message to edit not found")
}

func buttons(markup any) []Button {
	raw, err := json.Marshal(markup)
	if err != nil {
		return nil
	}
	var m struct {
		Rows [][]struct {
			Text string `json:"text"`
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	var list []Button
	for _, row := range m.Rows {
		for _, b := range row {
			list = append(list, Button{b.Text, b.Data})
		}
	}
	return list
}

func (b *bot) info() map[string]any {
	url, _ := b.webhook["url"].(string)
	info := map[string]any{"url": url, "has_custom_certificate": false, "pending_update_count": len(b.updates)}
	if list, ok := b.webhook["allowed_updates"]; ok {
		info["allowed_updates"] = list
	}
	return info
}

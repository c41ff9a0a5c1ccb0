package botapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Update is one update, as JSON values.
type Update map[string]any

// ID returns the update's number.
func (u Update) ID() int64 {
	switch n := u["update_id"].(type) {
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}

// JSON returns the update as it travels.
func (u Update) JSON() []byte {
	raw, err := json.Marshal(u)
	if err != nil {
		panic(err) // made of maps and texts
	}
	return raw
}

func (s *Server) update(token, kind string, body map[string]any) Update {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.botOf(token)
	b.lastID++
	return Update{"update_id": b.lastID, kind: body}
}

func (s *Server) messageID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextID++
	return s.nextID
}

func person(chat int64) map[string]any {
	return map[string]any{"id": chat, "is_bot": false, "first_name": "Test", "language_code": "nl"}
}

// from makes the fields that every message has.
func (s *Server) from(chat int64, more map[string]any) map[string]any {
	m := map[string]any{
		"message_id": s.messageID(), "date": time.Now().Unix(), "from": person(max(chat, -chat)),
		"chat": map[string]any{"id": chat, "type": chatType(chat), "first_name": "Test"},
	}
	if chat < 0 {
		m["chat"] = map[string]any{"id": chat, "type": "group", "title": "Test"}
	}
	for k, v := range more {
		m[k] = v
	}
	return m
}

// Message makes the update of a text. A negative chat is a group.
func (s *Server) Message(token string, chat int64, text string) Update {
	more := map[string]any{"text": text}
	if len(text) > 1 && text[0] == '/' {
		n := bytes.IndexByte([]byte(text+" "), ' ')
		more["entities"] = []any{map[string]any{"type": "bot_command", "offset": 0, "length": n}}
	}
	return s.update(token, "message", s.from(chat, more))
}

// Other makes the update of a message that is no text: fields as the
// specification's type Message has them.
func (s *Server) Other(token string, chat int64, fields map[string]any) Update {
	return s.update(token, "message", s.from(chat, fields))
}

// Edited makes the update of a changed text.
func (s *Server) Edited(token string, chat int64, text string) Update {
	return s.update(token, "edited_message", s.from(chat, map[string]any{"text": text, "edit_date": time.Now().Unix()}))
}

// Press makes the update of a pressed button under a message of the bot.
func (s *Server) Press(token string, chat int64, m Sent, data string) Update {
	id := strconv.FormatInt(s.messageID(), 10)
	s.mu.Lock()
	s.botOf(token).queries[id] = true
	s.mu.Unlock()
	return s.update(token, "callback_query", map[string]any{
		"id": id, "from": person(chat), "chat_instance": "1", "data": data, "message": message(m, chat),
	})
}

// Kind makes an update of any kind with a body of the caller's.
func (s *Server) Kind(token, kind string, body map[string]any) Update {
	return s.update(token, kind, body)
}

// caller keeps its connections, as Telegram does.
var caller = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// Post sends an update to a webhook as Telegram does and returns the status
// and the size of the body; an error is a broken connection.
func Post(ctx context.Context, url, secret string, body []byte) (status int, size int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	res, err := caller.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = res.Body.Close() }()
	buf := new(bytes.Buffer)
	n, err := buf.ReadFrom(res.Body)
	return res.StatusCode, n, err
}

// Push sends an update to the webhook that was set and repeats it until it is
// taken, as Telegram does; without a webhook it waits for getUpdates. Updates
// of one chat must be pushed one after the other.
func (s *Server) Push(ctx context.Context, token string, u Update) error {
	s.mu.Lock()
	b := s.botOf(token)
	url, _ := b.webhook["url"].(string)
	secret, _ := b.webhook["secret_token"].(string)
	if url == "" {
		b.updates = append(b.updates, u)
		s.wake()
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		status, _, err := Post(ctx, url, secret, u.JSON())
		if err == nil && status >= 200 && status < 300 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("update %d was not taken (status %d): %w", u.ID(), status, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// poll is getUpdates: it confirms what is below the offset and waits for more.
func (s *Server) poll(w http.ResponseWriter, r *http.Request, c Call) {
	offset, _ := c.Params["offset"].(float64)
	seconds, _ := c.Params["timeout"].(float64)
	deadline := time.NewTimer(time.Duration(seconds * float64(time.Second)))
	defer deadline.Stop()
	if f := s.fault(c); !f.none() {
		c.Code = f.Code
		s.record(c)
		f.fail(w, r)
		return
	}
	c.Code, c.Done = http.StatusOK, true
	s.record(c)
	for {
		list, hooked, changed := s.waiting(c.Token, int64(offset))
		if hooked {
			refused(http.StatusConflict, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first").write(w)
			return
		}
		if len(list) > 0 {
			answer{OK: true, Result: list}.write(w)
			return
		}
		select {
		case <-changed:
			continue
		case <-deadline.C:
		case <-s.stop:
		case <-r.Context().Done():
		}
		answer{OK: true, Result: []Update{}}.write(w)
		return
	}
}

func (s *Server) waiting(token string, offset int64) (list []Update, hooked bool, changed chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.botOf(token)
	rest := b.updates[:0:0]
	for _, u := range b.updates {
		if u.ID() >= offset {
			rest = append(rest, u)
		}
	}
	b.updates = rest
	return append([]Update(nil), rest[:min(100, len(rest))]...), b.webhook != nil, s.changed
}

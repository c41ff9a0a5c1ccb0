package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"wegwijzer/bot"
)

// Web is a resident on the public API.
type Web struct {
	URL   string
	ID    string
	Token string
	n     int
	seen  bot.Seq
}

// client is bounded: a test never hangs on a server.
var client = &http.Client{Timeout: 20 * time.Second}

// Call does one request and returns status and body. token may be "".
func Call(method, url, token string, body any) (int, []byte, error) {
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = bytes.NewReader([]byte(b))
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return 0, nil, err
		}
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, url, r)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	data, err := io.ReadAll(res.Body)
	if cerr := res.Body.Close(); err == nil {
		err = cerr
	}
	return res.StatusCode, data, err
}

// OpenWeb starts a conversation.
func OpenWeb(url, gemeente string) (*Web, error) {
	status, data, err := Call(http.MethodPost, url+"/api/v1/conversations", "", map[string]string{"gemeente": gemeente, "lang": "nl"})
	if err != nil {
		return nil, err
	}
	if status != http.StatusCreated {
		return nil, fmt.Errorf("open a conversation: status %d: %s", status, data)
	}
	var o bot.Opened
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, err
	}
	return &Web{URL: url, ID: string(o.ID), Token: o.Token}, nil
}

func (w *Web) path(rest string) string { return w.URL + "/api/v1/conversations/" + w.ID + rest }

// Send posts a message with a key of its own; text or choice.
func (w *Web) Send(text, choice string) error {
	w.n++
	return w.SendAs("00000000-0000-4000-8000-"+fmt.Sprintf("%012d", w.n), text, choice)
}

// SendAs posts a message with a given key.
func (w *Web) SendAs(key, text, choice string) error {
	body := map[string]string{"id": key}
	if choice != "" {
		body["choice"] = choice
	} else {
		body["text"] = text
	}
	status, data, err := Call(http.MethodPost, w.path("/messages"), w.Token, body)
	if err == nil && status != http.StatusAccepted {
		err = fmt.Errorf("send: status %d: %s", status, data)
	}
	return err
}

// Say sends words.
func (w *Web) Say(text string) error { return w.Send(text, "") }

// Press sends a choice.
func (w *Web) Press(id string) error { return w.Send("", id) }

// View reads the resident's own copy.
func (w *Web) View() (bot.View, error) {
	var v bot.View
	status, data, err := Call(http.MethodGet, w.path(""), w.Token, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("view: status %s: %s", strconv.Itoa(status), data)
	}
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(data, &v)
}

// News returns what was not seen before.
func (w *Web) News() ([]bot.Message, error) {
	v, err := w.View()
	if err != nil {
		return nil, err
	}
	var list []bot.Message
	for _, m := range v.Messages {
		if m.Seq > w.seen {
			list = append(list, m)
			w.seen = m.Seq
		}
	}
	return list, nil
}

// Conversation is the id of the conversation.
func (w *Web) Conversation() (bot.ConversationID, error) { return bot.ConversationID(w.ID), nil }

// Close ends nothing: the conversation stays.
func (w *Web) Close() error { return nil }

package botapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

const token = "123456:test-token"

func client(t *testing.T, s *Server) *tg.Bot {
	t.Helper()
	b, err := tg.New(token, tg.WithSkipGetMe(), tg.WithServerURL(s.URL))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCallsAreHeldAgainstTheSpecification(t *testing.T) {
	spec, err := LoadSpec()
	if err != nil {
		t.Fatal(err)
	}
	keyboard := func(data string) map[string]any {
		return map[string]any{"inline_keyboard": []any{[]any{map[string]any{"text": "Ja", "callback_data": data}}}}
	}
	for name, tc := range map[string]struct {
		method string
		params map[string]any
		want   string // "" is correct
	}{
		"a plain text is taken":         {"sendMessage", map[string]any{"chat_id": 1.0, "text": "Dag"}, ""},
		"4,096 units are taken":         {"sendMessage", map[string]any{"chat_id": 1.0, "text": strings.Repeat("😀", 2048)}, ""},
		"4,097 units are refused":       {"sendMessage", map[string]any{"chat_id": 1.0, "text": strings.Repeat("😀", 2048) + "a"}, "4097 characters"},
		"only spaces are refused":       {"sendMessage", map[string]any{"chat_id": 1.0, "text": "  \n"}, "0 characters"},
		"a missing chat is refused":     {"sendMessage", map[string]any{"text": "Dag"}, "chat_id is required"},
		"a wrong type is refused":       {"sendMessage", map[string]any{"chat_id": true, "text": "Dag"}, "not of type"},
		"an unknown field is refused":   {"sendMessage", map[string]any{"chat_id": 1.0, "text": "Dag", "tekst": "x"}, "no field"},
		"an unknown method is refused":  {"sendMesage", nil, "unknown method"},
		"64 bytes of data are taken":    {"sendMessage", map[string]any{"chat_id": 1.0, "text": "Dag", "reply_markup": keyboard(strings.Repeat("a", 64))}, ""},
		"65 bytes of data are refused":  {"sendMessage", map[string]any{"chat_id": 1.0, "text": "Dag", "reply_markup": keyboard(strings.Repeat("a", 65))}, "65 bytes"},
		"a wrong secret is refused":     {"setWebhook", map[string]any{"url": "https://x.example/", "secret_token": "a b"}, "not allowed"},
		"too many updates are refused":  {"getUpdates", map[string]any{"limit": 101.0}, "not 1-100"},
		"a button of two kinds refused": {"sendMessage", map[string]any{"chat_id": 1.0, "text": "Dag", "reply_markup": map[string]any{"inline_keyboard": []any{[]any{map[string]any{"text": "Ja", "callback_data": "a", "url": "https://x.example/"}}}}}, "2 actions"},
	} {
		t.Run(name, func(t *testing.T) {
			err := spec.Check(tc.method, tc.params)
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestClientLibrarySpeaksWithTheServer(t *testing.T) {
	s := Start(t)
	b := client(t, s)
	m, err := b.SendMessage(t.Context(), &tg.SendMessageParams{ChatID: int64(7), Text: "Dag"})
	if err != nil || m.ID == 0 || m.Chat.ID != 7 {
		t.Fatalf("sendMessage: %+v, %v", m, err)
	}
	if _, err := b.GetWebhookInfo(t.Context()); err != nil {
		t.Fatalf("a call without parameters: %v", err)
	}
	if got := s.Sent(token, 7); len(got) != 1 || got[0].Text != "Dag" {
		t.Errorf("the chat holds %+v", got)
	}
}

func TestFaultsComeAsPlanned(t *testing.T) {
	s := Start(t)
	b := client(t, s)
	send := func() error {
		_, err := b.SendMessage(t.Context(), &tg.SendMessageParams{ChatID: int64(7), Text: "Dag"})
		return err
	}
	s.Next("sendMessage", TooMany(3), Internal(), BadGateway(), Blocked(), LostAnswer(), Timeout(time.Millisecond))
	var many *tg.TooManyRequestsError
	if err := send(); !errors.As(err, &many) || many.RetryAfter != 3 {
		t.Errorf("first: %v", err)
	}
	if err := send(); err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("second: %v", err)
	}
	if err := send(); err == nil || !strings.Contains(err.Error(), "decode") {
		t.Errorf("third: %v", err)
	}
	if err := send(); !errors.Is(err, tg.ErrorForbidden) {
		t.Errorf("fourth: %v", err)
	}
	for range 2 {
		if err := send(); err == nil {
			t.Error("an answer that was cut off came")
		}
	}
	if n := len(s.Sent(token, 7)); n != 1 {
		t.Errorf("%d messages stand in the chat, want the one whose answer was lost", n)
	}
}

func TestUpdatesAreConfirmedByTheOffset(t *testing.T) {
	s := Start(t)
	first, second := s.Message(token, 7, "een"), s.Message(token, 7, "twee")
	for _, u := range []Update{first, second} {
		if err := s.Push(t.Context(), token, u); err != nil {
			t.Fatal(err)
		}
	}
	get := func(offset int64) []models.Update {
		body, _ := json.Marshal(map[string]any{"offset": offset, "timeout": 0})
		res, err := http.Post(s.URL+"/bot"+token+"/getUpdates", "application/json", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		var a struct{ Result []models.Update }
		if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
			t.Fatal(err)
		}
		return a.Result
	}
	if got := get(0); len(got) != 2 || got[0].Message.Text != "een" {
		t.Fatalf("first poll: %d updates", len(got))
	}
	if got := get(second.ID()); len(got) != 1 || got[0].ID != second.ID() {
		t.Errorf("second poll: %d updates", len(got))
	}
	if got := get(second.ID() + 1); len(got) != 0 {
		t.Errorf("third poll: %d updates", len(got))
	}
}

func TestWebhookIsRepeatedUntilTaken(t *testing.T) {
	s := Start(t)
	n := 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 3 || r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "geheim" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer hook.Close()
	if _, err := client(t, s).SetWebhook(t.Context(), &tg.SetWebhookParams{URL: hook.URL, SecretToken: "geheim"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := s.Push(ctx, token, s.Message(token, 7, "hallo")); err != nil || n != 3 {
		t.Errorf("taken at attempt %d: %v", n, err)
	}
}

// TestACallerThatDiesAsksNothing: what came of its call is no call.
func TestACallerThatDiesAsksNothing(t *testing.T) {
	s := Start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(conn, "POST /bot1:a/sendMessage HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n"+
		"Content-Length: 500\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"te")
	if err := errors.Join(err, conn.(*net.TCPConn).CloseWrite()); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil { // ends when the server has let it go
		t.Error(err)
	}
	if list := append(s.Faults(), fmt.Sprint(len(s.Calls("")))); len(list) != 1 || list[0] != "0" {
		t.Errorf("faults and calls: %q", list)
	}
}

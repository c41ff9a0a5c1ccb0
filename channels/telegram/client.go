package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"golang.org/x/time/rate"

	"wegwijzer/bot"
)

// Telegram allows about 30 messages a second over all chats and one a second
// in a chat, with short bursts. The sums stay below: a bot's bucket lets at
// most botRate+botBurst through in a second.
const (
	botRate   = 25
	botBurst  = 1
	chatRate  = 1
	chatBurst = 3
	// maxChats bounds the memory of the limiters: about 2 MB when full.
	maxChats = 10_000
	// callTime bounds one call.
	callTime = 8 * time.Second
)

// client is one bot at Telegram with the limits that it keeps.
type client struct {
	cfg   Bot
	api   *tg.Bot
	http  *http.Client
	total *rate.Limiter
	mu    sync.Mutex
	chats map[int64]*rate.Limiter
}

// httpClient follows no redirect: the token stands in the address.
func httpClient() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func newClient(b Bot, hc *http.Client) (*client, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if b.APIURL == "" {
		b.APIURL = DefaultAPIURL
	}
	b.APIURL = strings.TrimRight(b.APIURL, "/")
	if hc == nil {
		hc = httpClient()
	}
	// The library is only a client here: it fetches nothing and handles
	// nothing, and what it would log may hold words.
	api, err := tg.New(b.Token, tg.WithSkipGetMe(), tg.WithServerURL(b.APIURL), tg.WithHTTPClient(time.Minute, hc),
		tg.WithDefaultHandler(func(context.Context, *tg.Bot, *models.Update) {}), tg.WithErrorsHandler(func(error) {}))
	if err != nil {
		return nil, fmt.Errorf("telegram bot %q: %w", b.Name, err)
	}
	return &client{cfg: b, api: api, http: hc, total: rate.NewLimiter(botRate, botBurst), chats: map[int64]*rate.Limiter{}}, nil
}

// chat returns the limiter of a chat. When there are too many, those that are
// full again are forgotten: a new one is the same.
func (c *client) chat(id int64) *rate.Limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.chats[id]
	if l == nil {
		if len(c.chats) >= maxChats {
			for k, old := range c.chats {
				if old.Tokens() >= chatBurst {
					delete(c.chats, k)
				}
			}
		}
		l = rate.NewLimiter(chatRate, chatBurst)
		c.chats[id] = l
	}
	return l
}

// errBusy means that our own limit leaves no room before the deadline.
var errBusy = errors.New("no room within telegram's limits")

// wait waits for room to write to a chat.
func (c *client) wait(ctx context.Context, chat int64) error {
	if err := c.chat(chat).Wait(ctx); err != nil {
		return errBusy
	}
	if err := c.total.Wait(ctx); err != nil {
		return errBusy
	}
	return nil
}

// send writes one message into a chat. Errors are *bot.DeliveryError.
func (c *client) send(ctx context.Context, chat int64, text string, keyboard models.ReplyMarkup) error {
	if err := c.wait(ctx, chat); err != nil {
		return explain(err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	disabled := true
	_, err := c.api.SendMessage(ctx, &tg.SendMessageParams{
		ChatID: chat, Text: text, ReplyMarkup: keyboard,
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &disabled},
	})
	return explain(err)
}

// sendFile writes a file into a chat. Errors are *bot.DeliveryError.
func (c *client) sendFile(ctx context.Context, chat int64, name string, file []byte, caption string) error {
	if err := c.wait(ctx, chat); err != nil {
		return explain(err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	_, err := c.api.SendDocument(ctx, &tg.SendDocumentParams{
		ChatID: chat, Caption: caption, Document: &models.InputFileUpload{Filename: name, Data: bytes.NewReader(file)},
	})
	return explain(err)
}

// Reasons that may be kept and logged: they hold none of the words that
// Telegram's and the library's own errors may repeat.
var (
	errBlocked   = errors.New("the chat doesn't take our messages any more")
	errRefused   = errors.New("telegram refused the message")
	errLimit     = errors.New("telegram asks to wait")
	errToken     = errors.New("telegram doesn't know the token")
	errTimeout   = errors.New("telegram didn't answer in time")
	errNoContact = errors.New("no contact with telegram")
	errStrange   = errors.New("telegram failed or its answer could not be read")
)

// plainReasons are parts of Telegram's descriptions that help an operator and
// say nothing of a person.
func plainReasons() []string {
	return []string{
		"chat not found", "message is too long", "text must be non-empty", "message text is empty", "BUTTON_DATA_INVALID",
		"user is deactivated", "not enough rights", "group chat was upgraded", "PEER_ID_INVALID", "not modified",
	}
}

// explain turns the library's error into what the sender acts on; nil is nil.
func explain(err error) error {
	if err == nil {
		return nil
	}
	var many *tg.TooManyRequestsError
	var migrate *tg.MigrateError
	var network net.Error
	switch {
	case errors.Is(err, errBusy):
		return &bot.DeliveryError{Retry: true, After: time.Second, Err: errBusy}
	case errors.As(err, &many): // errors.Is and the library's own test miss a wrapped one
		return &bot.DeliveryError{Retry: true, After: time.Duration(max(1, many.RetryAfter)) * time.Second, Err: errLimit}
	case errors.Is(err, tg.ErrorForbidden):
		return &bot.DeliveryError{Err: errBlocked}
	case errors.Is(err, tg.ErrorBadRequest), errors.As(err, &migrate):
		return &bot.DeliveryError{Err: refusal(err)}
	case errors.Is(err, tg.ErrorUnauthorized), errors.Is(err, tg.ErrorNotFound):
		return &bot.DeliveryError{Retry: true, After: time.Minute, Err: errToken}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.As(err, &network) && network.Timeout():
		return &bot.DeliveryError{Retry: true, Err: errTimeout}
	case errors.As(err, &network):
		return &bot.DeliveryError{Retry: true, Err: errNoContact}
	}
	return &bot.DeliveryError{Retry: true, Err: errStrange}
}

func refusal(err error) error {
	for _, r := range plainReasons() {
		if strings.Contains(err.Error(), r) {
			return fmt.Errorf("%w: %s", errRefused, r)
		}
	}
	return errRefused
}

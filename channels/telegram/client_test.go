package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"

	"wegwijzer/bot"
	"wegwijzer/knowledge"
)

func TestErrorsBecomeWhatToDo(t *testing.T) {
	const words = "mijn geheim"
	for name, tc := range map[string]struct {
		err   error
		retry bool
		after time.Duration
	}{
		"429 waits as long as it says":   {fmt.Errorf("send: %w", &tg.TooManyRequestsError{Message: words, RetryAfter: 7}), true, 7 * time.Second},
		"429 without a time waits some":  {&tg.TooManyRequestsError{Message: words}, true, time.Second},
		"blocked is final":               {fmt.Errorf("%w, %s", tg.ErrorForbidden, words), false, 0},
		"a bad request is final":         {fmt.Errorf("%w, %s", tg.ErrorBadRequest, words), false, 0},
		"a chat that moved is final":     {&tg.MigrateError{Message: words, MigrateToChatID: 5}, false, 0},
		"a wrong token waits a minute":   {fmt.Errorf("%w, %s", tg.ErrorUnauthorized, words), true, time.Minute},
		"500 is tried again":             {errors.New("error response from telegram for method sendMessage, 500 " + words), true, 0},
		"what can't be read is tried":    {fmt.Errorf("error decode response body, %s, %w", words, io.ErrUnexpectedEOF), true, 0},
		"a timeout is tried again":       {fmt.Errorf("%s: %w", words, context.DeadlineExceeded), true, 0},
		"a broken connection is tried":   {&net.OpError{Op: "dial", Err: errors.New(words)}, true, 0},
		"our own limit is waited for":    {errBusy, true, time.Second},
		"a conflict is tried some later": {fmt.Errorf("%w, %s", tg.ErrorConflict, words), true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var de *bot.DeliveryError
			if err := explain(tc.err); !errors.As(err, &de) {
				t.Fatalf("got %v", err)
			}
			if de.Retry != tc.retry || de.After != tc.after {
				t.Errorf("retry %v after %v, want %v after %v", de.Retry, de.After, tc.retry, tc.after)
			}
			if strings.Contains(de.Error(), words) {
				t.Errorf("the reason repeats words: %v", de)
			}
		})
	}
	if explain(nil) != nil {
		t.Error("no error became one")
	}
}

func TestCommandsAreParsed(t *testing.T) {
	for text, want := range map[string]command{
		"/start":                   {Start: true},
		"/start web_Code-1":        {Start: true, Payload: "web_Code-1"},
		"/start ik ben bang":       {Text: "ik ben bang"},
		"/Mens@wegwijzer_bot":      {Choice: "mens:ja"},
		"/mens nu":                 {Text: "mens nu"},
		"/opnieuw ":                {Choice: "opnieuw"},
		"/wis":                     {Choice: "wis"},
		"/gegevens":                {Aside: "gegevens"},
		"/help":                    {Aside: "help"},
		"/help\nmijn man slaat me": {Text: "help mijn man slaat me"},
		"/stop":                    {Text: "stop"},
		"/iets":                    {Text: "iets"},
		"/":                        {Text: "/"},
		"// wat":                   {Text: "// wat"},
		"24/7 zorg":                {Text: "24/7 zorg"},
		"huur":                     {Text: "huur"},
	} {
		t.Run(text, func(t *testing.T) {
			if got := parseCommand(text); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestTextsAreThereAndFit(t *testing.T) {
	texts, err := loadTexts()
	if err != nil {
		t.Fatal(err)
	}
	nl := texts.byLang[knowledge.NL]
	if len(nl) < 20 {
		t.Fatalf("only %d texts", len(nl))
	}
	for lang, list := range texts.byLang {
		if len(list) != len(nl) {
			t.Errorf("%s has %d texts, Dutch %d", lang, len(list), len(nl))
		}
		for key, text := range list {
			if units(text) > maxText || strings.HasPrefix(key, "menu.") && units(text) > 256 {
				t.Errorf("%s %s is too long for Telegram", lang, key)
			}
		}
	}
	if got := texts.say("tr", "gewist"); got != nl["gewist"] {
		t.Errorf("a language without texts says %q", got)
	}
}

func TestLimitersOfManyChatsAreForgotten(t *testing.T) {
	c, err := newClient(Bot{Token: "1:a"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	busy := c.chat(-1)
	busy.AllowN(time.Now(), chatBurst)
	for id := range int64(maxChats + 10) {
		c.chat(id)
	}
	if n := len(c.chats); n > maxChats {
		t.Errorf("%d limiters are kept", n)
	}
	if c.chat(-1) != busy {
		t.Error("a chat that is at its limit got a new one")
	}
}

package faults

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/channels/telegram"
	"wegwijzer/knowledge"
	"wegwijzer/tests/harness/botapi"
)

func TestSecretIsNeeded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	body := h.api.Message(botToken, 7, "mijn huur is te hoog").JSON()
	for name, given := range map[string]string{
		"none": "", "another": "iets-anders", "a prefix": botSecret[:len(botSecret)-1], "with more behind": botSecret + "x",
		"in capitals": strings.ToUpper(botSecret),
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			h.t = t
			h.raw(body, given, http.StatusUnauthorized)
		})
	}
	h.t = t
	if _, err := h.store.Find(t.Context(), bot.ChannelTelegram, ":7"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a refused update left a conversation: %v", err)
	}
	h.hook += "/onbekend"
	h.raw(body, botSecret, http.StatusUnauthorized)
}

func TestBadBodiesAreAnsweredEmpty(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, tc := range map[string]struct {
		body string
		want int
	}{
		"nothing":             {"", 200},
		"no JSON":             {"{", 200},
		"another type":        {`[1,2]`, 200},
		"no number":           {`{"message":{"text":"mijn bsn is 123456782"}}`, 200},
		"a wrong inner type":  {`{"update_id":5,"message":"tekst"}`, 200},
		"an unknown kind":     {`{"update_id":6,"nieuw_soort":{"a":1}}`, 200},
		"deep nesting":        {strings.Repeat("[", 20000), 200},
		"64 KiB and one byte": {strings.Repeat(" ", 64<<10+1), 413},
	} {
		t.Run(name, func(t *testing.T) {
			h.t = t
			h.raw([]byte(tc.body), botSecret, tc.want)
		})
	}
	h.t = t
	if strings.Contains(h.log.String(), "123456782") || strings.Contains(h.log.String(), "tekst") {
		t.Error("the log holds what was sent")
	}
	if res := h.request(http.MethodGet, ""); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET is answered %d", res.StatusCode)
	}
}

func TestFirstWordsOpenAConversationAndAreAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Message(botToken, 7, "ik kan mijn huur niet betalen"), 200)
	kept := h.messages(":7")
	if got := wordsOf(kept, bot.FromResident); len(got) != 1 || got[0] != "ik kan mijn huur niet betalen" {
		t.Fatalf("kept of the resident: %q", got)
	}
	sent := h.settled(7, ":7")
	for i, text := range wordsOf(kept, bot.FromBot) {
		if !strings.HasPrefix(sent[i].Text, strings.TrimSpace(text)) {
			t.Errorf("message %d is %q, want %q", i, sent[i].Text, text)
		}
	}
	if !strings.Contains(sent[0].Text, "Telegram, een buitenlands bedrijf") {
		t.Errorf("the first message says nothing of Telegram: %q", sent[0].Text)
	}
	last := sent[len(sent)-1]
	if len(last.Buttons) == 0 {
		t.Fatal("the question has no buttons")
	}
	// Nothing of it is in the log.
	for _, word := range []string{"huur niet", botToken, botSecret} {
		if strings.Contains(h.log.String(), word) {
			t.Errorf("the log holds %q", word)
		}
	}
}

func TestFiftyCopiesAtOnceAreOneMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.api.Message(botToken, 7, "ik kan mijn huur niet betalen")
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			status, size, err := botapi.Post(t.Context(), h.hook, botSecret, u.JSON())
			if err != nil || status != 200 || size != 0 {
				t.Errorf("status %d, %d bytes, %v", status, size, err)
			}
		})
	}
	wg.Wait()
	kept := h.messages(":7")
	if got := wordsOf(kept, bot.FromResident); len(got) != 1 {
		t.Errorf("%d messages of the resident are kept", len(got))
	}
	want := len(wordsOf(kept, bot.FromBot))
	h.api.WaitSent(t, botToken, 7, want)
	h.post(u, 200)
	time.Sleep(500 * time.Millisecond)
	if got := h.api.Sent(botToken, 7); len(got) != want {
		t.Errorf("%d messages were sent, want %d", len(got), want)
	}
}

func TestButtonIsAChoice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Message(botToken, 7, "ik kan mijn huur niet betalen"), 200)
	sent := h.settled(7, ":7")
	asked := sent[len(sent)-1]
	u := h.api.Press(botToken, 7, asked, asked.Buttons[0].Data)
	h.post(u, 200)
	got := wordsOf(h.messages(":7"), bot.FromResident)
	if len(got) != 2 || got[1] != asked.Buttons[0].Text {
		t.Errorf("kept of the resident: %q, want the button's label %q", got, asked.Buttons[0].Text)
	}
	h.api.Wait(t, patience, "an answer to the press and the buttons gone", func() bool {
		for _, m := range h.api.Sent(botToken, 7) {
			if m.ID == asked.ID && len(m.Buttons) > 0 {
				return false
			}
		}
		return len(h.api.Calls("answerCallbackQuery")) == 1
	})
	h.post(u, 200)
	if got := wordsOf(h.messages(":7"), bot.FromResident); len(got) != 2 {
		t.Errorf("the press counted twice: %q", got)
	}
}

func TestOldButtonWithoutAConversationOpensNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Press(botToken, 7, botapi.Sent{ID: 5, Text: "Wilt u dat?", At: time.Now()}, "wis:ja"), 200)
	sent := h.api.WaitSent(t, botToken, 7, 1)
	if !strings.Contains(sent[0].Text, "opnieuw") {
		t.Errorf("said: %q", sent[0].Text)
	}
	if _, err := h.store.Find(t.Context(), bot.ChannelTelegram, ":7"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a conversation was opened: %v", err)
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		said string // by the bot, in the conversation or beside it
		kept string // of the resident; "" is nothing new
	}{
		"/mens offers a person":                {"/mens", "doorgeven", "Ja, een mens graag"},
		"/opnieuw starts again":                {"/opnieuw", "We beginnen opnieuw", "Opnieuw beginnen"},
		"/wis asks first":                      {"/wis", "Zal ik dit gesprek wissen", "Wis mijn gesprek"},
		"/stop stops":                          {"/stop", "we stoppen", "stop"},
		"/help lists what can be done":         {"/help", "/gegevens", ""},
		"/gegevens tells what is kept":         {"/gegevens", "versleuteld", ""},
		"/start greets who is there":           {"/start", "weer bent", ""},
		"/start with a payload greets as well": {"/start van-de-website", "weer bent", ""},
		"/HELP@wegwijzer_bot counts too":       {"/HELP@wegwijzer_bot", "/gegevens", ""},
		"a command with a story is a story":    {"/help mijn huur is te hoog", "", "help mijn huur is te hoog"},
		"danger behind a command is heard":     {"/start ik wil dood", "113", "ik wil dood"},
		"an unknown command is words":          {"/huur", "", "huur"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.post(h.api.Message(botToken, 7, "/start"), 200)
			before := len(h.settled(7, ":7"))
			h.post(h.api.Message(botToken, 7, tc.text), 200)
			got := wordsOf(h.messages(":7"), bot.FromResident)
			if tc.kept == "" && len(got) != 0 || tc.kept != "" && (len(got) != 1 || got[0] != tc.kept) {
				t.Errorf("kept of the resident: %q, want %q", got, tc.kept)
			}
			h.api.Wait(t, patience, tc.said, func() bool {
				for _, m := range h.api.Sent(botToken, 7)[before:] {
					if strings.Contains(m.Text, tc.said) {
						return true
					}
				}
				return false
			})
		})
	}
}

func TestStartOpensOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.api.Message(botToken, 7, "/start")
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { h.post(u, 200) })
	}
	wg.Wait()
	want := len(h.messages(":7"))
	h.api.WaitSent(t, botToken, 7, want)
	time.Sleep(500 * time.Millisecond)
	if got := h.api.Sent(botToken, 7); len(got) != want {
		t.Errorf("%d messages for one /start, want %d", len(got), want)
	}
}

func TestMessagesWithoutWordsAreAnsweredKindly(t *testing.T) {
	t.Parallel()
	file := map[string]any{"file_id": "a", "file_unique_id": "b"}
	with := func(more map[string]any) map[string]any {
		m := map[string]any{}
		for k, v := range file {
			m[k] = v
		}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for name, tc := range map[string]struct {
		fields map[string]any
		said   string
	}{
		"voice":    {map[string]any{"voice": with(map[string]any{"duration": 3})}, "spraakbericht"},
		"audio":    {map[string]any{"audio": with(map[string]any{"duration": 3})}, "geluid"},
		"photo":    {map[string]any{"photo": []any{with(map[string]any{"width": 9, "height": 9})}}, "foto"},
		"video":    {map[string]any{"video": with(map[string]any{"width": 9, "height": 9, "duration": 3})}, "video"},
		"document": {map[string]any{"document": file}, "document"},
		"sticker": {map[string]any{"sticker": with(map[string]any{"type": "regular", "width": 9, "height": 9,
			"is_animated": false, "is_video": false})}, "plaatje"},
		"location": {map[string]any{"location": map[string]any{"latitude": 52.7, "longitude": 5.1}}, "locatie"},
		"contact":  {map[string]any{"contact": map[string]any{"phone_number": "0612", "first_name": "Jan"}}, "contact"},
		"dice":     {map[string]any{"dice": map[string]any{"emoji": "🎲", "value": 3}}, "Dit soort bericht"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			u := h.api.Other(botToken, 7, tc.fields)
			h.post(u, 200)
			h.post(u, 200)
			sent := h.api.WaitSent(t, botToken, 7, 1)
			if len(sent) != 1 || !strings.Contains(sent[0].Text, tc.said) {
				t.Errorf("said: %+v", sent)
			}
		})
	}
	t.Run("a caption is heard", func(t *testing.T) {
		h := newHouse(t)
		h.post(h.api.Other(botToken, 7, map[string]any{
			"photo": []any{with(map[string]any{"width": 9, "height": 9})}, "caption": "deze brief over de huur",
		}), 200)
		if got := wordsOf(h.messages(":7"), bot.FromResident); len(got) != 1 || got[0] != "deze brief over de huur" {
			t.Errorf("kept: %q", got)
		}
	})
	t.Run("a pinned message says nothing", func(t *testing.T) {
		h := newHouse(t)
		h.post(h.api.Other(botToken, 7, map[string]any{"pinned_message": map[string]any{"message_id": 1, "date": 0,
			"chat": map[string]any{"id": 7, "type": "private"}}}), 200)
		time.Sleep(300 * time.Millisecond)
		if n := len(h.api.Calls("")); n != 0 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestEditedMessageIsANewText(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Message(botToken, 7, "mijn huur"), 200)
	h.post(h.api.Edited(botToken, 7, "mijn huur is te hoog"), 200)
	if got := wordsOf(h.messages(":7"), bot.FromResident); len(got) != 2 || got[1] != "mijn huur is te hoog" {
		t.Errorf("kept: %q", got)
	}
}

func TestGroupIsLeftPolitely(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Message(botToken, -100, "hallo bot"), 200)
	h.post(h.api.Message(botToken, -100, "ben je daar"), 200)
	h.api.Wait(t, patience, "leaveChat", func() bool { return len(h.api.Calls("leaveChat")) > 0 })
	if sent := h.api.Sent(botToken, -100); len(sent) != 1 || !strings.Contains(sent[0].Text, "groep") {
		t.Errorf("said in the group: %+v", sent)
	}
	h.post(h.api.Kind(botToken, "channel_post", map[string]any{"message_id": 1, "date": 1, "text": "nieuws",
		"chat": map[string]any{"id": -200, "type": "channel", "title": "Test"}}), 200)
	for _, address := range []string{":-100", ":-200"} {
		if _, err := h.store.Find(t.Context(), bot.ChannelTelegram, address); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s has a conversation: %v", address, err)
		}
	}
}

func TestErasedConversationIsToldAndStaysErased(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Message(botToken, 7, "/wis"), 200)
	sent := h.settled(7, ":7")
	asked := sent[len(sent)-1]
	u := h.api.Press(botToken, 7, asked, "wis:ja")
	for range 3 { // Telegram may repeat it
		h.post(u, 200)
	}
	h.api.Wait(t, patience, "that it is erased", func() bool {
		list := h.api.Sent(botToken, 7)
		return strings.Contains(list[len(list)-1].Text, "gewist")
	})
	if _, err := h.store.Find(t.Context(), bot.ChannelTelegram, ":7"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("it is there (again): %v", err)
	}
}

// broken is a bot whose store is down.
type broken struct{}

func (broken) Open(context.Context, bot.Opening) (bot.Opened, error) {
	return bot.Opened{}, bot.ErrUnavailable
}

func (broken) Receive(context.Context, bot.Incoming) (bot.Receipt, error) {
	return bot.Receipt{}, bot.ErrUnavailable
}

func TestWithoutAStoreTelegramMustRepeatAndDangerIsAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *telegram.Config) {
		c.Conversations = broken{}
		c.Crisis = func(_ knowledge.GemeenteID, text string) (string, bool) {
			return "Bel 113 of 112.", strings.Contains(text, "dood")
		}
	})
	h.post(h.api.Message(botToken, 7, "mijn huur"), 503)
	u := h.api.Message(botToken, 7, "ik wil dood")
	h.post(u, 503)
	h.post(u, 503)
	if sent := h.api.WaitSent(t, botToken, 7, 1); len(sent) != 1 || sent[0].Text != "Bel 113 of 112." {
		t.Errorf("said: %+v", sent)
	}
	res := h.request(http.MethodPost, string(u.JSON()))
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") != "1" {
		t.Errorf("status %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// panicking is a bot with a fault.
type panicking struct{ broken }

func (panicking) Open(context.Context, bot.Opening) (bot.Opened, error) { panic("mijn geheim") }

func TestAFaultDoesNotBlockTheChat(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *telegram.Config) { c.Conversations = panicking{} })
	h.post(h.api.Message(botToken, 7, "mijn huur"), 200)
	if sent := h.api.WaitSent(t, botToken, 7, 1); !strings.Contains(sent[0].Text, "nog een keer") {
		t.Errorf("said: %+v", sent)
	}
	if strings.Contains(h.log.String(), "mijn geheim") {
		t.Error("the log holds a panic's value")
	}
}

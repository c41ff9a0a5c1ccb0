package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels/telegram"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/tests/harness/botapi"
)

// inOrder says whether the chat shows what the bot wrote, in that order, and
// how many repeats there are.
func (h *house) inOrder(chat int64, address string) (repeats int) {
	h.t.Helper()
	repeats, wrong := follow(wordsOf(h.messages(address), bot.FromBot), h.api.Sent(botToken, chat))
	if wrong != "" {
		h.t.Errorf("chat %d: %s", chat, wrong)
	}
	return repeats
}

func TestOrderIsKeptThroughFailures(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault   botapi.Fault
		repeats int
	}{
		"429, then it goes on":          {botapi.TooMany(1), 0},
		"500, then it goes on":          {botapi.Internal(), 0},
		"a page instead of an answer":   {botapi.BadGateway(), 0},
		"the connection breaks":         {botapi.Timeout(10 * time.Millisecond), 0},
		"a lost answer repeats at most": {botapi.LostAnswer(), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.api.Next("sendMessage", botapi.Fault{}, tc.fault)
			h.post(h.api.Message(botToken, 7, "ik kan mijn huur niet betalen"), 200)
			want := len(wordsOf(h.messages(":7"), bot.FromBot))
			if want < 3 {
				t.Fatalf("only %d messages: the order shows nothing", want)
			}
			h.api.WaitSent(t, botToken, 7, want+tc.repeats)
			if got := h.inOrder(7, ":7"); got != tc.repeats {
				t.Errorf("%d repeats, want %d", got, tc.repeats)
			}
		})
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.api.Next("sendMessage", botapi.TooMany(2))
	h.post(h.api.Message(botToken, 7, "/start"), 200)
	h.api.WaitSent(t, botToken, 7, 1)
	calls := h.api.Calls("sendMessage")
	if wait := calls[1].At.Sub(calls[0].At); wait < 2*time.Second {
		t.Errorf("sent again after %v, want at least 2s", wait)
	}
}

func TestBlockedChatIsGivenUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.api.Block(botToken, 7, true)
	h.post(h.api.Message(botToken, 7, "/start"), 200)
	n := len(h.messages(":7"))
	h.api.Wait(t, patience, "each message tried once", func() bool { return len(h.api.Calls("sendMessage")) == n })
	time.Sleep(time.Second)
	if got := len(h.api.Calls("sendMessage")); got != n {
		t.Errorf("%d attempts for %d messages", got, n)
	}
	h.api.Wait(t, patience, "a line in the log", func() bool {
		return strings.Count(h.log.String(), "could not be delivered") == n
	})
	// Who comes back is answered again.
	h.api.Block(botToken, 7, false)
	h.post(h.api.Message(botToken, 7, "mijn huur is te hoog"), 200)
	h.api.WaitSent(t, botToken, 7, 1)
}

func TestLimitsOfTelegramAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const chats = 25
	// Telegram's limits, as from the first moment that anything can be sent: what
	// comes late on a busy machine is no fault, what comes early is.
	const slack, perSecond = 20 * time.Millisecond, 25
	began := time.Now().Add(-slack)
	var wg sync.WaitGroup
	for chat := int64(1); chat <= chats; chat++ {
		wg.Go(func() { h.post(h.api.Message(botToken, chat, "mijn huur is te hoog"), 200) })
	}
	wg.Wait()
	for chat := int64(1); chat <= chats; chat++ {
		h.settled(chat, fmt.Sprintf(":%d", chat))
		h.inOrder(chat, fmt.Sprintf(":%d", chat))
	}
	calls := h.api.Calls("sendMessage")
	if len(calls) <= 100 {
		t.Fatalf("only %d calls: they show nothing", len(calls))
	}
	perChat := map[int64][]time.Time{}
	for i, c := range calls {
		perChat[c.Chat()] = append(perChat[c.Chat()], c.At)
		if early := began.Add(time.Duration(i) * time.Second / perSecond).Sub(c.At); early > 0 {
			t.Errorf("message %d came %v too early", i+1, early)
		}
	}
	for chat, at := range perChat {
		for i := 3; i < len(at); i++ { // three at once, then one each second
			if early := began.Add(time.Duration(i-2) * time.Second).Sub(at[i]); early > 0 {
				t.Errorf("chat %d: message %d came %v too early", chat, i+1, early)
			}
		}
	}
}

func TestManyChatsWithFailuresDuplicatesAndARestart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var lost atomic.Int64
	r := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	h.api.OnCall(func(c botapi.Call) botapi.Fault {
		mu.Lock()
		defer mu.Unlock()
		if c.Method != "sendMessage" || r.IntN(20) != 0 {
			return botapi.Fault{}
		}
		faults := []botapi.Fault{botapi.TooMany(1), botapi.Internal(), botapi.BadGateway(), botapi.LostAnswer()}
		f := faults[r.IntN(len(faults))]
		if f.Accept {
			lost.Add(1)
		}
		return f
	})
	const chats = 20
	var wg sync.WaitGroup
	for chat := int64(1); chat <= chats; chat++ {
		wg.Go(func() {
			for n := range 2 {
				u := h.api.Message(botToken, chat, fmt.Sprintf("mijn huur is te hoog %d", n))
				h.post(u, 200)
				h.post(u, 200)
			}
		})
	}
	time.Sleep(2 * time.Second)
	h.restart()
	wg.Wait()
	repeats := 0
	for chat := int64(1); chat <= chats; chat++ {
		address := fmt.Sprintf(":%d", chat)
		want := wordsOf(h.messages(address), bot.FromBot)
		h.api.Wait(t, patience, "the last message", func() bool {
			sent := h.api.Sent(botToken, chat)
			return len(sent) >= len(want) && strings.HasPrefix(sent[len(sent)-1].Text, strings.TrimSpace(want[len(want)-1]))
		})
		if got := wordsOf(h.messages(address), bot.FromResident); len(got) != 2 {
			t.Errorf("chat %d: %q is kept", chat, got)
		}
		repeats += h.inOrder(chat, address)
	}
	if int64(repeats) > lost.Load() {
		t.Errorf("%d repeats for %d lost answers", repeats, lost.Load())
	}
	t.Logf("%d calls, %d answers lost, %d repeats", len(h.api.Calls("sendMessage")), lost.Load(), repeats)
}

// direct gives a Door without a sender, to deliver to by hand.
func direct(t *testing.T) (*house, func(bot.Message) error) {
	h := newHouse(t)
	var n atomic.Int64
	return h, func(m bot.Message) error {
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		return h.door.Deliver(ctx, bot.Delivery{ID: n.Add(1), Seq: m.Seq, Channel: bot.ChannelTelegram}, ":7", m)
	}
}

func TestMessagesBecomeText(t *testing.T) {
	t.Parallel()
	card := kaart.Card{ID: "a", Name: "Voorbeeldhulp", Does: "Helpt met geld.", Phone: "0800-0000", Hours: "ma-vr 9-17", CheckedAt: "2026-11-01"}
	for name, tc := range map[string]struct {
		m    bot.Message
		want string
	}{
		"a person's words carry the name": {
			bot.Message{Seq: 3, From: bot.FromSupporter, Name: "Fatima", Text: "Goedemorgen"}, "Fatima:\nGoedemorgen"},
		"a service is written out": {
			bot.Message{Seq: 3, From: bot.FromBot, Text: "Deze hulp past.", Sources: []kaart.Card{card}},
			"Deze hulp past.\n\nVoorbeeldhulp\nHelpt met geld.\nTelefoon: 0800-0000\nOpen: ma-vr 9-17\nGecontroleerd op: 2026-11-01"},
		"a service that the text names isn't": {
			bot.Message{Seq: 3, From: bot.FromBot, Text: "Bel Voorbeeldhulp: 0800-0000.", Sources: []kaart.Card{card}}, "Bel Voorbeeldhulp: 0800-0000."},
		"signs of formatting stay as they are": {
			bot.Message{Seq: 3, From: bot.FromBot, Text: "*niet* <b>vet</b> _en_ [ook](niet)"}, "*niet* <b>vet</b> _en_ [ook](niet)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, deliver := direct(t)
			if err := deliver(tc.m); err != nil {
				t.Fatal(err)
			}
			if got := h.api.Sent(botToken, 7); len(got) != 1 || got[0].Text != tc.want {
				t.Errorf("sent %+v, want %q", got, tc.want)
			}
		})
	}
}

func TestLongTextIsSplitAndGoesOnWhereItFailed(t *testing.T) {
	t.Parallel()
	h, _ := direct(t)
	text := strings.Repeat("Dit is een zin met een 😀 erin. ", 400)
	m := bot.Message{Seq: 3, From: bot.FromBot, Text: text, Choices: []dialogs.Choice{{ID: "a:b", Label: "Ja"}}}
	h.api.Next("sendMessage", botapi.Fault{}, botapi.Internal())
	d := bot.Delivery{ID: 1, Seq: 3}
	if err := h.door.Deliver(t.Context(), d, ":7", m); err == nil {
		t.Fatal("the failure is not told")
	}
	if err := h.door.Deliver(t.Context(), d, ":7", m); err != nil {
		t.Fatal(err)
	}
	var all []string
	sent := h.api.Sent(botToken, 7)
	for i, s := range sent {
		all = append(all, s.Text)
		if last := i == len(sent)-1; last != (len(s.Buttons) > 0) {
			t.Errorf("piece %d of %d has %d buttons", i, len(sent), len(s.Buttons))
		}
	}
	if got := strings.Join(all, " "); got != strings.TrimSpace(text) {
		t.Errorf("%d pieces don't make the text", len(sent))
	}
}

func TestLongChoiceIsFoundAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.post(h.api.Message(botToken, 7, "/start"), 200)
	id, err := h.store.Find(t.Context(), bot.ChannelTelegram, ":7")
	if err != nil {
		t.Fatal(err)
	}
	long := "lg:" + strings.Repeat("lang", 20)
	conv, err := h.store.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	// A message with a choice whose id is too long for a button.
	_, err = h.store.Commit(t.Context(), &bot.Commit{Conversation: conv, Deliver: true, Messages: []bot.Message{
		{From: bot.FromBot, Text: "Wat kiest u?", At: time.Now(), Choices: []dialogs.Choice{{ID: long, Label: "Deze"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	sent := h.settled(7, ":7")
	asked := sent[len(sent)-1]
	if data := asked.Buttons[0].Data; len(data) > 64 || data == long {
		t.Fatalf("the button carries %q", data)
	}
	kept := make(chan string, 1)
	h.door = newDoor(t, h, recorder{h.bot, kept})
	h.serve(nil)
	h.post(h.api.Press(botToken, 7, asked, asked.Buttons[0].Data), 200)
	if got := <-kept; got != long {
		t.Errorf("received choice %q", got)
	}
}

// recorder keeps the choice that came in.
type recorder struct {
	*bot.Bot
	choice chan string
}

func (r recorder) Receive(ctx context.Context, in bot.Incoming) (bot.Receipt, error) {
	r.choice <- in.Choice
	return r.Bot.Receive(ctx, in)
}

func newDoor(t *testing.T, h *house, c telegram.Conversations) *telegram.Door {
	t.Helper()
	d, err := telegram.New(telegram.Config{
		Bots:          []telegram.Bot{{Token: botToken, Secret: botSecret, APIURL: h.api.URL, Gemeente: "medemblik"}},
		Conversations: c, Store: h.store,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSupporterAnswersInTelegram(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	press := func(data string) {
		t.Helper()
		sent := h.settled(7, ":7")
		h.post(h.api.Press(botToken, 7, sent[len(sent)-1], data), 200)
	}
	h.post(h.api.Message(botToken, 7, "ik kan mijn huur niet betalen"), 200)
	h.post(h.api.Message(botToken, 7, "/mens"), 200)
	for _, data := range []string{"summary:ok", "consent:yes", "contact:chat", "supporter:any"} {
		press(data)
	}
	id, err := h.store.Find(t.Context(), bot.ChannelTelegram, ":7")
	if err != nil {
		t.Fatal(err)
	}
	conv, err := h.store.Load(t.Context(), id)
	if err != nil || conv.Case == nil {
		t.Fatalf("no case was made: %v", err)
	}
	who := conv.Case.Supporter
	if err := h.bot.Take(t.Context(), who, cases.CaseID(id)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.bot.Answer(t.Context(), who, cases.CaseID(id), "1", "Ik bel u morgen."); err != nil {
		t.Fatal(err)
	}
	sent := h.settled(7, ":7")
	if last := sent[len(sent)-1].Text; !strings.HasSuffix(last, ":\nIk bel u morgen.") || strings.HasPrefix(last, ":") {
		t.Errorf("the last message is %q", last)
	}
	h.post(h.api.Message(botToken, 7, "dank u wel"), 200)
	if got := wordsOf(h.messages(":7"), bot.FromResident); got[len(got)-1] != "dank u wel" {
		t.Errorf("kept: %q", got)
	}
}

func TestWrongTokenIsNotTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	h, deliver := direct(t)
	h.api.Next("sendMessage", botapi.Fault{Code: http.StatusUnauthorized})
	err := deliver(bot.Message{Seq: 3, From: bot.FromBot, Text: "Dag"})
	var de *bot.DeliveryError
	if !errors.As(err, &de) || !de.Retry || de.After < time.Minute {
		t.Errorf("got %+v", err)
	}
}

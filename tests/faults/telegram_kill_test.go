package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/botapi"
)

// chaos is a service that is killed while Telegram, itself not well, sends it
// updates.
type chaos struct {
	t     *testing.T
	api   *botapi.Server
	url   atomic.Value // of the webhook
	taken atomic.Int64 // updates that were acknowledged
	lost  atomic.Int64 // calls whose answer was lost
	said  sync.Map     // chat → what its resident wrote
}

// unwell makes one call in twenty go wrong.
func (c *chaos) unwell() func(botapi.Call) botapi.Fault {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(3, 5))
	return func(call botapi.Call) botapi.Fault {
		mu.Lock()
		defer mu.Unlock()
		if call.Method != "sendMessage" || r.IntN(20) != 0 {
			return botapi.Fault{}
		}
		switch r.IntN(4) {
		case 0:
			return botapi.TooMany(1)
		case 1:
			return botapi.Internal()
		case 2:
			return botapi.BadGateway()
		}
		c.lost.Add(1)
		return botapi.LostAnswer()
	}
}

// push repeats an update until the service takes it, as Telegram does.
func (c *chaos) push(ctx context.Context, u botapi.Update) {
	for ctx.Err() == nil {
		url, _ := c.url.Load().(string)
		if status, _, err := botapi.Post(ctx, url, botSecret, u.JSON()); err == nil && status == 200 {
			c.taken.Add(1)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.t.Error("an update was never taken")
}

// resident writes to the bot, one update after the other, one in twenty twice.
func (c *chaos) resident(ctx context.Context, chat int64, updates int) {
	r := rand.New(rand.NewPCG(7, uint64(chat))) // #nosec G115 -- chats are small
	var said []string
	for n := range updates {
		text := fmt.Sprintf("mijn huur is te hoog, bericht %d", n)
		said = append(said, text)
		u := c.api.Message(botToken, chat, text)
		c.push(ctx, u)
		if r.IntN(20) == 0 {
			c.push(ctx, u)
		}
		time.Sleep(time.Duration(r.IntN(3000)) * time.Millisecond)
	}
	c.said.Store(chat, said)
}

// judge compares what was written with what is kept, and what is kept with
// what the chat shows; it returns the repeats.
func (c *chaos) judge(s bot.Store, chat int64) (repeats int) {
	kept, err := keptOf(c.t.Context(), s, chat)
	if err != nil {
		c.t.Error(err)
		return 0
	}
	said, _ := c.said.Load(chat)
	if got := wordsOf(kept, bot.FromResident); !slices.Equal(got, said.([]string)) {
		c.t.Errorf("chat %d: kept %q, written %q", chat, got, said)
	}
	repeats, wrong := follow(wordsOf(kept, bot.FromBot), c.api.Sent(botToken, chat))
	if wrong != "" {
		c.t.Errorf("chat %d: %s", chat, wrong)
	}
	return repeats
}

func keptOf(ctx context.Context, s bot.Store, chat int64) ([]bot.Message, error) {
	id, err := s.Find(ctx, bot.ChannelTelegram, fmt.Sprintf(":%d", chat))
	if err != nil {
		return nil, err
	}
	return s.Messages(ctx, id, 0, 0)
}

// follow says how a chat departs from the texts that it should show in order;
// a text that comes twice in a row is a repeat.
func follow(want []string, sent []botapi.Sent) (repeats int, wrong string) {
	i := 0
	for _, m := range sent {
		switch {
		case i < len(want) && strings.HasPrefix(m.Text, strings.TrimSpace(want[i])):
			i++
		case i > 0 && strings.HasPrefix(m.Text, strings.TrimSpace(want[i-1])):
			repeats++
		default:
			return repeats, fmt.Sprintf("%q is out of order, want message %d of %d", m.Text, i, len(want))
		}
	}
	if i < len(want) {
		wrong = fmt.Sprintf("%d of %d messages came", i, len(want))
	}
	return repeats, wrong
}

// TestTelegramSurvivesThreeKills: every message of a resident is kept once and
// in order, every answer reaches its chat in order, and no more is sent twice
// than answers of Telegram were lost or sendings were under way at a kill.
func TestTelegramSurvivesThreeKills(t *testing.T) {
	t.Parallel()
	const chats, each, kills = 50, 5, 3
	c := &chaos{t: t, api: botapi.Start(t)}
	c.api.OnCall(c.unwell())
	service, dir := program(t), t.TempDir()
	start := func() *harness.Process {
		p, err := harness.Serve(service, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_TELEGRAM_TOKEN="+botToken,
			"WEGWIJZER_TELEGRAM_API_URL="+c.api.URL, "WEGWIJZER_TELEGRAM_WEBHOOK_SECRET="+botSecret, "WEGWIJZER_TELEGRAM_GEMEENTE=medemblik")
		if err != nil {
			t.Fatal(err)
		}
		c.url.Store(p.URL + "/telegram/webhook")
		return p
	}
	p := start()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for chat := int64(1); chat <= chats; chat++ {
		wg.Go(func() { c.resident(ctx, chat, each) })
	}
	for k := range kills {
		c.api.Wait(t, 2*time.Minute, "enough updates for a kill", func() bool {
			return c.taken.Load() >= int64(chats*each*(k+1)/(kills+1))
		})
		p.Kill()
		p = start()
	}
	wg.Wait()
	s := openFolder(t, dir)
	c.shown(s, chats)
	c.api.Wait(t, patience, "quiet", quiet(c.api, 2*time.Second))
	p.Kill()
	repeats := 0
	for chat := int64(1); chat <= chats; chat++ {
		repeats += c.judge(s, chat)
	}
	calls := len(c.api.Calls("sendMessage"))
	t.Logf("%d updates, %d sendings, %d answers lost, %d kills, %d repeats", c.taken.Load(), calls, c.lost.Load(), kills, repeats)
	// At most a second's worth is under way when the process is killed.
	if most := c.lost.Load() + kills*30; int64(repeats) > most {
		t.Errorf("%d repeats, want at most %d", repeats, most)
	}
}

// quiet says whether nothing was sent for so long.
func quiet(api *botapi.Server, d time.Duration) func() bool {
	return func() bool {
		calls := api.Calls("sendMessage")
		return len(calls) > 0 && time.Since(calls[len(calls)-1].At) > d
	}
}

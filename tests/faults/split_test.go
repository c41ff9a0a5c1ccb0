package faults

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/botapi"
	"wegwijzer/tests/harness/redisd"
	"wegwijzer/tests/harness/wire"
)

// telegramOf are the settings of a service that speaks with a Bot API.
func telegramOf(url string) []string {
	return []string{
		"WEGWIJZER_TELEGRAM_TOKEN=" + botToken, "WEGWIJZER_TELEGRAM_API_URL=" + url,
		"WEGWIJZER_TELEGRAM_WEBHOOK_SECRET=" + botSecret, "WEGWIJZER_TELEGRAM_GEMEENTE=medemblik",
	}
}

// shown waits until every chat shows all that its conversation holds, and
// returns how many messages came twice.
func (c *chaos) shown(s bot.Store, chats int64) (repeats int) {
	c.t.Helper()
	until(c.t, "every chat to show everything in order", func() bool {
		repeats = 0
		for chat := int64(1); chat <= chats; chat++ {
			kept, err := keptOf(c.t.Context(), s, chat)
			if err != nil {
				return false
			}
			twice, wrong := follow(wordsOf(kept, bot.FromBot), c.api.Sent(botToken, chat))
			if wrong != "" {
				return false
			}
			repeats += twice
		}
		return true
	})
	return repeats
}

// TestANodeThatIsSplitOffLosesItsPartitions: a node that owns all partitions of
// the outbox is cut off from Redis just after it has sent something, before it
// could record that. The other node takes over when the leases run out; when
// the network is whole again the first one's records are refused, and it sends
// nothing that was sent since.
func TestANodeThatIsSplitOffLosesItsPartitions(t *testing.T) {
	t.Parallel()
	const chats = 8
	c := &chaos{t: t, api: botapi.Start(t)}
	server := redisd.Start(t)
	p := wire.Start(t, server.Addr)
	n := newNodes(t, server, []string{"redis://" + p.Addr + "/0", server.URL()}, append(telegramOf(c.api.URL), "WEGWIJZER_LOG_LEVEL=warn")...)
	if err := n.start(0); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, server.URL())
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	everyone := func(text string) {
		var wg sync.WaitGroup
		for chat := int64(1); chat <= chats; chat++ {
			wg.Go(func() {
				before, _ := c.said.LoadOrStore(chat, []string(nil))
				c.push(ctx, c.api.Message(botToken, chat, text))
				c.said.Store(chat, append(before.([]string), text))
			})
		}
		wg.Wait()
	}
	c.url.Store(n.url(0) + "/telegram/webhook")
	everyone("mijn huur is te hoog")
	if repeats := c.shown(s, chats); repeats > 0 {
		t.Errorf("%d repeats before anything went wrong", repeats)
	}
	if err := n.start(1); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	var split atomic.Bool
	c.api.OnCall(func(call botapi.Call) botapi.Fault {
		if call.Method == "sendMessage" {
			once.Do(func() { p.Silent(); split.Store(true) }) // Telegram has it, and Redis will not hear of it
		}
		return botapi.Fault{}
	})
	c.url.Store(n.url(1) + "/telegram/webhook")
	everyone("en ik heb schulden")
	until(t, "a sending by the first node", split.Load)
	everyone("al drie maanden")
	repeats := c.shown(s, chats)
	calls := len(c.api.Calls("sendMessage"))
	p.Heal()
	until(t, "the first node to hear that its lease was lost", func() bool {
		return strings.Contains(n.running[0].Stderr(), "the lease was lost while sending")
	})
	c.url.Store(n.url(0) + "/telegram/webhook") // it is a node like the other again
	everyone("wat kan ik doen")
	c.shown(s, chats)
	after := 0
	for chat := int64(1); chat <= chats; chat++ {
		after += c.judge(s, chat)
	}
	t.Logf("%d sendings, %d repeats while split, %d after the healing", calls, repeats, after-repeats)
	if repeats == 0 || repeats > chats {
		t.Errorf("%d repeats, want one for each sending that was under way, at most %d", repeats, chats)
	}
	if after != repeats {
		t.Errorf("%d repeats after the healing: the old owner sent what the new one had sent", after-repeats)
	}
	n.end(t)
}

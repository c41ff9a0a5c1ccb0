package faults

import (
	"context"
	"sync"
	"testing"
	"time"

	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/botapi"
	"wegwijzer/tests/harness/redisd"
)

// TestTelegramOnTwoNodes: updates come to either node, and one of them is
// killed. Every message is kept once and in order, and every answer reaches its
// chat in order, whichever node sends it.
func TestTelegramOnTwoNodes(t *testing.T) {
	t.Parallel()
	const chats, each = 10, 3
	c := &chaos{t: t, api: botapi.Start(t)}
	service, server := program(t), redisd.Start(t)
	start := func() *harness.Process {
		p, err := harness.Serve(service, "WEGWIJZER_STORE_DIR="+t.TempDir(), "WEGWIJZER_STORE_REDIS_URL="+server.URL(), "WEGWIJZER_STORE_KEY="+testKey,
			"WEGWIJZER_TELEGRAM_TOKEN="+botToken, "WEGWIJZER_TELEGRAM_API_URL="+c.api.URL,
			"WEGWIJZER_TELEGRAM_WEBHOOK_SECRET="+botSecret, "WEGWIJZER_TELEGRAM_GEMEENTE=medemblik")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	one, two := start(), start()
	defer func() { one.Kill(); two.Kill() }()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	balance, stop := context.WithCancel(ctx)
	var balancer sync.WaitGroup
	balancer.Go(func() {
		for i := 0; balance.Err() == nil; i++ {
			c.url.Store([]string{one.URL, two.URL}[i%2] + "/telegram/webhook") // a dead one refuses, and Telegram repeats
			time.Sleep(30 * time.Millisecond)
		}
	})
	var wg sync.WaitGroup
	for chat := int64(1); chat <= chats; chat++ {
		wg.Go(func() { c.resident(ctx, chat, each) })
	}
	c.api.Wait(t, 2*time.Minute, "enough updates for a kill", func() bool { return c.taken.Load() >= chats*each/2 })
	one.Kill()
	wg.Wait()
	stop()
	balancer.Wait()
	s := openStore(t, server.URL())
	c.shown(s, chats) // the dead node's partitions stay leased for a while
	c.api.Wait(t, patience, "quiet", quiet(c.api, 2*time.Second))
	repeats := 0
	for chat := int64(1); chat <= chats; chat++ {
		repeats += c.judge(s, chat)
	}
	t.Logf("%d updates, %d sendings, %d repeats", c.taken.Load(), len(c.api.Calls("sendMessage")), repeats)
	if repeats > 30 {
		t.Errorf("%d repeats: more than can have been under way at a kill", repeats)
	}
}

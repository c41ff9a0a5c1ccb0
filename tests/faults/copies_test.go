package faults

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/store"
	"wegwijzer/tests/harness"
	"wegwijzer/tests/harness/botapi"
	"wegwijzer/tests/harness/redisd"
	"wegwijzer/tests/harness/wire"
)

// fleet is a service with Telegram: one node on a folder, or two on Redis.
type fleet struct {
	urls   []string
	end    func()           // as Ctrl-C does
	beside func() bot.Store // its store, opened beside it
}

// fleets start a service on either store; env are more settings.
func fleets() map[string]func(t *testing.T, env ...string) *fleet {
	return map[string]func(t *testing.T, env ...string) *fleet{"embedded": oneNode, "two nodes on Redis": twoNodes}
}

func oneNode(t *testing.T, env ...string) *fleet {
	t.Helper()
	dir := t.TempDir()
	p, err := harness.Serve(program(t), append(env, "WEGWIJZER_STORE_DIR="+dir, "WEGWIJZER_LOG_LEVEL=error")...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	return &fleet{[]string{p.URL}, func() {
		if err := p.Interrupt(); err != nil {
			t.Error(err)
		}
	}, func() bot.Store { return openFolder(t, dir) }}
}

func twoNodes(t *testing.T, env ...string) *fleet {
	t.Helper()
	server := redisd.Start(t)
	n := startNodesOn(t, 2, server, server.URL(), env...)
	return &fleet{[]string{n.url(0), n.url(1)}, func() { n.end(t) }, func() bot.Store { return openStore(t, server.URL()) }}
}

// openFolder opens a service's folder until the test ends.
func openFolder(t *testing.T, dir string) *store.Embedded {
	t.Helper()
	s, err := store.OpenEmbedded(t.Context(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestFiftyCopiesAtOnce: one message of a web chat and one update of Telegram,
// each fifty times at the same moment, to whichever node. All are acknowledged,
// and there is one message with one answer, and one sending of it.
func TestFiftyCopiesAtOnce(t *testing.T) {
	t.Parallel()
	const copies = 50
	for name, start := range fleets() {
		t.Run(name, func(t *testing.T) {
			api := botapi.Start(t)
			f := start(t, telegramOf(api.URL)...)
			w, err := harness.OpenWeb(f.urls[0], "medemblik")
			if err != nil {
				t.Fatal(err)
			}
			u := api.Message(botToken, 1, "ik kan mijn huur niet betalen")
			var wg sync.WaitGroup
			for i := range copies {
				url := f.urls[i%len(f.urls)]
				wg.Go(func() {
					one := *w
					one.URL = url
					if err := one.SendAs("00000000-0000-4000-9000-000000000001", "bericht over mijn huur", ""); err != nil {
						t.Error(err)
					}
				})
				wg.Go(func() {
					status, size, err := botapi.Post(t.Context(), url+"/telegram/webhook", botSecret, u.JSON())
					if err != nil || status != 200 || size != 0 {
						t.Errorf("update: status %d, %d bytes, %v", status, size, err)
					}
				})
			}
			wg.Wait()
			w.URL = f.urls[0]
			v := view(t, w)
			compare(t, 0, []string{"bericht over mijn huur"}, v.Messages)
			answeredOnce(t, 0, v.Messages)
			c := &chaos{t: t, api: api}
			c.url.Store(f.urls[0] + "/telegram/webhook")
			c.push(t.Context(), api.Message(botToken, 1, "al drie maanden")) // what came after the copies shows that nothing of them is still to come
			c.said.Store(int64(1), []string{"ik kan mijn huur niet betalen", "al drie maanden"})
			s := f.beside()
			c.shown(s, 1)
			if repeats := c.judge(s, 1); repeats > 0 {
				t.Errorf("%d repeats", repeats)
			}
			f.end()
		})
	}
}

// TestWebChatsGoOnWhateverTelegramDoes: Telegram answers slowly, then not at
// all. Web chats are answered as always, updates are taken all the same, and
// when Telegram is well every chat gets everything in order.
func TestWebChatsGoOnWhateverTelegramDoes(t *testing.T) {
	t.Parallel()
	const chats = 6
	for name, start := range fleets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &chaos{t: t, api: botapi.Start(t)}
			p := wire.Start(t, strings.TrimPrefix(c.api.URL, "http://"))
			f := start(t, telegramOf("http://"+p.Addr)...)
			c.url.Store(f.urls[0] + "/telegram/webhook")
			people := gather(t, 4, 1, f.urls[0], func(try int) string { return f.urls[try%len(f.urls)] })
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			n := 0
			update := func() {
				n++
				for chat := int64(1); chat <= chats; chat++ {
					said, _ := c.said.LoadOrStore(chat, []string(nil))
					text := fmt.Sprintf("mijn huur is te hoog, bericht %d", n)
					c.push(ctx, c.api.Message(botToken, chat, text))
					c.said.Store(chat, append(said.([]string), text))
				}
			}
			for what, fault := range map[string]func(){"slow": func() { p.Slow(5*time.Second, 0) }, "dead": p.Silent} {
				fault()
				update()
				before := people.total()
				until(t, "web chats to go on", func() bool { return people.total() > before+200 })
				update()
				time.Sleep(3 * time.Second) // so that sendings wait for it
				t.Logf("%d messages of web chats acknowledged while Telegram was %s", people.total()-before, what)
				p.Heal()
			}
			if n := people.failures(); n > 0 {
				t.Errorf("web chats were refused %d times", n)
			}
			people.goOn()
			people.judge(f.urls[0])
			s := f.beside()
			c.shown(s, chats)
			repeats := 0
			for chat := int64(1); chat <= chats; chat++ {
				repeats += c.judge(s, chat)
			}
			t.Logf("%d sendings of %d updates, %d repeats", len(c.api.Calls("sendMessage")), c.taken.Load(), repeats)
			f.end()
		})
	}
}

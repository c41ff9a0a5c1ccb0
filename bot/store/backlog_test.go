package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

type backlogger interface {
	full
	Backlog(ctx context.Context, now time.Time) (Backlog, error)
}

func TestTheBacklogIsCounted(t *testing.T) {
	server := redisd.Start(t)
	for name, open := range map[string]func() backlogger{
		"embedded": func() backlogger { return embeddedFactory(t).(*Embedded) },
		"redis":    func() backlogger { return openRedis(t, redisOptions(server.URL())) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open()
			backlog(t, s, Backlog{})
			for i, id := range []string{"a", "b", "c"} {
				c := conversation(id)
				c.Channel, c.Address = bot.ChannelTelegram, "bot:"+id
				c.Timers = map[bot.TimerKind]time.Time{bot.TimerTerm: start.Add(time.Duration(i) * time.Hour)}
				first, second := say(bot.FromResident, "hulp"), say(bot.FromBot, "ja")
				first.Kind = "" // a resident's message has none
				second.At = start.Add(time.Duration(i+1) * time.Minute)
				must(t, s, &bot.Commit{Conversation: c, Deliver: true, Messages: []bot.Message{first, second, second}})
			}
			// b's own first one is sent: its second one waits.
			part := partition("b")
			epoch, _, err := s.Lease(t.Context(), part, "wij")
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range mustDue(t, s, part) {
				if d.Conversation == "b" {
					if err := s.Settle(t.Context(), part, epoch, d, bot.Settlement{Sent: true}); err != nil {
						t.Fatal(err)
					}
				}
			}
			backlog(t, s, Backlog{Waiting: map[bot.Channel]Waiting{bot.ChannelTelegram: {Deliveries: 5, Oldest: start.Add(time.Minute)}}, LateTimers: 2})
		})
	}
}

func backlog(t *testing.T, s backlogger, want Backlog) {
	t.Helper()
	got, err := s.Backlog(t.Context(), start.Add(90*time.Minute))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

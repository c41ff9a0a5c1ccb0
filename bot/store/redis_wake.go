package store

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// redisWake is the channel on which nodes tell each other of news; wakeAll is
// said when it is no longer known of which conversations.
const (
	redisWake = redisPrefix + "wake"
	wakeAll   = "*"
)

// Publish tells the other nodes that a conversation has news. It never waits:
// when there is too much at once, they are told to look at everything.
func (s *Redis) Publish(_ context.Context, id bot.ConversationID) {
	select {
	case s.wakes <- id:
	default:
		s.untold.Store(true)
	}
}

// publish sends wake-ups, many in one go when many wait.
func (s *Redis) publish() {
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		select {
		case <-s.stop:
			return
		case id := <-s.wakes:
			s.tell(id)
		case <-again.C:
			if s.untold.Load() {
				s.tell(wakeAll)
			}
		}
	}
}

// tell sends one wake-up and those that wait behind it.
func (s *Redis) tell(id bot.ConversationID) {
	ctx, cancel := context.WithTimeout(context.Background(), redisTimeout)
	defer cancel()
	pipe := s.client.Pipeline()
	pipe.Publish(ctx, redisWake, string(id))
	for more := true; more && pipe.Len() < 64; {
		select {
		case id := <-s.wakes:
			pipe.Publish(ctx, redisWake, string(id))
		default:
			more = false
		}
	}
	if s.untold.Swap(false) {
		pipe.Publish(ctx, redisWake, wakeAll)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		s.untold.Store(true)
		s.log.Debug("tell of news", "err", err)
	}
}

// Subscribe calls heard for each conversation that has news on any node, this
// one too, until ctx ends. A lost connection is made anew; since news may have
// been missed meanwhile, heard is then called with "".
func (s *Redis) Subscribe(ctx context.Context, heard func(bot.ConversationID)) error {
	sub := s.client.Subscribe(ctx, redisWake)
	defer func() { _ = sub.Close() }()
	news := sub.ChannelWithSubscriptions(redis.WithChannelHealthCheckInterval(5 * time.Second))
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, ok := <-news:
			if !ok {
				return nil
			}
			switch m := m.(type) {
			case *redis.Message:
				if m.Payload == wakeAll {
					m.Payload = ""
				}
				heard(bot.ConversationID(m.Payload))
			case *redis.Subscription:
				heard("")
			}
		}
	}
}

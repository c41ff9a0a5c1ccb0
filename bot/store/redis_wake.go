package store

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// redisWake is the channel on which nodes tell each other of news.
const redisWake = redisPrefix + "wake"

// Publish tells the other nodes that a conversation has news. It never waits,
// and what it says may be lost: it is a wake-up, the truth is the store.
func (s *Redis) Publish(_ context.Context, id bot.ConversationID) {
	select {
	case s.wakes <- id:
	default: // too much at once: the others look for themselves after a while
	}
}

// publish sends wake-ups, many in one go when many wait.
func (s *Redis) publish() {
	for {
		select {
		case <-s.stop:
			return
		case id := <-s.wakes:
			s.tell(id)
		}
	}
}

func (s *Redis) tell(id bot.ConversationID) {
	ctx, cancel := context.WithTimeout(context.Background(), redisTimeout)
	defer cancel()
	pipe := s.client.Pipeline()
	pipe.Publish(ctx, redisWake, string(id))
	for pipe.Len() < 64 {
		select {
		case id := <-s.wakes:
			pipe.Publish(ctx, redisWake, string(id))
			continue
		default:
		}
		break
	}
	if _, err := pipe.Exec(ctx); err != nil {
		s.log.Debug("tell of news", "err", err)
	}
}

// Subscribe calls heard for each conversation that has news on any node, this
// one too, until ctx ends. A lost connection is made anew; what was said
// meanwhile is lost.
func (s *Redis) Subscribe(ctx context.Context, heard func(bot.ConversationID)) error {
	sub := s.client.Subscribe(ctx, redisWake)
	defer func() { _ = sub.Close() }()
	news := sub.Channel(redis.WithChannelHealthCheckInterval(5 * time.Second))
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, ok := <-news:
			if !ok {
				return nil
			}
			heard(bot.ConversationID(m.Payload))
		}
	}
}

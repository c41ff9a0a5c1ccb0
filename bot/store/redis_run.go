package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"wegwijzer/bot"
)

// waitTime is how long a replica may take to confirm.
const waitTime = time.Second

// errReplica says that a write is on the master alone.
var errReplica = errors.New("no replica has confirmed the write in time")

// run runs a script that writes, and waits for a replica when there are any.
// Every script is safe to repeat: the client sends it again after a cut.
func (s *Redis) run(ctx context.Context, name string, keys []string, args ...any) *redis.Cmd {
	script := s.scripts[name]
	if !s.waits() {
		return script.Run(ctx, s.client, keys, args...)
	}
	var cmd *redis.Cmd
	for range 3 { // the script may be unknown there, or the slot have moved
		node, err := s.node(ctx, keys[0])
		if err != nil {
			return failed(ctx, err)
		}
		cmd = s.confirmed(ctx, node, script, keys, args)
		err = cmd.Err()
		switch _, moved := redis.IsMovedError(err); {
		case moved:
			s.reload(ctx)
		case redis.HasErrorPrefix(err, "NOSCRIPT"):
			if err := script.Load(ctx, node).Err(); err != nil {
				return failed(ctx, err)
			}
		case err != nil:
			s.reload(ctx) // another node may have taken over
			return cmd
		default:
			return cmd
		}
	}
	return cmd
}

// confirmed runs a script and WAIT behind it on one connection, since WAIT
// promises only for its own connection's writes.
func (s *Redis) confirmed(ctx context.Context, node *redis.Client, script *redis.Script, keys []string, args []any) *redis.Cmd {
	pipe := node.Pipeline()
	cmd := script.EvalSha(ctx, pipe, keys, args...)
	wait := redis.NewIntCmd(ctx, "wait", 1, waitTime.Milliseconds())
	_ = pipe.Process(ctx, wait)
	_, _ = pipe.Exec(ctx) // each command has its own error
	switch {
	case cmd.Err() != nil:
		return cmd
	case wait.Err() != nil:
		return failed(ctx, wait.Err())
	case wait.Val() < 1:
		return failed(ctx, errReplica)
	}
	return cmd
}

func failed(ctx context.Context, err error) *redis.Cmd {
	cmd := redis.NewCmd(ctx)
	cmd.SetErr(err)
	return cmd
}

// node is the client of the one server that holds a key.
func (s *Redis) node(ctx context.Context, key string) (*redis.Client, error) {
	switch c := s.client.(type) {
	case *redis.Client:
		return c, nil
	case *redis.ClusterClient:
		return c.MasterForKey(ctx, key)
	}
	return nil, fmt.Errorf("unknown client %T", s.client)
}

func (s *Redis) reload(ctx context.Context) {
	if c, ok := s.client.(*redis.ClusterClient); ok {
		c.ReloadState(ctx)
	}
}

// waits says whether a write must be on a replica before it is acknowledged.
func (s *Redis) waits() bool { return s.replicated.Load() && !s.lenient }

// flag is how scripts are told a yes or no.
func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// nonce names one writing.
func nonce() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// redisError turns the client's error into the contract's. Errors of Redis
// hold no words of residents: those are sealed before they are sent.
func redisError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, redis.Nil):
		return bot.ErrNotFound
	}
	return fmt.Errorf("%w: %w", bot.ErrUnavailable, err)
}

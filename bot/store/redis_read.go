package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/dialogs"
)

// Load returns a conversation; ErrNotFound when it isn't there or was erased.
func (s *Redis) Load(ctx context.Context, id bot.ConversationID) (*bot.Conversation, error) {
	head, err := s.client.HGet(ctx, namesOf(id).head(), "head").Bytes()
	if err != nil {
		return nil, redisError(err)
	}
	a, err := s.keys.get(ctx, id)
	if err != nil {
		return nil, err
	}
	return openHead(a, id, head)
}

// Find returns the conversation of a pushed channel's address.
func (s *Redis) Find(ctx context.Context, ch bot.Channel, address string) (bot.ConversationID, error) {
	kept := s.addressOf(ch, address)
	claim, err := s.client.Get(ctx, addressKey(kept)).Result()
	if err != nil {
		return "", redisError(err)
	}
	// A claim alone is no conversation: its commit may be under way, or have
	// been cut short.
	id, _, _ := strings.Cut(claim, " ")
	there, err := s.claimant(ctx, kept, claim, false)
	if err != nil {
		return "", err
	}
	if !there {
		return "", bot.ErrNotFound
	}
	return bot.ConversationID(id), nil
}

// Messages returns those after a seq, in order; limit 0 is all.
func (s *Redis) Messages(ctx context.Context, id bot.ConversationID, after bot.Seq, limit int) ([]bot.Message, error) {
	n := namesOf(id)
	first, last := int64(after), int64(-1) // #nosec G115 -- seqs are small
	if limit > 0 {
		last = first + int64(limit) - 1
	}
	pipe := s.client.Pipeline()
	there := pipe.Exists(ctx, n.head())
	list := pipe.LRange(ctx, n.messages(), first, last)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, redisError(err)
	}
	if there.Val() == 0 {
		return nil, bot.ErrNotFound
	}
	a, err := s.keys.get(ctx, id)
	if err != nil {
		return nil, err
	}
	messages := make([]bot.Message, 0, len(list.Val()))
	for i, record := range list.Val() {
		m, err := openRecord(a, id, after+bot.Seq(i)+1, []byte(record)) // #nosec G115 -- seqs are small
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", m.Seq, err)
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// openRecord reads what redisTurn.record wrote.
func openRecord(a cipher.AEAD, id bot.ConversationID, seq bot.Seq, record []byte) (bot.Message, error) {
	m := bot.Message{Seq: seq}
	parts := bytes.SplitN(record, []byte(" "), 4)
	if len(parts) != 4 {
		return m, errSeal
	}
	at, err := strconv.ParseInt(string(parts[2]), 10, 64)
	if err != nil {
		return m, errSeal
	}
	m.From, m.Kind, m.At = bot.From(parts[0]), dialogs.Kind(parts[1]), time.UnixMilli(at).UTC()
	return m, openBody(a, id, &m, parts[3])
}

// redisVault keeps the wrapped keys under names of their own. A new one is
// written by the commit that makes the conversation.
type redisVault struct{ s *Redis }

func (v redisVault) wrapped(ctx context.Context, id bot.ConversationID) ([]byte, error) {
	w, err := v.s.client.Get(ctx, namesOf(id).key()).Bytes()
	return w, redisError(err)
}

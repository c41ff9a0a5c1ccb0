package store

import (
	"context"
	"crypto/cipher"
	"fmt"
	"strconv"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// Commit keeps one turn; see bot.Store. An address is fixed when the
// conversation is made.
func (s *Redis) Commit(ctx context.Context, c *bot.Commit) (bot.Receipt, error) {
	conv := *c.Conversation
	commit := *c
	commit.Conversation = &conv
	t := &redisTurn{s: s, c: &commit, names: namesOf(conv.ID), version: conv.Version, commit: nonce()}
	number(&commit)
	var err error
	if t.version == 0 {
		t.cipher, t.wrapped = s.keys.fresh(conv.ID)
	} else if t.cipher, err = s.keys.get(ctx, conv.ID); err != nil {
		return bot.Receipt{}, err
	}
	if conv.Address == "" {
		return t.keep(ctx)
	}
	t.address = s.addressOf(conv.Channel, conv.Address)
	if t.version > 0 {
		return t.keep(ctx)
	}
	if err := s.claim(ctx, t.address, conv.ID, t.commit); err != nil {
		return bot.Receipt{}, err
	}
	r, err := t.keep(ctx)
	if err != nil {
		s.letGo(ctx, t.address, conv.ID, t.commit)
	}
	return r, err
}

// redisTurn is one commit on its way into Redis.
type redisTurn struct {
	s       *Redis
	c       *bot.Commit
	names   names
	version uint64
	commit  string
	cipher  cipher.AEAD
	wrapped []byte
	address string
	links   *links
}

// keep runs the one script, again when the end of the audit log moved
// meanwhile: then nothing was written.
func (t *redisTurn) keep(ctx context.Context) (bot.Receipt, error) {
	t.links = &links{t.s, auditEntries(t.cipher, t.c.Conversation.ID, t.c.Audit)}
	n := t.names
	for {
		args, err := t.args()
		if err != nil {
			return bot.Receipt{}, err
		}
		answer, err := t.s.run(ctx, "commit", []string{
			n.head(), n.messages(), n.key(), n.shared("outbox"), n.out(), n.shared("counter"), n.seen(t.c.Key), n.keys(),
			n.quarantine(), n.shared("load"), n.shared("erasures"), n.bar(t.commit), n.shared("fence"), n.shared("timers"),
			n.shared("audit"), n.shared("auditend"),
		}, args...).StringSlice()
		if err != nil {
			return bot.Receipt{}, redisError(err)
		}
		if answer[0] != "moved" {
			return t.answered(answer)
		}
		t.links.moved(answer[1])
	}
}

// answered is what the script's answer means.
func (t *redisTurn) answered(answer []string) (bot.Receipt, error) {
	switch answer[0] {
	case "kept":
		t.links.kept()
		if t.c.Deliver {
			t.s.glance.stale.Store(true)
		}
		if t.version == 0 {
			t.s.keys.remember(t.c.Conversation.ID, t.cipher)
		}
		return t.c.Receipt, nil
	case "repeat":
		seq, err := strconv.ParseUint(answer[1], 10, 64)
		if err != nil {
			return bot.Receipt{}, fmt.Errorf("the receipt of a key: %w", err)
		}
		return bot.Receipt{Seq: bot.Seq(seq), Repeat: true}, nil
	case "notfound":
		return bot.Receipt{}, bot.ErrNotFound
	case "owned":
		return bot.Receipt{}, bot.ErrOwned
	}
	return bot.Receipt{}, bot.ErrConflict
}

// args are what commit.lua reads, in its order.
func (t *redisTurn) args() ([]any, error) {
	c := t.c
	p := plainOf(c.Conversation)
	speaks := allowedBeside(cases.StatusTaken, c.Messages) != nil
	quarantined, reason := "", ""
	if q := c.Quarantine; q != nil {
		quarantined, reason = strconv.FormatUint(uint64(q.Seq), 10), strconv.FormatInt(p.updated, 10)+" "+q.Reason
	}
	head, err := t.head(p)
	if err != nil {
		return nil, err
	}
	args := []any{
		t.names.prefix, t.names.id, t.commit, t.version, uint64(c.Receipt.Seq), t.life(), c.Key, flag(speaks),
		t.wrapped, quarantined, reason, flag(t.s.waits()), strconv.FormatInt(p.score(), 10), p.timer,
	}
	audit, err := t.links.args()
	if err != nil {
		return nil, err
	}
	args = append(append(args, audit...), len(head))
	args = append(args, head...)
	for _, m := range c.Messages {
		record, err := t.record(m)
		if err != nil {
			return nil, err
		}
		channel := ""
		if c.Deliver && m.From != bot.FromResident {
			channel = p.channel
		}
		args = append(args, uint64(m.Seq), record, channel)
	}
	return args, nil
}

// life is how many milliseconds a key is remembered. Below zero it is known
// when it is there, but not kept.
func (t *redisTurn) life() int64 {
	if t.c.Key == "" {
		return 0
	}
	if ms := time.Until(t.c.KeyUntil).Milliseconds(); ms > 0 {
		return ms
	}
	return -1
}

// score sorts cases: urgent ones first, then by the end of their term.
func (p plain) score() int64 {
	const urgent = 1_000_000_000_000_000 // above any date, exact as a float64
	if p.urgent {
		return p.due - urgent
	}
	return p.due
}

// head is the conversation as fields, its words sealed.
func (t *redisTurn) head(p plain) ([]any, error) {
	sealed, err := sealHead(t.cipher, t.c.Conversation)
	if err != nil {
		return nil, err
	}
	return headFields(t.c.Conversation, p, t.address, sealed), nil
}

// headFields are the names and values of a head.
func headFields(c *bot.Conversation, p plain, address string, sealed []byte) []any {
	return []any{
		"version", c.Version, "seq", uint64(c.LastSeq), "address", address, "gemeente", p.gemeente, "channel", p.channel,
		"status", p.status, "org", p.org, "who", p.who, "area", p.area, "urgent", flag(p.urgent), "contacted", flag(p.contacted),
		"due", p.due, "opened", p.opened, "created", p.created, "updated", p.updated, "mark", p.mark, "guest", p.guest, "head", sealed,
	}
}

// record is one message, its words sealed.
func (t *redisTurn) record(m bot.Message) ([]byte, error) {
	sealed, err := sealBody(t.cipher, t.c.Conversation.ID, m)
	if err != nil {
		return nil, err
	}
	return recordOf(m, sealed), nil
}

// recordOf is one message in the list: who, what kind and when in the clear,
// then the sealed words. Its place is its seq less one.
func recordOf(m bot.Message, sealed []byte) []byte {
	plain := string(m.From) + " " + string(m.Kind) + " " + strconv.FormatInt(m.At.UnixMilli(), 10) + " "
	return append([]byte(plain), sealed...)
}

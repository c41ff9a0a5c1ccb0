package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegwijzer/bot"
	"wegwijzer/tests/harness/redisd"
)

// model is what a store should hold, in the simplest form.
type model struct {
	t     *rapid.T
	s     full
	run   string // keeps the runs of one test apart
	convs map[bot.ConversationID]*modelConversation
	ids   []bot.ConversationID
}

type modelConversation struct {
	version uint64
	texts   []string
	keys    map[string]bot.Seq
	stale   *bot.Conversation // as it was loaded some commits ago
	erased  bool
}

// pick takes one of the conversations, also an erased one.
func (m *model) pick() (bot.ConversationID, *modelConversation) {
	if len(m.ids) == 0 {
		m.open(m.t) // the first one must come from somewhere
	}
	id := rapid.SampledFrom(m.ids).Draw(m.t, "conversation")
	return id, m.convs[id]
}

func (m *model) open(*rapid.T) {
	id := bot.ConversationID(fmt.Sprintf("%s-%d", m.run, len(m.ids)))
	c := conversation(string(id))
	if _, err := m.s.Commit(context.Background(), &bot.Commit{Conversation: c, Messages: []bot.Message{say(bot.FromBot, "welkom")}}); err != nil {
		m.t.Fatalf("open: %v", err)
	}
	m.ids = append(m.ids, id)
	m.convs[id] = &modelConversation{version: 1, texts: []string{"welkom"}, keys: map[string]bot.Seq{}}
}

// turn commits a message under a key that may have been used before.
func (m *model) turn(*rapid.T) {
	id, want := m.pick()
	c, err := m.s.Load(context.Background(), id)
	if want.erased {
		if !errors.Is(err, bot.ErrNotFound) {
			m.t.Fatalf("load of what was erased: %v", err)
		}
		return
	}
	if err != nil {
		m.t.Fatalf("load: %v", err)
	}
	if c.Version != want.version || int(c.LastSeq) != len(want.texts) {
		m.t.Fatalf("loaded version %d with %d messages, want %d with %d", c.Version, c.LastSeq, want.version, len(want.texts))
	}
	if want.stale == nil || rapid.Bool().Draw(m.t, "keep as stale") {
		kept := *c
		want.stale = &kept
	}
	m.commit(id, want, c)
}

func (m *model) commit(id bot.ConversationID, want *modelConversation, c *bot.Conversation) {
	key := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(m.t, "key")
	n := rapid.IntRange(1, 3).Draw(m.t, "messages")
	var texts []string
	var messages []bot.Message
	for i := range n {
		texts = append(texts, fmt.Sprintf("%s %s %d", id, key, i))
		messages = append(messages, say(bot.FromResident, texts[i]))
	}
	first := c.LastSeq + 1
	fresh := c.Version == want.version
	r, err := m.s.Commit(context.Background(), &bot.Commit{
		Conversation: c, Key: key, KeyUntil: time.Now().Add(time.Hour), Receipt: bot.Receipt{Seq: first}, Messages: messages,
	})
	seq, known := want.keys[key]
	switch {
	case known:
		if err != nil || !r.Repeat || r.Seq != seq {
			m.t.Fatalf("repeat of %q: %+v, %v, want seq %d", key, r, err, seq)
		}
	case !fresh:
		if !errors.Is(err, bot.ErrConflict) {
			m.t.Fatalf("a stale commit: %+v, %v", r, err)
		}
	case err != nil || r.Repeat || r.Seq != first:
		m.t.Fatalf("commit: %+v, %v", r, err)
	default:
		want.version++
		want.keys[key] = first
		want.texts = append(want.texts, texts...)
	}
}

// late commits on a version that was loaded some commits ago.
func (m *model) late(*rapid.T) {
	id, want := m.pick()
	if want.stale == nil || want.erased {
		return
	}
	kept := *want.stale
	m.commit(id, want, &kept)
}

func (m *model) erase(*rapid.T) {
	id, want := m.pick()
	_, err := m.s.Erase(context.Background(), id)
	if want.erased != errors.Is(err, bot.ErrNotFound) || !want.erased && err != nil {
		m.t.Fatalf("erase (erased before: %v): %v", want.erased, err)
	}
	want.erased = true
}

// check compares everything after each step.
func (m *model) check(*rapid.T) {
	for id, want := range m.convs {
		list, err := m.s.Messages(context.Background(), id, 0, 0)
		if want.erased {
			if !errors.Is(err, bot.ErrNotFound) {
				m.t.Fatalf("messages of what was erased: %v", err)
			}
			continue
		}
		if err != nil {
			m.t.Fatalf("messages: %v", err)
		}
		var got []string
		for i, msg := range list {
			if msg.Seq != bot.Seq(i+1) { // #nosec G115 -- a small count
				m.t.Fatalf("message %d has seq %d", i+1, msg.Seq)
			}
			got = append(got, msg.Text)
		}
		if !slices.Equal(got, want.texts) {
			m.t.Fatalf("%s holds %q, want %q", id, got, want.texts)
		}
	}
}

// againstModel plays random histories on a store and on the model.
func againstModel(t *testing.T, s full) {
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		m := &model{t: rt, s: s, run: fmt.Sprintf("run%d", runs), convs: map[bot.ConversationID]*modelConversation{}}
		step := func(f func(*rapid.T)) func(*rapid.T) {
			return func(inner *rapid.T) { m.t = inner; f(inner) }
		}
		rt.Repeat(map[string]func(*rapid.T){
			"open": step(m.open), "turn": step(m.turn), "late": step(m.late), "erase": step(m.erase), "": step(m.check),
		})
	})
}

func TestEmbeddedAgainstTheModel(t *testing.T) { againstModel(t, embeddedFactory(t)) }

func TestRedisAgainstTheModel(t *testing.T) {
	againstModel(t, openRedis(t, redisOptions(redisd.Start(t).URL())))
}

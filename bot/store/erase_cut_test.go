package store

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"wegwijzer/bot"
)

// TestAnErasingThatWasCutShortIsFinished: the process died after the key was
// destroyed and before the rows were. When the timer goes off they go too.
func TestAnErasingThatWasCutShortIsFinished(t *testing.T) {
	dir := t.TempDir()
	open := func() *Embedded {
		t.Helper()
		s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	c := conversation("a")
	c.Timers = map[bot.TimerKind]time.Time{bot.TimerRetention: start}
	opened(t, s, c)
	if err := errors.Join(s.vault.dropWrapped(t.Context(), "a"), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer func() { _ = s.Close() }()
	rows := func() (n int) {
		t.Helper()
		err := s.read.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM conversations) + (SELECT count(*) FROM messages)").Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := s.Load(t.Context(), "a"); !errors.Is(err, bot.ErrNotFound) || rows() != 2 {
		t.Fatalf("before: %d rows, %v", rows(), err)
	}
	b := bot.New(bot.Parts{Store: s, Eraser: s, Timers: s, Log: slog.New(slog.DiscardHandler)})
	b.Clock = func() time.Time { return start.Add(time.Hour) }
	for range 2 {
		b.FireTimers(t.Context())
		if n := rows(); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	}
}

// TestWhatAnotherProcessErasesIsForgotten: the command erase runs beside the
// service, which knows heads and keys in memory.
func TestWhatAnotherProcessErasesIsForgotten(t *testing.T) {
	dir := t.TempDir()
	var stores [2]*Embedded
	for i := range stores {
		s, err := OpenEmbedded(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		stores[i] = s
	}
	service, command := stores[0], stores[1]
	for _, id := range []bot.ConversationID{"a", "b"} { // the second time something was erased before
		opened(t, service, conversation(string(id)))
		loaded(t, service, id)
		if _, err := command.Erase(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the service to forget", func() bool {
			_, load := service.Load(t.Context(), id)
			_, messages := service.Messages(t.Context(), id, 0, 0)
			return errors.Is(load, bot.ErrNotFound) && errors.Is(messages, bot.ErrNotFound)
		})
	}
}

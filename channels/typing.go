package channels

import (
	"sync"

	"wegwijzer/bot"
)

// Typing carries "a supporter is typing" from the desk to the streams of that
// conversation in this process. It is worth nothing a moment later, so it is
// not stored and a reader that isn't there misses it.
type Typing struct {
	mu      sync.Mutex
	readers map[bot.ConversationID]map[chan struct{}]struct{}
}

// NewTyping makes one; the desk and the web door share it.
func NewTyping() *Typing {
	return &Typing{readers: map[bot.ConversationID]map[chan struct{}]struct{}{}}
}

// Signal says that a supporter types in the conversation now.
func (t *Typing) Signal(id bot.ConversationID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.readers[id] {
		select {
		case c <- struct{}{}:
		default: // it has one to send already
		}
	}
}

// Watch returns a channel of signals; stop must be called.
func (t *Typing) Watch(id bot.ConversationID) (signals <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.readers[id] == nil {
		t.readers[id] = map[chan struct{}]struct{}{}
	}
	t.readers[id][c] = struct{}{}
	return c, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.readers[id], c)
		if len(t.readers[id]) == 0 {
			delete(t.readers, id)
		}
	}
}

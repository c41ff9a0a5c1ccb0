package bot

import "sync"

// hub wakes who waits for news of a conversation. It is only a wake-up: the
// truth is the committed log.
type hub struct {
	mu      sync.Mutex
	waiting map[ConversationID]map[chan struct{}]struct{}
}

func (h *hub) watch(id ConversationID) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waiting == nil {
		h.waiting = map[ConversationID]map[chan struct{}]struct{}{}
	}
	if h.waiting[id] == nil {
		h.waiting[id] = map[chan struct{}]struct{}{}
	}
	h.waiting[id][ch] = struct{}{}
	return ch, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.waiting[id], ch)
		if len(h.waiting[id]) == 0 {
			delete(h.waiting, id)
		}
	}
}

func (h *hub) wake(id ConversationID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakeLocked(id)
}

// wakeAll wakes everyone, because news may have been missed.
func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id := range h.waiting {
		h.wakeLocked(id)
	}
}

func (h *hub) wakeLocked(id ConversationID) {
	for ch := range h.waiting[id] {
		select {
		case ch <- struct{}{}:
		default: // it has a wake-up waiting already
		}
	}
}

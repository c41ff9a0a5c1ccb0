package telegram

import "sync"

// recent remembers the last so many keys.
type recent struct {
	mu   sync.Mutex
	keys map[string]struct{}
	ring []string
	next int
}

func newRecent(size int) *recent {
	return &recent{keys: make(map[string]struct{}, size/4), ring: make([]string, size)}
}

// add remembers a key and says whether it is new.
func (r *recent) add(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.keys[key]; ok {
		return false
	}
	delete(r.keys, r.ring[r.next])
	r.ring[r.next] = key
	r.next = (r.next + 1) % len(r.ring)
	r.keys[key] = struct{}{}
	return true
}

func (r *recent) has(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.keys[key]
	return ok
}

// forget takes a key out, when what it stood for wasn't done after all.
func (r *recent) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, key)
}

// parts remembers how many pieces of a long message were sent, so that a
// second attempt goes on where the first one ended.
type parts struct {
	mu   sync.Mutex
	sent map[int64]int
}

func (p *parts) get(delivery int64) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent[delivery]
}

// set remembers n pieces; 0 forgets the delivery.
func (p *parts) set(delivery int64, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent == nil {
		p.sent = map[int64]int{}
	}
	if n == 0 {
		delete(p.sent, delivery)
		return
	}
	p.sent[delivery] = n
}

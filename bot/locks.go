package bot

import "sync"

// Locks lets one holder at a time in for each key, in the order of arrival,
// and forgets keys that nobody holds. The zero value is ready. It orders turns
// within one process; the version in the store does so between processes.
type Locks[K comparable] struct {
	mu   sync.Mutex
	held map[K]*keyed
}

type keyed struct {
	sync.Mutex
	users int
}

// Lock waits for the key; unlock must be called once.
func (l *Locks[K]) Lock(key K) (unlock func()) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[K]*keyed{}
	}
	k := l.held[key]
	if k == nil {
		k = &keyed{}
		l.held[key] = k
	}
	k.users++
	l.mu.Unlock()
	k.Lock()
	return func() {
		k.Unlock()
		l.mu.Lock()
		defer l.mu.Unlock()
		if k.users--; k.users == 0 {
			delete(l.held, key)
		}
	}
}

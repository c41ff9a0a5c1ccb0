package desk

import (
	"sync"
	"time"
)

// Within attemptWindow one account may fail attemptsAccount times and one
// client attemptsClient times; then both wait.
const (
	attemptWindow   = 15 * time.Minute
	attemptsAccount = 5
	attemptsClient  = 20
)

// maxTracked bounds the memory of failed logins.
const maxTracked = 20_000

// attempts counts failed logins in this process. An attempt counts as failed
// from its start, so that many at once get no more tries.
type attempts struct {
	mu     sync.Mutex
	failed map[string][]time.Time
}

func newAttempts() *attempts { return &attempts{failed: map[string][]time.Time{}} }

// start counts an attempt; above zero it may not be made yet, and the answer
// is how long to wait.
func (a *attempts) start(account, client string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	account, client = "account "+account, "client "+client
	if w := max(a.wait(account, attemptsAccount, now), a.wait(client, attemptsClient, now)); w > 0 {
		return w
	}
	if len(a.failed) > maxTracked {
		a.forget(now)
	}
	a.failed[account] = append(a.failed[account], now)
	a.failed[client] = append(a.failed[client], now)
	return 0
}

// succeeded takes an attempt back and clears the account's.
func (a *attempts) succeeded(account, client string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.failed, "account "+account)
	if list := a.failed["client "+client]; len(list) > 0 {
		a.failed["client "+client] = list[:len(list)-1]
	}
}

// wait drops what is past and says how long until there is room.
func (a *attempts) wait(key string, limit int, now time.Time) time.Duration {
	list := a.failed[key]
	for len(list) > 0 && now.Sub(list[0]) >= attemptWindow {
		list = list[1:]
	}
	if len(list) == 0 {
		delete(a.failed, key)
		return 0
	}
	a.failed[key] = list
	if len(list) < limit {
		return 0
	}
	return attemptWindow - now.Sub(list[len(list)-limit])
}

// forget drops what no longer counts, and then anything until there is room.
func (a *attempts) forget(now time.Time) {
	for key := range a.failed {
		a.wait(key, 1, now)
	}
	for key := range a.failed {
		if len(a.failed) <= maxTracked {
			return
		}
		delete(a.failed, key)
	}
}

package store

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"sync"

	"wegwijzer/bot"
)

// keyVault keeps each conversation's key, wrapped by the store's key, apart
// from the conversations: a conversation whose key was destroyed can be read
// nowhere.
type keyVault interface {
	wrapped(ctx context.Context, id bot.ConversationID) ([]byte, error)
}

// keyring opens keys and remembers the last few thousand.
type keyring struct {
	vault  keyVault
	master cipher.AEAD
	mu     sync.Mutex
	known  map[bot.ConversationID]cipher.AEAD
}

// maxKnown bounds the remembered keys: about 2 KiB each.
const maxKnown = 16384

func newKeyring(v keyVault, master Key) *keyring {
	return &keyring{vault: v, master: aead(master), known: map[bot.ConversationID]cipher.AEAD{}}
}

// get returns the conversation's cipher; ErrNotFound when its key is gone.
func (k *keyring) get(ctx context.Context, id bot.ConversationID) (cipher.AEAD, error) {
	k.mu.Lock()
	a, ok := k.known[id]
	k.mu.Unlock()
	if ok {
		return a, nil
	}
	plain, err := k.clear(ctx, id)
	if err != nil {
		return nil, err
	}
	a = aead(Key(plain))
	k.remember(id, a)
	return a, nil
}

// clear returns the key itself; ErrNotFound when it is gone.
func (k *keyring) clear(ctx context.Context, id bot.ConversationID) ([]byte, error) {
	w, err := k.vault.wrapped(ctx, id)
	if err != nil {
		return nil, err
	}
	plain, err := unseal(k.master, "key "+string(id), w)
	if err != nil {
		return nil, fmt.Errorf("the key of a conversation: %w", err)
	}
	if len(plain) != len(Key{}) {
		return nil, errors.New("the key of a conversation has a wrong length")
	}
	return plain, nil
}

// wrap seals a key with the store's own.
func (k *keyring) wrap(id bot.ConversationID, key []byte) []byte {
	return seal(k.master, "key "+string(id), key)
}

// fresh makes a new key and wraps it; it is the caller's to keep it, and to
// remember it after that.
func (k *keyring) fresh(id bot.ConversationID) (a cipher.AEAD, wrapped []byte) {
	key := newKey()
	return aead(key), k.wrap(id, key[:])
}

func (k *keyring) remember(id bot.ConversationID, a cipher.AEAD) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= maxKnown {
		for old := range k.known { // any will do
			delete(k.known, old)
			break
		}
	}
	k.known[id] = a
}

func (k *keyring) forgetAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.known)
}

func (k *keyring) forget(id bot.ConversationID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.known, id)
}

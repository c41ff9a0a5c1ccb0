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
// from the conversations: what is dropped here can be read nowhere, backups
// included.
type keyVault interface {
	wrapped(ctx context.Context, id bot.ConversationID) ([]byte, error)
	putWrapped(ctx context.Context, id bot.ConversationID, w []byte) error
	dropWrapped(ctx context.Context, id bot.ConversationID) error
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
	return k.remember(id, Key(plain)), nil
}

// make gives a new conversation its key, on disk before the conversation.
func (k *keyring) make(ctx context.Context, id bot.ConversationID) (cipher.AEAD, error) {
	key := newKey()
	if err := k.vault.putWrapped(ctx, id, seal(k.master, "key "+string(id), key[:])); err != nil {
		return nil, fmt.Errorf("keep the key of a conversation: %w", err)
	}
	return k.remember(id, key), nil
}

func (k *keyring) remember(id bot.ConversationID, key Key) cipher.AEAD {
	a := aead(key)
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= maxKnown {
		for old := range k.known { // any will do
			delete(k.known, old)
			break
		}
	}
	k.known[id] = a
	return a
}

func (k *keyring) drop(ctx context.Context, id bot.ConversationID) error {
	k.mu.Lock()
	delete(k.known, id)
	k.mu.Unlock()
	return k.vault.dropWrapped(ctx, id)
}

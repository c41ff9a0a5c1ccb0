package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// Key is 32 bytes for AES-256.
type Key [32]byte

// ParseKey reads a key in base64.
func ParseKey(s string) (Key, error) {
	var k Key
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil || len(b) != len(k) {
		return k, errors.New("store.key must be 32 bytes in base64")
	}
	copy(k[:], b)
	return k, nil
}

func newKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // never fails: it ends the process instead
	return k
}

func aead(k Key) cipher.AEAD {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // a key of 32 bytes is always good
	}
	g, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return g
}

// seal encrypts; place binds the result to where it is kept, so that rows
// can't be swapped.
func seal(a cipher.AEAD, place string, plain []byte) []byte {
	nonce := make([]byte, a.NonceSize(), a.NonceSize()+len(plain)+a.Overhead())
	_, _ = rand.Read(nonce)
	return a.Seal(nonce, nonce, plain, []byte(place))
}

// errSeal says that a row was changed by other hands or belongs to another
// key.
var errSeal = errors.New("sealed data can't be opened: other key, or changed by other hands")

func unseal(a cipher.AEAD, place string, sealed []byte) ([]byte, error) {
	if len(sealed) < a.NonceSize() {
		return nil, errSeal
	}
	plain, err := a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], []byte(place))
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

// keyMark tells whether a store was written with a key, without telling the
// key.
func keyMark(k Key) string { return hex.EncodeToString(blind(k, "mark")) }

// blind is a keyed hash: it finds an address again without keeping it.
func blind(k Key, parts ...string) []byte {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum(nil)
}

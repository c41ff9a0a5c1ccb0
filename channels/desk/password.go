package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// kdf is what a password's hash was made with; it stands in the hash, so that
// old ones still work when these values change.
type kdf struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// hasher makes and checks hashes, a few at a time: each takes 19 MiB and some
// tens of milliseconds, and nobody may fill the machine by logging in often.
type hasher struct {
	now  kdf
	room chan struct{}
}

func newHasher() hasher {
	return hasher{now: kdf{memory: 19 << 10, time: 2, threads: 1}, room: make(chan struct{}, 4)}
}

func (h hasher) derive(ctx context.Context, password string, salt []byte, k kdf) ([]byte, error) {
	select {
	case h.room <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.room }()
	return argon2.IDKey([]byte(password), salt, k.time, k.memory, k.threads, 32), nil
}

// hash returns a password's hash in the form of the argon2 tools.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: it ends the process instead
	key, err := h.derive(ctx, password, salt, h.now)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.now.memory, h.now.time, h.now.threads, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// matches says whether a password is the one of a hash. For a hash of "" it
// works as long and says no, so that an unknown name takes no less time.
func (h hasher) matches(ctx context.Context, hash, password string) (bool, error) {
	if hash == "" {
		_, err := h.derive(ctx, password, make([]byte, 16), h.now)
		return false, err
	}
	k, salt, want, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt, k)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// parseHash reads a hash; one that would cost more than this machine should
// spend is an error.
func parseHash(hash string) (k kdf, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return k, nil, nil, fmt.Errorf("password hash is not argon2id of version %d", argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &k.memory, &k.time, &k.threads); err != nil {
		return k, nil, nil, fmt.Errorf("password hash: parameters: %w", err)
	}
	if k.memory < 8 || k.memory > 256<<10 || k.time < 1 || k.time > 16 || k.threads < 1 || k.threads > 16 {
		return k, nil, nil, fmt.Errorf("password hash: parameters out of bounds")
	}
	b64 := base64.RawStdEncoding.Strict()
	if salt, err = b64.DecodeString(parts[4]); err != nil {
		return k, nil, nil, fmt.Errorf("password hash: salt: %w", err)
	}
	if key, err = b64.DecodeString(parts[5]); err != nil {
		return k, nil, nil, fmt.Errorf("password hash: key: %w", err)
	}
	if len(salt) < 8 || len(key) != 32 {
		return k, nil, nil, fmt.Errorf("password hash: salt of %d and key of %d bytes", len(salt), len(key))
	}
	return k, salt, key, nil
}

// Passwords have this many characters.
const (
	minPassword = 12
	maxPassword = 200
)

// weakness says in a sentence why a password won't do; "" when it will. name
// and email are the person's own.
func weakness(password, name, email string) string {
	low := strings.ToLower(password)
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return "Dit wachtwoord kunnen wij niet lezen."
	case n < minPassword:
		return fmt.Sprintf("Dit wachtwoord heeft %d tekens. Neem er minstens %d: een korte zin werkt goed.", n, minPassword)
	case n > maxPassword:
		return fmt.Sprintf("Dit wachtwoord is te lang. Neem hooguit %d tekens.", maxPassword)
	case common(low):
		return "Dit wachtwoord is makkelijk te raden. Bedenk een ander: een korte zin werkt goed."
	}
	rest := low
	for word := range strings.FieldsSeq(strings.ToLower(name) + " " + strings.ToLower(email)) {
		if utf8.RuneCountInString(word) > 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	if rest != low && utf8.RuneCountInString(rest) < 6 {
		return "Dit wachtwoord lijkt op uw naam of e-mailadres. Bedenk een ander: een korte zin werkt goed."
	}
	return ""
}

// common says whether a password is one of those that are tried first: few
// different characters, a row of keys, or a known word with figures.
func common(low string) bool {
	different := map[rune]bool{}
	for _, r := range low {
		different[r] = true
	}
	if len(different) < 5 {
		return true
	}
	for _, row := range []string{"abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "12345678901234567890", "0987654321098765"} {
		if strings.Contains(row, low) {
			return true
		}
	}
	letters := strings.Trim(low, "0123456789!?.@#*-_ ")
	for _, word := range []string{
		"wachtwoord", "welkom", "password", "welkomwelkom", "wachtwoordwachtwoord", "passwordpassword",
		"geheim", "zomer", "winter", "herfst", "lente", "qwerty", "admin", "beheerder", "wegwijzer", "iloveyou", "letmein",
	} {
		if letters == word {
			return true
		}
	}
	return false
}

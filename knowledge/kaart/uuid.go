package kaart

import (
	"crypto/sha1" // UUID version 5 is defined with SHA-1; it names, it doesn't protect
	"encoding/hex"
	"strings"
)

// namespace is the project's own namespace for derived ids.
const namespace = "wegwijzer.kaart."

// uuidOf returns s when it is a UUID, else a UUID derived from kind and s
// (version 5), always the same.
func uuidOf(kind, s string) string {
	if isUUID(s) {
		return s
	}
	h := sha1.Sum([]byte(namespace + kind + ":" + s))
	b := h[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b)
	return strings.Join([]string{x[:8], x[8:12], x[12:16], x[16:20], x[20:]}, "-")
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}

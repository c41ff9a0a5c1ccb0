package cases

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"time"
)

// Entry is one line of the audit log: who did or saw what of which case, when.
// Chain is the chain that it stands in, N its place there, from 1. Why is
// sealed with the key of the conversation: after an erasing nobody can read it,
// and the chain still holds, since it is over the sealed bytes.
type Entry struct {
	Chain  int       `json:"chain"`
	N      uint64    `json:"n"`
	At     time.Time `json:"at"` // to the millisecond
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	Case   CaseID    `json:"case"`
	Why    []byte    `json:"-"` // sealed; empty: there is none
	Hash   []byte    `json:"hash"`
}

// Link returns the hash of the entry behind one with the hash prev; that of the
// first entry of a chain is empty. Every field counts, each with its length.
func (e *Entry) Link(prev []byte) []byte {
	h := sha256.New()
	field(h, prev)
	field(h, binary.BigEndian.AppendUint64(nil, uint64(e.Chain))) // #nosec G115 -- a small number
	field(h, binary.BigEndian.AppendUint64(nil, e.N))
	field(h, binary.BigEndian.AppendUint64(nil, uint64(e.At.UnixMilli()))) // #nosec G115 -- after 1970
	for _, s := range []string{e.Actor, e.Action, string(e.Case)} {
		field(h, []byte(s))
	}
	field(h, e.Why)
	return h.Sum(nil)
}

func field(h hash.Hash, b []byte) {
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(b)))) // a hash never fails
	_, _ = h.Write(b)
}

// BrokenLink says where a chain of the audit log doesn't hold.
type BrokenLink struct {
	Chain int
	N     uint64 // the place at which it was found
	What  string
}

func (b *BrokenLink) Error() string {
	return fmt.Sprintf("the audit log is broken at chain %d, entry %d: %s", b.Chain, b.N, b.What)
}

// Verifier checks the chains of an audit log entry by entry. The zero value is
// ready.
type Verifier struct {
	heads map[int]head
	count int
}

type head struct {
	n    uint64
	hash []byte
}

// Check takes the next entry of a chain; the first one that doesn't follow from
// the one before is a *BrokenLink.
func (v *Verifier) Check(e Entry) error {
	if v.heads == nil {
		v.heads = map[int]head{}
	}
	last := v.heads[e.Chain]
	switch {
	case e.N != last.n+1:
		return &BrokenLink{e.Chain, last.n + 1, fmt.Sprintf("entry %d stands in its place", e.N)}
	case !bytes.Equal(e.Hash, e.Link(last.hash)):
		return &BrokenLink{e.Chain, e.N, "it was changed, or the one before it"}
	}
	v.heads[e.Chain] = head{e.N, e.Hash}
	v.count++
	return nil
}

// Count is how many entries held.
func (v *Verifier) Count() int { return v.count }

// Mark is one hash over the ends of all chains, in hex. Kept elsewhere, it
// shows later that nothing was cut off.
func (v *Verifier) Mark() string {
	h := sha256.New()
	for chain := range maxChains {
		if last, ok := v.heads[chain]; ok {
			_, _ = io.WriteString(h, fmt.Sprintf("%d %d %x\n", chain, last.n, last.hash))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// maxChains bounds the chains that a mark is made of.
const maxChains = 1024

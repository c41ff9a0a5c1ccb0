package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// auditRecord is an entry as it stands in its list.
type auditRecord struct {
	N      uint64 `json:"n"`
	At     int64  `json:"t"`
	Actor  string `json:"a"`
	Action string `json:"d"`
	Case   string `json:"c"`
	Why    []byte `json:"w,omitempty"`
	Hash   []byte `json:"h"`
}

// links are entries on their way into a chain. The hash of each follows from
// the end of the chain, which this node knows of the last time: when it has
// moved, the script says to where, and the hashes are made anew.
type links struct {
	s       *Redis
	entries []cases.Entry
}

// args are the end that is expected, the end that will be, how many records
// follow, and those.
func (l *links) args() ([]any, error) {
	if len(l.entries) == 0 {
		return []any{"", "", 0}, nil
	}
	expected := l.s.chainEnd(l.entries[0].Chain)
	n, prev, err := parseEnd(expected)
	if err != nil {
		return nil, err
	}
	chained(l.entries, n, prev)
	last := l.entries[len(l.entries)-1]
	args := []any{expected, endOf(last), len(l.entries)}
	for _, e := range l.entries {
		data, err := json.Marshal(recordOfEntry(e))
		if err != nil {
			return nil, err
		}
		args = append(args, data)
	}
	return args, nil
}

// kept remembers the end of the chain.
func (l *links) kept() {
	if len(l.entries) > 0 {
		l.moved(endOf(l.entries[len(l.entries)-1]))
	}
}

// moved remembers that the chain ends elsewhere.
func (l *links) moved(end string) { l.s.chains.Store(l.entries[0].Chain, end) }

func (s *Redis) chainEnd(chain int) string {
	if end, ok := s.chains.Load(chain); ok {
		return end.(string)
	}
	return ""
}

// endOf is the end of a chain, as it is kept: its place and its hash.
func endOf(e cases.Entry) string {
	return strconv.FormatUint(e.N, 10) + " " + hex.EncodeToString(e.Hash)
}

func parseEnd(end string) (n uint64, hash []byte, err error) {
	if end == "" {
		return 0, nil, nil
	}
	place, text, _ := strings.Cut(end, " ")
	n, err = strconv.ParseUint(place, 10, 64)
	if err == nil {
		hash, err = hex.DecodeString(text)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("the end of a chain of the audit log was changed by other hands: %w", err)
	}
	return n, hash, nil
}

// Log adds to the audit log; see bot.Store.
func (s *Redis) Log(ctx context.Context, id bot.ConversationID, list []cases.Event) error {
	a, err := s.keys.get(ctx, id)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	l := &links{s, auditEntries(a, id, list)}
	if len(l.entries) == 0 {
		return nil
	}
	n := namesOf(id)
	for {
		args, err := l.args()
		if err != nil {
			return err
		}
		answer, err := s.run(ctx, "audit", []string{n.shared("audit"), n.shared("auditend"), n.shared("fence")},
			append([]any{flag(s.waits()), nonce()}, args...)...).StringSlice()
		if err != nil {
			return redisError(err)
		}
		if answer[0] == "kept" {
			l.kept()
			return nil
		}
		l.moved(answer[1])
	}
}

// auditPage is how many entries are read at once.
const auditPage = 500

// Entries calls f for every entry of the audit log; see bot.AuditLog. At last
// the end that is kept beside each chain must be the end that was read.
func (s *Redis) Entries(ctx context.Context, f func(cases.Entry) error) error {
	for part := range Partitions {
		prefix, last := prefixOf(part), cases.Entry{}
		end, err := s.client.Get(ctx, prefix+"auditend").Result()
		if err = redisError(err); err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
		for from := int64(0); ; from += auditPage {
			page, err := s.client.LRange(ctx, prefix+"audit", from, from+auditPage-1).Result()
			if err != nil {
				return redisError(err)
			}
			for i, text := range page {
				var r auditRecord
				if err := json.Unmarshal([]byte(text), &r); err != nil {
					return &cases.BrokenLink{Chain: part, N: uint64(from) + uint64(i) + 1, What: "it can't be read"} // #nosec G115 -- places are small
				}
				last = cases.Entry{
					Chain: part, N: r.N, At: time.UnixMilli(r.At).UTC(), Actor: r.Actor, Action: r.Action,
					Case: cases.CaseID(r.Case), Why: r.Why, Hash: r.Hash,
				}
				if err := f(last); err != nil {
					return err
				}
			}
			if len(page) < auditPage {
				break
			}
		}
		if n, _, err := parseEnd(end); err != nil || n > last.N {
			return errors.Join(err, &cases.BrokenLink{Chain: part, N: last.N + 1, What: "the end was cut off"})
		}
	}
	return nil
}

// Reason opens the sealed reason of an entry; ErrNotFound after an erasing.
func (s *Redis) Reason(ctx context.Context, e cases.Entry) (string, error) {
	return reasonOf(ctx, s.keys, e)
}

// copyAudit puts the audit log of an embedded store into Redis, chain by
// chain, as it stands, and checks every link on the way. What is there already,
// from a copy that was cut short, must be the same.
func copyAudit(ctx context.Context, from *Embedded, to *Redis, n *Copied) error {
	there := map[int][]cases.Entry{}
	if err := to.Entries(ctx, func(e cases.Entry) error { there[e.Chain] = append(there[e.Chain], e); return nil }); err != nil {
		return err
	}
	var v cases.Verifier
	chains := map[int][]cases.Entry{}
	err := from.Entries(ctx, func(e cases.Entry) error {
		chains[e.Chain] = append(chains[e.Chain], e)
		n.Audit++
		return v.Check(e)
	})
	if err != nil {
		return err
	}
	for chain, known := range there {
		for i, e := range known {
			if i >= len(chains[chain]) || !bytes.Equal(e.Hash, chains[chain][i].Hash) {
				return fmt.Errorf("the audit log there holds other entries: chain %d, entry %d", chain, e.N)
			}
		}
	}
	for chain, list := range chains {
		for part := range slices.Chunk(list[len(there[chain]):], auditPage) {
			if err := to.appendAudit(ctx, chain, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendAudit adds entries that have their places and hashes already.
func (s *Redis) appendAudit(ctx context.Context, chain int, list []cases.Entry) error {
	prefix, before := prefixOf(chain), ""
	if n := list[0].N; n > 1 {
		end, err := s.client.Get(ctx, prefix+"auditend").Result()
		if err != nil {
			return redisError(err)
		}
		before = end
	}
	args := []any{flag(s.waits()), nonce(), before, endOf(list[len(list)-1]), len(list)}
	for _, e := range list {
		data, err := json.Marshal(recordOfEntry(e))
		if err != nil {
			return err
		}
		args = append(args, data)
	}
	answer, err := s.run(ctx, "audit", []string{prefix + "audit", prefix + "auditend", prefix + "fence"}, args...).StringSlice()
	if err != nil {
		return redisError(err)
	}
	if answer[0] != "kept" {
		return fmt.Errorf("the audit log there was written meanwhile: chain %d", chain)
	}
	return nil
}

func recordOfEntry(e cases.Entry) auditRecord {
	return auditRecord{e.N, e.At.UnixMilli(), e.Actor, e.Action, string(e.Case), e.Why, e.Hash}
}

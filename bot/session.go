package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// Conversation is all that is kept of one conversation but its messages. It is
// loaded and committed whole.
type Conversation struct {
	ID        ConversationID       `json:"id"`
	Gemeente  knowledge.GemeenteID `json:"gemeente"`
	Channel   Channel              `json:"channel"`
	Address   string               `json:"address,omitempty"`
	TokenHash []byte               `json:"token_hash,omitempty"`
	// Version counts the commits; LastSeq is the seq of the last message.
	Version uint64        `json:"version"`
	LastSeq Seq           `json:"last_seq"`
	State   dialogs.State `json:"state"`
	// Road is the way to a case while nobody was named; nil: nobody was asked for.
	Road *cases.Road `json:"road,omitempty"`
	Case *cases.Case `json:"case,omitempty"`
	// Failures counts turns in a row that had to be quarantined.
	Failures int `json:"failures,omitempty"`
	// Timers say what is to be done when, by kind.
	Timers  map[TimerKind]time.Time `json:"timers,omitempty"`
	Created time.Time               `json:"created"`
	Updated time.Time               `json:"updated"`
}

// Delivery is one message to be sent by a pushed channel.
type Delivery struct {
	ID           int64
	Conversation ConversationID
	Seq          Seq
	Channel      Channel
	Address      string
	Attempts     int
	Due          time.Time
}

// Quarantine keeps what a failed turn left: that it failed and why, for the
// operator; the words stand in the conversation.
type Quarantine struct {
	Seq    Seq
	Reason string
}

// Commit is one turn: everything of it is kept or nothing. Conversation is as
// it shall be, its Version the one that was loaded (0: it must not exist).
// The store sets Version and the seqs; messages get seqs from LastSeq+1 on, in
// order. Key "" means no repeat is possible.
type Commit struct {
	Conversation *Conversation
	Key          string
	KeyUntil     time.Time
	Receipt      Receipt
	Messages     []Message
	Deliver      bool // write deliveries for the messages that aren't the resident's
	Quarantine   *Quarantine
	// Audit is what was done with the case in this turn, for the audit log.
	Audit []cases.Event
}

// Store keeps conversations. All methods are safe for concurrent use. Errors:
// ErrNotFound, ErrConflict (the version moved), ErrOwned, ErrUnavailable.
type Store interface {
	Load(ctx context.Context, id ConversationID) (*Conversation, error)
	// Find returns the conversation of a pushed channel's address.
	Find(ctx context.Context, ch Channel, address string) (ConversationID, error)
	// Commit keeps a turn durably before it returns. A known key changes
	// nothing and returns the first receipt with Repeat set.
	Commit(ctx context.Context, c *Commit) (Receipt, error)
	// Messages returns those with a seq above after, in order; limit 0 is all.
	Messages(ctx context.Context, id ConversationID, after Seq, limit int) ([]Message, error)
	// Log adds to the audit log what was done or seen without a commit. It is
	// durable before it returns. Of a conversation that was erased, why is left
	// out.
	Log(ctx context.Context, id ConversationID, list []cases.Event) error
}

// AuditLog reads the append-only log of everything that anyone did with a case
// or saw of it.
type AuditLog interface {
	// Entries calls f for every entry, chain by chain, each in its order.
	Entries(ctx context.Context, f func(cases.Entry) error) error
}

// Eraser destroys a conversation everywhere and says where it looked.
type Eraser interface {
	Erase(ctx context.Context, id ConversationID) ([]string, error)
}

// CaseQuery selects open or closed cases. Zero fields don't select.
type CaseQuery struct {
	Gemeenten    []knowledge.GemeenteID
	Organisation cases.OrganisationID
	Supporter    cases.SupporterID
	Status       []cases.Status
	Guest        cases.SupporterID // who was asked to think along
	Mark         cases.Stage       // how far the term that runs is
	Limit        int
}

// CaseRow is what the desk lists; the words of the case are not in it.
type CaseRow struct {
	ID           cases.CaseID
	Gemeente     knowledge.GemeenteID
	Organisation cases.OrganisationID
	Supporter    cases.SupporterID
	Status       cases.Status
	Levensgebied knowledge.Levensgebied
	Urgent       bool
	Contacted    bool
	Mark         cases.Stage       // what of the running term was told; "" is nothing yet
	Guest        cases.SupporterID // the colleague who was asked to think along; "" is nobody
	Due          time.Time         // the end of the term that runs
	Opened       time.Time
	Updated      time.Time
}

// CaseIndex lists cases, those with the nearest term first.
type CaseIndex interface {
	Cases(ctx context.Context, q CaseQuery) ([]CaseRow, error)
	// OpenCases counts the open cases of each supporter.
	OpenCases(ctx context.Context) (map[cases.SupporterID]int, error)
}

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func newID() ConversationID {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return ConversationID(idEncoding.EncodeToString(b))
}

// newToken returns a token and the hash that is kept of it.
func newToken() (string, []byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	token := base64.RawURLEncoding.EncodeToString(b)
	hash := sha256.Sum256([]byte(token))
	return token, hash[:]
}

// opens says in constant time whether a token is the one of a hash.
func opens(hash []byte, token string) bool {
	of := sha256.Sum256([]byte(token))
	return len(hash) > 0 && subtle.ConstantTimeCompare(of[:], hash) == 1
}

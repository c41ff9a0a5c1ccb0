package bot

import "context"

// Document is a small record that is not a conversation: an account, a
// session, a version of the kaart. Body is kept encrypted.
type Document struct {
	Kind    string
	ID      string
	Version uint64
	Body    []byte
}

// Documents keeps documents. Errors: ErrNotFound, ErrConflict, ErrUnavailable.
type Documents interface {
	Document(ctx context.Context, kind, id string) (Document, error)
	// DocumentVersion is Document without its body.
	DocumentVersion(ctx context.Context, kind, id string) (uint64, error)
	// PutDocument keeps d when the stored version is d.Version (0: there is
	// none) and returns the new version.
	PutDocument(ctx context.Context, d Document) (uint64, error)
	DeleteDocument(ctx context.Context, kind, id string) error
	// ListDocuments returns all of a kind, by id.
	ListDocuments(ctx context.Context, kind string) ([]Document, error)
}

// Outbox hands out what a pushed channel must send. Partitions are leased, so
// that one sender at a time serves a conversation; the epoch of a lease fences
// off a sender that lost it.
type Outbox interface {
	Partitions() int
	// PartitionOf says in which of them a conversation is.
	PartitionOf(id ConversationID) int
	// Lease takes or keeps a partition; ok is false while another holds it.
	Lease(ctx context.Context, partition int, owner string) (epoch uint64, ok bool, err error)
	// Due returns, for each conversation of the partition, its oldest unsent
	// delivery, when that is due.
	Due(ctx context.Context, partition int, limit int) ([]Delivery, error)
	// Settle records the outcome under the lease; ErrConflict when it was lost.
	Settle(ctx context.Context, partition int, epoch uint64, d Delivery, s Settlement) error
}

// Settlement is what became of a delivery: sent, or to be tried again later,
// or given up with a reason.
type Settlement struct {
	Sent   bool
	Retry  bool
	Due    int64 // Unix milliseconds of the next try
	Reason string
}

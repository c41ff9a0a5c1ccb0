package bot

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"
)

// Deliver hands one message to a pushed channel. nil means that the channel
// has it; a *DeliveryError says what to do otherwise, any other error is
// tried again. It may be called again for a message that it took when that
// could not be recorded.
type Deliver interface {
	Deliver(ctx context.Context, d Delivery, address string, m Message) error
}

// DeliveryError says why a delivery failed and whether it is tried again, not
// before After from now. Err is kept and logged: no words, names or tokens
// may stand in it.
type DeliveryError struct {
	Retry bool
	After time.Duration
	Err   error
}

func (e *DeliveryError) Error() string { return e.Err.Error() }

func (e *DeliveryError) Unwrap() error { return e.Err }

// How the sender works.
const (
	senderPoll     = 200 * time.Millisecond // a look at everything
	senderGap      = 10 * time.Millisecond  // at least this between two looks
	senderAtOnce   = 64                     // conversations served at once
	senderBatch    = 100                    // conversations of a partition in one look
	leaseRenew     = 4 * time.Second        // a lease is renewed when older
	leaseRefused   = time.Second            // pause after another sender has it
	deliverTime    = 9 * time.Second        // leaseRenew + deliverTime < the lease
	deliverGrace   = 3 * time.Second        // for what is under way at the end
	firstBackoff   = 500 * time.Millisecond
	longestBackoff = time.Minute
	// DeliveryLife is how long a message is tried before it is given up.
	DeliveryLife = 24 * time.Hour
)

// Sender delivers what commits wrote for pushed channels: each conversation's
// messages strictly in order, never two at once of one conversation, several
// conversations in parallel. A message is sent at least once; twice only when
// the recording of a sending failed or the process was killed in between.
type Sender struct {
	// Owner names this sender to the leases; set it before Run or leave it ""
	// for a random name. A store that only this process can open should give a
	// fixed one: a restart then needn't wait for its own old leases to run out.
	Owner string

	store    senderStore
	channels map[Channel]Deliver
	log      *slog.Logger
	kick     chan struct{}
	slots    chan struct{}

	mu     sync.Mutex
	busy   map[ConversationID]bool
	leases map[int]*lease
	dirty  map[int]bool
}

type senderStore interface {
	Outbox
	Store
}

// lease is this process's view of one partition.
type lease struct {
	mu    sync.Mutex
	epoch uint64
	held  bool
	at    time.Time // of the last answer
}

// NewSender makes a sender; Run does the work. log nil is slog.Default.
func NewSender(store interface {
	Outbox
	Store
}, channels map[Channel]Deliver, log *slog.Logger) *Sender {
	if log == nil {
		log = slog.Default()
	}
	return &Sender{
		store: store, channels: channels, log: log,
		kick: make(chan struct{}, 1), slots: make(chan struct{}, senderAtOnce),
		busy: map[ConversationID]bool{}, leases: map[int]*lease{}, dirty: map[int]bool{},
	}
}

// Wake makes the sender look for a conversation's deliveries now instead of at
// its next poll. It never waits.
func (s *Sender) Wake(id ConversationID) {
	s.mark(s.store.PartitionOf(id))
	s.now()
}

// now makes the sender look at what is marked.
func (s *Sender) now() {
	select {
	case s.kick <- struct{}{}:
	default: // it has been told already
	}
}

// mark has a partition looked at, -1 all of them.
func (s *Sender) mark(part int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirty[part] = true
}

// Run delivers until ctx ends, then waits a few seconds for what is under way.
// It returns nil after such a stop.
func (s *Sender) Run(ctx context.Context) error {
	if s.Owner == "" {
		s.Owner = rand.Text()
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(deliverGrace, cancel) })()
	var wg sync.WaitGroup
	defer wg.Wait()
	poll := time.NewTicker(senderPoll)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
			s.mark(-1)
		case <-s.kick:
		}
		for _, part := range s.marked() {
			s.look(ctx, work, &wg, part)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(senderGap):
		}
	}
}

// marked returns the partitions to look at and forgets the marks.
func (s *Sender) marked() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.dirty[-1]
	var parts []int
	for p := range s.store.Partitions() {
		if all || s.dirty[p] {
			parts = append(parts, p)
		}
	}
	clear(s.dirty)
	return parts
}

// look starts the deliveries of a partition that are due.
func (s *Sender) look(ctx, work context.Context, wg *sync.WaitGroup, part int) {
	due, err := s.store.Due(ctx, part, senderBatch)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("look for deliveries", "partition", part, "err", err)
		}
		return
	}
	for _, d := range due {
		if !s.take(d.Conversation) {
			continue
		}
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			s.give(d.Conversation)
			return
		}
		wg.Go(func() {
			defer func() { <-s.slots }()
			again := s.serve(work, part, d)
			s.give(d.Conversation)
			if again {
				s.mark(part)
				s.now()
			}
		})
	}
}

// take claims a conversation within this process.
func (s *Sender) take(id ConversationID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[id] {
		return false
	}
	s.busy[id] = true
	return true
}

func (s *Sender) give(id ConversationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, id)
}

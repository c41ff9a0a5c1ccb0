package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
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

// Wake makes the sender look now instead of at its next poll. It never waits.
func (s *Sender) Wake() {
	s.mark(-1)
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
				select {
				case s.kick <- struct{}{}:
				default:
				}
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

// epoch returns the epoch of a lease that holds long enough for one delivery;
// ok is false when another sender has the partition.
func (s *Sender) epoch(ctx context.Context, part int) (epoch uint64, ok bool, err error) {
	s.mu.Lock()
	l := s.leases[part]
	if l == nil {
		l = &lease{}
		s.leases[part] = l
	}
	s.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	age := time.Since(l.at)
	if l.held && age < leaseRenew || !l.held && age < leaseRefused {
		return l.epoch, l.held, nil
	}
	at := time.Now() // before the call: the lease is at least this old
	epoch, ok, err = s.store.Lease(ctx, part, s.Owner)
	if err != nil {
		return 0, false, fmt.Errorf("lease partition %d: %w", part, err)
	}
	l.epoch, l.held, l.at = epoch, ok, at
	return epoch, ok, nil
}

// lost forgets a lease, so that it is asked for again.
func (s *Sender) lost(part int) {
	s.mu.Lock()
	l := s.leases[part]
	s.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = false
}

// serve sends one delivery and records what became of it. It says whether the
// conversation may have another one due now.
func (s *Sender) serve(ctx context.Context, part int, d Delivery) (again bool) {
	epoch, ok, err := s.epoch(ctx, part)
	if err != nil {
		s.log.Warn("no lease", "err", err)
	}
	if !ok {
		return false
	}
	// Another sender, or this one a moment ago, may have settled it since the
	// look: under the lease the answer can't change any more.
	if waits, err := s.waits(ctx, part, d); err != nil || !waits {
		return err == nil
	}
	outcome := s.outcome(d, s.send(ctx, d))
	for pause := firstBackoff; ; pause *= 2 {
		err = s.store.Settle(context.WithoutCancel(ctx), part, epoch, d, outcome)
		if err == nil || errors.Is(err, ErrConflict) || pause > 4*time.Second {
			break
		}
		select {
		case <-ctx.Done():
			pause = longestBackoff // one more try, then the end
		case <-time.After(pause):
		}
	}
	switch {
	case errors.Is(err, ErrConflict):
		s.lost(part)
		s.log.Warn("the lease was lost while sending", "partition", part)
	case err != nil:
		s.log.Error("what became of a delivery is not recorded", "conversation", d.Conversation, "seq", d.Seq, "err", err)
	case !outcome.Sent && !outcome.Retry:
		s.log.Warn("a message could not be delivered", "conversation", d.Conversation, "seq", d.Seq, "reason", outcome.Reason)
	}
	return err == nil && !outcome.Retry
}

// waits says whether d is still its conversation's next delivery.
func (s *Sender) waits(ctx context.Context, part int, d Delivery) (bool, error) {
	due, err := s.store.Due(ctx, part, senderBatch)
	if err != nil {
		return false, err
	}
	for _, now := range due {
		if now.Conversation == d.Conversation {
			return now.ID == d.ID && now.Attempts == d.Attempts, nil
		}
	}
	return false, nil
}

// Reasons for which a delivery is given up here.
var (
	errErased    = errors.New("the conversation or the message is gone")
	errNoChannel = errors.New("the channel is switched off")
	errTooOld    = errors.New("not delivered in time")
)

// send hands the delivery's message to its channel.
func (s *Sender) send(ctx context.Context, d Delivery) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &DeliveryError{Retry: true, Err: fmt.Errorf("panic: %T", p)} // its value may hold words
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, deliverTime)
	defer cancel()
	conv, err := s.store.Load(ctx, d.Conversation)
	if errors.Is(err, ErrNotFound) {
		return &DeliveryError{Err: errErased}
	}
	if err != nil {
		return err
	}
	list, err := s.store.Messages(ctx, d.Conversation, d.Seq-1, 1)
	switch {
	case err != nil:
		return err
	case len(list) == 0 || list[0].Seq != d.Seq:
		return &DeliveryError{Err: errErased}
	case time.Since(list[0].At) > DeliveryLife && d.Attempts > 0:
		return &DeliveryError{Err: errTooOld}
	}
	to := s.channels[d.Channel]
	if to == nil {
		return &DeliveryError{Retry: true, After: longestBackoff, Err: errNoChannel}
	}
	return to.Deliver(ctx, d, conv.Address, list[0])
}

// outcome turns the result of a sending into what is recorded.
func (s *Sender) outcome(d Delivery, err error) Settlement {
	if err == nil {
		return Settlement{Sent: true}
	}
	var de *DeliveryError
	if !errors.As(err, &de) {
		de = &DeliveryError{Retry: true, Err: errors.New("failed")}
		if errors.Is(err, ErrUnavailable) {
			de.Err = ErrUnavailable
		}
	}
	if !de.Retry {
		return Settlement{Reason: de.Error()}
	}
	pause := max(de.After, backoff(d.Attempts))
	s.log.Info("a delivery is tried again", "conversation", d.Conversation, "seq", d.Seq, "attempt", d.Attempts+1, "in", pause, "reason", de.Error())
	return Settlement{Retry: true, Due: time.Now().Add(pause).UnixMilli(), Reason: de.Error()}
}

// backoff doubles with each attempt, with jitter so that many don't come back
// at once.
func backoff(attempts int) time.Duration {
	d := longestBackoff
	if attempts < 7 {
		d = firstBackoff << attempts
	}
	return d/2 + mrand.N(d/2+1) // #nosec G404 -- jitter
}

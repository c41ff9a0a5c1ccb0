package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

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
	return d/2 + rand.N(d/2+1) // #nosec G404 -- jitter
}

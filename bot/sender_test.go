package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// outbox is a store of one partition in memory, as far as a sender needs one.
type outbox struct {
	Store

	mu      sync.Mutex
	waiting []Delivery
	failed  []string
	owner   string
	epoch   uint64
	busy    error // what Settle says once
}

func newOutbox(conversations, each int) *outbox {
	o := &outbox{}
	for n := range each {
		for c := range conversations {
			o.waiting = append(o.waiting, Delivery{
				ID: int64(n*conversations + c + 1), Conversation: ConversationID(fmt.Sprint("c", c)), Seq: Seq(n + 1), Channel: ChannelTelegram,
			})
		}
	}
	return o
}

func (o *outbox) Load(_ context.Context, id ConversationID) (*Conversation, error) {
	if id == "gone" {
		return nil, ErrNotFound
	}
	return &Conversation{ID: id, Address: ":" + string(id)}, nil
}

func (o *outbox) Messages(_ context.Context, _ ConversationID, after Seq, _ int) ([]Message, error) {
	return []Message{{Seq: after + 1, From: FromBot, Text: "tekst", At: time.Now()}}, nil
}

func (o *outbox) Partitions() int { return 1 }

func (o *outbox) PartitionOf(ConversationID) int { return 0 }

func (o *outbox) Lease(_ context.Context, _ int, owner string) (uint64, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.owner != "" && o.owner != owner {
		return 0, false, nil
	}
	if o.owner == "" {
		o.owner = owner
		o.epoch++
	}
	return o.epoch, true, nil
}

func (o *outbox) Due(_ context.Context, _ int, limit int) ([]Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var list []Delivery
	seen := map[ConversationID]bool{}
	for _, d := range o.waiting {
		if !seen[d.Conversation] && !d.Due.After(time.Now()) && len(list) < limit {
			list = append(list, d)
		}
		seen[d.Conversation] = true
	}
	return list, nil
}

func (o *outbox) Settle(_ context.Context, _ int, epoch uint64, d Delivery, s Settlement) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.busy; err != nil {
		o.busy = nil
		return err
	}
	if epoch != o.epoch {
		return ErrConflict
	}
	i := slices.IndexFunc(o.waiting, func(w Delivery) bool { return w.ID == d.ID })
	switch {
	case i < 0:
		return ErrNotFound
	case s.Retry:
		o.waiting[i].Attempts++
		o.waiting[i].Due = time.UnixMilli(s.Due)
	default:
		if !s.Sent {
			o.failed = append(o.failed, s.Reason)
		}
		o.waiting = slices.Delete(o.waiting, i, i+1)
	}
	return nil
}

// steal gives the partition to someone else and counts the epoch on.
func (o *outbox) steal(owner string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.owner = owner
	o.epoch++
}

func (o *outbox) left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.waiting)
}

// receiver is a channel that remembers what it was given; say decides.
type receiver struct {
	mu    sync.Mutex
	got   map[ConversationID][]Seq
	now   map[ConversationID]bool
	clash bool
	most  int
	say   func(d Delivery) error
}

func (r *receiver) Deliver(_ context.Context, d Delivery, _ string, _ Message) error {
	r.mu.Lock()
	if r.got == nil {
		r.got, r.now = map[ConversationID][]Seq{}, map[ConversationID]bool{}
	}
	r.clash = r.clash || r.now[d.Conversation]
	r.now[d.Conversation] = true
	r.most = max(r.most, len(r.now))
	r.got[d.Conversation] = append(r.got[d.Conversation], d.Seq)
	r.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	r.mu.Lock()
	delete(r.now, d.Conversation)
	r.mu.Unlock()
	if r.say == nil {
		return nil
	}
	return r.say(d)
}

// deliver runs a sender for a while.
func deliver(t *testing.T, o *outbox, r Deliver, d time.Duration) {
	t.Helper()
	s := NewSender(o, map[Channel]Deliver{ChannelTelegram: r}, slog.New(slog.DiscardHandler))
	s.Owner = "a"
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestSenderKeepsOrderWithinAndIsParallelAcross(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, r := newOutbox(10, 5), &receiver{}
		deliver(t, o, r, 3*time.Second)
		if o.left() != 0 || len(r.got) != 10 {
			t.Fatalf("%d deliveries are left, %d conversations were served", o.left(), len(r.got))
		}
		for id, seqs := range r.got {
			if !slices.Equal(seqs, []Seq{1, 2, 3, 4, 5}) {
				t.Errorf("%s got %v", id, seqs)
			}
		}
		if r.clash || r.most < 2 {
			t.Errorf("two at once of one conversation: %v; at once over all: %d", r.clash, r.most)
		}
	})
}

func TestSenderActsOnWhatTheChannelSays(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		want []Seq // that the channel was given within a minute
		gave string
	}{
		"a final error gives up and goes on":     {&DeliveryError{Err: errors.New("blocked")}, []Seq{1, 2}, "blocked"},
		"another error is tried again in order":  {errors.New("mijn geheim"), []Seq{1, 1, 2}, ""},
		"a wait is waited for":                   {&DeliveryError{Retry: true, After: 30 * time.Second, Err: errors.New("busy")}, []Seq{1, 1, 2}, ""},
		"an hour's wait is longer than a minute": {&DeliveryError{Retry: true, After: time.Hour, Err: errors.New("busy")}, []Seq{1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, once := newOutbox(1, 2), sync.Once{}
				r := &receiver{say: func(Delivery) (err error) {
					once.Do(func() { err = tc.err })
					return err
				}}
				deliver(t, o, r, time.Minute)
				if got := r.got["c0"]; !slices.Equal(got, tc.want) {
					t.Errorf("given %v, want %v", got, tc.want)
				}
				if tc.gave != "" && !slices.Equal(o.failed, []string{tc.gave}) || tc.gave == "" && len(o.failed) > 0 {
					t.Errorf("given up: %q", o.failed)
				}
			})
		})
	}
}

func TestSenderSurvivesAPanicOfTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, once := newOutbox(2, 1), sync.Once{}
		r := &receiver{say: func(Delivery) error {
			once.Do(func() { panic("mijn geheim") })
			return nil
		}}
		deliver(t, o, r, 10*time.Second)
		if o.left() != 0 {
			t.Errorf("%d are left", o.left())
		}
	})
}

func TestSenderLeavesWhatAnotherHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, r := newOutbox(1, 1), &receiver{}
		o.steal("b")
		deliver(t, o, r, 10*time.Second)
		if len(r.got) != 0 {
			t.Errorf("delivered without a lease: %v", r.got)
		}
	})
}

func TestSenderThatLostItsLeaseStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(1, 3)
		r := &receiver{say: func(d Delivery) error {
			if d.Seq == 2 {
				o.steal("b")
			}
			return nil
		}}
		deliver(t, o, r, 10*time.Second)
		if got := r.got["c0"]; !slices.Equal(got, []Seq{1, 2}) || o.left() != 2 {
			t.Errorf("given %v, %d left: the new owner has to send the second again", got, o.left())
		}
	})
}

func TestSenderRecordsAgainWhenTheStoreWasBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, r := newOutbox(1, 2), &receiver{}
		o.busy = ErrUnavailable
		deliver(t, o, r, 10*time.Second)
		if got := r.got["c0"]; !slices.Equal(got, []Seq{1, 2}) {
			t.Errorf("given %v: what was sent was sent again", got)
		}
	})
}

func TestSenderDropsWhatWasErased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, r := &outbox{waiting: []Delivery{{ID: 1, Conversation: "gone", Seq: 1, Channel: ChannelTelegram}}}, &receiver{}
		deliver(t, o, r, 5*time.Second)
		if o.left() != 0 || len(r.got) != 0 {
			t.Errorf("%d left, given %v", o.left(), r.got)
		}
	})
}

func TestBackoffGrowsToAMinute(t *testing.T) {
	for n := range 200 {
		d, longest := backoff(n), longestBackoff
		if n < 7 {
			longest = firstBackoff << n
		}
		if d < longest/2 || d > longest {
			t.Errorf("attempt %d waits %v, want %v to %v", n, d, longest/2, longest)
		}
	}
}

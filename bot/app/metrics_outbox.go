package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wegwijzer/bot"
)

// counting returns a store that counts what goes through it; the same when m
// is nil.
func (m *metrics) counting(s Store) Store {
	if m == nil {
		return s
	}
	return countingStore{s, m}
}

type countingStore struct {
	Store
	m *metrics
}

// Commit counts turns that were put in quarantine.
func (c countingStore) Commit(ctx context.Context, commit *bot.Commit) (bot.Receipt, error) {
	r, err := c.Store.Commit(ctx, commit)
	if err == nil && commit.Quarantine != nil && !r.Repeat {
		c.m.quarantined.Inc()
	}
	return r, err
}

// Settle counts what became of a delivery.
func (c countingStore) Settle(ctx context.Context, part int, epoch uint64, d bot.Delivery, o bot.Settlement) error {
	err := c.Store.Settle(ctx, part, epoch, d, o)
	if err != nil {
		return err
	}
	result := "failed"
	switch {
	case o.Sent:
		result = "sent"
	case o.Retry:
		result = "retried"
	}
	c.m.deliveries.WithLabelValues(string(d.Channel), result).Inc()
	return nil
}

// backlogCollector asks the store at each scrape what waits.
type backlogCollector struct {
	store Store
	clock func() time.Time
}

// The gauges that the collector reports.
var (
	outboxWaiting = prometheus.NewDesc("wegwijzer_outbox_waiting", "Messages that wait to be sent, by channel.", []string{"channel"}, nil)
	outboxOldest  = prometheus.NewDesc("wegwijzer_outbox_oldest_seconds", "Age of the oldest message that waits to be sent, by channel.", []string{"channel"}, nil)
	timersLate    = prometheus.NewDesc("wegwijzer_timers_late", "Timers that should have gone off more than a minute ago.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c backlogCollector) Describe(out chan<- *prometheus.Desc) {
	out <- outboxWaiting
	out <- outboxOldest
	out <- timersLate
}

// Collect implements prometheus.Collector.
func (c backlogCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	now := c.clock()
	b, err := c.store.Backlog(ctx, now)
	if err != nil {
		out <- prometheus.NewInvalidMetric(outboxWaiting, err)
		return
	}
	waiting := map[bot.Channel][2]float64{bot.ChannelTelegram: {}} // nought rather than nothing
	for ch, w := range b.Waiting {
		waiting[ch] = [2]float64{float64(w.Deliveries), max(0, now.Sub(w.Oldest).Seconds())}
	}
	for ch, w := range waiting {
		out <- prometheus.MustNewConstMetric(outboxWaiting, prometheus.GaugeValue, w[0], string(ch))
		out <- prometheus.MustNewConstMetric(outboxOldest, prometheus.GaugeValue, w[1], string(ch))
	}
	out <- prometheus.MustNewConstMetric(timersLate, prometheus.GaugeValue, float64(b.LateTimers))
}

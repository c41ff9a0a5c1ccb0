package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// metrics counts what an operator must see. No label holds anything of a
// resident.
type metrics struct {
	registry *prometheus.Registry
	turns    *prometheus.HistogramVec
	// deliveries counts what became of messages that were sent to a channel;
	// quarantined the turns that failed.
	deliveries  *prometheus.CounterVec
	quarantined prometheus.Counter
}

// newMetrics counts a service's turns from now on.
func newMetrics(a *App) *metrics {
	b := a.Bot
	m := &metrics{
		registry: prometheus.NewRegistry(),
		turns: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wegwijzer_turn_seconds", Help: "Time from a message to its durable commit, by result.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
		}, []string{"result"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wegwijzer_deliveries_total", Help: "What became of tries to send a message, by channel and result: sent, retried, failed.",
		}, []string{"channel", "result"}),
		quarantined: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "wegwijzer_quarantined_total", Help: "Turns that failed and were put aside, with a kind sentence to the resident.",
		}),
	}
	for _, result := range []string{"sent", "retried", "failed"} {
		m.deliveries.WithLabelValues(string(bot.ChannelTelegram), result) // nought until it happens
	}
	b.Store = m.counting(a.Store)
	m.registry.MustRegister(m.turns, m.deliveries, m.quarantined, caseCollector{b}, backlogCollector{a.Store, b.Clock},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	b.OnTurn = func(took time.Duration, err error) {
		result := "kept"
		if err != nil {
			result = string(bot.KindOf(err))
		}
		m.turns.WithLabelValues(result).Observe(took.Seconds())
	}
	return m
}

// caseCollector asks the store at each scrape: how many cases are open, and
// how long the oldest untaken one waits.
type caseCollector struct{ bot *bot.Bot }

// The gauges that the collector reports.
var (
	openCases  = prometheus.NewDesc("wegwijzer_cases_open", "Open cases by status.", []string{"status"}, nil)
	oldestCase = prometheus.NewDesc("wegwijzer_case_oldest_seconds", "Age of the oldest case that nobody took.", nil, nil)
	overdue    = prometheus.NewDesc("wegwijzer_cases_overdue", "Open cases whose term is over.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c caseCollector) Describe(out chan<- *prometheus.Desc) {
	out <- openCases
	out <- oldestCase
	out <- overdue
}

// Collect implements prometheus.Collector.
func (c caseCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	rows, err := c.bot.Cases.Cases(ctx, bot.CaseQuery{Status: cases.OpenStatuses(), Limit: 100000})
	if err != nil {
		out <- prometheus.NewInvalidMetric(openCases, err)
		return
	}
	now := c.bot.Clock()
	counts := map[cases.Status]int{}
	for _, status := range cases.OpenStatuses() {
		counts[status] = 0
	}
	var oldest time.Duration
	late := 0
	for _, r := range rows {
		counts[r.Status]++
		if r.Status == cases.StatusAssigned {
			oldest = max(oldest, now.Sub(r.Opened))
		}
		if r.Mark == cases.StageOver || !r.Contacted && r.Due.Before(now) {
			late++
		}
	}
	for status, n := range counts {
		out <- prometheus.MustNewConstMetric(openCases, prometheus.GaugeValue, float64(n), string(status))
	}
	out <- prometheus.MustNewConstMetric(oldestCase, prometheus.GaugeValue, oldest.Seconds())
	out <- prometheus.MustNewConstMetric(overdue, prometheus.GaugeValue, float64(late))
}

// serveMetrics answers /metrics on an address of its own until ctx ends.
func (a *App) serveMetrics(ctx context.Context, m *metrics) error {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", a.Config.Metrics.Addr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		err := s.Close()
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}
}

package channels

import (
	"container/list"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

// Rate is so many requests a minute, of which Burst may come at once.
type Rate struct{ PerMinute, Burst int }

// Limits keeps one client or one conversation from taking all. The zero value
// keeps no limit.
type Limits struct {
	Enabled bool
	// Client counts what one address (IPv6: one /64) sends to be stored. Many
	// people may share an address: a library, a hall of residence.
	Client Rate
	// Reads counts everything else that one address asks for.
	Reads Rate
	// Conversation counts what is sent to one conversation.
	Conversation Rate
	// Streams is how many event streams one address may hold open.
	Streams int
}

// DefaultLimits are roomy for people and narrow for programs.
func DefaultLimits() Limits {
	return Limits{
		Enabled:      true,
		Client:       Rate{PerMinute: 120, Burst: 60},
		Reads:        Rate{PerMinute: 900, Burst: 300},
		Conversation: Rate{PerMinute: 60, Burst: 30},
		Streams:      100,
	}
}

// maxBuckets bounds the memory: about 10 MB when full.
const maxBuckets = 50_000

type bucket struct {
	key   string
	limit *rate.Limiter
}

// limiter keeps a token bucket a key, the longest unused forgotten first.
type limiter struct {
	limits Limits
	mu     sync.Mutex
	byKey  map[string]*list.Element
	recent *list.List
	max    int
	open   map[string]int // streams by network
}

func newLimiter(l Limits) *limiter {
	return &limiter{limits: l, byKey: map[string]*list.Element{}, recent: list.New(), max: maxBuckets, open: map[string]int{}}
}

// wait takes one from the key's bucket; above zero it took nothing and says
// how long until there is one.
func (l *limiter) wait(key string, r Rate, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.byKey[key]
	if ok {
		l.recent.MoveToFront(e)
	} else {
		e = l.recent.PushFront(&bucket{key, rate.NewLimiter(rate.Limit(float64(r.PerMinute)/60), r.Burst)})
		l.byKey[key] = e
		if l.recent.Len() > l.max {
			last := l.recent.Back()
			l.recent.Remove(last)
			delete(l.byKey, last.Value.(*bucket).key)
		}
	}
	res := e.Value.(*bucket).limit.ReserveN(now, 1)
	if !res.OK() {
		return time.Minute
	}
	wait := res.DelayFrom(now)
	if wait > 0 {
		res.CancelAt(now)
	}
	return wait
}

// LimitClients is the middleware for a door that people's browsers and
// programs use: it counts by client, what changes something apart from what
// only reads.
func (s *Server) LimitClients(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		kind, r := "read ", s.limiter.limits.Reads
		if m := c.Request().Method; m != http.MethodGet && m != http.MethodHead {
			kind, r = "send ", s.limiter.limits.Client
		}
		if err := s.limit(c, kind+Network(c.RealIP()), r); err != nil {
			return err
		}
		return next(c)
	}
}

// LimitConversation counts one message to the conversation with this id; the
// error is the 429 answer, to be returned as it is.
func (s *Server) LimitConversation(c echo.Context, id string) error {
	return s.limit(c, "conversation "+id, s.limiter.limits.Conversation)
}

// OpenStream counts an event stream that its client opens; release must be
// called when it ends. The error is the 429 answer.
func (s *Server) OpenStream(c echo.Context) (release func(), err error) {
	l, key := s.limiter, Network(c.RealIP())
	if !l.limits.Enabled {
		return func() {}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[key] >= l.limits.Streams {
		c.Response().Header().Set(echo.HeaderRetryAfter, "30")
		return nil, echo.NewHTTPError(http.StatusTooManyRequests)
	}
	l.open[key]++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.open[key]--; l.open[key] == 0 {
			delete(l.open, key)
		}
	}, nil
}

func (s *Server) limit(c echo.Context, key string, r Rate) error {
	if !s.limiter.limits.Enabled {
		return nil
	}
	wait := s.limiter.wait(key, r, time.Now())
	if wait <= 0 {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
	return echo.NewHTTPError(http.StatusTooManyRequests)
}

// Network is the part of an address that one subscriber has: a whole IPv4
// address, the first 64 bits of an IPv6 one.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}

// Package channels holds what all doors on HTTP share: the server with its
// timeouts and limits, the security headers, and one form for errors. The
// doors themselves are the packages below it; each adds its routes to the
// server's Echo.
package channels

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// MaxBody is the largest request body in bytes; a larger one is answered 413.
const MaxBody = 64 << 10

// Config is what the server needs to know. The zero value works: no proxy is
// trusted, no limit is kept, nothing is logged, /readyz says yes.
type Config struct {
	// TrustedProxies are the networks whose X-Forwarded-For is believed. None:
	// the client is who connects.
	TrustedProxies []netip.Prefix
	Limits         Limits
	// Emergency stands in 429 and 503 answers; nil means NationalNumbers.
	Emergency []Number
	// Ready says why no message can be taken now; nil means always ready.
	Ready func(context.Context) error
	// SecurityContact is a mailto: or https: address for /.well-known/security.txt;
	// empty means that the file isn't served.
	SecurityContact string
	// Log gets one line for each error that isn't the caller's; nil means none.
	Log *slog.Logger
}

// Server is the HTTP server with what all doors share.
type Server struct {
	cfg     Config
	echo    *echo.Echo
	http    *http.Server
	limiter *limiter
	closing chan struct{}
	once    sync.Once
}

// NewServer makes a server that answers the shared addresses; doors add theirs
// to Echo before Serve. It opens nothing.
func NewServer(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Emergency == nil {
		cfg.Emergency = NationalNumbers()
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	s := &Server{cfg: cfg, echo: e, limiter: newLimiter(cfg.Limits), closing: make(chan struct{})}
	s.http = &http.Server{
		Handler:           e,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	s.http.RegisterOnShutdown(s.stopStreams)
	e.IPExtractor = clientIP(cfg.TrustedProxies)
	e.HTTPErrorHandler = s.handleError
	e.Use(headers, s.recover, crossOrigin(), bodyLimit)
	s.health()
	return s
}

// Echo is where a door adds its routes.
func (s *Server) Echo() *echo.Echo { return s.echo }

// Get adds an address that is read; HEAD, as monitors and link checkers send
// it, gets the same answer without a body.
func (s *Server) Get(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	s.echo.GET(path, h, m...)
	s.echo.HEAD(path, h, m...)
}

// Emergency are the numbers that stand in every "not now" answer.
func (s *Server) Emergency() []Number { return s.cfg.Emergency }

// Closing is closed when the server stops: a stream then ends by itself, since
// stopping waits for requests in flight.
func (s *Server) Closing() <-chan struct{} { return s.closing }

// Serve answers on ln until ctx ends, then finishes the requests in flight, at
// most ten seconds long. It returns nil after such a stop.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(ln) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("stop %s: %w", ln.Addr(), err), s.http.Close())
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

func (s *Server) stopStreams() { s.once.Do(func() { close(s.closing) }) }

// clientIP believes X-Forwarded-For from the trusted networks only. Echo's
// default believes it from everybody.
func clientIP(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{
		echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false),
	}
	for _, p := range trusted {
		p = p.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP:   p.Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

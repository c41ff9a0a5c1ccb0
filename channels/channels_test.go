package channels

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
)

func TestProblemOfEachKind(t *testing.T) {
	s := NewServer(Config{})
	tests := []struct {
		name   string
		err    error
		status int
		says   string
	}{
		{"invalid", &bot.Error{Kind: bot.KindInvalid, Public: "Zo niet."}, 422, "Zo niet."},
		{"unauthorized", &bot.Error{Kind: bot.KindUnauthorized}, 401, "toegang"},
		{"forbidden", &bot.Error{Kind: bot.KindForbidden}, 403, "mag niet"},
		{"not found", &bot.Error{Kind: bot.KindNotFound}, 404, "niet meer"},
		{"conflict", &bot.Error{Kind: bot.KindConflict}, 409, "past niet"},
		{"too large", &bot.Error{Kind: bot.KindTooLarge}, 413, "te groot"},
		{"too many", &bot.Error{Kind: bot.KindTooMany}, 429, "112"},
		{"unavailable", &bot.Error{Kind: bot.KindUnavailable}, 503, "0800-2000"},
		{"internal", &bot.Error{Kind: bot.KindInternal, Err: errors.New("geheim")}, 500, "112"},
		{"store away", bot.ErrUnavailable, 503, "113"},
		{"absent in the store", bot.ErrNotFound, 404, "niet meer"},
		{"anything else", errors.New("geheim"), 500, "mis"},
		{"Echo's own", echo.ErrMethodNotAllowed, 405, "adres"},
		{"a body cut off", &http.MaxBytesError{Limit: 1}, 413, "te groot"},
		{"a sentence of a door", NewError(400, "Dat kan niet.", errors.New("geheim")), 400, "Dat kan niet."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := s.Problem(tt.err)
			if p.Status != tt.status || !strings.Contains(p.Detail, tt.says) || strings.Contains(p.Detail, "geheim") {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestLimiter(t *testing.T) {
	l := newLimiter(Limits{Enabled: true})
	now := time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)
	r := Rate{PerMinute: 60, Burst: 3}
	for i := range 3 {
		if wait := l.wait("a", r, now); wait != 0 {
			t.Errorf("request %d waits %v", i+1, wait)
		}
	}
	for range 100 { // being refused costs nothing
		if wait := l.wait("a", r, now); wait != time.Second {
			t.Fatalf("the fourth waits %v, want 1s", wait)
		}
	}
	if wait := l.wait("b", r, now); wait != 0 {
		t.Errorf("another key waits %v", wait)
	}
	if wait := l.wait("a", r, now.Add(time.Second)); wait != 0 {
		t.Errorf("a second later it waits %v", wait)
	}
}

func TestLimiterForgetsTheLongestUnused(t *testing.T) {
	l := newLimiter(Limits{Enabled: true})
	l.max = 2
	now := time.Now()
	r := Rate{PerMinute: 1, Burst: 1}
	l.wait("a", r, now)
	l.wait("b", r, now)
	l.wait("a", r, now)
	l.wait("c", r, now) // b goes
	if len(l.byKey) != 2 || l.recent.Len() != 2 {
		t.Fatalf("%d keys kept", len(l.byKey))
	}
	if l.wait("a", r, now) == 0 {
		t.Error("a was forgotten, b should be")
	}
	if l.wait("b", r, now) != 0 {
		t.Error("b was kept")
	}
}

func TestNetworkOfAClient(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":          "192.0.2.7",
		"::ffff:192.0.2.7":   "192.0.2.7",
		"2001:db8:1:2:3::4":  "2001:db8:1:2::/64",
		"2001:db8:1:2:ff::9": "2001:db8:1:2::/64",
		"fe80::1%eth0":       "fe80::/64",
		"":                   "",
	} {
		if got := Network(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	tests := map[string]struct {
		trusted              []netip.Prefix
		remote, header, want string
	}{
		"a forged header is not believed":         {nil, "203.0.113.9:1", "192.0.2.1", "203.0.113.9"},
		"a forged header over loopback":           {nil, "127.0.0.1:1", "192.0.2.1", "127.0.0.1"},
		"a trusted proxy is believed":             {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "10.1.2.3:1", "192.0.2.1", "192.0.2.1"},
		"only what the trusted proxy added":       {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "10.1.2.3:1", "198.51.100.1, 192.0.2.1", "192.0.2.1"},
		"another private address isn't a proxy":   {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "192.168.1.1:1", "192.0.2.1", "192.168.1.1"},
		"loopback isn't a proxy unless told":      {[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "127.0.0.1:1", "192.0.2.1", "127.0.0.1"},
		"a trusted proxy on an IPv6 address":      {[]netip.Prefix{netip.MustParsePrefix("fd00::/8")}, "[fd00::1]:1", "2001:db8::1", "2001:db8::1"},
		"a trusted proxy that is a single number": {[]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, "127.0.0.1:1", "192.0.2.1", "192.0.2.1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			req := httptest.NewRequest("GET", "/", nil)
			req.RemoteAddr = tt.remote
			req.Header.Set("X-Forwarded-For", tt.header)
			if got := clientIP(tt.trusted)(req); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSharedAddresses(t *testing.T) {
	var broken error
	s := NewServer(Config{
		Ready:           func(context.Context) error { return broken },
		SecurityContact: "mailto:beveiliging@voorbeeld.example",
	})
	get := func(path string, headers ...string) *httptest.ResponseRecorder {
		req := httptest.NewRequest("GET", path, nil)
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res := httptest.NewRecorder()
		s.Echo().ServeHTTP(res, req)
		return res
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if res := get(path); res.Code != 200 {
			t.Errorf("%s: %d", path, res.Code)
		}
	}
	broken = errors.New("disk full")
	if res := get("/healthz"); res.Code != 200 {
		t.Errorf("alive: %d", res.Code)
	}
	res := get("/readyz")
	var p Problem
	if err := json.Unmarshal(res.Body.Bytes(), &p); err != nil || res.Code != 503 || len(p.Emergency) == 0 ||
		strings.Contains(p.Detail, "disk") || res.Header().Get("Retry-After") == "" {
		t.Errorf("not ready: %d %+v %v", res.Code, p, err)
	}
	text := get("/.well-known/security.txt").Body.String()
	_, after, _ := strings.Cut(text, "Expires: ")
	line, _, _ := strings.Cut(after, "\n")
	expires, err := time.Parse(time.RFC3339, line)
	if err != nil || time.Until(expires) < 24*time.Hour || !strings.HasPrefix(text, "Contact: mailto:") {
		t.Errorf("security.txt: %v %q", err, text)
	}
	if res := get("/nergens", "Accept", "text/html"); res.Code != 404 || !strings.Contains(res.Body.String(), "tel:112") {
		t.Errorf("a page for people: %d %s", res.Code, res.Body)
	}
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	s := NewServer(Config{})
	if s.http.ReadHeaderTimeout == 0 || s.http.ReadTimeout == 0 || s.http.WriteTimeout == 0 || s.http.IdleTimeout == 0 {
		t.Error("a timeout is missing")
	}
	s.http.ReadHeaderTimeout = 100 * time.Millisecond
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if _, err := conn.Read(make([]byte, 1000)); errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("the connection is still open after five seconds")
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestDial(t *testing.T) {
	for in, want := range map[string]string{
		"112": "tel:112", "113 of 0800-0113": "tel:113", "+31 85 000 00 01": "tel:+31850000001", `1"><script>`: "tel:1",
	} {
		if got := string(Dial(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

package botapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Call is one call that was recorded: At is when it came in.
type Call struct {
	Token  string
	Method string
	Params map[string]any
	// FileSize is that of the document of the call, 0 for none.
	FileSize int64
	At       time.Time
	// Code is what was answered: 200, an error, or 0 for no answer at all.
	Code int
	// Done says that what was asked was done, whatever was answered.
	Done bool
}

// Chat returns the chat that the call is about, 0 when it is about none.
func (c Call) Chat() int64 {
	n, _ := c.Params["chat_id"].(float64)
	return int64(n)
}

// Text returns the text of the call, "" when it has none.
func (c Call) Text() string {
	s, _ := c.Params["text"].(string)
	return s
}

// Server is the Bot API. It is safe for concurrent use. Use Start in a test,
// New and an http.Server elsewhere.
type Server struct {
	// URL is set by Start.
	URL  string
	spec *Spec

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change
	calls   []Call
	faults  []string
	planned map[string][]Fault
	onCall  func(Call) Fault
	bots    map[string]*bot
	nextID  int64
	stop    chan struct{}
}

// New makes a server with the specification.
func New() (*Server, error) {
	spec, err := LoadSpec()
	if err != nil {
		return nil, err
	}
	return &Server{
		spec: spec, changed: make(chan struct{}), planned: map[string][]Fault{},
		bots: map[string]*bot{}, nextID: 1000, stop: make(chan struct{}),
	}, nil
}

// Start runs a server for a test, and at its end checks that no call broke
// the specification.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	s.URL = h.URL
	t.Cleanup(func() {
		close(s.stop)
		h.CloseClientConnections()
		h.Close()
		s.Check(t)
	})
	return s
}

// Check fails the test when a call broke the specification.
func (s *Server) Check(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		t.Errorf("Bot API: %s", f)
	}
}

// Faults returns what calls did wrong, in order.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.faults...)
}

// ForgetFaults is for a test that breaks the specification on purpose.
func (s *Server) ForgetFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Next plans faults for the next calls of a method ("" is any), in order.
func (s *Server) Next(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.planned[method] = append(s.planned[method], faults...)
}

// OnCall decides on each call for which nothing is planned; nil stops that.
// f must be safe for concurrent use.
func (s *Server) OnCall(f func(Call) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall = f
}

// Calls returns the calls of a method in order; "" is all.
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			list = append(list, c)
		}
	}
	return list
}

type answer struct {
	OK          bool           `json:"ok"`
	Result      any            `json:"result,omitempty"`
	ErrorCode   int            `json:"error_code,omitempty"`
	Description string         `json:"description,omitempty"`
	Parameters  map[string]any `json:"parameters,omitempty"`
}

func (a answer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	if a.ErrorCode != 0 {
		w.WriteHeader(a.ErrorCode)
	}
	_ = json.NewEncoder(w).Encode(a) // the caller may be gone
}

var address = regexp.MustCompile(`^/bot(\d+:[A-Za-z0-9_-]+)/(\w+)$`)

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m := address.FindStringSubmatch(r.URL.Path)
	if m == nil {
		answer{ErrorCode: http.StatusNotFound, Description: "Not Found"}.write(w)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
	if tooLarge := new(http.MaxBytesError); err != nil && !errors.As(err, &tooLarge) {
		panic(http.ErrAbortHandler) // the caller died within its call, which asked nothing then
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := Call{Token: m[1], Method: m[2], At: time.Now()}
	if err != nil {
		s.refuse(w, c, err)
		return
	}
	if c.Params, err = s.spec.params(r, c.Method); err == nil {
		err = s.spec.Check(c.Method, c.Params)
	}
	if err != nil {
		s.refuse(w, c, err)
		return
	}
	if r.MultipartForm != nil {
		for _, f := range r.MultipartForm.File["document"] {
			c.FileSize = f.Size
		}
	}
	if c.Method == "getUpdates" {
		s.poll(w, r, c)
		return
	}
	f := s.fault(c)
	a := answer{OK: true}
	if f.none() || f.Accept {
		a = s.do(c)
		c.Done = a.OK
	}
	c.Code = http.StatusOK
	switch {
	case f.Drop:
		c.Code = 0
	case !f.none():
		c.Code = f.Code
	case !a.OK:
		c.Code = a.ErrorCode
	}
	s.record(c)
	if !f.none() {
		f.fail(w, r)
		return
	}
	a.write(w)
}

// refuse answers a call that breaks the specification.
func (s *Server) refuse(w http.ResponseWriter, c Call, err error) {
	s.mu.Lock()
	s.faults = append(s.faults, err.Error())
	s.mu.Unlock()
	c.Code = http.StatusBadRequest
	s.record(c)
	answer{ErrorCode: c.Code, Description: "Bad Request: " + strings.ReplaceAll(err.Error(), "\n", "; ")}.write(w)
}

func (s *Server) fault(c Call) Fault {
	s.mu.Lock()
	for _, name := range []string{c.Method, ""} {
		if list := s.planned[name]; len(list) > 0 {
			s.planned[name] = list[1:]
			s.mu.Unlock()
			return list[0]
		}
	}
	f := s.onCall
	s.mu.Unlock()
	if f == nil {
		return Fault{}
	}
	return f(c)
}

func (s *Server) record(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.wake()
}

// wake tells everyone who waits that something changed; s.mu is held.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait returns when ok holds; it fails the test after d.
func (s *Server) Wait(t testing.TB, d time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(d)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond): // what is waited for may be elsewhere
		case <-deadline.C:
			t.Fatalf("after %v: %s, which didn't come; calls: %s", d, what, s.overview())
		}
	}
}

func (s *Server) overview() string {
	var b strings.Builder
	for _, c := range s.Calls("") {
		fmt.Fprintf(&b, "\n  %s %d %d %.60q", c.Method, c.Chat(), c.Code, c.Text())
	}
	return b.String()
}

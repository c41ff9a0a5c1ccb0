package web

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

// event is one Server-Sent Event; a comment has only its text.
type event struct{ id, name, data, comment string }

// listen opens a stream; next returns its events one by one and fails the test
// when none comes.
func (r *rig) listen(base, token, after string) (next func() event, stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", r.http.URL+base+"/events", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		r.t.Fatalf("stream: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	events := make(chan event, 1000)
	go func() {
		defer close(events)
		defer res.Body.Close() //nolint:errcheck // ended by cancel
		readEvents(bufio.NewScanner(res.Body), events)
	}()
	return func() event {
		r.t.Helper()
		select {
		case e := <-events:
			return e
		case <-time.After(time.Minute):
			r.t.Fatal("no event came")
			return event{}
		}
	}, cancel
}

func readEvents(lines *bufio.Scanner, to chan<- event) {
	var e event
	for lines.Scan() {
		line := lines.Text()
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			if e != (event{}) {
				to <- e
			}
			e = event{}
		case name == "":
			e.comment = "#"
		case name == "id":
			e.id = value
		case name == "event":
			e.name = value
		case name == "data":
			e.data = value
		}
	}
}

func TestStream(t *testing.T) {
	cfg := testConfig()
	cfg.Heartbeat = 50 * time.Millisecond
	cfg.Typing = channels.NewTyping()
	r := newRig(t, cfg, channels.Limits{})
	base, token := r.open()
	next, stop := r.listen(base, token, "")
	defer stop()
	// skip returns the next event with a name.
	skip := func() event {
		t.Helper()
		for {
			if e := next(); e.name != "" {
				return e
			}
		}
	}
	if e := skip(); e.name != "status" || !strings.Contains(e.data, `"status":"bot"`) {
		t.Errorf("first event: %+v", e)
	}
	for _, id := range []string{"1", "2"} {
		if e := skip(); e.name != "message" || e.id != id {
			t.Errorf("opening message %s: %+v", id, e)
		}
	}
	if res, body := r.do("POST", base+"/messages", token, `{"id":"a","text":"hoi"}`); res.StatusCode != 202 {
		t.Fatalf("send: %d %s", res.StatusCode, body)
	}
	mine, answer := skip(), skip()
	var m bot.Message
	if err := json.Unmarshal([]byte(mine.data), &m); err != nil || m.From != bot.FromResident || m.Text != "hoi" {
		t.Errorf("own message: %+v %v", mine, err)
	}
	if answer.id != "4" || !strings.Contains(answer.data, "U zei: hoi") {
		t.Errorf("answer: %+v", answer)
	}
	r.bot.supporter("conv1", "Dag, ik ben Fatima.")
	if e := skip(); e.name != "status" || !strings.Contains(e.data, "Stichting Voorbeeld") {
		t.Errorf("the status comes before a supporter's words: %+v", e)
	}
	if e := skip(); e.id != "5" || !strings.Contains(e.data, `"ondersteuner"`) {
		t.Errorf("a supporter's words: %+v", e)
	}
	cfg.Typing.Signal("conv1")
	if e := skip(); e.name != "typing" {
		t.Errorf("typing: %+v", e)
	}
	for e := next(); e.comment == ""; e = next() {
		t.Logf("before the heartbeat: %+v", e)
	}
}

func TestStreamGoesOnAfterLastEventID(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	r.bot.fill("conv1", 3*batch+1)
	next, stop := r.listen(base, token, "5")
	defer stop()
	if e := next(); e.name != "status" {
		t.Fatalf("first: %+v", e)
	}
	for seq := 6; seq <= 3*batch+3; seq++ {
		var m bot.Message
		if err := json.Unmarshal([]byte(next().data), &m); err != nil || int(m.Seq) != seq {
			t.Fatalf("got seq %d (%v), want %d", m.Seq, err, seq)
		}
	}
}

func TestStreamsOfOneClientAreCounted(t *testing.T) {
	many := channels.Rate{PerMinute: 6000, Burst: 1000}
	r := newRig(t, testConfig(), channels.Limits{Enabled: true, Client: many, Reads: many, Conversation: many, Streams: 2})
	base, token := r.open()
	_, stop := r.listen(base, token, "")
	_, stopOther := r.listen(base, token, "")
	defer stopOther()
	if res, body := r.do("GET", base+"/events", token, ""); res.StatusCode != 429 || !strings.Contains(body, "0800-2000") {
		t.Errorf("the third: %d %s", res.StatusCode, body)
	}
	stop()
	waitFor(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "GET", r.http.URL+base+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close() //nolint:errcheck // nothing to lose
		return res.StatusCode == 200
	})
}

func TestStreamEndsWhenTheConversationIsErased(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	next, stop := r.listen(base, token, "")
	defer stop()
	r.do("DELETE", base, token, "")
	for range 5 {
		if next() == (event{}) {
			return
		}
	}
	t.Error("the stream goes on")
}

func TestStopEndsStreams(t *testing.T) {
	b := newFakeBot()
	w, err := New(b, testConfig())
	if err != nil {
		t.Fatal(err)
	}
	s := channels.NewServer(channels.Config{})
	w.Mount(s)
	ln := listenTCP(t)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	opened, err := b.Open(ctx, bot.Opening{Gemeente: "medemblik"})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, bot: b, web: w}
	r.http = serverAt(ln.Addr().String())
	next, stop := r.listen("/api/v1/conversations/"+string(opened.ID), opened.Token, "")
	defer stop()
	next()
	cancel()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the server waits for the stream")
	}
}

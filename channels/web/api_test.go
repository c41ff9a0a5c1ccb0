package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/knowledge"
)

// rig is a door on a real port with a fake bot behind it.
type rig struct {
	t    *testing.T
	bot  *fakeBot
	web  *Web
	http *httptest.Server
}

func testConfig() Config {
	return Config{
		Gemeenten: []Gemeente{
			{ID: "medemblik", Name: "Medemblik", Phone: "085 000 00 10", Sites: []string{"https://www.medemblik.example"}},
			{ID: "opmeer", Name: "Opmeer", Phone: "085 000 00 20"},
		},
		Example: true,
	}
}

func newRig(t *testing.T, cfg Config, limits channels.Limits) *rig {
	t.Helper()
	r := &rig{t: t, bot: newFakeBot()}
	var err error
	if r.web, err = New(r.bot, cfg); err != nil {
		t.Fatal(err)
	}
	s := channels.NewServer(channels.Config{Limits: limits, SecurityContact: "mailto:beveiliging@voorbeeld.example"})
	r.web.Mount(s)
	r.http = httptest.NewServer(s.Echo())
	t.Cleanup(r.http.Close)
	return r
}

// do sends a request; token and body may be empty.
func (r *rig) do(method, path, token, body string, headers ...string) (*http.Response, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.http.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res, string(text)
}

// open opens a conversation over the API.
func (r *rig) open() (base, token string) {
	r.t.Helper()
	res, body := r.do("POST", "/api/v1/conversations", "", `{"gemeente":"medemblik","lang":"nl"}`)
	if res.StatusCode != http.StatusCreated {
		r.t.Fatalf("open: %d %s", res.StatusCode, body)
	}
	var opened bot.Opened
	if err := json.Unmarshal([]byte(body), &opened); err != nil {
		r.t.Fatal(err)
	}
	return "/api/v1/conversations/" + string(opened.ID), opened.Token
}

func TestConversationOverTheAPI(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	if diff := cmp.Diff([]bot.Opening{{Gemeente: "medemblik", Lang: knowledge.NL, Channel: bot.ChannelWeb}}, r.bot.opened); diff != "" {
		t.Error(diff)
	}
	first, answer := r.do("POST", base+"/messages", token, `{"id":"a1","text":" ik kan de huur niet betalen "}`)
	again, repeated := r.do("POST", base+"/messages", token, `{"id":"a1","text":"ik kan de huur niet betalen"}`)
	if first.StatusCode != http.StatusAccepted || again.StatusCode != http.StatusAccepted || answer != repeated {
		t.Errorf("same id twice: %d %q, then %d %q", first.StatusCode, answer, again.StatusCode, repeated)
	}
	if n, _ := r.bot.counts(); n != 1 {
		t.Errorf("%d effects of one message", n)
	}
	res, body := r.do("GET", base, token, "")
	var v bot.View
	if err := json.Unmarshal([]byte(body), &v); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("view: %d %v", res.StatusCode, err)
	}
	if got := v.Messages[2]; got.From != bot.FromResident || got.Text != "ik kan de huur niet betalen" {
		t.Errorf("the resident's message is %+v", got)
	}
	if res, body := r.do("DELETE", base, token, ""); res.StatusCode != http.StatusNoContent || body != "" {
		t.Errorf("erase: %d %q", res.StatusCode, body)
	}
	if res, body := r.do("GET", base, token, ""); res.StatusCode != http.StatusNotFound || !strings.Contains(body, "wet") {
		t.Errorf("after erasing: %d %s", res.StatusCode, body)
	}
}

func TestBadInput(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	_, other := r.open()
	tests := map[string]struct {
		method, path, token, body string
		status                    int
		says                      string
		headers                   []string
	}{
		"unknown gemeente names known ones": {"POST", "/api/v1/conversations", "", `{"gemeente":"atlantis"}`, 404, "medemblik, opmeer", nil},
		"no gemeente":                       {"POST", "/api/v1/conversations", "", `{}`, 422, sayGemeente, nil},
		"unknown language":                  {"POST", "/api/v1/conversations", "", `{"gemeente":"opmeer","lang":"xx"}`, 422, "taal", nil},
		"malformed JSON":                    {"POST", base + "/messages", token, `{"id":`, 400, sayJSON, nil},
		"JSON of another shape":             {"POST", base + "/messages", token, `{"id":1,"text":{}}`, 400, sayJSON, nil},
		"two documents":                     {"POST", base + "/messages", token, `{"id":"a","text":"x"}{}`, 400, sayJSON, nil},
		"invalid UTF-8":                     {"POST", base + "/messages", token, "{\"id\":\"a\",\"text\":\"\xff\"}", 400, sayUTF8, nil},
		"empty text":                        {"POST", base + "/messages", token, `{"id":"a","text":" \n "}`, 422, sayEmpty, nil},
		"text and choice":                   {"POST", base + "/messages", token, `{"id":"a","text":"x","choice":"geld"}`, 422, sayBoth, nil},
		"no id":                             {"POST", base + "/messages", token, `{"text":"x"}`, 422, sayID, nil},
		"id with a line break":              {"POST", base + "/messages", token, `{"id":"a\nb","text":"x"}`, 422, sayID, nil},
		"8,001 characters":                  {"POST", base + "/messages", token, `{"id":"a","text":"` + strings.Repeat("é", 8001) + `"}`, 413, sayTooLong, nil},
		"65,537 bytes":                      {"POST", base + "/messages", token, strings.Repeat("x", 65537), 413, "te groot", nil},
		"no token":                          {"GET", base, "", "", 401, "toegang", nil},
		"another scheme":                    {"GET", base, "", "", 401, "toegang", []string{"Authorization", "Basic " + token}},
		"garbled token":                     {"GET", base, "x", "", 404, sayGone, nil},
		"another conversation's token":      {"GET", base, other, "", 404, sayGone, nil},
		"absent conversation":               {"GET", "/api/v1/conversations/nergens", token, "", 404, sayGone, nil},
		"events without token":              {"GET", base + "/events", "", "", 401, "toegang", nil},
		"Last-Event-ID that is no number":   {"GET", base + "/events", token, "", 400, sayLastEvent, []string{"Last-Event-ID", "-1"}},
		"erase with another's token":        {"DELETE", base, other, "", 404, sayGone, nil},
		"unknown address":                   {"GET", "/api/v1/nergens", "", "", 404, "niet", nil},
		"unknown method":                    {"PUT", base, token, "{}", 405, "adres", nil},
		"another site's page":               {"POST", "/api/v1/conversations", "", `{"gemeente":"opmeer"}`, 403, "pagina", []string{"Sec-Fetch-Site", "cross-site"}},
		"unknown gemeente of a page":        {"GET", "/chat/atlantis", "", "", 404, "medemblik", nil},
		"unknown asset":                     {"GET", "/assets/geheim.txt", "", "", 404, "niet", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res, body := r.do(tt.method, tt.path, tt.token, tt.body, tt.headers...)
			var p channels.Problem
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Fatalf("%d: no problem document: %q", res.StatusCode, body)
			}
			if res.StatusCode != tt.status || p.Status != tt.status || !strings.Contains(p.Detail, tt.says) {
				t.Errorf("got %d %+v, want %d with %q", res.StatusCode, p, tt.status, tt.says)
			}
			if got := res.Header.Get("Content-Type"); got != channels.MIMEProblem {
				t.Errorf("content type %q", got)
			}
			if (tt.status == 401) != (res.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("%d with WWW-Authenticate %q", tt.status, res.Header.Get("WWW-Authenticate"))
			}
		})
	}
	if n, _ := r.bot.counts(); n != 0 {
		t.Errorf("%d messages reached the bot", n)
	}
	if res, body := r.do("POST", base+"/messages", token, `{"id":"a","text":"`+strings.Repeat("é", 8000)+`"}`); res.StatusCode != 202 {
		t.Errorf("8,000 characters: %d %s", res.StatusCode, body)
	}
}

func TestChunkedBodyIsStoppedToo(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	req, err := http.NewRequestWithContext(t.Context(), "POST", r.http.URL+"/api/v1/conversations",
		io.MultiReader(bytes.NewReader(bytes.Repeat([]byte(" "), 65_536)), strings.NewReader("{}")))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // nothing to lose
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestTroubleCarriesEmergencyNumbers(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{Enabled: true, Client: channels.Rate{PerMinute: 60, Burst: 3}, Reads: channels.Rate{PerMinute: 60, Burst: 100}, Conversation: channels.Rate{PerMinute: 60, Burst: 1}})
	check := func(t *testing.T, status int, res *http.Response, body string) {
		t.Helper()
		var p channels.Problem
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != status || len(p.Emergency) != 3 || res.Header.Get("Retry-After") == "" {
			t.Errorf("got %d, Retry-After %q, %+v", res.StatusCode, res.Header.Get("Retry-After"), p)
		}
		for _, n := range []string{"112", "113", "0800-2000"} {
			if !strings.Contains(p.Detail, n) {
				t.Errorf("%s is not in %q", n, p.Detail)
			}
		}
	}
	base, token := r.open()
	r.bot.breakDown(bot.ErrUnavailable)
	res, body := r.do("POST", base+"/messages", token, `{"id":"a","text":"x"}`)
	check(t, 503, res, body)
	r.bot.breakDown(nil)
	for range 3 {
		// A forged header doesn't make another client of us.
		res, body = r.do("POST", base+"/messages", token, `{"id":"a","text":"x"}`, "X-Forwarded-For", "203.0.113.7")
	}
	check(t, 429, res, body)
	if res, body := r.do("GET", "/chat/opmeer", "", ""); res.StatusCode != 200 || !strings.Contains(body, "085 000 00 20") {
		t.Errorf("the page while the client is over its limit: %d", res.StatusCode)
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	r.bot.panics = true
	res, body := r.do("GET", base, token, "")
	if res.StatusCode != 500 || strings.Contains(body, "geheim") || !strings.Contains(body, "112") {
		t.Errorf("got %d %s", res.StatusCode, body)
	}
}

func FuzzMessageBody(f *testing.F) {
	for _, seed := range []string{`{"id":"a","text":"hoi"}`, `{"id":"a","choice":"geld"}`, `{`, `null`, `[]`, "{\"id\":\"\xff\"}", `{"id":"a","text":"\ud800"}`} {
		f.Add(seed)
	}
	b := newFakeBot()
	w, err := New(b, testConfig())
	if err != nil {
		f.Fatal(err)
	}
	s := channels.NewServer(channels.Config{})
	w.Mount(s)
	opened, err := b.Open(f.Context(), bot.Opening{Gemeente: "medemblik"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		req := httptest.NewRequest("POST", "/api/v1/conversations/"+string(opened.ID)+"/messages", strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+opened.Token)
		res := httptest.NewRecorder()
		s.Echo().ServeHTTP(res, req)
		switch res.Code {
		case 202, 400, 413, 422:
		default:
			t.Errorf("status %d for %q", res.Code, body)
		}
	})
}

// routes are the addresses that the server answers.
func (r *rig) routes() []*echo.Route { return r.web.server.Echo().Routes() }

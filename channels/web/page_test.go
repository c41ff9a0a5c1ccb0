package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/channels"
	"wegwijzer/channels/web/widget"
)

func listenTCP(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's own port
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

func serverAt(addr string) *httptest.Server { return &httptest.Server{URL: "http://" + addr} }

// visitor is a browser without JavaScript.
type visitor struct {
	*rig
	cookie *http.Cookie
	last   *http.Response
}

func (v *visitor) get(path string) string {
	v.t.Helper()
	return v.send("GET", path, nil)
}

// post sends a form and follows the way back, as a browser does.
func (v *visitor) post(path string, form url.Values) string {
	v.t.Helper()
	body := v.send("POST", path, form)
	if v.last.StatusCode != http.StatusSeeOther {
		return body
	}
	to := v.last.Header.Get("Location")
	if strings.HasPrefix(to, "http") {
		return to
	}
	return v.get(to)
}

func (v *visitor) send(method, path string, form url.Values) string {
	v.t.Helper()
	headers := []string{"Accept", "text/html"}
	if form != nil {
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
	}
	if v.cookie != nil {
		headers = append(headers, "Cookie", v.cookie.Name+"="+v.cookie.Value)
	}
	path, _, _ = strings.Cut(path, "#")
	res, body := v.do(method, path, "", form.Encode(), headers...)
	v.last = res
	for _, c := range res.Cookies() {
		v.cookie = c
		if c.MaxAge < 0 {
			v.cookie = nil
		}
	}
	return body
}

var hiddenKey = regexp.MustCompile(`name="id" value="([^"]+)"`)

func TestConversationWithoutJavaScript(t *testing.T) {
	v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
	body := v.get("/chat/medemblik")
	if _, n := v.bot.counts(); n != 0 || v.cookie != nil {
		t.Error("looking at the page opened a conversation")
	}
	for _, want := range []string{"computerprogramma", "0800-2000", `href="tel:113"`, "085 000 00 10", "Sluit snel", "Voorbeeld"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the first page", want)
		}
	}
	key := hiddenKey.FindStringSubmatch(body)[1]
	say := url.Values{"actie": {"zeg"}, "id": {key}, "tekst": {"ik kan de huur niet betalen"}}
	body = v.post("/chat/medemblik", say)
	c := v.cookie
	if c == nil || c.Name != "__Host-wegwijzer" {
		t.Fatalf("no cookie: %+v", c)
	}
	for _, want := range []string{
		"ik kan de huur niet betalen", "Geldhulp &lt;b&gt;Voorbeeld&lt;/b&gt;", `href="tel:0850000001"`,
		"Gecontroleerd op 3 november 2026", `href="https://voorbeeld.example/geld"`, "U noemde de huur.",
		`role="group"`, `value="mens:ja"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(body, "javascript:") || strings.Contains(body, `value="wonen"`) {
		t.Error("the page has a javascript: link, or choices of an earlier step")
	}
	v.post("/chat/medemblik", say) // the same form again: a double click
	if n, _ := v.bot.counts(); n != 1 {
		t.Errorf("%d effects of one form", n)
	}
	key = hiddenKey.FindStringSubmatch(body)[1]
	body = v.post("/chat/medemblik", url.Values{"keuze": {"mens:ja"}, "id": {key}})
	if !strings.Contains(body, `class="m bot summary"`) || !strings.Contains(body, "Zo heb ik het begrepen") {
		t.Error("no summary")
	}
	v.bot.supporter("conv1", "Dag, ik ben Fatima.")
	body = v.get("/chat/medemblik")
	for _, want := range []string{"U praat met Fatima · cliëntondersteuner · Stichting Voorbeeld", `class="mens"`, "m ondersteuner"} {
		if !strings.Contains(body, want) {
			t.Errorf("with a human: %q is not on the page", want)
		}
	}
	if body := v.get("/chat/opmeer"); strings.Contains(body, "Fatima") {
		t.Error("another gemeente's page shows the conversation")
	}
	v.post("/chat/medemblik", url.Values{"actie": {"wis"}})
	if _, n := v.bot.counts(); n != 0 || v.cookie != nil {
		t.Errorf("after erasing: %d conversations, cookie %v", n, v.cookie)
	}
}

func TestPageWithoutJavaScriptOtherRoads(t *testing.T) {
	t.Run("begin only opens", func(t *testing.T) {
		v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
		if body := v.post("/chat/medemblik", url.Values{"actie": {"begin"}}); !strings.Contains(body, "Waar wilt u hulp bij?") {
			t.Error("no opening messages")
		}
	})
	t.Run("quick exit forgets and leaves", func(t *testing.T) {
		v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
		v.post("/chat/medemblik", url.Values{"actie": {"begin"}})
		if to := v.post("/chat/medemblik", url.Values{"actie": {"weg"}}); to != "https://www.knmi.nl/" || v.cookie != nil {
			t.Errorf("went to %q with cookie %v", to, v.cookie)
		}
		if p := v.last.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'self'") {
			t.Errorf("policy %q", p)
		}
	})
	t.Run("a refused form is a page with a way on", func(t *testing.T) {
		v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
		body := v.post("/chat/medemblik", url.Values{"id": {"a"}, "tekst": {" "}})
		if v.last.StatusCode != 422 || !strings.Contains(body, "leeg") || !strings.Contains(body, "tel:112") ||
			!strings.Contains(body, `href="/chat/medemblik"`) {
			t.Errorf("%d %s", v.last.StatusCode, body)
		}
	})
	t.Run("another site's form is refused", func(t *testing.T) {
		r := newRig(t, testConfig(), channels.Limits{})
		res, _ := r.do("POST", "/chat/medemblik", "", "actie=begin", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://kwaad.example")
		if res.StatusCode != 403 {
			t.Errorf("%d", res.StatusCode)
		}
	})
	t.Run("the page stands when the store is down", func(t *testing.T) {
		v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
		v.post("/chat/medemblik", url.Values{"actie": {"begin"}})
		v.bot.breakDown(errors.New("disk gone"))
		if body := v.get("/chat/medemblik"); v.last.StatusCode != 200 || !strings.Contains(body, "0800-2000") {
			t.Errorf("%d", v.last.StatusCode)
		}
	})
	t.Run("English words on request", func(t *testing.T) {
		v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
		if body := v.get("/chat/medemblik?taal=en"); !strings.Contains(body, "You are talking to a computer program") || !strings.Contains(body, `lang="en"`) {
			t.Error("no English")
		}
	})
	t.Run("the cookie is a careful one", func(t *testing.T) {
		v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
		v.send("POST", "/chat/medemblik", url.Values{"actie": {"begin"}})
		got := v.last.Header.Get("Set-Cookie")
		for _, want := range []string{"__Host-wegwijzer=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Partitioned"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q lacks %s", got, want)
			}
		}
		if strings.Contains(got, "Domain") {
			t.Error("a __Host- cookie has no Domain")
		}
	})
}

func TestBothLanguagesHaveAllTexts(t *testing.T) {
	keys := func(x texts) []string {
		var out []string
		for k, v := range x {
			if v == "" {
				t.Errorf("%s is empty", k)
			}
			out = append(out, k)
		}
		sort.Strings(out)
		return out
	}
	if diff := cmp.Diff(keys(dutch()), keys(english())); diff != "" {
		t.Error(diff)
	}
}

func TestLinked(t *testing.T) {
	tests := map[string][]string{ // text: the hrefs in it
		"Bel 112 of 113.":                                      {"tel:112", "tel:113"},
		"Bel 0800-2000, of 0800 0113":                          {"tel:08002000", "tel:08000113"},
		"Bel 14 0229":                                          {"tel:140229"},
		"Kijk op https://voorbeeld.example/a?b=c.":             {"https://voorbeeld.example/a?b=c"},
		"javascript:alert(1) data:text/html,x":                 nil,
		"Bel 0227 - 00 10 02, 085 000 00 10 of 06 12 34 56 78": {"tel:0227001002", "tel:0850000010", "tel:0612345678"},
		"Mail jan@devliet.example, of bel.":                    {"mailto:jan@devliet.example"},
		"Open van 09.00 - 17.00 op 03 11 2026":                 nil,
		"Het kost € 1.125 in 2026":                             nil,
		"U woont op nummer 1120":                               nil,
		`https://a.example/"onclick=alert(1) en 112`:           {"https://a.example/", "tel:112"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			var hrefs []string
			whole := ""
			for _, p := range linked(text) {
				whole += p.Text
				if p.Href != nil {
					hrefs = append(hrefs, fmt.Sprint(p.Href))
				}
			}
			if diff := cmp.Diff(want, hrefs); diff != "" || whole != text {
				t.Errorf("%s; text %q", diff, whole)
			}
		})
	}
}

// The page with and the page without JavaScript make the same links.
func TestLinkPatternIsTheScriptsToo(t *testing.T) {
	script, err := widget.File("chat.js")
	if err != nil {
		t.Fatal(err)
	}
	twin := "/" + strings.ReplaceAll(linkPattern.String(), "//", `\/\/`) + "/g"
	if !strings.Contains(string(script), twin) {
		t.Errorf("chat.js has no %s", twin)
	}
}

// Every answer of every route carries the security headers, errors included.
func TestSecurityHeaders(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	type request struct{ method, path string }
	requests := []request{
		{"GET", "/nergens"}, {"PUT", "/healthz"}, {"POST", "/chat/medemblik"}, {"GET", "/chat/atlantis"},
		{"GET", "/chat/medemblik"}, {"GET", "/assets/chat.js"},
	}
	for _, route := range r.routes() {
		requests = append(requests, request{route.Method, strings.NewReplacer(":gemeente", "medemblik", ":id", "x", ":name", "chat.css").Replace(route.Path)})
	}
	if len(requests) < 15 {
		t.Fatalf("only %d requests", len(requests))
	}
	for _, q := range requests {
		t.Run(q.method+" "+q.path, func(t *testing.T) {
			res, _ := r.do(q.method, q.path, "", "")
			for name, want := range map[string]string{
				"Content-Security-Policy":    "default-src '(self|none)'.*frame-ancestors ",
				"X-Content-Type-Options":     "^nosniff$",
				"Referrer-Policy":            "^no-referrer$",
				"Permissions-Policy":         "camera=",
				"Cross-Origin-Opener-Policy": "^same-origin$",
				"Strict-Transport-Security":  "max-age=31536000",
			} {
				got := res.Header.Get(name)
				if !regexp.MustCompile(want).MatchString(got) || strings.Contains(got, "unsafe") {
					t.Errorf("%d: %s is %q", res.StatusCode, name, got)
				}
			}
		})
	}
	res, _ := r.do("GET", "/chat/medemblik", "", "")
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "frame-ancestors 'self' https://www.medemblik.example;") ||
		!strings.Contains(policy, "require-trusted-types-for 'script'") {
		t.Errorf("the chat page's policy is %q", policy)
	}
}

func TestPagesHaveNothingInline(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script[^>]*>[^<]|javascript:`)
	for _, path := range []string{"/", "/chat/medemblik", "/chat/opmeer?taal=en"} {
		_, body := r.do("GET", path, "", "")
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s has %q", path, found)
		}
	}
}

func TestAssets(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	res, body := r.do("GET", "/widget.js", "", "")
	if res.StatusCode != 200 || !strings.Contains(body, "wegwijzer-chat") ||
		res.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("widget.js: %d %v", res.StatusCode, res.Header)
	}
	if again, _ := r.do("GET", "/widget.js", "", "", "If-None-Match", res.Header.Get("ETag")); again.StatusCode != 304 {
		t.Errorf("not changed: %d", again.StatusCode)
	}
	_, page := r.do("GET", "/chat/medemblik", "", "")
	script := regexp.MustCompile(`/assets/chat\.js\?v=[0-9a-f]+`).FindString(page)
	res, _ = r.do("GET", script, "", "", "Accept-Encoding", "gzip")
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "gzip" ||
		!strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", script, res.StatusCode, res.Header)
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	for _, path := range []string{"/", "/widget.js", "/chat/medemblik", "/healthz", "/readyz"} {
		if res, body := r.do("HEAD", path, "", ""); res.StatusCode != 200 || body != "" {
			t.Errorf("%s: %d %q", path, res.StatusCode, body)
		}
	}
}

func TestOpenAPIIsWhatTheServerAnswers(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	res, body := r.do("GET", "/openapi.json", "", "")
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil || res.StatusCode != 200 || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	var described, served []string
	for path, item := range doc.Paths {
		if strings.HasPrefix(path, "/hsds") {
			continue // another door, which holds its own part against this document
		}
		for method := range item {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	param := regexp.MustCompile(`:(\w+)`)
	for _, route := range r.routes() {
		if route.Method == http.MethodHead {
			continue // GET without a body
		}
		served = append(served, route.Method+" "+param.ReplaceAllString(route.Path, "{$1}"))
	}
	sort.Strings(described)
	sort.Strings(served)
	if diff := cmp.Diff(described, served); diff != "" {
		t.Errorf("described (-) and served (+):\n%s", diff)
	}
}

func TestNewRefusesWrongConfig(t *testing.T) {
	for name, cfg := range map[string]Config{
		"site with a path": {Gemeenten: []Gemeente{{ID: "x", Sites: []string{"https://x.example/pad"}}}},
		"site with a star": {Gemeenten: []Gemeente{{ID: "x", Sites: []string{"*"}}}},
		"exit elsewhere":   {Exit: "javascript:alert(1)"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(newFakeBot(), cfg); err == nil {
				t.Error("no error")
			}
		})
	}
}

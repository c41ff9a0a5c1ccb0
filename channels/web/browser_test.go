package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

// tab is a tab of a headless Chromium that reaches nothing but this machine.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// spy collects what a page's policy had to stop, in every frame.
const spy = `window.stopped = []; addEventListener("securitypolicyviolation",
	e => stopped.push(e.violatedDirective + " " + e.blockedURI), true)`

func newTab(t *testing.T) *tab {
	t.Helper()
	alloc, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	b := &tab{t, ctx}
	_, err := chromedp.Run(ctx, func(ctx context.Context, target *chromedp.Target) (page.AddScriptToEvaluateOnNewDocumentResult, error) {
		return cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: spy})
	})
	if err != nil {
		t.Fatalf("start a browser (Debian: apt-get install chromium): %v", err)
	}
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) goTo(url string) { b.t.Helper(); b.do(chromedp.Navigate(url)) }

// eval returns the value of an expression as text.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to be true.
func (b *tab) until(expression string) {
	b.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b.eval(`!!(`+expression+`)`) == "true" {
			return
		}
	}
	b.t.Fatalf("not within 15 seconds: %s; the page says: %s", expression, b.eval(`document.body.innerText`))
}

func (b *tab) clean() {
	b.t.Helper()
	if got := b.eval(`stopped.join(", ")`); got != "" {
		b.t.Errorf("the policy had to stop: %s", got)
	}
}

// says is an expression: the conversation has this text.
func says(text string) string {
	return fmt.Sprintf(`document.querySelector("#lijst").innerText.includes(%q)`, text)
}

func (b *tab) say(text string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS("#tekst")), chromedp.SendKeys(chromedp.CSS("#tekst"), text+"\r"))
}

func TestChatPageInABrowser(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	if got := b.eval(`document.querySelector("#wie").textContent`); !strings.Contains(got, "computerprogramma") {
		t.Errorf("who: %q", got)
	}
	t.Run("text by Enter gets an answer with sources", func(t *testing.T) {
		b.t = t
		b.say("ik kan de huur niet betalen")
		b.until(says("Wilt u met een mens praten?"))
		if got := b.eval(`document.querySelectorAll(".m.inwoner").length`); got != "1" {
			t.Errorf("my message stands there %s times", got)
		}
		if got := b.eval(`document.querySelector(".source").innerText`); !strings.Contains(got, "Geldhulp <b>Voorbeeld</b>") ||
			!strings.Contains(got, "Gecontroleerd op 3 november 2026") {
			t.Errorf("card: %q", got)
		}
		if got := b.eval(`[...document.querySelectorAll("a")].map(a => a.href).join(" ")`); strings.Contains(got, "javascript:") ||
			!strings.Contains(got, "tel:0850000001") || !strings.Contains(got, "https://voorbeeld.example/geld") {
			t.Errorf("links: %s", got)
		}
		if got := b.eval(`document.activeElement.id`); got != "tekst" {
			t.Errorf("focus is on %q, want the text box", got)
		}
	})
	t.Run("a choice by keyboard", func(t *testing.T) {
		b.t = t
		if got := b.eval(`document.querySelectorAll("[role=group] button").length`); got != "2" {
			t.Fatalf("%s choices on the page, want the two that count now", got)
		}
		b.do(chromedp.Focus(chromedp.CSS("[data-choice='mens:ja']")), chromedp.KeyEvent("\r"))
		b.until(`document.querySelector(".m.summary")`)
		if got := b.eval(`document.activeElement.className`); !strings.Contains(got, "inwoner") {
			t.Errorf("focus is on %q, want the answer just given", got)
		}
		// What was just offered is the next stop.
		b.do(chromedp.KeyEvent("\t"))
		if got := b.eval(`document.activeElement.dataset.choice`); got != "summary:ok" {
			t.Errorf("the next stop is %q", got)
		}
	})
	t.Run("a crisis stands out in words and shape", func(t *testing.T) {
		b.t = t
		b.say("ik wil dood")
		b.until(`document.querySelector(".m.crisis a[href='tel:113']")`)
		if got := b.eval(`document.querySelector(".m.crisis").innerText`); !strings.Contains(got, "Direct hulp") {
			t.Errorf("label: %q", got)
		}
	})
	t.Run("a person has another voice", func(t *testing.T) {
		b.t = t
		r.bot.supporter("conv1", "Dag, ik ben Fatima.")
		b.until(says("Dag, ik ben Fatima."))
		for _, at := range []string{"#wie", ".m.ondersteuner .who"} {
			if got := b.eval(`document.querySelector("` + at + `").textContent`); !strings.Contains(got, "Fatima · cliëntondersteuner · Stichting Voorbeeld") {
				t.Errorf("%s: %q", at, got)
			}
		}
		r.web.cfg.Typing.Signal("conv1")
		b.until(`document.querySelector("#typt").textContent`)
	})
	t.Run("a reload loses nothing", func(t *testing.T) {
		b.t = t
		before := b.eval(`document.querySelectorAll(".m").length`)
		b.goTo(r.http.URL + "/chat/medemblik")
		b.until(says("Dag, ik ben Fatima."))
		if after := b.eval(`document.querySelectorAll(".m").length`); after != before {
			t.Errorf("%s messages, then %s", before, after)
		}
		if _, n := r.bot.counts(); n != 1 {
			t.Errorf("%d conversations", n)
		}
		if got := b.eval(`Object.keys(localStorage).length + document.cookie.length + location.href.includes("token")`); got != "0" {
			t.Errorf("something is kept outside the session storage: %s", got)
		}
	})
	t.Run("wiping wipes", func(t *testing.T) {
		b.t = t
		b.do(chromedp.Click(chromedp.CSS("#meer summary")), chromedp.Click(chromedp.CSS("button[value=wis]")))
		b.until(says("gewist"))
		if _, n := r.bot.counts(); n != 0 {
			t.Errorf("%d conversations left", n)
		}
		if got := b.eval(`sessionStorage.length`); got != "0" {
			t.Errorf("%s things are kept", got)
		}
	})
	b.t = t
	b.clean()
}

func TestChatPageWhenTheServiceIsAway(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	r.bot.breakDown(bot.ErrUnavailable)
	b.say("stil")
	b.until(`!document.querySelector("#storing").hidden && document.querySelector("#nood").open`)
	got := b.eval(`document.body.innerText`)
	for _, want := range []string{"112", "113", "0800-2000", "085 000 00 10", "Wacht op verzenden"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	r.bot.breakDown(nil)
	b.until(`document.querySelector("#storing").hidden && !document.querySelector(".state")`)
	b.say("nog iets")
	b.until(says("U zei: nog iets"))
	if n, _ := r.bot.counts(); n != 2 {
		t.Errorf("%d effects of two messages", n)
	}
	b.clean()
}

func TestQuickExit(t *testing.T) {
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("het weer"))
	}))
	defer away.Close()
	cfg := testConfig()
	cfg.Exit = away.URL + "/weer"
	r := newRig(t, cfg, channels.Limits{})
	for name, start := range map[string]string{"page": "/chat/medemblik", "launcher": "/"} {
		t.Run(name, func(t *testing.T) {
			b := newTab(t)
			b.goTo(r.http.URL + start)
			button := `document.querySelector("button[value=weg]")`
			if name == "launcher" {
				b.openLauncher()
				button = `document.querySelector("wegwijzer-chat").shadowRoot.querySelector("iframe").contentDocument.querySelector("button[value=weg]")`
			}
			b.until(button)
			b.eval(`void setTimeout(() => ` + button + `.click(), 50)`)
			for end := time.Now().Add(15 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				// An error here means that the page is just going.
				got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
				if err == nil && got == "het weer" {
					break
				}
				if time.Now().After(end) {
					t.Fatal("still there")
				}
			}
			if got := b.eval(`history.length`); got != "2" { // about:blank, and here in the chat's place
				t.Errorf("%s places to go back to", got)
			}
		})
	}
}

func (b *tab) openLauncher() {
	b.t.Helper()
	b.until(`document.querySelector("wegwijzer-chat")?.shadowRoot.querySelector("button.open")`)
	b.do(chromedp.Click(chromedp.JSPath(`document.querySelector("wegwijzer-chat").shadowRoot.querySelector("button.open")`)))
	b.until(`document.querySelector("wegwijzer-chat").shadowRoot.querySelector(".panel.ready")`)
}

// A site on another origin, with the strictest policy that the documentation
// asks for, and with the tricks that sites play.
func TestLauncherOnAnotherSite(t *testing.T) {
	var service string
	asked := make(chan string, 100)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/site.css" {
			w.Header().Set("Content-Type", "text/css")
			_, _ = w.Write([]byte(`* { all: unset } div { z-index: 99999; position: relative }`))
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri *; style-src 'self'; script-src "+service+
			"; frame-src "+service+"; require-trusted-types-for 'script'; trusted-types 'none'")
		w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
		script := `<script src="` + service + `/widget.js" data-gemeente="medemblik" async></script>`
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="nl"><head><base href="https://elders.example/">
			<link rel="stylesheet" href="http://%s/site.css"><title>x</title>%s%s</head><body><div>de site</div></body></html>`, q.Host, script, script)
	}))
	defer site.Close()
	cfg := testConfig()
	cfg.Gemeenten[0].Sites = []string{site.URL}
	r := newRig(t, cfg, channels.Limits{})
	service = r.http.URL
	r.web.server.Echo().Pre(watchRequests(asked))
	b := newTab(t)
	b.goTo(site.URL)
	b.until(`document.querySelector("wegwijzer-chat")?.shadowRoot.querySelector("button.open")`)
	time.Sleep(300 * time.Millisecond)
	for len(asked) > 0 {
		if path := <-asked; path != "/widget.js" {
			t.Errorf("before the first opening it asked for %s", path)
		}
	}
	if got := b.eval(`document.querySelectorAll("wegwijzer-chat").length + " " + sessionStorage.length`); got != "1 0" {
		t.Errorf("launchers and things stored: %s", got)
	}
	b.openLauncher()
	waitFor(t, func() bool { _, n := r.bot.counts(); return n == 1 })
	b.do(chromedp.KeyEvent("\x1b"))
	shadow := `document.querySelector("wegwijzer-chat").shadowRoot`
	b.until(shadow + `.querySelector(".panel").hidden && ` + shadow + `.activeElement === ` + shadow + `.querySelector("button.open")`)
	if got := b.eval(`getComputedStyle(document.querySelector("wegwijzer-chat")).position`); got != "fixed" {
		t.Errorf("the site's style moved the launcher: %s", got)
	}
	b.eval(`postMessage({wegwijzer: "exit"}, "*")`) // not from our frame
	b.until(`document.querySelector("wegwijzer-chat")`)
	b.clean()
}

func TestLauncherWhenTheServiceIsAway(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/")
	b.until(`document.querySelector("wegwijzer-chat")`)
	r.http.CloseClientConnections()
	r.http.Listener.Close() //nolint:errcheck,gosec // to be gone is all
	b.do(chromedp.Click(chromedp.JSPath(`document.querySelector("wegwijzer-chat").shadowRoot.querySelector("button.open")`)))
	b.until(`document.querySelector("wegwijzer-chat").shadowRoot.querySelector(".failed a[href='tel:112']")`)
	if got := b.eval(`document.querySelector("wegwijzer-chat").shadowRoot.querySelector(".state").innerText`); !strings.Contains(got, "085 000 00 10") {
		t.Errorf("the gemeente's number is not in %q", got)
	}
}

func TestBrowserWithoutJavaScript(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	off := true
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
		return chromedp.Void{}, err
	})
	// The cookie is a Secure one: over plain http localhost alone may set it.
	home := strings.Replace(r.http.URL, "127.0.0.1", "localhost", 1)
	b.goTo(home + "/chat/medemblik")
	b.do(chromedp.SendKeys(chromedp.CSS("#tekst"), "ik kan de huur niet betalen"), chromedp.Click(chromedp.CSS("button[value=zeg]")),
		chromedp.WaitVisible(chromedp.CSS("button[value='mens:ja']")), chromedp.Click(chromedp.CSS("button[value='mens:ja']")),
		chromedp.WaitVisible(chromedp.CSS(".m.summary")))
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("#lijst")))
	if err != nil || !strings.Contains(text, "Geldhulp <b>Voorbeeld</b>") {
		t.Errorf("%v: %q", err, text)
	}
	if n, c := r.bot.counts(); n != 2 || c != 1 {
		t.Errorf("%d effects in %d conversations", n, c)
	}
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(errors.New("not within ten seconds"))
		}
	}
}

// watchRequests tells each request's path.
func watchRequests(to chan<- string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			select {
			case to <- c.Request().URL.Path:
			default:
			}
			return next(c)
		}
	}
}

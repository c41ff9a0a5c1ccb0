package web

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"
)

// tab is a tab of a headless Chromium that reaches nothing but this machine.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// spy collects what a page's policy had to stop, in every frame.
const spy = `window.stopped = []; addEventListener("securitypolicyviolation",
	e => stopped.push(e.violatedDirective + " " + e.blockedURI), true)`

// shared is the one browser of all tests here: starting it is most of the cost.
var shared struct {
	start sync.Once
	ctx   context.Context
	stop  func()
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		shared.stop()
	}
	os.Exit(code)
}

func startBrowser() {
	alloc, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
	ctx, cancel := chromedp.NewContext(alloc)
	shared.ctx, shared.stop = ctx, func() { cancel(); stop() }
	shared.err = chromedp.Do(ctx)
}

// newTab opens a tab with storage of its own.
func newTab(t *testing.T) *tab {
	t.Helper()
	shared.start.Do(startBrowser)
	if shared.err != nil {
		t.Fatalf("start a browser (Debian: apt-get install chromium): %v", shared.err)
	}
	ctx, cancel := chromedp.NewContext(shared.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{t, ctx}
	b.atStart(spy)
	return b
}

// atStart runs a script in every page and frame before its own.
func (b *tab) atStart(script string) {
	b.t.Helper()
	// No time limit: the first call on a context opens the tab.
	_, err := chromedp.Run(b.ctx, func(ctx context.Context, target *chromedp.Target) (page.AddScriptToEvaluateOnNewDocumentResult, error) {
		return cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) goTo(url string) { b.t.Helper(); b.do(chromedp.Navigate(url)) }

// eval returns the value of an expression as text.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
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
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b.eval(`!!(`+expression+`)`) == "true" {
			return
		}
	}
	b.t.Fatalf("not within half a minute: %s; the page says: %s", expression, b.eval(`document.body.innerText`))
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

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(errors.New("not within a minute"))
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

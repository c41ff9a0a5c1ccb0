package harness

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Browser is a headless Chromium that reaches nothing but this machine.
type Browser struct{ ctx context.Context }

// Window is a window of a browser with cookies and storage of its own.
type Window struct {
	t   testing.TB
	ctx context.Context
}

// patience bounds one step in a window.
const patience = 20 * time.Second

// StartBrowser starts a browser until the test ends.
func StartBrowser(t testing.TB) *Browser {
	t.Helper()
	alloc, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil { // without a time limit: it owns the browser
		t.Fatalf("start a browser (Debian: apt-get install chromium): %v", err)
	}
	return &Browser{ctx}
}

// watchPolicy collects what a page's policy had to stop.
const watchPolicy = `window.stopped = []; addEventListener("securitypolicyviolation",
	e => stopped.push(e.violatedDirective + " " + e.blockedURI), true)`

// Window opens a window of so many pixels.
func (b *Browser) Window(t testing.TB, width, height int64) *Window {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	_, err := chromedp.Run(ctx, func(ctx context.Context, target *chromedp.Target) (page.AddScriptToEvaluateOnNewDocumentResult, error) {
		return cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy})
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &Window{t, ctx}
	w.Size(width, height)
	return w
}

// Size gives the window's page so many pixels.
func (w *Window) Size(width, height int64) {
	w.t.Helper()
	w.Do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride,
			emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
		return chromedp.Void{}, err
	})
}

// Media sets what the page's style sheets ask for: "prefers-color-scheme" and
// "dark", for instance.
func (w *Window) Media(feature, value string) {
	w.t.Helper()
	w.Do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia,
			emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
		return chromedp.Void{}, err
	})
}

// Do takes steps in the window.
func (w *Window) Do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.t.Fatal(err)
	}
}

// Open goes to an address.
func (w *Window) Open(url string) { w.t.Helper(); w.Do(chromedp.Navigate(url)) }

// Eval returns the value of an expression as text.
func (w *Window) Eval(expression string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// Until waits for an expression to be true and says how long that took. A page
// that is just being replaced counts as not yet.
func (w *Window) Until(expression string) time.Duration {
	w.t.Helper()
	start := time.Now()
	for time.Since(start) < patience {
		ctx, cancel := context.WithTimeout(w.ctx, patience)
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(!!(`+expression+`))`))
		cancel()
		if err == nil && v == "true" {
			return time.Since(start)
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Fatalf("not within %v: %s; the page says: %s", patience, expression, w.Eval(`document.body.innerText`))
	return 0
}

// Fail ends the test with what the page says.
func (w *Window) Fail(why string) {
	w.t.Helper()
	w.t.Fatalf("%s; the page says: %s", why, w.Eval(`document.body.innerText`))
}

// Click clicks on what a selector finds.
func (w *Window) Click(css string) {
	w.t.Helper()
	w.Do(chromedp.WaitVisible(chromedp.CSS(css)), chromedp.Click(chromedp.CSS(css)))
}

// Type puts the focus on a field and types.
func (w *Window) Type(css, text string) {
	w.t.Helper()
	w.Do(chromedp.Click(chromedp.CSS(css)), chromedp.SendKeys(chromedp.CSS(css), text))
}

// Stopped is what the page's policy had to stop; empty: nothing.
func (w *Window) Stopped() string { w.t.Helper(); return w.Eval(`stopped.join(", ")`) }

// Screenshot saves what the window shows.
func (w *Window) Screenshot(folder, name string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	shot, err := chromedp.Run(ctx, func(ctx context.Context, target *chromedp.Target) (page.CaptureScreenshotResult, error) {
		return cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: "png"})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), shot.Data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

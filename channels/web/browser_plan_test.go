package web

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"wegwijzer/channels"
)

func TestAPlanIsKeptFromTheChat(t *testing.T) {
	asked := make(chan string, 100)
	r := newRig(t, testConfig(), channels.Limits{})
	r.web.server.Echo().Use(watchRequests(asked))
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	r.bot.makePlan()
	b.until(`document.querySelectorAll(".m.plan .take button").length === 2`)
	if got := b.eval(`document.querySelector(".m.plan").innerText`); !strings.Contains(got, "Uw plan") || !strings.Contains(got, "Bewaar als PDF") {
		t.Errorf("the plan reads %q", got)
	}
	b.eval(`void (window.saved = [], window.names = [], URL.createObjectURL = blob => { blob.text().then(t => saved.push(blob.type + " " + t)); return "blob:x" },
		HTMLAnchorElement.prototype.click = function () { names.push(this.download) })`)
	b.do(chromedp.Click(chromedp.CSS(".take button:nth-child(1)")))
	b.until(`saved.length === 1`)
	if got := b.eval(`names[0] + " " + saved[0].slice(0, 30)`); !strings.HasPrefix(got, "mijn-plan.pdf application/pdf %PDF-") {
		t.Errorf("kept %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(".take button:nth-child(2)")))
	b.until(`saved.length === 2`)
	if got := b.eval(`names[1] + " " + saved[1]`); !strings.HasPrefix(got, "mijn-plan.html text/html") || !strings.Contains(got, "Traplopen &lt;lukt&gt; niet") {
		t.Errorf("kept %q", got)
	}
	for len(asked) > 0 {
		if address := <-asked; strings.Contains(address, "token") {
			t.Errorf("a token stands in the address %s", address)
		}
	}
	b.clean()
}

// TestThePlanPageReadsInABrowser looks at the page of the road without
// JavaScript on a phone: its own style gets through the policy, nothing sticks
// out, and headings and language are marked.
func TestThePlanPageReadsInABrowser(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	home := strings.Replace(r.http.URL, "127.0.0.1", "localhost", 1) // for its Secure cookie
	b := newTab(t)
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, DeviceScaleFactor: 1, Mobile: true})
		return chromedp.Void{}, err
	})
	b.goTo(home + "/chat/medemblik")
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	})
	b.goTo(home + "/chat/medemblik")
	b.do(chromedp.Click(chromedp.CSS("button[value=begin]")), chromedp.WaitVisible(chromedp.CSS(".m.bot")))
	r.bot.makePlan()
	b.goTo(home + "/chat/medemblik")
	b.do(chromedp.Click(chromedp.CSS(".m.plan .take a")), chromedp.WaitVisible(chromedp.CSS("h1")))
	for expression, want := range map[string]string{
		`document.documentElement.lang`:                                                "nl",
		`document.querySelector("h1").textContent`:                                     "Mijn persoonlijk plan",
		`document.querySelectorAll("main h2").length`:                                  "1",
		`getComputedStyle(document.querySelector(".own")).fontWeight`:                  "600",
		`document.documentElement.scrollWidth <= document.documentElement.clientWidth`: "true",
		`document.querySelectorAll("nav a").length`:                                    "2",
	} {
		if got := b.eval(expression); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
}

package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"wegwijzer/bot"
	"wegwijzer/channels"
)

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
		b.until(`document.querySelector("#tekst").value === ""`)
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
		b.until(`document.querySelector(".m.summary") && !document.querySelector(".m.waiting")`)
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

func TestWordsBeforeThereIsAConversationAreKept(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	r.bot.breakDown(bot.ErrUnavailable)
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(`document.querySelector("#nood").open`)
	b.say("hallo daar")
	b.until(says("Wacht op verzenden"))
	r.bot.breakDown(nil)
	b.until(says("U zei: hallo daar"))
	if got := b.eval(`document.querySelectorAll(".m.inwoner").length`); got != "1" {
		t.Errorf("my message stands there %s times", got)
	}
}

func TestChatPageGoesOnAfterABreak(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	for i := range 3 {
		r.http.CloseClientConnections()
		r.bot.supporter("conv1", fmt.Sprintf("na breuk %d", i+1))
		b.until(says(fmt.Sprintf("na breuk %d", i+1)))
	}
	if got := b.eval(`[...document.querySelectorAll(".m")].map(m => m.dataset.seq).join()`); got != "1,2,3,4,5" {
		t.Errorf("messages %s, want each once and in order", got)
	}
}

// However the network cuts a stream, also within a character, and whatever
// line ends a proxy makes of it, the same messages come out.
func TestStreamInSingleBytes(t *testing.T) {
	const cutter = `const plain = window.fetch; window.fetch = async (...a) => {
		const res = await plain(...a);
		if (!String(a[0]).endsWith("/events")) return res;
		const cut = new TransformStream({transform(piece, to) {
			for (const b of piece) { if (b === 10) to.enqueue(new Uint8Array([13])); to.enqueue(new Uint8Array([b])); }
		}});
		return new Response(res.body.pipeThrough(cut), {status: res.status, headers: res.headers});
	}`
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.atStart(cutter)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	b.say("één vraag: مساعدة 🙂 <b>data: x</b>")
	b.until(says("U zei: één vraag: مساعدة 🙂 <b>data: x</b>"))
	r.bot.supporter("conv1", "regel één\nregel twee")
	b.until(says("regel één\nregel twee"))
	b.clean()
}

// 10,000 messages in one conversation leave the page usable.
func TestChatPageWithALongConversation(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	r.bot.fill("conv1", 10_000)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(`document.querySelectorAll(".m").length === 10002`)
	start := time.Now()
	b.say("hoe gaat het")
	b.until(says("U zei: hoe gaat het"))
	t.Logf("answered in %v below 10,000 messages", time.Since(start))
	b.until(`document.querySelector("#lijst li:last-child").getBoundingClientRect().bottom <= innerHeight`)
}

func TestTwoTabsShowTheSameConversation(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	ctx, cancel := chromedp.NewContext(b.ctx)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil { // without a time limit: it opens the tab
		t.Fatal(err)
	}
	other := &tab{t, ctx}
	other.goTo(r.http.URL + "/chat/medemblik")
	other.until(says("Waar wilt u hulp bij?"))
	b.say("hallo daar")
	other.until(says("U zei: hallo daar"))
	other.say("en terug")
	b.until(says("U zei: en terug"))
	if _, n := r.bot.counts(); n != 1 {
		t.Errorf("%d conversations", n)
	}
	other.do(chromedp.Click(chromedp.CSS("#meer summary")), chromedp.Click(chromedp.CSS("button[value=wis]")))
	b.until(says("gewist"))
	if got := b.eval(says("hallo daar")); got != "false" {
		t.Error("the first tab still shows what was wiped")
	}
}

// From a pressed choice to the painted answer.
func TestChoiceIsAnsweredAtOnce(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	var times []time.Duration
	for range 30 {
		r.bot.offer("conv1")
		b.until(`document.querySelector("[data-choice=verder]")`)
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		ms, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`new Promise(done => {
			const list = document.querySelector("#lijst"), n = list.children.length, start = performance.now();
			new MutationObserver((_, o) => {
				if (list.children.length < n + 2) return;
				o.disconnect();
				requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
			}).observe(list, {childList: true});
			document.querySelector("[data-choice=verder]").click();
		})`, chromedp.EvalAwaitPromise))
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, time.Duration(ms*float64(time.Millisecond)))
	}
	slices.Sort(times)
	t.Logf("choice to painted answer: median %v, p95 %v", times[15], times[28])
	// The bound on a quiet machine is 100 ms; a shared one gets room.
	if times[15] > 300*time.Millisecond {
		t.Errorf("median %v", times[15])
	}
}

func TestTakingTheConversationAlong(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	b := newTab(t)
	b.goTo(r.http.URL + "/chat/medemblik")
	b.until(says("Waar wilt u hulp bij?"))
	b.say("ik kan de huur niet betalen")
	b.until(says("Wilt u met een mens praten?"))
	b.eval(`void (window.saved = [], URL.createObjectURL = blob => { blob.text().then(t => saved.push(t)); return "blob:x" },
		HTMLAnchorElement.prototype.click = () => {}, document.querySelector("#meer").open = true)`)
	b.do(chromedp.Click(chromedp.CSS("#bewaar")))
	b.until(`saved.length === 1`)
	for _, want := range []string{"ik kan de huur niet betalen", "Geldhulp <b>Voorbeeld</b> – Helpt met rekeningen. – 085 000 00 01"} {
		if got := b.eval(`saved[0]`); !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	b.do(chromedp.Click(chromedp.CSS("#gegevens")))
	b.until(`saved.length === 2 && JSON.parse(saved[1]).messages.length === 5`)
}

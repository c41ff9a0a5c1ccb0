package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"wegwijzer/channels"
)

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
			for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
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
	// What comes after the stream has begun is news, what was there before isn't.
	for path := ""; !strings.HasSuffix(path, "/events"); {
		select {
		case path = <-asked:
		case <-time.After(30 * time.Second):
			t.Fatal("the chat in the frame opened no stream")
		}
	}
	b.do(chromedp.KeyEvent("\x1b"))
	shadow := `document.querySelector("wegwijzer-chat").shadowRoot`
	b.until(shadow + `.querySelector(".panel").hidden && ` + shadow + `.activeElement === ` + shadow + `.querySelector("button.open")`)
	if got := b.eval(`getComputedStyle(document.querySelector("wegwijzer-chat")).position`); got != "fixed" {
		t.Errorf("the site's style moved the launcher: %s", got)
	}
	r.bot.supporter("conv1", "Bent u daar?")
	b.until(shadow + `.querySelector("button.open").textContent === "Er is een nieuw bericht voor u"`)
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

func TestHouseColours(t *testing.T) {
	tests := map[string]struct{ css, button, frame string }{
		"readable ones are used": {
			"--utrecht-button-primary-action-background-color: #6a0dad; --utrecht-button-primary-action-color: white",
			"rgb(106, 13, 173)", "rgb(106, 13, 173)",
		},
		"pale ones are not": {
			"--utrecht-button-primary-action-background-color: #ffd700; --utrecht-button-primary-action-color: #fff",
			"rgb(11, 83, 81)", "",
		},
		"readable but not on our page": {
			"--utrecht-button-primary-action-background-color: #ffe97f; --utrecht-button-primary-action-color: #000",
			"rgb(255, 233, 127)", "",
		},
		"what is no colour is nothing": {
			`--utrecht-button-primary-action-background-color: url(https://kwaad.example/x); --utrecht-button-primary-action-color: #000`,
			"rgb(11, 83, 81)", "",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, testConfig(), channels.Limits{})
			r.web.server.Echo().GET("/huis", func(c echo.Context) error {
				return c.HTML(200, `<!doctype html><html lang="nl"><title>x</title><link rel="stylesheet" href="/huis.css"><body>
					<script src="/widget.js" data-gemeente="medemblik"></script>`)
			})
			r.web.server.Echo().GET("/huis.css", func(c echo.Context) error {
				return c.Blob(200, "text/css", []byte(":root{"+tt.css+"}"))
			})
			b := newTab(t)
			b.goTo(r.http.URL + "/huis")
			b.openLauncher()
			shadow := `document.querySelector("wegwijzer-chat").shadowRoot`
			if got := b.eval(`getComputedStyle(` + shadow + `.querySelector(".bar")).backgroundColor`); got != tt.button {
				t.Errorf("launcher: %s, want %s", got, tt.button)
			}
			if got := b.eval(shadow + `.querySelector("iframe").contentDocument.documentElement.style.getPropertyValue("--accent")`); got != tt.frame {
				t.Errorf("page: %q, want %q", got, tt.frame)
			}
			if got := b.eval(shadow + `.querySelector("iframe").contentDocument.activeElement.id`); got != "tekst" {
				t.Errorf("after opening, focus is on %q", got)
			}
			if got := b.eval(shadow + `.querySelector("iframe").contentWindow.stopped.join(", ")`); got != "" {
				t.Errorf("in the frame the policy had to stop: %s", got)
			}
			b.clean()
		})
	}
}

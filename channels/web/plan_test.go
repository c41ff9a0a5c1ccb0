package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/channels"
	"wegwijzer/channels/paper"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/plan"
)

// makePlan gives each conversation of the fake bot a plan.
func (f *fakeBot) makePlan() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.convs {
		c.plan = &plan.Document{
			Lang: "nl", Made: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Title: "Mijn persoonlijk plan", Own: "Dit plan is van u.",
			Parts: []plan.Section{{Heading: "Hoe het nu gaat", Lines: []string{"Traplopen <lukt> niet"}}},
		}
		c.add(bot.Message{From: bot.FromBot, Kind: dialogs.KindPlan, Text: "Mijn persoonlijk plan"})
		c.wake()
	}
}

func TestAPlanIsAFileToKeep(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	for _, ending := range []string{"", ".pdf"} {
		if res, body := r.do("GET", base+"/plan"+ending, token, ""); res.StatusCode != http.StatusNotFound || !strings.Contains(body, "geen plan") {
			t.Errorf("without a plan %q: %d %s", ending, res.StatusCode, body)
		}
	}
	r.bot.makePlan()
	for ending, want := range map[string]struct{ mime, name, holds string }{
		"":     {"text/html; charset=UTF-8", "mijn-plan.html", "Traplopen &lt;lukt&gt; niet"},
		".pdf": {paper.MIMEPDF, "mijn-plan.pdf", "%PDF-"},
	} {
		res, body := r.do("GET", base+"/plan"+ending, token, "")
		h := res.Header
		if res.StatusCode != http.StatusOK || h.Get("Content-Type") != want.mime || !strings.Contains(body, want.holds) {
			t.Errorf("plan%s: %d %s", ending, res.StatusCode, h.Get("Content-Type"))
		}
		for name, value := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Disposition": `attachment; filename="` + want.name + `"`,
			"Referrer-Policy": "no-referrer",
		} {
			if h.Get(name) != value {
				t.Errorf("plan%s: %s is %q, want %q", ending, name, h.Get(name), value)
			}
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("plan%s: policy %s", ending, h.Get("Content-Security-Policy"))
		}
	}
}

func TestAPlanIsNobodyElses(t *testing.T) {
	r := newRig(t, testConfig(), channels.Limits{})
	base, token := r.open()
	other, otherToken := r.open()
	r.bot.makePlan()
	for name, test := range map[string]struct {
		path, token string
		want        int
	}{
		"without a token":               {base + "/plan.pdf", "", http.StatusUnauthorized},
		"with another's token":          {base + "/plan.pdf", otherToken, http.StatusNotFound},
		"of another's conversation":     {other + "/plan", token, http.StatusNotFound},
		"with the token in the address": {base + "/plan?token=" + token, "", http.StatusUnauthorized},
	} {
		if res, body := r.do("GET", test.path, test.token, ""); res.StatusCode != test.want || strings.Contains(body, "Traplopen") {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
	if res, _ := r.do("DELETE", base, token, ""); res.StatusCode != http.StatusNoContent {
		t.Fatalf("erase: %d", res.StatusCode)
	}
	if res, _ := r.do("GET", base+"/plan", token, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("after erasing: %d", res.StatusCode)
	}
}

func TestThePlanWithoutJavaScript(t *testing.T) {
	v := &visitor{rig: newRig(t, testConfig(), channels.Limits{})}
	v.get("/chat/medemblik/plan")
	if v.last.StatusCode != http.StatusSeeOther || v.last.Header.Get("Location") != "/chat/medemblik" {
		t.Errorf("without a conversation: %d to %q", v.last.StatusCode, v.last.Header.Get("Location"))
	}
	v.post("/chat/medemblik", url.Values{"actie": {"begin"}})
	if body := v.get("/chat/medemblik/plan"); v.last.StatusCode != http.StatusNotFound || !strings.Contains(body, "geen plan") {
		t.Errorf("without a plan: %d", v.last.StatusCode)
	}
	v.bot.makePlan()
	if chat := v.get("/chat/medemblik"); !strings.Contains(chat, `href="/chat/medemblik/plan"`) || !strings.Contains(chat, `href="/chat/medemblik/plan.pdf"`) {
		t.Errorf("the chat has no way to the plan:\n%s", chat)
	}
	page := v.get("/chat/medemblik/plan")
	policy := v.last.Header.Get("Content-Security-Policy")
	if !strings.Contains(page, "Traplopen") || !strings.Contains(page, `href="/chat/medemblik"`) || !strings.Contains(policy, paper.StyleHash()) || strings.Contains(policy, "unsafe") {
		t.Errorf("the page, under %s:\n%s", policy, page)
	}
	if v.last.Header.Get("Cache-Control") != "no-store" || v.last.Header.Get("Content-Disposition") != "" {
		t.Errorf("headers %v", v.last.Header)
	}
	if pdf := v.get("/chat/medemblik/plan.pdf"); !strings.HasPrefix(pdf, "%PDF-") || !strings.Contains(v.last.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the PDF: %v", v.last.Header)
	}
	if v.get("/chat/nergens/plan"); v.last.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown gemeente: %d", v.last.StatusCode)
	}
}

package browser

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/tests/harness"
)

const password = "een fiets zonder bel"

// supporter is someone at the desk, without a browser.
type supporter struct {
	t       *testing.T
	url     string
	session string
}

// page is an answer, read whole.
type page struct {
	status   int
	body     string
	location string
}

// logIn lets a supporter in by a one-time link.
func logIn(t *testing.T, s *harness.Service, id cases.SupporterID) *supporter {
	t.Helper()
	token, err := s.App.Accounts.Invite(context.Background(), id, []bot.Role{bot.RoleOndersteuner}, s.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	who := &supporter{t: t, url: s.URL}
	if p := who.post("/desk/start/"+token, url.Values{"wachtwoord": {password}}); p.status != http.StatusSeeOther || who.session == "" {
		t.Fatalf("%s can't log in: %d %s", id, p.status, p.body)
	}
	return who
}

func (w *supporter) do(method, path string, form url.Values) page {
	req, err := http.NewRequest(method, w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Error(err)
		return page{}
	}
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if w.session != "" {
		req.AddCookie(&http.Cookie{Name: "__Host-desk", Value: w.session})
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		w.t.Error(err)
		return page{}
	}
	body, err := io.ReadAll(res.Body)
	if cerr := res.Body.Close(); err != nil || cerr != nil {
		w.t.Error(err, cerr)
	}
	for _, c := range res.Cookies() {
		w.session = c.Value
	}
	return page{res.StatusCode, string(body), res.Header.Get("Location")}
}

func (w *supporter) get(path string) page                   { return w.do(http.MethodGet, path, nil) }
func (w *supporter) post(path string, form url.Values) page { return w.do(http.MethodPost, path, form) }

func (p page) is(t *testing.T, status int, contains string) {
	t.Helper()
	if p.status != status || !strings.Contains(p.body, contains) {
		t.Errorf("got %d %s, want %d with %q; the page:\n%s", p.status, p.location, status, contains, p.body)
	}
}

// opened makes a case: a resident of Medemblik goes the shortest road to
// Fatima, by the ids that are fixed on it.
func opened(t *testing.T, s *harness.Service, contact ...string) *harness.Web {
	t.Helper()
	w, err := harness.OpenWeb(s.URL, "medemblik")
	if err != nil {
		t.Fatal(err)
	}
	if len(contact) == 0 {
		contact = []string{"contact:chat"}
	}
	steps := append([]string{
		"> " + firstWords, "> " + secondWords, "mens:ja", "summary:ok", "consent:yes",
	}, contact...)
	for _, step := range append(steps, "supporter:fatima") {
		if text, said := strings.CutPrefix(step, "> "); said {
			err = w.Say(text)
		} else {
			err = w.Press(step)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	v, err := w.View()
	if err != nil || v.Supporter == nil || v.Supporter.Name != "Fatima Haddad" {
		t.Fatalf("the road didn't lead to Fatima: %v; the last message is %q", err, v.Messages[len(v.Messages)-1].Text)
	}
	return w
}

// firstWords are what the resident begins with, secondWords what leads to a
// person.
const (
	firstWords  = "ik kan mijn huur niet betalen"
	secondWords = "ik wil iemand spreken"
)

func TestTheWallBetweenOrganisations(t *testing.T) {
	s := harness.Start(t, nil)
	w := opened(t, s)
	path := "/desk/case/" + w.ID
	fatima, kasia, esra := logIn(t, s, "fatima"), logIn(t, s, "kasia"), logIn(t, s, "esra")
	fatima.get("/desk/").is(t, http.StatusOK, path)
	for _, stranger := range []*supporter{kasia, esra} {
		if p := stranger.get("/desk/"); strings.Contains(p.body, w.ID) {
			t.Error("the case stands in another organisation's queue")
		}
		stranger.get(path).is(t, http.StatusForbidden, "niet voor u")
		stranger.get(path+"/events").is(t, http.StatusForbidden, "niet voor u")
		for _, do := range []string{"take", "answer", "contact", "return", "close"} {
			p := stranger.post(path+"/"+do, url.Values{"id": {"k"}, "tekst": {"hallo"}, "uitkomst": {"geholpen"}})
			if p.status != http.StatusForbidden && p.status != http.StatusConflict || strings.Contains(p.body, "huur niet betalen") {
				t.Errorf("%s by another organisation: %d %s", do, p.status, p.body)
			}
		}
	}
	if v, err := w.View(); err != nil || v.Status != bot.StatusAssigned {
		t.Errorf("after that the case is %v, %v", v.Status, err)
	}
	fatima.get("/desk/case/bestaatniet").is(t, http.StatusNotFound, "Dit dossier is er niet")
}

func TestWhatASupporterSeesAndWhen(t *testing.T) {
	s := harness.Start(t, nil)
	w := opened(t, s, "contact:phone", "> 06 00 00 00 01")
	path := "/desk/case/" + w.ID
	fatima, jan := logIn(t, s, "fatima"), logIn(t, s, "jan")
	const number, said = "06 00 00 00 01", `data-seq="1"` // the first message of the conversation

	before := fatima.get(path)
	before.is(t, http.StatusOK, number)
	if strings.Contains(before.body, said) {
		t.Error("the conversation shows before the taking")
	}
	v, err := s.App.Bot.Look(context.Background(), "fatima", cases.CaseID(w.ID))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(before.body, `aria-label="Samenvatting">`)
	summary, _, _ := strings.Cut(rest, "</div>")
	if got := html.UnescapeString(summary); got != v.Case.Summary || got == "" {
		t.Errorf("summary %q, consented to %q", got, v.Case.Summary)
	}
	colleague := jan.get(path)
	colleague.is(t, http.StatusOK, "Deze vraag is voor Fatima Haddad")
	if strings.Contains(colleague.body, number) {
		t.Error("a colleague reads the number that only the supporter may see")
	}
	if p := fatima.post(path+"/take", nil); p.status != http.StatusSeeOther {
		t.Fatalf("take: %d", p.status)
	}
	fatima.get(path).is(t, http.StatusOK, said)
	mine := jan.get(path)
	mine.is(t, http.StatusOK, "Fatima Haddad helpt deze inwoner")
	if strings.Contains(mine.body, said) || strings.Contains(mine.body, number) {
		t.Error("a colleague reads the conversation")
	}
	jan.post(path+"/answer", url.Values{"id": {"k"}, "tekst": {"hallo"}}).is(t, http.StatusConflict, "Fatima Haddad was u net voor")

	if p := fatima.post(path+"/contact", nil); p.status != http.StatusSeeOther {
		t.Fatalf("contact: %d", p.status)
	}
	fatima.get(path).is(t, http.StatusOK, "Afspraak maken vóór")
	fatima.post(path+"/close", url.Values{"uitkomst": {"verzonnen"}}).is(t, http.StatusUnprocessableEntity, "Kies eerst hoe het is afgelopen")
	if p := fatima.post(path+"/return", nil); p.location != "/desk/?bericht=terug" {
		t.Fatalf("return: %d %s", p.status, p.location)
	}
	if err := w.Say("dit is alleen voor de wegwijzer"); err != nil {
		t.Fatal(err)
	}
	after := fatima.get(path)
	after.is(t, http.StatusOK, said)
	if strings.Contains(after.body, "dit is alleen voor de wegwijzer") {
		t.Error("the conversation after the return shows")
	}
	fatima.post(path+"/answer", url.Values{"id": {"k2"}, "tekst": {"nog iets"}}).is(t, http.StatusConflict, "gesloten of teruggegeven")
}

func TestOneFormIsOneAnswer(t *testing.T) {
	s := harness.Start(t, nil)
	w := opened(t, s)
	path := "/desk/case/" + w.ID
	fatima := logIn(t, s, "fatima")
	fatima.post(path+"/take", nil)
	form := url.Values{"id": {"formulier-1"}, "tekst": {"Dag, ik ben er."}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if p := fatima.post(path+"/answer", form); p.status != http.StatusSeeOther {
				t.Errorf("answer: %d %s", p.status, p.body)
			}
		})
	}
	wg.Wait()
	v, err := w.View()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range v.Messages {
		if m.From == bot.FromSupporter {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d answers of one form", n)
	}
	long := strings.Repeat("te lang ", 1500)
	fatima.post(path+"/answer", url.Values{"id": {"formulier-2"}, "tekst": {long}}).is(t, http.StatusRequestEntityTooLarge, "te lang voor één bericht")
	fatima.post(path+"/answer", url.Values{"id": {"formulier-2"}, "tekst": {long}}).is(t, http.StatusRequestEntityTooLarge, strings.TrimSpace(long))
	fatima.post(path+"/answer", url.Values{"id": {"formulier-3"}, "tekst": {"  "}}).is(t, http.StatusUnprocessableEntity, "Schrijf eerst een antwoord")
	fatima.post(path+"/answer", url.Values{"tekst": {"zonder kenmerk"}}).is(t, http.StatusUnprocessableEntity, "niet compleet")
}

func TestOfTwoWhoTakeOneWins(t *testing.T) {
	s := harness.Start(t, nil)
	fatima, jan := logIn(t, s, "fatima"), logIn(t, s, "jan")
	for range 5 {
		w := opened(t, s)
		pages := make([]page, 2)
		var wg sync.WaitGroup
		for i, who := range []*supporter{fatima, jan} {
			wg.Go(func() { pages[i] = who.post("/desk/case/"+w.ID+"/take", nil) })
		}
		wg.Wait()
		won, lost, name := pages[0], pages[1], "Fatima Haddad"
		if won.status != http.StatusSeeOther {
			won, lost, name = lost, won, "Jan Visser"
		}
		if won.status != http.StatusSeeOther {
			t.Fatalf("nobody won: %d and %d", pages[0].status, pages[1].status)
		}
		lost.is(t, http.StatusConflict, name+" was u net voor")
	}
}

// payloads are what would run or break a page that trusted it.
func payloads() []string {
	list := []string{
		`<script>window.__xss=1</script>`, `"><img src=x onerror=window.__xss=1>`, `'><svg onload=window.__xss=1>`,
		`</div></li></ol><script>window.__xss=1</script>`, `</textarea><script>window.__xss=1</script>`, `<iframe srcdoc="<script>top.__xss=1</script>">`,
		`javascript:window.__xss=1`, `{{.}}{{printf "%s" .}}`, `${window.__xss=1}`, `<a href="javascript:window.__xss=1" autofocus onfocus=window.__xss=1>klik</a>`,
		`<math><mtext></form><form><mglyph><style></math><img src onerror=window.__xss=1>`, `<body onload=window.__xss=1>`, `<base href="https://elders.example/">`,
		`<meta http-equiv="refresh" content="0;url=https://elders.example">`, `<!--><img src=x onerror=window.__xss=1>-->`, "\u202e<b>omgekeerd</b>\u202c",
		`<form action="https://elders.example"><button>x`, `<style>*{display:none}</style>`, `<input name="id" value="x">`, `&lt;script&gt;window.__xss=1&lt;/script&gt;`,
	}
	for _, tag := range []string{"video", "audio", "object", "embed", "marquee", "details open", "xss", "select"} {
		for _, on := range []string{"onerror", "ontoggle", "onstart", "onpointerover", "onanimationstart"} {
			list = append(list, fmt.Sprintf(`<%s src=x %s=window.__xss=1>`, tag, on))
		}
	}
	return list
}

// A resident's words show as words, in a real browser too.
func TestResidentsWordsNeverBecomeMarkup(t *testing.T) {
	s := harness.Start(t, nil)
	w := opened(t, s)
	b := harness.StartBrowser(t)
	desk := b.Window(t, 1280, 900)
	logInFirst(t, s, desk)
	desk.Open(s.URL + "/desk/case/" + w.ID)
	desk.Click(".oppakken button")
	desk.Until(`document.querySelector("#antwoord")`)
	list := payloads()
	if len(list) < 50 {
		t.Fatalf("only %d payloads", len(list))
	}
	for i, p := range list {
		if err := w.Say(fmt.Sprintf("%s nr %d.", p, i)); err != nil {
			t.Fatal(err)
		}
	}
	last := fmt.Sprintf("nr %d.", len(list)-1)
	check := func(where string) {
		t.Helper()
		desk.Until(fmt.Sprintf(`document.querySelector("#lijst").textContent.includes(%q)`, last))
		time.Sleep(300 * time.Millisecond)
		if got := desk.Eval(`window.__xss`); got != "undefined" {
			t.Errorf("%s: a payload ran", where)
		}
		if got := desk.Eval(`document.querySelectorAll("#lijst :not(li,p,div,time)").length`); got != "0" {
			t.Errorf("%s: %s elements that aren't the page's own", where, got)
		}
		if got := desk.Eval(`document.querySelector("#lijst").textContent.includes("<script>window.__xss=1</script> nr 0.")`); got != "true" {
			t.Errorf("%s: the words aren't there as they were written", where)
		}
		if got := desk.Stopped(); got != "" {
			t.Errorf("%s: the policy had to stop %s", where, got)
		}
	}
	check("as they came in")
	desk.Open(s.URL + "/desk/case/" + w.ID)
	check("in a fresh page")
}

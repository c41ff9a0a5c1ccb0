package desk

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
)

// Every address of the router, without a session.
func TestNobodyGetsInWithoutASession(t *testing.T) {
	r := newRig(t)
	open := map[string]int{ // what everyone may ask
		"GET /desk/assets/:name": http.StatusOK, "GET /desk/login": http.StatusOK,
		"GET /desk/start/:token": http.StatusGone, "POST /desk/start/:token": http.StatusGone,
		"POST /desk/login": http.StatusUnprocessableEntity, "POST /desk/logout": http.StatusUnauthorized,
	}
	n := 0
	for _, route := range r.server.Echo().Routes() {
		if !strings.HasPrefix(route.Path, "/desk") {
			continue
		}
		n++
		t.Run(route.Method+" "+route.Path, func(t *testing.T) {
			r.t = t
			for _, session := range []string{"", "verzonnen"} {
				a := r.ask(route.Method, fill(route.Path), session, nil)
				want, known := open[route.Method+" "+route.Path]
				switch {
				case known && a.status != want:
					t.Errorf("got %d, want %d", a.status, want)
				case !known && route.Method == http.MethodGet:
					a.leadsTo(t, "/desk/login?naar="+url.QueryEscape(fill(route.Path)))
				case !known && a.status != http.StatusUnauthorized:
					t.Errorf("got %d, want 401", a.status)
				}
				checkHeaders(t, a, route.Path)
			}
			if route.Method == http.MethodPost && route.Path != "/desk/login" && route.Path != "/desk/start/:token" {
				r.ask(http.MethodGet, fill(route.Path), "", nil).is(t, http.StatusMethodNotAllowed, "")
			}
		})
	}
	if n < 20 {
		t.Fatalf("only %d routes: the walk is wrong", n)
	}
}

func checkHeaders(t *testing.T, a answerOf, path string) {
	t.Helper()
	csp := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q lacks %s", csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Strict-Transport-Security") == "" || a.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers: %v", a.header)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" && !strings.Contains(path, "/assets/") {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestAnotherSitesPageCanDoNothing(t *testing.T) {
	r := newRig(t)
	r.admit("jan", bot.RoleOndersteuner, bot.RoleBeheerder)
	session := r.enter("jan")
	for _, route := range r.desk.routes() {
		if route.method != http.MethodPost {
			continue
		}
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://elders.example"}} {
			req, err := http.NewRequest(http.MethodPost, r.url+fill(route.path), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(header[0], header[1])
			req.AddCookie(&http.Cookie{Name: cookieName, Value: session})
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %s: %d, %v", route.path, header[0], res.StatusCode, err)
			}
		}
	}
}

func TestRolesOpenTheirPartsOnly(t *testing.T) {
	r := newRig(t)
	r.admit("jan", bot.RoleOndersteuner)
	r.admit("fatima", bot.RoleBeheerder)
	jan, fatima := r.enter("jan"), r.enter("fatima")
	for _, route := range r.desk.routes() {
		switch route.who {
		case beheerder:
			r.ask(route.method, fill(route.path), jan, nil).is(t, http.StatusForbidden, "rol")
		case supporter:
			r.ask(route.method, fill(route.path), fatima, nil).is(t, http.StatusForbidden, "rol")
		}
	}
	r.ask(http.MethodGet, "/desk/", fatima, nil).leadsTo(t, "/desk/collegas")
	r.ask(http.MethodGet, "/desk/", jan, nil).is(t, http.StatusOK, "Er staan nu geen vragen open")
	r.ask(http.MethodGet, "/desk", jan, nil).leadsTo(t, "/desk/")
	r.ask(http.MethodGet, "/desk/case/abc234", jan, nil).is(t, http.StatusNotFound, "Dit dossier is er niet")
}

func TestLogin(t *testing.T) {
	r := newRig(t)
	r.admit("fatima", bot.RoleOndersteuner)
	t.Run("by id, name and e-mail in any case", func(t *testing.T) {
		r.t = t
		for _, name := range []string{"fatima", "FATIMA haddad", " Fatima@devliet.example "} {
			r.login(name, goodPassword, "").leadsTo(t, "/desk/")
		}
	})
	t.Run("the answer is the same for an unknown name and a wrong password", func(t *testing.T) {
		r.t = t
		var pages []string
		for _, name := range []string{"fatima", "jan", "wie-is-dit"} {
			a := r.login(name, "dit is het niet", "")
			a.is(t, http.StatusUnauthorized, sayWrong)
			if a.cookie != nil {
				t.Errorf("%s: a cookie %v", name, a.cookie)
			}
			pages = append(pages, strings.ReplaceAll(a.body, name, "NAAM"))
		}
		if diff := cmp.Diff(pages[0], pages[1]); diff != "" || pages[1] != pages[2] {
			t.Errorf("the answers differ: %s", diff)
		}
	})
	t.Run("the cookie is out of reach of scripts and other sites", func(t *testing.T) {
		r.t = t
		c := r.login("fatima", goodPassword, "").cookie
		if c.Name != "__Host-desk" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %+v", c)
		}
	})
	t.Run("a session from before the login doesn't count after it", func(t *testing.T) {
		r.t = t
		old := r.enter("fatima")
		a := r.login("fatima", goodPassword, old)
		if a.cookie.Value == old {
			t.Error("the session's token stayed")
		}
		r.ask(http.MethodGet, "/desk/", old, nil).leadsTo(t, "/desk/login?naar=%2Fdesk%2F")
		planted := r.login("fatima", goodPassword, "door-een-ander-gekozen")
		if planted.cookie.Value == "door-een-ander-gekozen" {
			t.Error("a planted token became the session's")
		}
	})
	t.Run("it leads on to a page of the desk only", func(t *testing.T) {
		r.t = t
		for to, want := range map[string]string{
			"/desk/case/abc234": "/desk/case/abc234", "/desk/collegas": "/desk/collegas", "": "/desk/",
			"https://elders.example/": "/desk/", "//elders.example": "/desk/", "/desk/../chat": "/desk/", "/desk/case/\\x": "/desk/",
		} {
			a := r.ask(http.MethodPost, "/desk/login", "", url.Values{"naam": {"fatima"}, "wachtwoord": {goodPassword}, "naar": {to}})
			a.leadsTo(t, want)
		}
	})
	t.Run("logging out ends the session here", func(t *testing.T) {
		r.t = t
		s := r.enter("fatima")
		r.ask(http.MethodPost, "/desk/logout", s, nil).leadsTo(t, "/desk/login?uit=1")
		r.ask(http.MethodGet, "/desk/", s, nil).leadsTo(t, "/desk/login?naar=%2Fdesk%2F")
	})
}

func TestGuessingPasswordsHasToWait(t *testing.T) {
	t.Run("five failures of an account, known or not", func(t *testing.T) {
		for _, name := range []string{"fatima", "wie-is-dit"} {
			r := newRig(t)
			r.admit("fatima", bot.RoleOndersteuner)
			for range 5 {
				r.login(name, "dit is het niet", "").is(t, http.StatusUnauthorized, sayWrong)
			}
			a := r.login(name, goodPassword, "")
			a.is(t, http.StatusTooManyRequests, "Wacht 15 minuten")
			if a.header.Get("Retry-After") != "900" {
				t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
			}
			r.move(attemptWindow)
			if name == "fatima" {
				r.login(name, goodPassword, "").leadsTo(t, "/desk/")
			}
		}
	})
	t.Run("twenty failures of a client over many names", func(t *testing.T) {
		r := newRig(t)
		r.admit("fatima", bot.RoleOndersteuner)
		for i := range 20 {
			r.login(strings.Repeat("x", i+1), "dit is het niet", "").is(t, http.StatusUnauthorized, "")
		}
		r.login("fatima", goodPassword, "").is(t, http.StatusTooManyRequests, "Wacht")
	})
	t.Run("a success clears the account", func(t *testing.T) {
		r := newRig(t)
		r.admit("fatima", bot.RoleOndersteuner)
		for range 3 {
			for range 4 {
				r.login("fatima", "dit is het niet", "")
			}
			r.login("fatima", goodPassword, "").leadsTo(t, "/desk/")
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	r := newRig(t)
	r.admit("fatima", bot.RoleOndersteuner)
	in := func(s string) bool { return r.ask(http.MethodGet, "/desk/", s, nil).status == http.StatusOK }
	t.Run("after an hour without use", func(t *testing.T) {
		s := r.enter("fatima")
		r.move(59 * time.Minute)
		if !in(s) {
			t.Error("ended within the hour")
		}
		r.move(61 * time.Minute)
		if in(s) {
			t.Error("goes on after an hour")
		}
	})
	t.Run("what the page's script asks is no use", func(t *testing.T) {
		s := r.enter("fatima")
		for range 4 {
			r.move(20 * time.Minute)
			r.ask(http.MethodGet, "/desk/?deel=1", s, nil)
		}
		r.ask(http.MethodGet, "/desk/?deel=1", s, nil).is(t, http.StatusUnauthorized, "U bent uitgelogd")
	})
	t.Run("after twelve hours at the latest", func(t *testing.T) {
		s := r.enter("fatima")
		for range 23 {
			r.move(30 * time.Minute)
			if !in(s) {
				t.Fatal("ended while in use")
			}
		}
		r.move(30 * time.Minute)
		if in(s) {
			t.Error("goes on after twelve hours")
		}
	})
	t.Run("when a new password is set", func(t *testing.T) {
		s := r.enter("fatima")
		r.admit("fatima", bot.RoleOndersteuner)
		if in(s) {
			t.Error("goes on after a new password")
		}
	})
	t.Run("at once when the account is closed", func(t *testing.T) {
		s := r.enter("fatima")
		acc, err := r.accounts.Account(context.Background(), "fatima")
		if err != nil {
			t.Fatal(err)
		}
		acc.Disabled = true
		if err := r.accounts.SaveAccount(context.Background(), acc); err != nil {
			t.Fatal(err)
		}
		if in(s) {
			t.Error("goes on with a closed account")
		}
		r.login("fatima", goodPassword, "").is(t, http.StatusUnauthorized, sayWrong)
	})
}

func TestOneTimeLink(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	invite := func(id cases.SupporterID) string {
		token, err := r.accounts.Invite(ctx, id, []bot.Role{bot.RoleOndersteuner}, r.clock())
		if err != nil {
			t.Fatal(err)
		}
		return "/desk/start/" + token
	}
	t.Run("one that names nobody asks who you are, and works once", func(t *testing.T) {
		link := invite("")
		r.ask(http.MethodGet, link, "", nil).is(t, http.StatusOK, "Wie bent u?")
		r.ask(http.MethodPost, link, "", url.Values{"wachtwoord": {goodPassword}}).is(t, http.StatusUnprocessableEntity, "Kies eerst wie u bent")
		r.ask(http.MethodPost, link, "", url.Values{"wie": {"fatima"}, "wachtwoord": {"kort"}}).is(t, http.StatusUnprocessableEntity, "4 tekens")
		a := r.ask(http.MethodPost, link, "", url.Values{"wie": {"fatima"}, "wachtwoord": {goodPassword}})
		a.leadsTo(t, "/desk/")
		r.ask(http.MethodGet, "/desk/", a.cookie.Value, nil).is(t, http.StatusOK, "Fatima Haddad")
		r.ask(http.MethodGet, link, "", nil).is(t, http.StatusGone, "Deze link werkt niet meer")
		r.ask(http.MethodPost, link, "", url.Values{"wie": {"jan"}, "wachtwoord": {goodPassword}}).is(t, http.StatusGone, "Deze link werkt niet meer")
	})
	t.Run("it can't take over who has an account", func(t *testing.T) {
		link := invite("")
		if a := r.ask(http.MethodGet, link, "", nil); strings.Contains(a.body, `value="fatima"`) {
			t.Error("Fatima, who has an account, can be chosen")
		}
		r.ask(http.MethodPost, link, "", url.Values{"wie": {"fatima"}, "wachtwoord": {goodPassword}}).is(t, http.StatusUnprocessableEntity, "Kies eerst")
	})
	t.Run("one for a person is for that person", func(t *testing.T) {
		link := invite("jan")
		r.ask(http.MethodGet, link, "", nil).is(t, http.StatusOK, "Welkom, Jan Visser")
		a := r.ask(http.MethodPost, link, "", url.Values{"wie": {"kasia"}, "wachtwoord": {goodPassword}})
		a.leadsTo(t, "/desk/")
		r.ask(http.MethodGet, "/desk/", a.cookie.Value, nil).is(t, http.StatusOK, "Jan Visser")
	})
	t.Run("it ends after a week", func(t *testing.T) {
		link := invite("kasia")
		r.move(8 * 24 * time.Hour)
		r.ask(http.MethodGet, link, "", nil).is(t, http.StatusGone, "zeven dagen")
	})
	t.Run("it doesn't open a closed account", func(t *testing.T) {
		acc, err := r.accounts.Account(ctx, "jan")
		if err != nil {
			t.Fatal(err)
		}
		acc.Disabled = true
		if err := r.accounts.SaveAccount(ctx, acc); err != nil {
			t.Fatal(err)
		}
		r.ask(http.MethodGet, invite("jan"), "", nil).is(t, http.StatusGone, "")
	})
}

func TestColleagues(t *testing.T) {
	r := newRig(t)
	r.admit("fatima", bot.RoleOndersteuner, bot.RoleBeheerder)
	r.admit("esra", bot.RoleOndersteuner)
	s := r.enter("fatima")
	r.ask(http.MethodGet, "/desk/collegas", s, nil).is(t, http.StatusOK, "Kan nog niet inloggen")

	a := r.ask(http.MethodPost, "/desk/collegas/jan/link", s, nil)
	a.is(t, http.StatusOK, "Link voor Jan Visser")
	_, rest, _ := strings.Cut(a.body, r.url+"/desk/start/")
	token, _, _ := strings.Cut(rest, `"`)
	r.ask(http.MethodPost, "/desk/start/"+token, "", url.Values{"wachtwoord": {goodPassword}}).leadsTo(t, "/desk/")
	if a := r.ask(http.MethodGet, "/desk/collegas", s, nil); strings.Contains(a.body, "/desk/start/") {
		t.Error("the link shows a second time")
	}
	jan := r.enter("jan")
	r.ask(http.MethodPost, "/desk/collegas/jan/disable", s, nil).leadsTo(t, "/desk/collegas")
	r.ask(http.MethodGet, "/desk/", jan, nil).leadsTo(t, "/desk/login?naar=%2Fdesk%2F")
	r.ask(http.MethodPost, "/desk/collegas/jan/link", s, nil).is(t, http.StatusForbidden, "dicht")
	r.ask(http.MethodPost, "/desk/collegas/jan/enable", s, nil).leadsTo(t, "/desk/collegas")
	r.login("jan", goodPassword, "").leadsTo(t, "/desk/")

	// A new link for who works elsewhere would be a way through the wall.
	r.ask(http.MethodPost, "/desk/collegas/esra/link", s, nil).is(t, http.StatusForbidden, "andere organisatie")
	r.ask(http.MethodPost, "/desk/collegas/fatima/disable", s, nil).is(t, http.StatusConflict, "eigen toegang")
	r.ask(http.MethodPost, "/desk/collegas/niemand/link", s, nil).is(t, http.StatusNotFound, "rooster")
	r.ask(http.MethodPost, "/desk/collegas/willem/disable", s, nil).is(t, http.StatusConflict, "nog geen toegang")
}

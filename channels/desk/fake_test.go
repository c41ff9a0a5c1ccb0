package desk

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/channels"
)

// memory keeps documents as a store does, with versions.
type memory struct {
	mu   sync.Mutex
	docs map[string]bot.Document
}

func (m *memory) Document(_ context.Context, kind, id string) (bot.Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.docs[kind+" "+id]
	if !ok {
		return d, bot.ErrNotFound
	}
	return d, nil
}

func (m *memory) DocumentVersion(ctx context.Context, kind, id string) (uint64, error) {
	d, err := m.Document(ctx, kind, id)
	return d.Version, err
}

func (m *memory) PutDocument(_ context.Context, d bot.Document) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.docs[d.Kind+" "+d.ID].Version != d.Version {
		return 0, bot.ErrConflict
	}
	d.Version++
	m.docs[d.Kind+" "+d.ID] = d
	return d.Version, nil
}

func (m *memory) DeleteDocument(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.docs, kind+" "+id)
	return nil
}

func (m *memory) ListDocuments(_ context.Context, kind string) ([]bot.Document, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []bot.Document
	for _, d := range m.docs {
		if d.Kind == kind {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b bot.Document) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

// empty is a bot without cases. The pages that have some are tried on the
// whole service, in tests/browser.
type empty struct{ Bot }

func (empty) Queue(context.Context, cases.SupporterID, bot.CaseQuery) ([]bot.CaseRow, error) {
	return nil, nil
}

func (empty) Waiting(context.Context, cases.SupporterID, cases.CaseID) (bool, error) {
	return false, nil
}

func (empty) Look(context.Context, cases.SupporterID, cases.CaseID) (bot.CaseView, error) {
	return bot.CaseView{}, bot.Errorf(bot.KindNotFound, "Dit dossier is er niet (meer).", "no case")
}

// rig is a desk behind a real server, with a clock that a test moves.
type rig struct {
	t        *testing.T
	desk     *Desk
	server   *channels.Server
	accounts *bot.Accounts
	url      string
	mu       sync.Mutex
	now      time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	roster, err := cases.ExampleRoster()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{
		t: t, accounts: bot.NewAccounts(&memory{docs: map[string]bot.Document{}}),
		now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), server: channels.NewServer(channels.Config{}),
	}
	r.desk, err = New(empty{}, r.accounts, Config{Roster: roster, Clock: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	r.desk.hashing.now = kdf{memory: 64, time: 1, threads: 1} // the cost has a test of its own
	r.desk.Mount(r.server)
	s := httptest.NewServer(r.server.Echo())
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) move(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

const goodPassword = "een fiets zonder bel"

// admit gives a supporter an account.
func (r *rig) admit(id cases.SupporterID, roles ...bot.Role) {
	r.t.Helper()
	ctx := context.Background()
	token, err := r.accounts.Invite(ctx, id, roles, r.clock())
	if err != nil {
		r.t.Fatal(err)
	}
	hash, err := r.desk.hashing.hash(ctx, goodPassword)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.accounts.Redeem(ctx, token, id, hash, r.clock()); err != nil {
		r.t.Fatal(err)
	}
}

// answerOf is what came back, read whole.
type answerOf struct {
	status int
	body   string
	header http.Header
	cookie *http.Cookie
}

// ask does one request as a browser would; session may be "".
func (r *rig) ask(method, path, session string, form url.Values) answerOf {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if session != "" {
		req.AddCookie(&http.Cookie{Name: cookieName, Value: session})
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if cerr := res.Body.Close(); err != nil || cerr != nil {
		r.t.Fatal(err, cerr)
	}
	a := answerOf{status: res.StatusCode, body: string(body), header: res.Header}
	for _, c := range res.Cookies() {
		a.cookie = c
	}
	return a
}

func (r *rig) login(name, password, session string) answerOf {
	r.t.Helper()
	return r.ask(http.MethodPost, "/desk/login", session, url.Values{"naam": {name}, "wachtwoord": {password}})
}

// enter logs in and returns the session's token.
func (r *rig) enter(name string) string {
	r.t.Helper()
	a := r.login(name, goodPassword, "")
	if a.status != http.StatusSeeOther || a.cookie == nil {
		r.t.Fatalf("login of %s: %d", name, a.status)
	}
	return a.cookie.Value
}

func (a answerOf) is(t *testing.T, status int, contains string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, contains) {
		t.Errorf("got %d, want %d with %q; the page says:\n%s", a.status, status, contains, a.body)
	}
}

func (a answerOf) leadsTo(t *testing.T, path string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path {
		t.Errorf("got %d to %q, want %d to %q", a.status, a.header.Get("Location"), http.StatusSeeOther, path)
	}
}

// fill puts values in a route's path.
func fill(path string) string {
	return strings.NewReplacer(":id", "abc234", ":token", "geen-token", ":supporter", "jan", ":name", "desk.css").Replace(path)
}

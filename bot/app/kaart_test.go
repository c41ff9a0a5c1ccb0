package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/bot/config"
	"wegwijzer/knowledge/index"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
	"wegwijzer/tests/harness/redisd"
)

// testKaarten opens the kaart of a store for the test.
func testKaarten(t testing.TB, cfg config.Config) *Kaarten {
	t.Helper()
	k, closeStore, err := OpenKaarten(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeStore(); err != nil {
			t.Error(err)
		}
	})
	return k
}

// inFolder is the config of a service alone.
func inFolder(t testing.TB) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Store.Dir = t.TempDir()
	return cfg
}

// onRedis is the config of one of more services.
func onRedis(t testing.TB) config.Config {
	t.Helper()
	cfg := inFolder(t)
	cfg.Store.RedisURL, cfg.Store.Key = redisd.Start(t).URL(), strings.Repeat("A", 43)+"="
	return cfg
}

// imports puts one service into the kaart.
func imports(t *testing.T, k *Kaarten, name string, o kaart.ApplyOptions) kaart.Report {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kaart.json")
	body := fmt.Sprintf(`[{"id":"nieuw","name":%q,"status":"active","description":"Helpt met zorgen over geld en schulden."}]`, name)
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := k.Import(t.Context(), file, o)
	if err != nil {
		t.Fatal(err, report.Rejected)
	}
	return report
}

func TestAGemeenteHasItsOwnLimits(t *testing.T) {
	cfg := inFolder(t)
	cfg.Kaart = config.Kaart{FreshMonths: 6, HiddenMonths: 10}
	cfg.Gemeente[0].KaartFreshMonths, cfg.Gemeente[0].KaartHiddenMonths = 3, 36
	l := testKaarten(t, cfg).limits
	if got := l.In(cfg.Gemeente[0].Name); got != (kaart.Freshness{Stale: 3, Hidden: 36}) {
		t.Errorf("its own: %+v", got)
	}
	if got := l.In(cfg.Gemeente[1].ID); got != (kaart.Freshness{Stale: 6, Hidden: 10}) {
		t.Errorf("the installation's: %+v", got)
	}
}

func TestAnImportIsRemembered(t *testing.T) {
	k := testKaarten(t, inFolder(t))
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	imports(t, k, "Geldhulp", kaart.ApplyOptions{By: "fatima", At: monday})
	imports(t, k, "Geldhulp", kaart.ApplyOptions{By: "jan", At: monday.Add(time.Hour)}) // changes nothing
	imports(t, k, "Geldpunt", kaart.ApplyOptions{By: "jan", At: monday.Add(2 * time.Hour)})
	// One that wrote its changes and then lost the race, or fell: nothing happened.
	if _, err := k.remember(t.Context(), imported{Changes: []kaart.Change{{ID: "nooit"}}}, 3); err != nil {
		t.Fatal(err)
	}
	all := history(t, k)
	if len(all) != 2 {
		t.Fatalf("%d changes", len(all))
	}
	if c := all[0]; c.Action != "added" || c.By != "fatima" || !c.At.Equal(monday) || c.ID != "nieuw" || c.Before != nil {
		t.Errorf("first change %+v", c)
	}
	if c := all[1]; c.Action != "changed" || c.By != "jan" || c.Before == nil || c.Before.Name != "Geldhulp" || strings.Join(c.Fields, " ") != "Name" || c.After == nil || c.After.Name != "Geldpunt" {
		t.Errorf("second change %+v", c)
	}
}

func history(t *testing.T, k *Kaarten) []kaart.Change {
	t.Helper()
	var all []kaart.Change
	if err := k.History(t.Context(), func(c kaart.Change) error { all = append(all, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnImportThatLostTheRaceLeavesNothing(t *testing.T) {
	k := testKaarten(t, inFolder(t))
	imports(t, k, "Geldhulp", kaart.ApplyOptions{By: "fatima", At: time.Now()})
	before, err := k.document(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	imports(t, k, "Geldpunt", kaart.ApplyOptions{By: "jan", At: time.Now()})
	current, err := kaartOf(before)
	if err != nil {
		t.Fatal(err)
	}
	next, report, err := current.Apply(&kaart.Batch{Services: []kaart.Service{{ID: "laat", Name: "Te laat"}}}, kaart.ApplyOptions{By: "piet", At: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.keep(t.Context(), before, next, report); err == nil || !strings.Contains(err.Error(), "probeer het opnieuw") {
		t.Errorf("the later one isn't refused: %v", err)
	}
	docs, err := k.docs.ListDocuments(t.Context(), kindChanges)
	if err != nil || len(docs) != 2 || len(history(t, k)) != 2 {
		t.Errorf("%d imports are kept, %v", len(docs), err)
	}
}

// Changes as they were kept before they had ids of their own.
func TestOldHistoryIsRead(t *testing.T) {
	k := testKaarten(t, inFolder(t))
	var body bytes.Buffer
	zw := gzip.NewWriter(&body)
	if err := errors.Join(json.NewEncoder(zw).Encode([]kaart.Change{{ID: "oud", Action: "added", By: "fatima"}}), zw.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := k.docs.PutDocument(t.Context(), bot.Document{Kind: kindChanges, ID: "0000000001", Body: body.Bytes()}); err != nil {
		t.Fatal(err)
	}
	imports(t, k, "Geldhulp", kaart.ApplyOptions{By: "jan", At: time.Now()})
	if all := history(t, k); len(all) != 2 || all[0].ID != "oud" || all[1].ID != "nieuw" {
		t.Errorf("history %+v", all)
	}
}

// Two running nodes answer from an import that a third process did, without a
// moment in which they don't answer. The limit is roomy for a busy machine;
// they look four times a second.
func TestEveryNodeFollowsAnImport(t *testing.T) {
	for name, store := range map[string]func(testing.TB) config.Config{"embedded": inFolder, "redis": onRedis} {
		t.Run(name, func(t *testing.T) {
			cfg := store(t)
			editor := testKaarten(t, cfg)
			var nodes []*directory
			for range 2 {
				nodes = append(nodes, followingNode(t, testKaarten(t, cfg)))
			}
			imports(t, editor, "Geldpunt Nieuw", kaart.ApplyOptions{By: "test", At: time.Now()})
			deadline := time.Now().Add(2 * time.Minute)
			for i, d := range nodes {
				for !holds(t, d, "nieuw") {
					if time.Now().After(deadline) {
						t.Fatalf("node %d doesn't follow", i)
					}
					time.Sleep(10 * time.Millisecond)
				}
			}
		})
	}
}

// A node that has missed some imports takes up their changes one after the
// other, or reads the whole; it has the same kaart either way.
func TestANodeThatMissedImportsHasTheSameKaart(t *testing.T) {
	k := testKaarten(t, inFolder(t))
	have, at, err := k.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Geldhulp", "Geldpunt", "Geldloket"} {
		imports(t, k, name, kaart.ApplyOptions{By: "test", At: time.Now()})
	}
	d, err := k.document(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	next, err := k.changed(t.Context(), have, at, d)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := kaartOf(d)
	if err != nil {
		t.Fatal(err)
	}
	if next.Stamp() != whole.Stamp() {
		t.Error("by its changes the kaart is another one")
	}
	if err := k.docs.DeleteDocument(t.Context(), kindChanges, changesOf(d)); err != nil {
		t.Fatal(err)
	}
	next, version, err := k.after(t.Context(), have, at)
	if err != nil || version != at+3 || next.Stamp() != whole.Stamp() {
		t.Errorf("without the changes: version %d, %v", version, err)
	}
}

// While a large kaart is read, a node answers from the one before.
func TestANodeAnswersWhileItFollows(t *testing.T) {
	k := testKaarten(t, inFolder(t))
	d := followingNode(t, k)
	file := filepath.Join(t.TempDir(), "groot.json")
	if err := os.WriteFile(file, largeKaart(t, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Import(t.Context(), file, kaart.ApplyOptions{Replace: true, By: "test", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	deadline, meanwhile := time.Now().Add(2*time.Minute), 0
	for !holds(t, d, "dienst-999") {
		if meanwhile++; time.Now().After(deadline) {
			t.Fatal("the node doesn't follow")
		}
	}
	if meanwhile == 0 {
		t.Error("no question was answered while the kaart was read")
	}
}

// What can't be read is told once, the node answers from what it has, and the
// next import is taken up.
func TestANodeOutlivesAKaartThatCanNotBeRead(t *testing.T) {
	k := testKaarten(t, inFolder(t))
	d, current, version := openNode(t, k)
	if _, err := k.docs.PutDocument(t.Context(), bot.Document{Kind: kindKaart, ID: kaartID, Body: []byte("kapot")}); err != nil {
		t.Fatal(err)
	}
	told := make(chan error, 100)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.follow(ctx, k, version, func(err error) { told <- err })
	}()
	defer func() { stop(); <-done }()
	<-told
	time.Sleep(3 * followTime)
	if len(told) > 0 {
		t.Errorf("it is told again: %v", <-told)
	}
	if holds(t, d, "nieuw") {
		t.Error("something is there that can't be read")
	}
	body, err := packKaart(current, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.docs.PutDocument(t.Context(), bot.Document{Kind: kindKaart, ID: kaartID, Version: 1, Body: body}); err != nil {
		t.Fatal(err)
	}
	imports(t, k, "Geldpunt", kaart.ApplyOptions{By: "test", At: time.Now()})
	for deadline := time.Now().Add(2 * time.Minute); !holds(t, d, "nieuw"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the next import isn't followed")
		}
	}
}

// largeKaart is HSDS of n services with the example's texts.
func largeKaart(t testing.TB, n int) []byte {
	t.Helper()
	example, err := kaart.Example()
	if err != nil {
		t.Fatal(err)
	}
	from := example.Services()
	services := make([]kaart.Service, n)
	for i := range services {
		services[i] = *from[i%len(from)]
		services[i].ID, services[i].Organisation = kaart.ServiceID(fmt.Sprint("dienst-", i)), ""
		services[i].Name += fmt.Sprint(" ", i)
	}
	k, err := kaart.New(nil, services)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := k.EncodeHSDS(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// openNode gives a node what the kaart holds now, and says what that is.
func openNode(t testing.TB, k *Kaarten) (*directory, *kaart.Kaart, uint64) {
	t.Helper()
	current, version, err := k.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	model, err := nlu.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	d := &directory{model: model, limits: k.limits}
	if err := d.use(current); err != nil {
		t.Fatal(err)
	}
	return d, current, version
}

// followingNode is what a service does with the kaart while it runs.
func followingNode(t testing.TB, k *Kaarten) *directory {
	t.Helper()
	d, _, version := openNode(t, k)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.follow(ctx, k, version, func(err error) { t.Error(err) })
	}()
	t.Cleanup(func() { stop(); <-done })
	return d
}

// holds asks a node a question; it must answer at every moment.
func holds(t testing.TB, d *directory, id kaart.ServiceID) bool {
	t.Helper()
	x := d.index.Load()
	r, err := x.Search(t.Context(), index.Query{Text: "schulden"})
	if err != nil || len(r.Hits) == 0 {
		t.Fatalf("a node doesn't answer: %v", err)
	}
	_, ok := x.Kaart().Service(id)
	return ok
}

func TestLinksNamesTheDeadOnes(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/weg":
			w.WriteHeader(http.StatusNotFound)
		case r.URL.Path == "/alleen-get" && r.Method == http.MethodHead:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	}))
	defer server.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	k, err := kaart.New(nil, []kaart.Service{
		{ID: "a", Name: "A", URL: server.URL + "/goed"}, {ID: "b", Name: "B", URL: server.URL + "/weg"},
		{ID: "c", Name: "C", URL: server.URL + "/weg"}, {ID: "d", Name: "D", URL: server.URL + "/alleen-get"},
		{ID: "e", Name: "E", URL: gone.URL}, {ID: "f", Name: "F"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range Links(t.Context(), k, server.Client()) {
		for _, s := range l.Services {
			got[string(s.ID)] = l.Reason
		}
	}
	if len(got) != 3 || got["b"] != "antwoordt met 404" || got["c"] != got["b"] || got["e"] != "antwoordt niet" {
		t.Errorf("dead: %v", got)
	}
}

// BenchmarkFollow measures how long it takes from an import's end until a
// running node, of 20,000 services, answers from it.
func BenchmarkFollow(b *testing.B) {
	for _, on := range []struct {
		name  string
		store func(testing.TB) config.Config
	}{{"embedded", inFolder}, {"redis", onRedis}} {
		b.Run(on.name, func(b *testing.B) {
			cfg := on.store(b)
			editor := testKaarten(b, cfg)
			file := filepath.Join(b.TempDir(), "kaart.json")
			write := func(data []byte) {
				if err := os.WriteFile(file, data, 0o600); err != nil {
					b.Fatal(err)
				}
			}
			write(largeKaart(b, 20_000))
			if _, err := editor.Import(b.Context(), file, kaart.ApplyOptions{Replace: true}); err != nil {
				b.Fatal(err)
			}
			node := followingNode(b, testKaarten(b, cfg))
			for _, changes := range []int{1, 50} {
				b.Run(fmt.Sprint(changes, " changed"), func(b *testing.B) {
					var longest, sum time.Duration
					round := 0
					for b.Loop() {
						round++
						var rows []string
						for i := range changes {
							rows = append(rows, fmt.Sprintf(`{"id":"extra-%d","name":"Geldhulp %d","status":"active","description":"Helpt met schulden, ronde %d."}`, i, round, b.N+round))
						}
						write([]byte("[" + strings.Join(rows, ",") + "]"))
						if _, err := editor.Import(b.Context(), file, kaart.ApplyOptions{By: "test", At: time.Now()}); err != nil {
							b.Fatal(err)
						}
						start := time.Now()
						for s, ok := node.index.Load().Kaart().Service("extra-0"); !ok || !strings.HasSuffix(s.Description, fmt.Sprintf(" %d.", b.N+round)); {
							time.Sleep(time.Millisecond)
							holds(b, node, "extra-0")
							s, ok = node.index.Load().Kaart().Service("extra-0")
						}
						took := time.Since(start)
						sum, longest = sum+took, max(longest, took)
					}
					b.ReportMetric(float64(sum.Milliseconds())/float64(round), "ms/follow")
					b.ReportMetric(float64(longest.Milliseconds()), "ms-longest")
				})
			}
		})
	}
}

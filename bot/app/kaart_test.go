package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wegwijzer/bot/config"
	"wegwijzer/knowledge/index"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
	"wegwijzer/tests/harness/redisd"
)

// testKaarten opens the kaart of a store for the test.
func testKaarten(t *testing.T, cfg config.Config) *Kaarten {
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
func inFolder(t *testing.T) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Store.Dir = t.TempDir()
	return cfg
}

// onRedis is the config of one of more services.
func onRedis(t *testing.T) config.Config {
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
	all, err := k.History(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%d changes, %v", len(all), err)
	}
	if c := all[0]; c.Action != "added" || c.By != "fatima" || !c.At.Equal(monday) || c.ID != "nieuw" || c.Before != nil {
		t.Errorf("first change %+v", c)
	}
	if c := all[1]; c.Action != "changed" || c.By != "jan" || c.Before == nil || c.Before.Name != "Geldhulp" || strings.Join(c.Fields, " ") != "Name" {
		t.Errorf("second change %+v", c)
	}
}

// Two running nodes answer from an import that a third process did, without a
// moment in which they don't answer. The limit is roomy for a busy machine;
// they look twice a second.
func TestEveryNodeFollowsAnImport(t *testing.T) {
	for name, store := range map[string]func(*testing.T) config.Config{"embedded": inFolder, "redis": onRedis} {
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

// followingNode is what a service does with the kaart while it runs.
func followingNode(t *testing.T, k *Kaarten) *directory {
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
func holds(t *testing.T, d *directory, id kaart.ServiceID) bool {
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

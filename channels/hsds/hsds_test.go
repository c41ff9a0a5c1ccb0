package hsds

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"wegwijzer/channels"
	"wegwijzer/knowledge/kaart"
)

// rig is the door on a real port.
type rig struct {
	t      *testing.T
	http   *httptest.Server
	server *channels.Server
	kaart  atomic.Pointer[kaart.Kaart]
	schemas
}

// newAPI is the door on a kaart that doesn't change.
func newAPI(k *kaart.Kaart) *API { return New(Config{Kaart: func() *kaart.Kaart { return k }}) }

func newRig(t *testing.T, k *kaart.Kaart) *rig {
	t.Helper()
	kinds, err := kaart.Hulpsoorten()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, server: channels.NewServer(channels.Config{}), schemas: schemas{t, map[string]*jsonschema.Schema{}}}
	r.kaart.Store(k)
	New(Config{Kaart: r.kaart.Load, Kinds: kinds}).Mount(r.server)
	r.http = httptest.NewServer(r.server.Echo())
	t.Cleanup(r.http.Close)
	return r
}

func (r *rig) get(path string, headers ...string) (*http.Response, []byte) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.http.URL+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res, body
}

// read gets an address and checks its answer with the standard's schema.
func (r *rig) read(path string) map[string]any {
	r.t.Helper()
	res, body := r.get(path)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		r.t.Fatalf("%s: %d %s: %s", path, res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		r.t.Fatalf("%s: %v", path, err)
	}
	if err := r.schemas.answer(addressOf(path)).Validate(doc); err != nil {
		r.t.Errorf("%s: %v", path, err)
	}
	m, ok := doc.(map[string]any)
	if !ok {
		r.t.Fatalf("%s answers no object", path)
	}
	return m
}

// addressOf is the address of the standard that a path asks for.
func addressOf(path string) string {
	path, _, _ = strings.Cut(strings.TrimPrefix(path, "/hsds"), "?")
	parts := strings.Split(path, "/")
	if len(parts) == 3 {
		parts[2] = "{id}"
	}
	return "/" + strings.Join(parts[1:], "/")
}

func contents(t *testing.T, page map[string]any) []map[string]any {
	t.Helper()
	list, ok := page["contents"].([]any)
	if !ok {
		t.Fatalf("no contents in %v", page)
	}
	out := make([]map[string]any, len(list))
	for i, v := range list {
		out[i], _ = v.(map[string]any)
	}
	return out
}

func number(v any) int {
	n, _ := v.(json.Number)
	i, _ := n.Int64()
	return int(i)
}

// kaarten are what every address is tried with: the example, and records of
// others that say more than ours do.
func kaarten(t *testing.T) map[string]*kaart.Kaart {
	t.Helper()
	example, err := kaart.Example()
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]*kaart.Kaart{"example": example}
	for name, file := range map[string]string{
		"official 3.0": "examples/service_full.json", "official 3.1": "../hsds-3.1/service_full.json",
		"dutch": "examples/service-nl.json", "organisation": "examples/organization_full.json",
	} {
		data, err := os.ReadFile(schemaFolder + file)
		if err != nil {
			t.Fatal(err)
		}
		k, report, err := (*kaart.Kaart)(nil).Apply(kaart.DecodeJSON(bytes.NewReader(data)), kaart.ApplyOptions{})
		if err != nil {
			t.Fatal(err, report.Rejected)
		}
		list[name] = k
	}
	return list
}

func TestEveryAnswerIsValid(t *testing.T) {
	for name, k := range kaarten(t) {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, k)
			if m := r.read("/hsds/"); m["version"] != "3.0" || m["openapi_url"] != r.http.URL+"/openapi.json" {
				t.Errorf("root: %v", m)
			}
			for list, queries := range map[string][]string{
				"services":             {"", "?full=true", "?minimal=true", "?page=2&per_page=1", "?full=true&per_page=1000"},
				"organizations":        {"", "?full=true", "?full_service=true&per_page=5", "?page=2&per_page=1"},
				"service_at_locations": {"", "?full=true", "?page=2&per_page=1"},
				"taxonomies":           {"", "?page=2&per_page=1"},
				"taxonomy_terms":       {"", "?page=2&per_page=1", "?top_only=true"},
			} {
				for _, q := range queries {
					page := r.read("/hsds/" + list + q)
					schema := r.record(recordOf(list))
					for _, item := range contents(t, page) {
						if err := schema.Validate(anyMap(item)); err != nil {
							t.Errorf("%s%s: %v", list, q, err)
						}
					}
				}
				every(r, list)
			}
		})
	}
}

// every reads all records of a list one by one, up to fifty.
func every(r *rig, list string) {
	r.t.Helper()
	all := contents(r.t, r.read("/hsds/"+list))
	for _, item := range all {
		id, _ := item["id"].(string)
		one := r.read("/hsds/" + list + "/" + url.PathEscape(id))
		if one["id"] != id {
			r.t.Errorf("%s/%s answers %v", list, id, one["id"])
		}
		service, nested := one["service"].(map[string]any)
		if list != "service_at_locations" {
			continue
		}
		if !nested {
			r.t.Fatalf("service_at_locations/%s has no service", id)
		}
		if err := r.schemas.record("service").Validate(anyMap(service)); err != nil {
			r.t.Errorf("the service at %s: %v", id, err)
		}
	}
}

func anyMap(m map[string]any) any { return m }

func recordOf(list string) string {
	if list == "taxonomies" {
		return "taxonomy"
	}
	return strings.TrimSuffix(list, "s")
}

func TestPagesCoverTheListOnce(t *testing.T) {
	r := newRig(t, kaarten(t)["example"])
	total := len(r.kaart.Load().Services())
	seen := map[any]bool{}
	for n := 1; ; n++ {
		p := r.read("/hsds/services?per_page=100&page=" + string(rune('0'+n)))
		items := contents(t, p)
		for _, s := range items {
			if seen[s["id"]] {
				t.Fatalf("%v stands on two pages", s["id"])
			}
			seen[s["id"]] = true
		}
		if number(p["size"]) != len(items) || number(p["total_items"]) != total || number(p["total_pages"]) != (total+99)/100 ||
			number(p["page_number"]) != n || p["first_page"] != (n == 1) || p["empty"] != false {
			t.Errorf("page %d: %v", n, p)
		}
		if p["last_page"] == true {
			break
		}
		if n > 9 {
			t.Fatal("no last page")
		}
	}
	if len(seen) != total {
		t.Errorf("%d services of %d", len(seen), total)
	}
	for path, want := range map[string][2]any{
		"/hsds/services?page=999":             {false, true},
		"/hsds/services?search=qqqqqq":        {true, true},
		"/hsds/services?search=qqqqqq&page=2": {false, true},
	} {
		if p := r.read(path); len(contents(t, p)) != 0 || p["empty"] != true || p["first_page"] != want[0] || p["last_page"] != want[1] {
			t.Errorf("%s: %v", path, p)
		}
	}
}

func TestMinimalGivesAllOnOnePage(t *testing.T) {
	r := newRig(t, kaarten(t)["example"])
	p := r.read("/hsds/services?minimal=true")
	if got, want := len(contents(t, p)), len(r.kaart.Load().Services()); got != want || number(p["total_pages"]) != 1 {
		t.Errorf("%d of %d services", got, want)
	}
	if first := contents(t, p)[0]; first["description"] != nil || first["organization"] != nil {
		t.Errorf("more than minimal: %v", first)
	}
}

func TestListsLeaveListsOut(t *testing.T) {
	r := newRig(t, kaarten(t)["official 3.0"])
	for _, list := range []string{"services", "organizations", "service_at_locations"} {
		for key, v := range contents(t, r.read("/hsds/"+list))[0] {
			if _, isList := v.([]any); isList {
				t.Errorf("%s: %s is a list", list, key)
			}
		}
	}
	if s := contents(t, r.read("/hsds/services?full=true"))[0]; s["phones"] == nil || s["organization"] == nil {
		t.Errorf("a full service lacks its phones or organisation: %v", s)
	}
	if o := contents(t, r.read("/hsds/organizations?full_service=true"))[0]; len(o["services"].([]any)) == 0 {
		t.Error("an organisation has no services")
	}
}

func TestFilters(t *testing.T) {
	k := filterKaart(t)
	r := newRig(t, k)
	wonen := kaart.TermUUID(kaart.TaxLevensgebied, "wonen")
	levensgebied := kaart.Taxonomy{ID: kaart.TaxLevensgebied}.UUID()
	for name, tt := range map[string]struct {
		path string
		want []string
	}{
		"search finds words in any order":   {"services?search=kopje+KOFFIE", []string{"Buurtkamer"}},
		"search forgives accents":           {"services?search=cliënten", []string{"Schuldhulp"}},
		"search finds the organisation":     {"services?search=stolp", []string{"Schuldhulp"}},
		"a term":                            {"services?taxonomy_term_id=" + wonen, []string{"Woonpunt"}},
		"a term that isn't there":           {"services?taxonomy_term_id=x", nil},
		"a taxonomy":                        {"services?taxonomy_id=" + levensgebied, []string{"Schuldhulp", "Woonpunt"}},
		"an organisation by our own id":     {"services?organization_id=stolp", []string{"Schuldhulp"}},
		"an organisation that isn't there":  {"services?organization_id=x", nil},
		"modified on or after a moment":     {"services?modified_after=2026-06-01T00:00:00Z", []string{"Buurtkamer", "Woonpunt"}},
		"modified after a day":              {"services?modified_after=2026-06-02", []string{"Buurtkamer"}},
		"a place in a postcode":             {"service_at_locations?postcode=1611ab", []string{"Schuldhulp"}},
		"a place in four digits":            {"service_at_locations?postcode=1611", []string{"Schuldhulp", "Woonpunt"}},
		"a place within a distance":         {"service_at_locations?postcode=1611+AB&proximity=2000", []string{"Schuldhulp", "Woonpunt"}},
		"a place within a small distance":   {"service_at_locations?postcode=1611+AB&proximity=500", []string{"Schuldhulp"}},
		"a place by term":                   {"service_at_locations?taxonomy_term_id=" + wonen, []string{"Woonpunt"}},
		"a postcode where nothing is":       {"service_at_locations?postcode=9999", nil},
		"organisations by search":           {"organizations?search=stolp", []string{"De Stolp"}},
		"taxonomies by search":              {"taxonomies?search=levensgebied", []string{"Levensgebied"}},
		"terms of a taxonomy":               {"taxonomy_terms?taxonomy_id=" + levensgebied + "&search=wonen", []string{"Wonen"}},
		"terms of a taxonomy that is not":   {"taxonomy_terms?taxonomy_id=x", nil},
		"terms below a parent that is none": {"taxonomy_terms?parent_id=x", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, item := range contents(t, r.read("/hsds/"+tt.path)) {
				if s, ok := item["service"].(map[string]any); ok {
					item = s
				}
				got = append(got, item["name"].(string))
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The example kaart has its villages on the map, so that a distance finds
// neighbours and no more.
func TestTheExampleIsOnTheMap(t *testing.T) {
	k, err := kaart.Example()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range k.Services() {
		for _, l := range s.Locations {
			if l.City != "" && !l.HasCoordinates() {
				t.Errorf("%s: %s isn't on the map", s.ID, l.City)
			}
		}
	}
	r := newRig(t, k)
	towns := func(path string) []string {
		var out []string
		for _, item := range contents(t, r.read("/hsds/service_at_locations?full=true&per_page=1000&"+path)) {
			for _, a := range item["location"].(map[string]any)["addresses"].([]any) {
				out = append(out, a.(map[string]any)["city"].(string))
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for path, want := range map[string][]string{
		"postcode=0613&proximity=500":  {"Grootebroek"},
		"postcode=0613&proximity=2000": {"Bovenkarspel", "Grootebroek"},
		"postcode=0613&proximity=6000": {"Andijk", "Bovenkarspel", "Enkhuizen", "Grootebroek", "Hoogkarspel", "Westwoud"},
	} {
		if diff := cmp.Diff(want, towns(path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// filterKaart has a service for each filter.
func filterKaart(t testing.TB) *kaart.Kaart {
	t.Helper()
	place := func(postcode string, lat, lon float64) []kaart.Location {
		return []kaart.Location{{Address: "Kerkweg 1", Postcode: postcode, City: "Bovenkarspel", Lat: lat, Lon: lon}}
	}
	k, err := kaart.New([]kaart.Organisation{{ID: "stolp", Name: "De Stolp"}}, []kaart.Service{
		{ID: "a", Name: "Schuldhulp", Description: "Voor cliënten met schulden.", Organisation: "stolp", Levensgebieden: levensgebieden("inkomen-en-schulden"), Locations: place("1611 AB", 52.700, 5.240), LastModified: "2026-01-01T09:00:00Z"},
		{ID: "b", Name: "Woonpunt", Levensgebieden: levensgebieden("wonen"), Locations: place("1611 ZZ", 52.710, 5.240), LastModified: "2026-06-01T09:00:00Z"},
		{ID: "c", Name: "Buurtkamer", Does: "Koffie met een kopje erbij.", Locations: place("1601 AA", 0, 0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestWrongParametersAreRefused(t *testing.T) {
	r := newRig(t, filterKaart(t))
	for _, path := range []string{
		"services?page=0", "services?page=-1", "services?page=een", "services?page=", "services?per_page=0", "services?per_page=100000",
		"services?page=99999999999999999999", "services?full=misschien", "services?minimal=2", "services?format=xml",
		"services?modified_after=gisteren", "services?postcode=1611", "services?gemeente=medemblik", "services?page=1&page=2",
		"organizations?full=nee", "organizations?taxonomy_id=x", "service_at_locations?proximity=100",
		"service_at_locations?postcode=1611AB&proximity=ver", "service_at_locations?postcode=1611AB&proximity=0",
		"service_at_locations?postcode=9999XX&proximity=100", "service_at_locations?postcode=overal",
		"taxonomies?per_page=x", "taxonomies?full=true", "taxonomy_terms?top_only=ja", "organizations/stolp?full_service=x", "services/a?page=1",
		"services?a=%zz",
	} {
		t.Run(path, func(t *testing.T) {
			res, body := r.get("/hsds/" + path)
			var p channels.Problem
			if err := json.Unmarshal(body, &p); err != nil || res.StatusCode != http.StatusBadRequest || p.Status != 400 || p.Detail == "" ||
				res.Header.Get("Content-Type") != channels.MIMEProblem {
				t.Errorf("%d %s: %s", res.StatusCode, res.Header.Get("Content-Type"), body)
			}
		})
	}
	for _, path := range []string{"services/x", "organizations/x", "service_at_locations/x", "taxonomies/x", "taxonomy_terms/x", "nergens"} {
		if res, body := r.get("/hsds/" + path); res.StatusCode != http.StatusNotFound || res.Header.Get("Content-Type") != channels.MIMEProblem {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}

func TestNdjsonStreamsEverything(t *testing.T) {
	r := newRig(t, kaarten(t)["example"])
	schema := r.record("service")
	for _, q := range []string{"?format=ndjson", "?format=ndjson&full=true", "?format=ndjson&page=2&per_page=1"} {
		res, body := r.get("/hsds/services" + q)
		if ct := res.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/x-ndjson") {
			t.Errorf("%s: %s", q, ct)
		}
		lines := bytes.Split(bytes.TrimSpace(body), []byte("\n"))
		if len(lines) != len(r.kaart.Load().Services()) {
			t.Errorf("%s: %d lines", q, len(lines))
		}
		for _, l := range lines {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(l))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, body := r.get("/hsds/services?format=ndjson&search=qqqqqq"); len(body) != 0 {
		t.Errorf("nothing found gives %q", body)
	}
	full := slices.Clone(r.kaart.Load().Services())
	_, body := r.get("/hsds/services?format=ndjson&full=true")
	k, report, err := (*kaart.Kaart)(nil).Apply(kaart.DecodeJSON(bytes.NewReader(body)), kaart.ApplyOptions{})
	if err != nil || len(k.Services()) != len(full) {
		t.Errorf("the stream can't be imported again: %v %v", err, report.Rejected)
	}
}

func TestAnAnswerIsKeptUntilTheKaartChanges(t *testing.T) {
	all := kaarten(t)
	r := newRig(t, all["dutch"])
	res, _ := r.get("/hsds/services")
	tag := res.Header.Get("ETag")
	if tag == "" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("headers %v", res.Header)
	}
	if res, body := r.get("/hsds/services", "If-None-Match", `"other", W/`+tag); res.StatusCode != http.StatusNotModified || len(body) != 0 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	r.kaart.Store(all["official 3.0"])
	if res, _ := r.get("/hsds/services", "If-None-Match", tag); res.StatusCode != http.StatusOK || res.Header.Get("ETag") == tag {
		t.Errorf("after an import: %d %s", res.StatusCode, res.Header.Get("ETag"))
	}
	if name := contents(t, r.read("/hsds/services"))[0]["name"]; name != "Community Counselling" {
		t.Errorf("the old kaart answers: %v", name)
	}
}

func TestNothingCanBeWritten(t *testing.T) {
	r := newRig(t, filterKaart(t))
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		req, err := http.NewRequestWithContext(t.Context(), method, r.http.URL+"/hsds/services", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, res.StatusCode)
		}
	}
}

// The service describes itself in one document; this door's part of it is what
// the door answers.
func TestOpenAPIDescribesTheDoor(t *testing.T) {
	data, err := os.ReadFile("../web/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]struct {
			Get struct{ Parameters []struct{ Name, In string } }
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	described := map[string][]string{}
	for path, item := range doc.Paths {
		if !strings.HasPrefix(path, "/hsds") {
			continue
		}
		described[path] = []string{}
		for _, p := range item.Get.Parameters {
			if p.In == "query" {
				described[path] = append(described[path], p.Name)
			}
		}
		sort.Strings(described[path])
	}
	served := map[string][]string{}
	param := regexp.MustCompile(`:(\w+)`)
	for _, route := range newRig(t, filterKaart(t)).server.Echo().Routes() {
		if route.Method != http.MethodGet || !strings.HasPrefix(route.Path, "/hsds") {
			continue
		}
		own, ok := parameters[route.Path]
		if ok && !strings.HasSuffix(route.Path, ":id") {
			own = slices.Concat(paging, own)
		}
		own = append([]string{}, own...)
		sort.Strings(own)
		served[param.ReplaceAllString(route.Path, "{$1}")] = own
	}
	if diff := cmp.Diff(described, served); diff != "" {
		t.Errorf("described (-) and served (+):\n%s", diff)
	}
}

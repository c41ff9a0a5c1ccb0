package kaart

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// hsdsSchema compiles one of the HSDS 3.0 schemas, formats asserted.
func hsdsSchema(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	files, err := filepath.Glob("testdata/hsds-3.0/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for _, f := range files {
		r, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("https://hsds.example/"+filepath.Base(f), doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("https://hsds.example/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func apply(t testing.TB, k *Kaart, b *Batch) (*Kaart, Report) {
	t.Helper()
	next, report, err := k.Apply(b, ApplyOptions{})
	if err != nil {
		t.Fatalf("%v: %v", err, report.Rejected)
	}
	return next, report
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t testing.TB, data []byte) *Batch {
	t.Helper()
	b, err := Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sources are the kaarten that every round trip is tried with.
func sources(t testing.TB) map[string]*Kaart {
	t.Helper()
	example, err := Example()
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]*Kaart{"small": small(t), "example": example}
	for name, file := range map[string]string{
		"dutch": "testdata/hsds-3.0/examples/service-nl.json", "official 3.0": "testdata/hsds-3.0/examples/service_full.json",
		"official 3.1": "testdata/hsds-3.1/service_full.json", "list page": "testdata/hsds-3.0/examples/service_list.json",
		"organisation": "testdata/hsds-3.0/examples/organization_full.json",
	} {
		list[name], _ = apply(t, nil, decode(t, readFile(t, file)))
	}
	return list
}

func TestExportIsValidHSDS(t *testing.T) {
	schema, org := hsdsSchema(t, "service.json"), hsdsSchema(t, "organization.json")
	for name, k := range sources(t) {
		t.Run(name, func(t *testing.T) {
			var buf bytes.Buffer
			if err := k.EncodeHSDS(&buf); err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(&buf)
			if err != nil {
				t.Fatal(err)
			}
			list := doc.([]any)
			if len(list) != len(k.Services()) {
				t.Fatalf("%d services of %d", len(list), len(k.Services()))
			}
			for _, s := range list {
				if err := schema.Validate(s); err != nil {
					t.Errorf("%v: %v", s.(map[string]any)["id"], err)
				}
			}
			for _, o := range k.Organisations() {
				raw, err := json.Marshal(o.HSDS())
				if err != nil {
					t.Fatal(err)
				}
				doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				if err := org.Validate(doc); err != nil {
					t.Errorf("%s: %v", o.ID, err)
				}
			}
		})
	}
}

func TestRoundTripsChangeNothing(t *testing.T) {
	encoders := map[string]func(*Kaart, *bytes.Buffer) error{
		"hsds-json": func(k *Kaart, b *bytes.Buffer) error { return k.EncodeHSDS(b) },
		"hsds-csv":  func(k *Kaart, b *bytes.Buffer) error { return k.EncodeZIP(b) },
		"csv":       func(k *Kaart, b *bytes.Buffer) error { return k.EncodeCSV(b) },
		"xlsx":      func(k *Kaart, b *bytes.Buffer) error { return k.EncodeXLSX(b) },
	}
	for name, k := range sources(t) {
		for format, encode := range encoders {
			t.Run(name+" "+format, func(t *testing.T) {
				var buf bytes.Buffer
				if err := encode(k, &buf); err != nil {
					t.Fatal(err)
				}
				next, report := apply(t, k, decode(t, buf.Bytes()))
				if report.Changed+report.Added+report.Removed != 0 || report.Unchanged != len(k.Services()) {
					for _, c := range report.Changes {
						s, _ := next.Service(c.ID)
						t.Errorf("%s %s %v:\n%s", c.Action, c.ID, c.Fields, cmp.Diff(c.Before, s))
					}
				}
				if format == "hsds-json" || format == "hsds-csv" { // into an empty kaart too
					fresh, _ := apply(t, nil, decode(t, buf.Bytes()))
					for _, s := range fresh.Services() {
						was, ok := k.Service(s.ID)
						if !ok {
							t.Fatalf("%s is new", s.ID)
						}
						old := clone(t, was)
						if format == "hsds-csv" { // tables hold nested extras in part only
							s.Extra, old.Extra = nil, nil
							for i := range s.Locations {
								s.Locations[i].Extra, old.Locations[i].Extra = nil, nil
							}
						}
						if d := changedFields(*old, *s); len(d) > 0 {
							t.Errorf("%s differs in %v:\n%s", s.ID, d, cmp.Diff(old, s))
						}
					}
				}
			})
		}
	}
}

func TestDutchExampleIsUnderstood(t *testing.T) {
	k, _ := apply(t, nil, decode(t, readFile(t, "testdata/hsds-3.0/examples/service-nl.json")))
	s, ok := k.Service("0b0f0a52-8e3a-4c0e-9a7e-6d2a4b1f0001")
	if !ok {
		t.Fatal("the service keeps its id")
	}
	if len(s.Levensgebieden) != 1 || s.Levensgebieden[0] != "inkomen-en-schulden" {
		t.Errorf("levensgebieden %v", s.Levensgebieden)
	}
	if got := s.Schedule.String(); got != "ma-di 09:00-12:00; do 09:00-12:00 | Inloopspreekuur" {
		t.Errorf("hours %q", got)
	}
	if !s.CoversArea("voorbeeldstad") || s.MinAge != 18 || s.Cost != "Gratis" || s.Locations[0].OneLine() != "Dorpsstraat 1, 1234 AB Voorbeeldstad" {
		t.Errorf("read as %+v", s)
	}
}

func TestFlatJSONIsJoined(t *testing.T) {
	var tab map[string][]map[string]any
	if err := json.Unmarshal(readFile(t, "testdata/hsds-3.0/examples/tabular.json"), &tab); err != nil {
		t.Fatal(err)
	}
	flat := map[string]any{}
	for name, rows := range tab {
		for _, r := range rows {
			if n, ok := r["external_identifier"].(float64); ok {
				r["external_identifier"] = json.Number(strings.TrimSuffix(strings.TrimRight(jsonNumber(n), "0"), ".")).String()
			}
		}
		flat[strings.TrimSuffix(name, ".csv")] = rows
	}
	raw, err := json.Marshal(flat)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := apply(t, nil, decode(t, raw))
	s := k.Services()[0]
	if len(s.Phones) == 0 || len(s.Locations) == 0 || s.Organisation == "" || len(s.Areas) == 0 {
		t.Errorf("joined as %+v", s)
	}
}

func jsonNumber(f float64) string {
	raw, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	return string(raw) + "."
}

func TestDecodeJSONNamesTheFault(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"broken JSON":          {`[{"id":"a","name":"A","status":"active"},` + "\n" + `{"id":"b",,}]`, "2: is niet te lezen als JSON"},
		"cut off":              {`[{"id":"a","name":"A"`, "is niet te lezen als JSON"},
		"wrong type":           {`[{"id":"a","name":12,"status":"active"}]`, `1: "a": name: is een number en moet een string zijn`},
		"wrong age type":       {"[\n" + `{"id":"a","name":"A","status":"active","minimum_age":"12"}]`, `2: "a": minimum_age: is een string`},
		"unknown status":       {`[{"id":"a","name":"A","status":"open"}]`, `status: "open" bestaat niet`},
		"no name":              {`[{"id":"a","status":"active"}]`, "naam: is leeg"},
		"impossible hours":     {`[{"id":"a","name":"A","status":"active","schedules":[{"id":"x","byday":"MO","opens_at":"17:00","closes_at":"09:00"}]}]`, "schedules: [0]: 17:00-09:00 kan niet"},
		"byday that isn't":     {`[{"id":"a","name":"A","status":"active","schedules":[{"id":"x","byday":"MA","opens_at":"09:00","closes_at":"10:00"}]}]`, `byday "MA" is geen lijst`},
		"not an object":        {`[12]`, "services: is geen object"},
		"no array":             {`{"services":{"a":1}}`, "services: is geen lijst"},
		"a number":             {`12`, "begint met 12"},
		"nothing":              {`{}`, "geen HSDS-diensten"},
		"a date that isn't":    {`[{"id":"a","name":"A","status":"active","assured_date":"2026-02-30"}]`, "assured_date"},
		"50 MB description":    {`[{"id":"a","name":"A","status":"active","description":"` + strings.Repeat("x", 50<<20) + `"}]`, "de dienst is 51200 kB"},
		"long description":     {`[{"id":"a","name":"A","status":"active","description":"` + strings.Repeat("x", maxText+1) + `"}]`, "omschrijving: heeft 20001 tekens"},
		"script in an address": {`[{"id":"a","name":"A","status":"active","url":"javascript:alert(1)"}]`, "geen webadres"},
		"location of nothing":  {`{"services":[{"id":"a","name":"A","status":"active"}],"service_at_locations":[{"id":"x","service_id":"a","location_id":"q"}],"locations":[{"id":"z","location_type":"physical"}]}`, `location_id: "q" staat niet in locations`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := DecodeJSON(strings.NewReader(tt.in))
			if len(b.Rejected) == 0 {
				t.Fatalf("nothing is rejected; services %d", len(b.Services))
			}
			if got := b.Rejected[0].Error(); !strings.Contains(got, tt.want) || strings.Contains(got, "\n") {
				t.Errorf("reason %q, want %q", got, tt.want)
			}
			if _, _, err := (*Kaart)(nil).Apply(b, ApplyOptions{}); err == nil {
				t.Error("something is imported all the same")
			}
		})
	}
}

func TestReferencesAreChecked(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"organisation of nothing": {`[{"id":"a","name":"A","status":"active","organization_id":"q"}]`, `organisatie "q" staat er niet in`},
		"a service twice":         {`[{"id":"a","name":"A","status":"active"},{"id":"a","name":"B","status":"active"}]`, "twee keer"},
		"cycle in parents": {`{"services":[],"organizations":[{"id":"a","name":"A","description":"a","parent_organization_id":"b"},
			{"id":"b","name":"B","description":"b","parent_organization_id":"a"}]}`, "kring"},
	} {
		t.Run(name, func(t *testing.T) {
			_, report, err := (*Kaart)(nil).Apply(DecodeJSON(strings.NewReader(tt.in)), ApplyOptions{})
			if err == nil || len(report.Rejected) == 0 || !strings.Contains(report.Rejected[0].Error(), tt.want) {
				t.Errorf("error %v, rejected %v, want %q", err, report.Rejected, tt.want)
			}
		})
	}
}

func TestHTMLIsTakenOut(t *testing.T) {
	b := DecodeJSON(strings.NewReader(`[{"id":"a","name":"<b>A</b>","status":"active","description":"<p>Een</p><script>alert(1)</script>twee"}]`))
	k, _ := apply(t, nil, b)
	if s := k.Services()[0]; s.Name != "A" || s.Description != "Een\ntwee" {
		t.Errorf("read as %q, %q", s.Name, s.Description)
	}
}

// clone copies a record deeply.
func clone(t testing.TB, s *Service) *Service {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var c Service
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

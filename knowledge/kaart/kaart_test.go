package kaart

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/knowledge"
)

// small reads the kaart that the tests use.
func small(t testing.TB) *Kaart {
	t.Helper()
	data, err := os.ReadFile("testdata/klein.csv")
	if err != nil {
		t.Fatal(err)
	}
	k, report, err := (*Kaart)(nil).Apply(DecodeCSV(bytes.NewReader(data)), ApplyOptions{})
	if err != nil {
		t.Fatalf("%v: %v", err, report.Rejected)
	}
	return k
}

func TestCard(t *testing.T) {
	k := small(t)
	s, ok := k.Service("geldpunt")
	if !ok {
		t.Fatal("geldpunt is not there")
	}
	got := s.Card(knowledge.NL, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	want := Card{
		ID: "geldpunt", Name: "Geldpunt De Dijk", URL: "https://voorbeeld.example/geldpunt", Phone: "0900-000 01 01",
		CheckedAt: "2026-10-01", Does: "Helpt u uw geldzaken op een rij te zetten.",
		Hours:   "maandag t/m vrijdag 9.00–17.00, zaterdag 10.00–12.00 (nu open, tot 17.00)",
		Address: "Kerkweg 1, 1611 AA Bovenkarspel",
		Cost:    "gratis", Languages: "Nederlands", Conditions: "U woont in Stede Broec of Enkhuizen.",
		About: "Vrijwilligers kijken met u naar uw post, rekeningen en schulden.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if en := s.Card(knowledge.EN, time.Time{}).Hours; en != "Monday to Friday 9.00–17.00, Saturday 10.00–12.00" {
		t.Errorf("English hours %q", en)
	}
}

func TestKaartReads(t *testing.T) {
	k := small(t)
	if d := cmp.Diff([]string{"Enkhuizen", "Medemblik", "Stede Broec"}, k.Areas()); d != "" {
		t.Error(d)
	}
	s, _ := k.Service("geldpunt")
	for area, want := range map[string]bool{"stede-broec": true, "Gemeente Stede Broec": true, "ENKHUIZEN": true, "Medemblik": false} {
		if got := s.CoversArea(area); got != want {
			t.Errorf("covers %q: %v, want %v", area, got, want)
		}
	}
	if len(k.Organisations()) != 3 || len(k.Services()) != 3 {
		t.Errorf("%d organisations, %d services", len(k.Organisations()), len(k.Services()))
	}
	if k.Stamp() != small(t).Stamp() {
		t.Error("the same content has two stamps")
	}
}

func TestNewRejects(t *testing.T) {
	s := Service{ID: "a", Name: "A", Status: Active}
	tests := map[string]struct {
		orgs     []Organisation
		services []Service
		want     string
	}{
		"duplicate service":     {nil, []Service{s, s}, "staat er twee keer in"},
		"missing organisation":  {nil, []Service{{ID: "a", Name: "A", Organisation: "x"}}, `organisatie "x" staat er niet in`},
		"cycle in parents":      {[]Organisation{{ID: "a", Name: "A", Parent: "b"}, {ID: "b", Name: "B", Parent: "a"}}, nil, "kring"},
		"missing parent":        {[]Organisation{{ID: "a", Name: "A", Parent: "b"}}, nil, `"b", de organisatie erboven, staat er niet in`},
		"no name":               {nil, []Service{{ID: "a"}}, "naam: is leeg"},
		"script as address":     {nil, []Service{{ID: "a", Name: "A", URL: "javascript:alert(1)"}}, "geen webadres"},
		"age upside down":       {nil, []Service{{ID: "a", Name: "A", MinAge: 18, MaxAge: 12}}, "is lager dan"},
		"a very long text":      {nil, []Service{{ID: "a", Name: "A", Description: strings.Repeat("x", maxText+1)}}, "tekens"},
		"not a place":           {nil, []Service{{ID: "a", Name: "A", Locations: []Location{{Lat: 99}}}}, "geen plek op aarde"},
		"organisation no name":  {[]Organisation{{ID: "a"}}, nil, "naam: is leeg"},
		"impossible event time": {nil, []Service{{ID: "a", Name: "A", Events: []Event{{Date: "2026-01-01", From: 600, To: 540}}}}, "kan niet"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := New(tt.orgs, tt.services)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestExample(t *testing.T) {
	k, err := Example()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range k.Services() {
		if s.Source == "" {
			t.Errorf("%s: no source", s.ID)
		}
	}
}

func TestCSVRoundTripChangesNothing(t *testing.T) {
	k := small(t)
	var buf bytes.Buffer
	if err := k.EncodeCSV(&buf); err != nil {
		t.Fatal(err)
	}
	next, report, err := k.Apply(DecodeCSV(&buf), ApplyOptions{Replace: true})
	if err != nil {
		t.Fatalf("%v: %v", err, report.Rejected)
	}
	if report.Unchanged != 3 || report.Changed+report.Added+report.Removed != 0 || next.Stamp() != k.Stamp() {
		t.Errorf("report %+v", report)
	}
}

func TestDecodeCSVNamesTheFault(t *testing.T) {
	const head = "id;naam;organisatie;levensgebieden;openingstijden;leeftijd_van;gecontroleerd_op;website;evenementen\n"
	tests := map[string]struct{ in, want string }{
		"unknown levensgebied": {head + "a;A;O;geld;;;;;\n", `2: "a": levensgebieden: "geld" bestaat niet; kies uit wonen, werk`},
		"impossible hours":     {head + "a;A;O;;ma 17:00-09:00;;;;\n", `openingstijden: 17:00-09:00 kan niet`},
		"no number":            {head + "a;A;O;;;twaalf;;;\n", `leeftijd_van: "twaalf" is geen heel getal`},
		"a date that isn't":    {head + "a;A;O;;;;2026-02-30;;\n", `gecontroleerd_op: "2026-02-30" is geen datum`},
		"no web address":       {head + "a;A;O;;;;;ftp://x;\n", `website: "ftp://x" is geen webadres`},
		"event without a date": {head + "a;A;O;;;;;;morgen inloop\n", `evenementen: "morgen" is geen datum`},
		"no id":                {head + ";A;O;;;;;;\n", `2: id: is leeg`},
		"too many cells":       {head + "a;A;O;;;;;;;;x\n", `2: "a": heeft 11 cellen en er zijn 9 kolommen`},
		"unknown column":       {"id;naam;organisatie;telefon\n", `1: telefon: deze kolom bestaat niet; bedoelt u "telefoon"`},
		"missing column":       {"id;naam\n", `1: organisatie: deze kolom ontbreekt`},
		"open quote":           {head + "a;\"A;O;;;;;;\nb;B;O;;;;;;\n", `niet te lezen`},
		"empty file":           {"", `de rij met de kolomnamen is niet te lezen`},
		"not UTF-8":            {head + "a;A\xff;O;;;;;;\n", `geen UTF-8`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := DecodeCSV(strings.NewReader(tt.in))
			if len(b.Services) != 0 || len(b.Rejected) == 0 {
				t.Fatalf("services %v, rejected %v", b.Services, b.Rejected)
			}
			if got := b.Rejected[0].Error(); !strings.Contains(got, tt.want) {
				t.Errorf("reason %q, want %q", got, tt.want)
			}
		})
	}
}

func TestApply(t *testing.T) {
	k := small(t)
	const head = "id,naam,organisatie\n"
	bad := head + "nieuw,Nieuw,Stichting De Dijk\nfout,,X\n"
	if _, report, err := k.Apply(DecodeCSV(strings.NewReader(bad)), ApplyOptions{}); !errors.Is(err, ErrRejected) || len(report.Rejected) != 1 {
		t.Errorf("all or nothing: %v, %+v", err, report)
	}
	next, report, err := k.Apply(DecodeCSV(strings.NewReader(bad)), ApplyOptions{Partial: true, By: "anna"})
	if err != nil || report.Added != 1 || len(next.Services()) != 4 {
		t.Errorf("partial: %v, %+v", err, report)
	}
	if len(report.Changes) != 1 || report.Changes[0].By != "anna" || report.Changes[0].Action != "added" {
		t.Errorf("history %+v", report.Changes)
	}
	keep := func(s *Service) bool { return s.ID == "luisterlijn-test" }
	next, report, err = k.Apply(DecodeCSV(strings.NewReader(head+"nieuw,Nieuw,Stichting De Dijk\n")), ApplyOptions{Replace: true, Keep: keep})
	if err != nil || report.Removed != 2 || len(next.Services()) != 2 {
		t.Errorf("replace: %v, %+v", err, report)
	}
	if _, report, err = k.Apply(DecodeCSV(strings.NewReader(head+"luisterlijn-test,Anders,X\n")), ApplyOptions{Keep: keep}); err == nil {
		t.Errorf("checked content is imported over: %+v", report)
	}
	twice := head + "a,A,X\na,B,X\n"
	if _, report, _ = k.Apply(DecodeCSV(strings.NewReader(twice)), ApplyOptions{}); len(report.Rejected) != 1 || !strings.Contains(report.Rejected[0].Reason, "twee keer") {
		t.Errorf("duplicate: %+v", report.Rejected)
	}
}

func TestFormulasAreNeutralised(t *testing.T) {
	for _, in := range []string{"=1+1", "+31 88", "-", "@x", "'quoted", "'=x", "plain", ""} {
		if out := neutral(in); out != "" && strings.ContainsRune(formulaStarts, rune(out[0])) {
			t.Errorf("%q is written as %q", in, out)
		} else if back := unneutral(out); back != in {
			t.Errorf("%q comes back as %q", in, back)
		}
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>Hallo <b>u</b></p><script>alert(1)</script>": "Hallo u",
		"&amp;lt;b&amp;gt;vet&amp;lt;/b&amp;gt;":         "vet",
		"a < b en b > c":                                 "a < b en b > c",
		"tab\there":                                      "tab here",
		" rechts\u202elinks ":                            "rechtslinks",
	} {
		got := cleanText(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := cleanText(got); again != got {
			t.Errorf("%q: cleaning twice gives %q", in, again)
		}
	}
}

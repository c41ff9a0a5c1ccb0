package kaart

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCheckListsWhatIsStaleByOrganisation(t *testing.T) {
	phone := []Phone{{Number: "0900-000 01 01"}}
	k, err := New([]Organisation{{ID: "dijk", Name: "De Dijk", Email: "info@dijk.example"}}, []Service{
		{ID: "nieuw", Name: "Nieuw", Organisation: "dijk", Does: "Helpt.", Phones: phone, AssuredDate: "2026-10-01"},
		{ID: "oud", Name: "Oud", Organisation: "dijk", Does: "Helpt.", Phones: phone, AssuredDate: "2025-10-01"},
		{ID: "weg", Name: "Weg", Does: "Helpt.", Phones: phone, AssuredDate: "2024-10-01"},
		{ID: "nooit", Name: "Nooit", Organisation: "dijk"},
		{ID: "voorbij", Name: "Voorbij", Organisation: "dijk", Does: "Cursus.", Phones: phone, AssuredDate: "2026-10-01", Events: []Event{{Date: "2026-10-02", Title: "Cursus"}}},
		{ID: "dicht", Name: "Dicht", Status: Inactive},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := k.Check("2026-11-22", Limits{Freshness: DefaultFreshness()})
	if len(list) != 2 || list[0].Name() != "De Dijk" || list[1].Organisation != nil {
		t.Fatalf("%d organisations: %+v", len(list), list)
	}
	got := map[ServiceID][]string{}
	for _, c := range list {
		for _, i := range c.Items {
			got[i.Service.ID] = i.Reasons
		}
	}
	for id, want := range map[ServiceID]string{
		"oud": "laatst gecontroleerd op 2025-10-01", "weg": "laatst gecontroleerd op 2024-10-01; inwoners zien dit niet meer",
		"nooit": "geen telefoon, e-mail, website of adres", "voorbij": "alle data van bijeenkomsten zijn voorbij",
	} {
		if !slices.Contains(got[id], want) {
			t.Errorf("%s: %q lacks %q", id, got[id], want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d services: %v", len(got), got)
	}
	mail := list[0].Mail()
	for _, want := range []string{"Beste mensen van De Dijk", "Oud\n", "- Telefoon: 0900-000 01 01", "- Telefoon: weten wij niet", "Laatst nagekeken: 2025-10-01"} {
		if !strings.Contains(mail, want) {
			t.Errorf("the mail lacks %q:\n%s", want, mail)
		}
	}
	if strings.Contains(mail, "Nieuw") || list[0].Address() != "info@dijk.example" || list[1].Address() != "" {
		t.Errorf("mail to %q:\n%s", list[0].Address(), mail)
	}
}

func TestTheSoonestLimitOfItsAreasCounts(t *testing.T) {
	l := Limits{Freshness: DefaultFreshness(), Areas: map[string]Freshness{
		FoldArea("stede-broec"): {Stale: 6, Hidden: 9}, FoldArea("Opmeer"): {Stale: 18, Hidden: 36},
	}}
	for name, tt := range map[string]struct {
		areas []string
		want  Freshness
	}{
		"its own area":          {[]string{"Gemeente Stede Broec"}, Freshness{Stale: 6, Hidden: 9}},
		"a longer limit":        {[]string{"Opmeer"}, Freshness{Stale: 18, Hidden: 36}},
		"the soonest of two":    {[]string{"Opmeer", "Medemblik"}, DefaultFreshness()},
		"everywhere":            {nil, Freshness{Stale: 6, Hidden: 9}},
		"an area without limit": {[]string{"Hoorn"}, DefaultFreshness()},
	} {
		t.Run(name, func(t *testing.T) {
			if got := l.Of(&Service{Areas: tt.areas}); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if got := l.In("Stede-Broec"); got.Stale != 6 {
		t.Errorf("in Stede Broec %+v", got)
	}
	k, err := New(nil, []Service{{ID: "a", Name: "A", Does: "Helpt.", Email: "a@a.example", Areas: []string{"Stede Broec"}, AssuredDate: "2026-04-01"}})
	if err != nil {
		t.Fatal(err)
	}
	if list := k.Check("2026-11-22", l); len(list) != 1 {
		t.Errorf("%d to check after the gemeente's own limit", len(list))
	}
	if list := k.Check("2026-11-22", Limits{Freshness: DefaultFreshness()}); len(list) != 0 {
		t.Errorf("%d to check within the limit", len(list))
	}
}

func TestLastChangeIsKept(t *testing.T) {
	monday, tuesday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	file := func(name string) *Batch {
		return DecodeJSON(strings.NewReader(`[{"id":"a","name":"` + name + `","status":"active"},{"id":"b","name":"B","status":"active","last_modified":"2026-01-01T00:00:00Z"}]`))
	}
	steps := []struct {
		name, change, wantA, wantB string
		at                         time.Time
		changed                    int
	}{
		{"A", "a new record is of its import, one with a date of its own keeps it", "2026-11-23T09:00:00Z", "2026-01-01T00:00:00Z", monday, 0},
		{"A", "the same again changes nothing", "2026-11-23T09:00:00Z", "2026-01-01T00:00:00Z", tuesday, 0},
		{"Z", "another name is a change of that day", "2026-11-24T09:00:00Z", "2026-01-01T00:00:00Z", tuesday, 1},
	}
	var k *Kaart
	for _, step := range steps {
		next, report, err := k.Apply(file(step.name), ApplyOptions{At: step.at, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		a, _ := next.Service("a")
		b, _ := next.Service("b")
		if a.LastModified != step.wantA || b.LastModified != step.wantB || report.Changed != step.changed {
			t.Errorf("%s: %s, %s, %d changed", step.change, a.LastModified, b.LastModified, report.Changed)
		}
		k = next
	}
}

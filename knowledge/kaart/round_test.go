package kaart

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"wegwijzer/knowledge"
)

// nasty is a text that a format may stumble over.
func nasty(t *rapid.T, label string) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune(`abc dé ;|,"'=+-@<b>()&amp;:/1.`+"\n")), 0, 14, -1).Draw(t, label)
}

// randomService is a record as a source may have it: any field may be empty.
func randomService(t *rapid.T, i int, orgs []Organisation) Service {
	maybe := func(label string) bool { return rapid.Bool().Draw(t, label) }
	s := Service{
		ID: ServiceID(fmt.Sprintf("dienst-%d", i)), Name: "Dienst " + nasty(t, "name"), AlternateName: nasty(t, "alternate"),
		Does: nasty(t, "does"), Description: nasty(t, "description"), Eligibility: nasty(t, "eligibility"), Cost: nasty(t, "cost"),
		Apply: nasty(t, "apply"), Alert: nasty(t, "alert"), Source: nasty(t, "source"), Status: Active,
		Example: maybe("example"), MinAge: rapid.IntRange(0, 20).Draw(t, "min age"), Kind: rapid.SampledFrom([]Kind{"", Volunteer, Professional}).Draw(t, "kind"),
		Order: rapid.SampledFrom([]Order{"", Self, Indicated}).Draw(t, "order"), AssuredDate: rapid.SampledFrom([]Date{"", "2026-02-28"}).Draw(t, "assured"),
	}
	if maybe("has an organisation") {
		s.Organisation = rapid.SampledFrom(orgs).Draw(t, "organisation").ID
	}
	if maybe("has a maximum") {
		s.MaxAge = s.MinAge + rapid.IntRange(1, 50).Draw(t, "max age")
	}
	for range rapid.IntRange(0, 3).Draw(t, "phones") {
		s.Phones = append(s.Phones, Phone{Number: rapid.SampledFrom([]string{"0900-000 01 01", "+31 (0)20 000", "14 020"}).Draw(t, "number"), Note: nasty(t, "note")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "places") {
		l := Location{Address: nasty(t, "address"), Postcode: rapid.SampledFrom([]string{"", "0687 AB"}).Draw(t, "postcode"), City: nasty(t, "city"), Name: nasty(t, "place")}
		if maybe("on the map") {
			l.Lat, l.Lon = 52.7, rapid.SampledFrom([]float64{5.1, 0, -1.25}).Draw(t, "lon")
		}
		s.Locations = append(s.Locations, l)
	}
	s.Schedule = rapid.SampledFrom([]Schedule{{}, mustSchedule("ma-vr 09:00-17:00 | gesloten 25-12, feestdagen"), mustSchedule("1e di 19:00-20:30; za 10:00-12:00 en 13:00-14:00"), {Note: "op afspraak"}}).Draw(t, "schedule")
	s.Areas = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"Medemblik", "Stede Broec", "Opmeer"}), 0, 3, rapid.ID).Draw(t, "areas")
	s.Languages = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"nl", "en", "Arabisch"}), 0, 2, rapid.ID).Draw(t, "languages")
	s.Levensgebieden = rapid.SliceOfNDistinct(rapid.SampledFrom(knowledge.Levensgebieden()), 0, 2, rapid.ID).Draw(t, "levensgebieden")
	s.Hulpsoorten = rapid.SliceOfNDistinct(rapid.SampledFrom([]HulpsoortID{"maatje", "rouwgroep"}), 0, 2, rapid.ID).Draw(t, "hulpsoorten")
	if maybe("has an event") {
		s.Events = []Event{{Date: "2026-12-03", From: 840, To: 960, Title: "Inloop " + nasty(t, "event"), Note: rapid.SampledFrom([]string{"", "gratis"}).Draw(t, "event note")}}
	}
	return s
}

func mustSchedule(text string) Schedule {
	s, err := ParseSchedule(text)
	if err != nil {
		panic(err)
	}
	return s
}

// What goes out in any format and comes in again changes nothing, whatever is
// in the records.
func TestAnyKaartComesBackUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orgs := []Organisation{{ID: "de-brug", Name: "De Brug"}, {ID: "67ffb1b9", Name: "Gemeente Waterveen"}, {ID: "brug", Name: "de  brug!"}, {ID: "x", Name: nasty(t, "organisation") + "."}}
		var services []Service
		for i := range rapid.IntRange(1, 3).Draw(t, "services") {
			services = append(services, randomService(t, i, orgs))
		}
		source, err := New(orgs, services)
		if err != nil {
			t.Skip(err)
		}
		var first bytes.Buffer
		if err := source.EncodeHSDS(&first); err != nil {
			t.Fatal(err)
		}
		k, _, err := (*Kaart)(nil).Apply(DecodeJSON(&first), ApplyOptions{})
		if err != nil {
			t.Skip(err)
		}
		for name, encode := range map[string]func(*bytes.Buffer) error{
			"hsds-json": func(w *bytes.Buffer) error { return k.EncodeHSDS(w) }, "hsds-csv": func(w *bytes.Buffer) error { return k.EncodeZIP(w) },
			"csv": func(w *bytes.Buffer) error { return k.EncodeCSV(w) }, "xlsx": func(w *bytes.Buffer) error { return k.EncodeXLSX(w) },
		} {
			var buf bytes.Buffer
			if err := encode(&buf); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			b, err := Decode(bytes.NewReader(buf.Bytes()))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			_, report, err := k.Apply(b, ApplyOptions{})
			if err != nil {
				t.Fatalf("%s: %v: %v", name, err, report.Rejected)
			}
			if name == "hsds-json" { // says everything: an empty kaart becomes the same
				if fresh, _, err := (*Kaart)(nil).Apply(b, ApplyOptions{}); err != nil || fresh.Stamp() != k.Stamp() {
					t.Fatalf("%s: another kaart in an empty one: %v", name, err)
				}
			}
			for _, c := range report.Changes {
				t.Fatalf("%s: %s %s: %v\n%+v\n%+v", name, c.Action, c.ID, c.Fields, c.Before, c.After)
			}
		}
	})
}

func TestASheetKeepsWhatItHasNoColumnFor(t *testing.T) {
	k, _ := apply(t, nil, &Batch{
		Organisations: []Organisation{{ID: "67ffb1b9", Name: "Gemeente Waterveen"}},
		Services: []Service{{
			ID: "a", Name: "Inloop", Organisation: "67ffb1b9", Does: "Helpt.", Status: Inactive, AssuredDate: "2026-01-01",
			Phones: []Phone{{Number: "0900-000 01 01", Type: "text"}}, Locations: []Location{{Address: "Kerkweg 1", City: "Wognum", Lat: 52.7, Lon: 5.1}},
		}},
	})
	next, report := apply(t, k, decode(t, []byte("id;naam;organisatie;gecontroleerd_op;adres\na;Inloop;gemeente  waterveen;2026-11-01;Kerkweg 1\n")))
	if len(report.Changes) != 1 || !slices.Equal(report.Changes[0].Fields, []string{"AssuredDate"}) {
		t.Fatalf("changes %+v", report.Changes)
	}
	if len(next.Organisations()) != 1 {
		t.Errorf("the organisation is made again: %v", next.Organisations())
	}
	next, report = apply(t, next, decode(t, []byte("id;naam;organisatie;adres;telefoon\na;Inloop;Gemeente Waterveen;Dorpsweg 2;\n")))
	s, _ := next.Service("a")
	if len(s.Phones) != 0 || s.Locations[0].Address != "Dorpsweg 2" || s.Locations[0].HasCoordinates() || s.Does != "Helpt." {
		t.Errorf("a cell that is emptied or changed counts: %+v, %v", s, report.Changes)
	}
}

func TestASheetNamesOrganisationsAsPeopleDo(t *testing.T) {
	k, err := New([]Organisation{{ID: "67ffb1b9", Name: "Gemeente Waterveen"}, {ID: "n1", Name: "De Brug"}, {ID: "n2", Name: "de brug"}}, []Service{
		{ID: "a", Name: "A", Organisation: "67ffb1b9"}, {ID: "b", Name: "B", Organisation: "n1"}, {ID: "c", Name: "C", Organisation: "n2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := k.EncodeCSV(&buf); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a;A;Gemeente Waterveen;", "b;B;n1;", "c;C;n2;"} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("the sheet lacks %q:\n%s", want, buf.String())
		}
	}
	fresh, _ := apply(t, nil, decode(t, buf.Bytes()))
	if s, _ := fresh.Service("a"); s.Organisation != "gemeente-waterveen" {
		t.Errorf("in an empty kaart it is of %q", s.Organisation)
	}
}

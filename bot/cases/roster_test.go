package cases

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/knowledge"
)

const table = `soort;id;naam;organisatie;type;gemeenten;levensgebieden;talen;telefoon;plekken;uren;coordinator;afwezig;geindiceerd
organisatie;een;Een;;;;;;;;;;;
organisatie;zorg;Zorg;;;;;;;;;;;daar
ondersteuner;anna;Anna;een;professional;hier|daar;;nl|en;020;10;ma-do 9:00-17:00|vr 9:00-12:30;ja;2026-12-24..2026-12-31|2027-03-01;
ondersteuner;bo;Bo;zorg;volunteer;hier;wonen|werk;nl;021;;;;;
matrix;bo;;;;hier;wonen;;;;;;;
`

func TestARosterAsATable(t *testing.T) {
	r, err := ParseRoster("rooster.csv", []byte("\xef\xbb\xbf"+strings.ReplaceAll(table, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) time.Time { v, _ := time.Parse(time.DateOnly, s); return v }
	want := &Roster{
		Organisations: []Organisation{{ID: "een", Name: "Een"}, {ID: "zorg", Name: "Zorg", DeliversIndicated: []knowledge.GemeenteID{"daar"}}},
		Supporters: []Supporter{
			{ID: "anna", Name: "Anna", Organisation: "een", Kind: KindProfessional, Gemeenten: []knowledge.GemeenteID{"hier", "daar"},
				Languages: []knowledge.Lang{"nl", "en"}, Phone: "020", Capacity: 10, Hours: Hours{"ma-do 9:00-17:00", "vr 9:00-12:30"}, Coordinator: true,
				Absent: []Period{{day("2026-12-24"), day("2026-12-31")}, {day("2027-03-01"), day("2027-03-01")}}},
			{ID: "bo", Name: "Bo", Organisation: "zorg", Kind: KindVolunteer, Gemeenten: []knowledge.GemeenteID{"hier"},
				Levensgebieden: []knowledge.Levensgebied{"wonen", "werk"}, Languages: []knowledge.Lang{"nl"}, Phone: "021"},
		},
		Cover: []Cover{{Supporter: "bo", Gemeenten: []knowledge.GemeenteID{"hier"}, Levensgebieden: []knowledge.Levensgebied{"wonen"}}},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("the roster (-want +got):\n%s", diff)
	}
	if rev := r.Review([]knowledge.GemeenteID{"hier", "daar"}); len(rev.Faults) != 0 {
		t.Errorf("faults %q", rev.Faults)
	}
}

func TestAWrongRowNamesItsLine(t *testing.T) {
	head := "soort;id;naam;organisatie;type;gemeenten;levensgebieden;plekken;uren;coordinator;beslist;afwezig\norganisatie;een;Een\n"
	for name, c := range map[string]struct{ row, want string }{
		"a soort that isn't one":   {"persoon;anna;Anna;een", `r.csv:3: soort: "persoon"`},
		"a levensgebied":           {"ondersteuner;anna;Anna;een;;hier;geluk", `r.csv:3: supporter "anna": unknown levensgebied "geluk"`},
		"a number":                 {"ondersteuner;anna;Anna;een;;hier;;veel", `r.csv:3: plekken: "veel" is no number`},
		"hours":                    {"ondersteuner;anna;Anna;een;;hier;;;altijd", `hours "altijd"`},
		"yes or no":                {"ondersteuner;anna;Anna;een;;hier;;;;misschien", `coordinator: "misschien"`},
		"a day":                    {"ondersteuner;anna;Anna;een;;hier;;;;;;morgen", `afwezig: "morgen"`},
		"overlapping absences":     {"ondersteuner;anna;Anna;een;;hier;;;;;;2026-12-20..2026-12-27|2026-12-24..2026-12-31", "absences overlap: 2026-12-20 to 2026-12-27 and 2026-12-24 to 2026-12-31"},
		"a kind":                   {"ondersteuner;anna;Anna;een;expert;hier", `unknown kind "expert"`},
		"a decider as coordinator": {"ondersteuner;anna;Anna;een;;hier;;;;ja;ja", "can't be the coordinator"},
		"the service's own id":     {"ondersteuner;inwoner;Anna;een;;hier", "the service's own"},
		"a matrix of nobody":       {"matrix;wie", `matrix: unknown supporter "wie"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseRoster("r.csv", []byte(head+c.row+"\n")); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "r.csv:3") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := ParseRoster("r.csv", []byte("soort;kleur\n")); err == nil || !strings.Contains(err.Error(), `r.csv:1: unknown column "kleur"`) {
		t.Errorf("a column: %v", err)
	}
}

func TestAReviewSaysWhoIsMissing(t *testing.T) {
	person := func(id SupporterID, org OrganisationID, change func(*Supporter)) Supporter {
		s := Supporter{ID: id, Name: string(id), Organisation: org, Gemeenten: []knowledge.GemeenteID{"hier"}, Phone: "1", Coordinator: true}
		if change != nil {
			change(&s)
		}
		return s
	}
	for name, c := range map[string]struct {
		people []Supporter
		want   string
	}{
		"nobody for a levensgebied": {[]Supporter{person("a", "een", func(s *Supporter) { s.Levensgebieden = []knowledge.Levensgebied{"wonen"} })}, "hier: er is niemand voor werk, participatie"},
		"no coordinator":            {[]Supporter{person("a", "een", func(s *Supporter) { s.Coordinator = false })}, "geen coördinator"},
		"behind two walls":          {[]Supporter{person("a", "een", nil), person("b", "zorg", func(s *Supporter) { s.Deciding, s.Coordinator = true, false })}, "b staat achter twee muren"},
		"never a question":          {[]Supporter{person("a", "een", nil), person("b", "zorg", nil)}, "b kan nooit een vraag krijgen"},
		"nothing to be reached by":  {[]Supporter{person("a", "een", func(s *Supporter) { s.Phone = "" })}, "a heeft geen telefoon en geen mail"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Roster{Organisations: []Organisation{{ID: "een"}, {ID: "zorg", DeliversIndicated: []knowledge.GemeenteID{"hier"}}}, Supporters: c.people}
			if got := strings.Join(r.Review([]knowledge.GemeenteID{"hier"}).Faults, "\n"); !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheMatrixGoesBeforeTheLists(t *testing.T) {
	r := roster(t)
	r.Cover = []Cover{
		{Supporter: "jan", Levensgebieden: []knowledge.Levensgebied{"wonen"}, Momenten: []knowledge.Moment{"toegang"}, Weight: 9},
		{Supporter: "ruben", Levensgebieden: []knowledge.Levensgebied{"werk"}, Doelgroepen: []knowledge.Doelgroep{"nah"}},
	}
	fits := func(who SupporterID, n Need) bool {
		n.Gemeente = "medemblik"
		return slices.ContainsFunc(r.Fitting(n, Load{}), func(c Choice) bool { return c.Supporter.ID == who })
	}
	wonen, werk := []knowledge.Levensgebied{"wonen"}, []knowledge.Levensgebied{"werk"}
	for name, c := range map[string]struct {
		who  SupporterID
		need Need
		want bool
	}{
		"housing at the moment of access":   {"jan", Need{Levensgebieden: wonen, Moment: "toegang"}, true},
		"housing at another moment":         {"jan", Need{Levensgebieden: wonen, Moment: "ondersteuning"}, false},
		"housing, moment unknown":           {"jan", Need{Levensgebieden: wonen}, true},
		"work, which only the list names":   {"jan", Need{Levensgebieden: werk}, false},
		"work for the group":                {"ruben", Need{Levensgebieden: werk, Doelgroepen: []knowledge.Doelgroep{"ouderen", "nah"}}, true},
		"work for another group":            {"ruben", Need{Levensgebieden: werk, Doelgroepen: []knowledge.Doelgroep{"ouderen"}}, false},
		"who has no rows has the own lists": {"kasia", Need{Levensgebieden: wonen}, true},
	} {
		if got := fits(c.who, c.need); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestEveryVerdictHasItsReason(t *testing.T) {
	r := roster(t)
	n := Need{Gemeente: "opmeer", Levensgebieden: []knowledge.Levensgebied{"zorg"}, Lang: "pl", Urgent: true, Refused: []SupporterID{"fatima"}, Now: time.Date(2026, 11, 23, 10, 0, 0, 0, amsterdam(t))}
	for _, v := range r.Explain(n, Load{}) {
		for _, text := range Plain(append(slices.Clone(v.Because), v.Against...)) {
			if text == "" || strings.Contains(text, "*") {
				t.Errorf("%s: reason %q", v.Supporter.ID, text)
			}
		}
		if len(v.Against) == 0 {
			t.Errorf("%s fits", v.Supporter.ID)
		}
	}
	if got := Plain([]string{"levensgebied:wonen", "een zin van vroeger: met dubbele punt"}); !slices.Equal(got, []string{"weet veel van wonen", "een zin van vroeger: met dubbele punt"}) {
		t.Errorf("got %q", got)
	}
}

func TestInDangerAProfessionalIsNamed(t *testing.T) {
	r := roster(t)
	n := Need{Gemeente: "enkhuizen", Levensgebieden: []knowledge.Levensgebied{"zingeving"}}
	if c, err := r.Route(n, "willem", Load{}); err != nil || c.Supporter.ID != "willem" {
		t.Errorf("the volunteer of choice: %s, %v", c.Supporter.ID, err)
	}
	n.Urgent = true
	if c, err := r.Route(n, "willem", Load{}); err != nil || c.Supporter.Kind != KindProfessional {
		t.Errorf("in danger: %s, %v", c.Supporter.ID, err)
	}
}

func TestHoursOfWork(t *testing.T) {
	h := Hours{"ma-do 9:00-17:00", "vr 9:00-12:30"}
	for text, want := range map[string]bool{
		"2026-11-23 09:00": true, "2026-11-23 08:59": false, "2026-11-23 17:00": false, "2026-11-27 12:29": true, "2026-11-27 13:00": false, "2026-11-28 10:00": false,
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, amsterdam(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := h.hold(at); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for _, wrong := range []string{"", "ma", "ma 17:00-9:00", "do-ma 9:00-17:00", "ma 9:60-17:00", "ma 9:00-25:00"} {
		if _, err := parseHours(wrong); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}

func FuzzParseTable(f *testing.F) {
	f.Add([]byte(table))
	f.Add([]byte("soort,id\n\"organisatie,een"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if r, err := ParseRoster("f.csv", data); err == nil {
			_ = r.Review([]knowledge.GemeenteID{"hier"})
		}
	})
}

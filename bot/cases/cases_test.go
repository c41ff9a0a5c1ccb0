package cases

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"wegwijzer/knowledge"
)

func amsterdam(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func roster(t *testing.T) *Roster {
	t.Helper()
	r, err := ExampleRoster()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheExampleHasSixSupportersOfThreeOrganisations(t *testing.T) {
	r := roster(t)
	if len(r.Supporters) != 6 || len(r.Organisations) != 3 {
		t.Fatalf("%d supporters, %d organisations", len(r.Supporters), len(r.Organisations))
	}
	for _, g := range []knowledge.GemeenteID{"drechterland", "enkhuizen", "koggenland", "medemblik", "opmeer", "stede-broec"} {
		for _, l := range knowledge.Levensgebieden() {
			c, err := r.Route(Need{Gemeente: g, Levensgebieden: []knowledge.Levensgebied{l}}, "", Load{})
			if err != nil || c.Coordinator {
				t.Errorf("%s, %s: nobody fits (%v)", g, l, err)
			}
		}
	}
}

func TestRouting(t *testing.T) {
	r := roster(t)
	debt := []knowledge.Levensgebied{knowledge.InkomenEnSchulden}
	for _, c := range []struct {
		name string
		need Need
		wish SupporterID
		load Load
		want SupporterID
	}{
		{"the specialist of the levensgebied comes first", Need{Gemeente: "medemblik", Levensgebieden: debt}, "", Load{}, "jan"},
		{"a wish goes before the best", Need{Gemeente: "medemblik", Levensgebieden: debt}, "fatima", Load{}, "fatima"},
		{"a refused one is passed over", Need{Gemeente: "medemblik", Levensgebieden: debt, Refused: []SupporterID{"jan"}}, "jan", Load{}, "kasia"},
		{"no assignment across the wall", Need{Gemeente: "opmeer", Levensgebieden: []knowledge.Levensgebied{knowledge.Zorg}}, "kasia", Load{}, "fatima"},
		{"who has no room gets no more", Need{Gemeente: "medemblik", Levensgebieden: debt}, "", Load{Open: map[SupporterID]int{"jan": 30}}, "kasia"},
		{"who can log in goes before who can't", Need{Gemeente: "medemblik", Levensgebieden: debt}, "", Load{Active: map[SupporterID]bool{"fatima": true}}, "fatima"},
		{"a shared language counts", Need{Gemeente: "koggenland", Levensgebieden: debt, Lang: knowledge.PL}, "", Load{}, "kasia"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := r.Route(c.need, c.wish, c.load)
			if err != nil || got.Supporter.ID != c.want {
				t.Errorf("got %s (%v), want %s", got.Supporter.ID, err, c.want)
			}
			if len(got.Because) == 0 {
				t.Error("the assignment can't be explained")
			}
		})
	}
}

func TestWhenNobodyFitsTheCoordinatorIsNamed(t *testing.T) {
	r := roster(t)
	full := Load{Open: map[SupporterID]int{"fatima": 40, "jan": 30, "esra": 30, "willem": 12, "kasia": 15, "ruben": 30}}
	c, err := r.Route(Need{Gemeente: "enkhuizen"}, "", full)
	if err != nil || c.Supporter.ID != "fatima" || !c.Coordinator {
		t.Errorf("got %+v, %v", c.Supporter.ID, err)
	}
	_, err = r.Route(Need{Gemeente: "enkhuizen", Refused: []SupporterID{"fatima"}}, "", full)
	if !errors.Is(err, ErrNobody) {
		t.Errorf("got %v, want that nobody is left", err)
	}
}

func TestADeciderIsNeverASupporter(t *testing.T) {
	r := roster(t)
	for i := range r.Supporters {
		r.Supporters[i].Deciding = r.Supporters[i].ID != "willem"
	}
	c, err := r.Route(Need{Gemeente: "enkhuizen"}, "fatima", Load{})
	if err != nil || c.Supporter.ID != "willem" {
		t.Errorf("got %s, %v", c.Supporter.ID, err)
	}
}

func TestAbsenceIsKnown(t *testing.T) {
	r := roster(t)
	day := time.Date(2026, 12, 24, 12, 0, 0, 0, time.UTC)
	for i := range r.Supporters {
		if r.Supporters[i].ID == "jan" {
			r.Supporters[i].Absent = []Period{{From: day.AddDate(0, 0, -1), Until: day}}
		}
	}
	need := Need{Gemeente: "medemblik", Levensgebieden: []knowledge.Levensgebied{knowledge.Werk}, Now: day}
	if c, err := r.Route(need, "jan", Load{}); err != nil || c.Supporter.ID == "jan" {
		t.Errorf("an absent supporter got the case (%v)", err)
	}
	need.Now = day.AddDate(0, 0, 2)
	if c, err := r.Route(need, "jan", Load{}); err != nil || c.Supporter.ID != "jan" {
		t.Errorf("back from absence: %s, %v", c.Supporter.ID, err)
	}
}

func TestContactTerm(t *testing.T) {
	zone := amsterdam(t)
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	calendar, working := DefaultTerms(zone), DefaultTerms(zone)
	working.Working = true
	for _, c := range []struct {
		name     string
		terms    Terms
		from     string
		urgent   bool
		deadline string
		want     string
	}{
		{"two calendar days", calendar, "2026-11-22 13:00", false, "", "2026-11-24 13:00"},
		{"two working days over a weekend", working, "2026-11-20 13:00", false, "", "2026-11-24 13:00"},
		{"two working days over Christmas", working, "2026-12-24 10:00", false, "", "2026-12-29 10:00"},
		{"over the clock change the hour stays", calendar, "2026-10-24 13:00", false, "", "2026-10-26 13:00"},
		{"a crisis in office hours has one hour", calendar, "2026-11-23 10:00", true, "", "2026-11-23 11:00"},
		{"a crisis at night has the first office hour", calendar, "2026-11-22 23:00", true, "", "2026-11-23 10:00"},
		{"a crisis at a quarter to five goes on in the morning", calendar, "2026-11-23 16:45", true, "", "2026-11-24 09:45"},
		{"a deadline of tomorrow shortens it", calendar, "2026-11-23 09:00", false, "2026-11-24 12:00", "2026-11-23 12:00"},
		{"a deadline that is almost there leaves the urgent term", calendar, "2026-11-23 09:00", false, "2026-11-23 12:00", "2026-11-23 10:00"},
		{"a deadline far away changes nothing", calendar, "2026-11-23 09:00", false, "2027-01-23 12:00", "2026-11-25 09:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var deadline time.Time
			if c.deadline != "" {
				deadline = at(c.deadline)
			}
			if got := c.terms.Contact(at(c.from), c.urgent, deadline); !got.Equal(at(c.want)) {
				t.Errorf("got %s, want %s", got.Format("2006-01-02 15:04"), c.want)
			}
		})
	}
}

// agreed is a road on which the resident agreed to a text.
func agreed(t *testing.T, at time.Time, text string) *Road {
	t.Helper()
	road := &Road{}
	if err := road.Agree(at, text); err != nil {
		t.Fatal(err)
	}
	return road
}

func opened(t *testing.T, r *Roster) *Case {
	t.Helper()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, amsterdam(t))
	c, _, err := Open(Opening{
		ID: "zaak", Need: Need{Gemeente: "medemblik", Levensgebieden: []knowledge.Levensgebied{knowledge.Wonen}, Now: now},
		Wish: "fatima", Summary: "precies deze tekst", Road: agreed(t, now, "precies deze tekst"), Contact: Contact{How: "chat"}, Cause: "k",
	}, r, Load{}, DefaultTerms(amsterdam(t)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOneTakesAndTheOtherIsTold(t *testing.T) {
	r := roster(t)
	c := opened(t, r)
	now := c.Opened.Add(time.Minute)
	if err := c.Take(r, "jan", now); err != nil {
		t.Fatalf("a colleague of the organisation may take it: %v", err)
	}
	if err := c.Take(r, "fatima", now); !errors.Is(err, ErrTaken) || !strings.Contains(err.Error(), "jan") {
		t.Errorf("the second got %v", err)
	}
	if err := c.Take(r, "jan", now); err != nil {
		t.Errorf("a double click: %v", err)
	}
	if err := c.Answer("fatima"); !errors.Is(err, ErrNotYours) {
		t.Errorf("an answer by another: %v", err)
	}
}

func TestTheWallBetweenOrganisations(t *testing.T) {
	r := roster(t)
	c := opened(t, r)
	for _, who := range []SupporterID{"kasia", "esra", "niemand"} {
		if err := c.Take(r, who, c.Opened); !errors.Is(err, ErrWall) {
			t.Errorf("%s: got %v", who, err)
		}
	}
}

func TestTheClockStopsOnlyAtRealContact(t *testing.T) {
	r := roster(t)
	c := opened(t, r)
	terms := DefaultTerms(amsterdam(t))
	due := c.ContactBefore
	if err := c.Take(r, "fatima", c.Opened.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if !c.Contacted.IsZero() || !c.ContactBefore.Equal(due) || !c.AppointmentBefore.IsZero() {
		t.Error("taking the case stopped the clock")
	}
	at := c.Opened.Add(2 * time.Hour)
	if err := c.LogContact("fatima", ContactEntry{Personal: true}, "", at, terms); err != nil {
		t.Fatal(err)
	}
	if !c.Contacted.Equal(at) || !c.AppointmentBefore.Equal(at.AddDate(0, 0, 7)) {
		t.Errorf("after contact: %v, %v", c.Contacted, c.AppointmentBefore)
	}
}

func TestAnotherSupporterWithoutAWayBack(t *testing.T) {
	r := roster(t)
	c := opened(t, r)
	terms := DefaultTerms(amsterdam(t))
	for range 10 {
		before := c.Supporter
		next, err := c.Refuse(r, Load{}, terms, c.Opened)
		if errors.Is(err, ErrNobody) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if next.Supporter.ID == before || slices.Contains(c.Refused, next.Supporter.ID) {
			t.Fatalf("%s was refused and came back", next.Supporter.ID)
		}
		if err := r.MaySee(c, before); !errors.Is(err, ErrWall) {
			t.Fatalf("%s was refused and still sees the case", before)
		}
	}
	if len(c.Refused) < 2 {
		t.Errorf("only %v were refused", c.Refused)
	}
}

func TestRevokingClosesTheView(t *testing.T) {
	r := roster(t)
	c := opened(t, r)
	if err := c.Take(r, "fatima", c.Opened); err != nil {
		t.Fatal(err)
	}
	c.Revoke(c.Opened)
	if c.Consent.Stands() || c.Open() {
		t.Error("the case is still open")
	}
	if err := c.Answer("fatima"); err == nil {
		t.Error("the supporter may still answer")
	}
}

func TestEveryStepIsLogged(t *testing.T) {
	r := roster(t)
	c := opened(t, r)
	now := c.Opened
	steps := errors.Join(c.Take(r, "fatima", now), c.LogContact("fatima", ContactEntry{Personal: true}, "", now, DefaultTerms(amsterdam(t))), c.Close("fatima", now, "geholpen"))
	if steps != nil {
		t.Fatal(steps)
	}
	var got []string
	for _, e := range c.Events {
		got = append(got, e.Actor+" "+e.Action)
	}
	want := []string{"inwoner consented", "bot assigned", "fatima taken", "fatima contact", "fatima closed"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAWrongRosterNamesItsLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"broken TOML", "[[supporter\n", "r.toml:2"},
		{"an unknown organisation", "[[supporter]]\nid=\"a\"\nname=\"A\"\norganisation=\"x\"\n", `r.toml:2: supporter "a": unknown organisation "x"`},
		{"a supporter twice", "[[organisation]]\nid=\"x\"\n[[supporter]]\nid=\"a\"\nname=\"A\"\norganisation=\"x\"\n[[supporter]]\nid=\"a\"\nname=\"A\"\norganisation=\"x\"\n", "is there twice"},
		{"an unknown key", "[[organisation]]\nid=\"x\"\nkleur=\"rood\"\n", `unknown key "organisation.kleur"`},
		{"an unknown levensgebied", "[[organisation]]\nid=\"x\"\n[[supporter]]\nid=\"a\"\nname=\"A\"\norganisation=\"x\"\nlevensgebieden=[\"geluk\"]\n", `unknown levensgebied "geluk"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseRoster("r.toml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzParseRoster(f *testing.F) {
	f.Add(exampleRoster)
	f.Add([]byte("[[supporter]]\nid=1"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		r, err := ParseRoster("f", data)
		if err == nil {
			_, _ = r.Route(Need{Gemeente: "medemblik"}, "", Load{})
		}
	})
}

package cases

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"wegwijzer/knowledge"
)

// TestTheMachine is the table of docs/zaken.md: every step from every state.
func TestTheMachine(t *testing.T) {
	want := map[Step]map[Status]Status{
		StepOffer:     {StatusBot: StatusOffered},
		StepDecline:   {StatusOffered: StatusBot, StatusConsented: StatusBot},
		StepConsent:   {StatusBot: StatusConsented, StatusOffered: StatusConsented, StatusConsented: StatusConsented},
		StepAssign:    {StatusConsented: StatusAssigned},
		StepRescue:    {StatusBot: StatusAssigned, StatusOffered: StatusAssigned, StatusConsented: StatusAssigned, StatusReturned: StatusAssigned, StatusClosed: StatusAssigned},
		StepTake:      {StatusAssigned: StatusTaken},
		StepRefuse:    {StatusAssigned: StatusAssigned, StatusTaken: StatusAssigned, StatusConsulting: StatusAssigned, StatusHandover: StatusAssigned, StatusWaakvlam: StatusAssigned},
		StepPass:      {StatusAssigned: StatusAssigned, StatusTaken: StatusAssigned, StatusConsulting: StatusAssigned, StatusHandover: StatusAssigned},
		StepConsult:   {StatusTaken: StatusConsulting},
		StepConsulted: {StatusConsulting: StatusTaken},
		StepPropose:   {StatusTaken: StatusHandover},
		StepKeep:      {StatusHandover: StatusTaken},
		StepGive:      {StatusHandover: StatusAssigned},
		StepReturn:    {StatusAssigned: StatusReturned, StatusTaken: StatusReturned, StatusConsulting: StatusReturned, StatusHandover: StatusReturned},
		StepClose:     {StatusTaken: StatusClosed, StatusConsulting: StatusClosed, StatusHandover: StatusClosed, StatusWaakvlam: StatusClosed},
		StepRevoke:    {StatusAssigned: StatusClosed, StatusTaken: StatusClosed, StatusConsulting: StatusClosed, StatusHandover: StatusClosed, StatusWaakvlam: StatusClosed},
		StepRest:      {StatusTaken: StatusWaakvlam},
		StepWake:      {StatusWaakvlam: StatusAssigned},
	}
	for _, s := range Steps() {
		for _, at := range Statuses() {
			to, ok := After(at, s)
			if expected, may := want[s][at]; ok != may || ok && to != expected {
				t.Errorf("%s in state %s: %s, %v, want %s, %v", s, at, to, ok, expected, may)
			}
		}
	}
}

// working is a case that fatima took and made contact in.
func working(t *testing.T, r *Roster) *Case {
	t.Helper()
	c := opened(t, r)
	if err := errors.Join(c.Take(r, "fatima", c.Opened), c.LogContact("fatima", ContactEntry{Personal: true, How: HowPhone, Minutes: 30}, "", c.Opened, DefaultTerms(amsterdam(t)))); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnIllegalStepSaysWhichStateAndWho(t *testing.T) {
	r := roster(t)
	c := working(t, r)
	if err := c.HandBack("fatima", c.Opened, ""); err != nil {
		t.Fatal(err)
	}
	err := c.Close("fatima", c.Opened, OutcomeHelped)
	var step *StepError
	if !errors.As(err, &step) || step.Status != StatusReturned || step.Owner != "fatima" || !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	for _, word := range []string{"closed", "returned", "fatima"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q lacks %q", err, word)
		}
	}
}

func TestWithoutConsentToExactlyThisTextThereIsNoCase(t *testing.T) {
	r, now := roster(t), time.Date(2026, 11, 23, 10, 0, 0, 0, amsterdam(t))
	need := Need{Gemeente: "medemblik", Now: now}
	for name, road := range map[string]*Road{"no road": nil, "an offer": {Status: StatusOffered}, "another text": agreed(t, now, "andere tekst")} {
		_, _, err := Open(Opening{ID: "z", Need: need, Summary: "deze tekst", Road: road}, r, Load{}, DefaultTerms(amsterdam(t)))
		if !errors.Is(err, ErrConsent) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	declined := agreed(t, now, "deze tekst")
	if err := declined.Decline(now); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(Opening{ID: "z", Need: need, Summary: "deze tekst", Road: declined}, r, Load{}, DefaultTerms(amsterdam(t))); !errors.Is(err, ErrConsent) {
		t.Errorf("a consent that was taken back: %v", err)
	}
}

func TestAHandOverNeedsANewYes(t *testing.T) {
	r := roster(t)
	c := working(t, r)
	now := c.Opened.Add(time.Hour)
	for name, to := range map[string]SupporterID{"to oneself": "fatima", "to nobody": "niemand"} {
		if err := c.Handover(r, "fatima", to, "past beter", now); err == nil {
			t.Errorf("%s: it was offered", name)
		}
	}
	if err := c.Handover(r, "fatima", "esra", "past beter", now); err != nil {
		t.Fatal(err)
	}
	if c.Supporter != "fatima" || !c.Human() || r.MaySee(c, "esra") == nil {
		t.Errorf("before the yes it is with %s, and esra sees it: %v", c.Supporter, r.MaySee(c, "esra"))
	}
	if _, err := c.Agreed(r, c.Ask.N-1, DefaultTerms(amsterdam(t)), now); !errors.Is(err, ErrAsked) {
		t.Errorf("a button of an old question: %v", err)
	}
	if _, err := c.Agreed(r, c.Ask.N, DefaultTerms(amsterdam(t)), now); err != nil {
		t.Fatal(err)
	}
	if c.Supporter != "esra" || c.Organisation != "naast-u" || c.Status != StatusAssigned || !c.Contacted.IsZero() ||
		!c.ContactBefore.Equal(now.AddDate(0, 0, 2)) || !c.Consent.At.Equal(now) {
		t.Errorf("after the yes: %+v", c)
	}
	if r.MaySee(c, "fatima") == nil || r.MaySee(c, "esra") != nil {
		t.Error("the giver still sees it, or the new one doesn't")
	}
	if err := c.Answer("fatima"); err == nil {
		t.Error("the giver can still answer")
	}
}

func TestAConsultationIsAnonymousOrWithAYes(t *testing.T) {
	r := roster(t)
	for _, anonymous := range []bool{true, false} {
		c := working(t, r)
		if err := c.ConsultWith(r, "fatima", "esra", "wat zou u doen?", anonymous, c.Opened); err != nil {
			t.Fatal(err)
		}
		if r.MaySee(c, "esra") == nil {
			t.Errorf("anonymous %v: the colleague sees the case before a yes", anonymous)
		}
		if anonymous {
			if c.Ask != nil {
				t.Error("the resident is asked for what is anonymous")
			}
		} else if _, err := c.Agreed(r, c.Ask.N, Terms{}, c.Opened); err != nil {
			t.Fatal(err)
		}
		if sees := r.MaySee(c, "esra") == nil; sees == anonymous {
			t.Errorf("anonymous %v: the colleague sees it: %v", anonymous, sees)
		}
		if r.MayTake(c, "esra") == nil {
			t.Error("who thinks along can take the case")
		}
		if err := errors.Join(c.Advise("esra", "bel eerst de verhuurder", c.Opened), c.Consulted("fatima", c.Opened)); err != nil {
			t.Fatal(err)
		}
		if r.MaySee(c, "esra") == nil || c.Status != StatusTaken {
			t.Error("after the consultation the colleague still sees it")
		}
	}
}

func TestTwoDagdelenNeedAReason(t *testing.T) {
	r, terms := roster(t), DefaultTerms(amsterdam(t))
	c := working(t, r)
	log := func(minutes int, longer Longer) error {
		return c.LogContact("fatima", ContactEntry{Minutes: minutes, How: HowHome}, longer, c.Opened, terms)
	}
	if err := log(TwoDagdelen-31, ""); err != nil {
		t.Fatal(err)
	}
	if err := log(1, ""); !errors.Is(err, ErrReason) || c.Minutes() != TwoDagdelen-1 {
		t.Errorf("at two dagdelen: %v, %d minutes", err, c.Minutes())
	}
	if err := log(1, "zomaar"); err == nil {
		t.Error("a reason that isn't one was taken")
	}
	if err := errors.Join(log(1, LongerLanguage), log(60, "")); err != nil {
		t.Errorf("with a reason: %v", err)
	}
}

func TestAppointments(t *testing.T) {
	r, zone := roster(t), amsterdam(t)
	terms := DefaultTerms(zone)
	at := func(day string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", day+" 14:00", zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, c := range map[string]struct{ day, why string }{
		"in the past":     {"2026-11-20", "voorbij"},
		"on a holiday":    {"2026-12-25", "feestdag"},
		"on King's Day":   {"2027-04-27", "feestdag"},
		"in the weekend":  {"2026-11-28", "weekend"},
		"far away":        {"2027-11-29", "ver"},
		"on an other day": {"2026-11-30", ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := working(t, r)
			a := Appointment{At: at(c.day), Minutes: 45, How: HowHome, Place: "Dorpsstraat 1"}
			err := k.Appoint("fatima", a, false, k.Opened, terms)
			var when *AppointmentError
			if c.why == "" {
				if err != nil || k.Appointed.IsZero() || !k.NextStage().IsZero() {
					t.Errorf("%v; the second clock still runs: %v", err, k.NextStage())
				}
				return
			}
			if !errors.As(err, &when) || when.Why != c.why || k.Appointment != nil {
				t.Errorf("got %v, want %s", err, c.why)
			}
			sure := k.Appoint("fatima", a, true, k.Opened, terms)
			if may := c.why == "feestdag" || c.why == "weekend"; may != (sure == nil) {
				t.Errorf("when both want it: %v", sure)
			}
		})
	}
}

func TestTheCalendarFileReplacesTheOldOne(t *testing.T) {
	a := Appointment{At: time.Date(2026, 11, 30, 14, 0, 0, 0, amsterdam(t)), Minutes: 45, How: HowHome, Place: "Dorpsstraat 1; achterom, bellen"}
	file := ICS(Invitation{Case: "z", Appointment: a, Title: "Gesprek met Fatima", Note: "regel een\nregel twee", Stamp: a.At})
	cal, err := ics.ParseCalendar(bytes.NewReader(file))
	if err != nil || len(cal.Events()) != 1 {
		t.Fatalf("%v\n%s", err, file)
	}
	e := cal.Events()[0]
	start, err := e.GetStartAt()
	end, err2 := e.GetEndAt()
	if errors.Join(err, err2) != nil || !start.Equal(a.At) || end.Sub(start) != 45*time.Minute {
		t.Errorf("from %v to %v, %v", start, end, err)
	}
	if got := e.GetProperty(ics.ComponentPropertyLocation).Value; got != a.Place {
		t.Errorf("place %q", got)
	}
	a.Changes = 1
	later := string(ICS(Invitation{Case: "z", Appointment: a, Stamp: a.At}))
	uid := "UID:" + e.Id()
	if !strings.Contains(later, uid) || !strings.Contains(later, "SEQUENCE:1") || !strings.Contains(later, "\r\n") {
		t.Errorf("a change is another event:\n%s", later)
	}
}

func TestStagesOfATerm(t *testing.T) {
	r, terms := roster(t), DefaultTerms(amsterdam(t))
	c := opened(t, r)
	at := func(percent int) time.Time { return c.Opened.Add(48 * time.Hour / 100 * time.Duration(percent)) }
	for _, step := range []struct {
		percent int
		want    Stage
	}{{49, ""}, {50, StageHalf}, {60, ""}, {40, ""}, {80, StageEighty}, {50, ""}, {100, StageOver}} {
		got := c.Reached(at(step.percent))
		if got != step.want {
			t.Errorf("at %d%%: %q, want %q", step.percent, got, step.want)
		}
		if got == StageHalf || got == StageEighty {
			c.Warn(got, at(step.percent))
		}
	}
	night := opened(t, r)
	if got := night.Reached(at(85)); got != StageEighty {
		t.Errorf("after a night of downtime: %q", got)
	}
	// Whoever let it pass isn't asked again; with nobody left it is marked, once.
	seen := map[SupporterID]bool{}
	now := at(100)
	for !c.Overdue {
		if seen[c.Supporter] {
			t.Fatalf("%s got it again", c.Supporter)
		}
		seen[c.Supporter] = true
		if err := c.Breach(r, Load{}, terms, now); err != nil {
			t.Fatal(err)
		}
		now = c.ContactBefore
	}
	if len(seen) < 3 || !c.NextStage().IsZero() {
		t.Errorf("passed on to %v, next stage %v", seen, c.NextStage())
	}
}

func TestADeadlineShortensBothTerms(t *testing.T) {
	r, zone := roster(t), amsterdam(t)
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, zone)
	c, _, err := Open(Opening{ID: "z", Need: Need{Gemeente: "medemblik", Now: now}, Wish: "fatima", Summary: "t", Road: agreed(t, now, "t"), Deadline: now.AddDate(0, 0, 4)}, r, Load{}, DefaultTerms(zone))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Take(r, "fatima", now), c.LogContact("fatima", ContactEntry{Personal: true}, "", now, DefaultTerms(zone))); err != nil {
		t.Fatal(err)
	}
	if want := now.AddDate(0, 0, 3); !c.AppointmentBefore.Equal(want) {
		t.Errorf("the appointment is due %v, want %v", c.AppointmentBefore, want)
	}
}

func TestHolidays(t *testing.T) {
	terms := DefaultTerms(amsterdam(t))
	for day, want := range map[string]bool{
		"2026-12-25": false, "2026-12-28": true, "2027-03-29": false, "2027-05-06": false, "2027-04-27": false, "2027-01-01": false,
		"2025-04-26": false, "2031-04-28": true, "2027-05-05": true, "2030-05-06": true, "2025-05-05": false, "2027-05-17": false, "2027-03-26": true,
	} {
		at, err := time.ParseInLocation(time.DateOnly, day, terms.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := terms.Workday(at.Add(12 * time.Hour)); got != want {
			t.Errorf("%s is a working day: %v, want %v", day, got, want)
		}
	}
}

func TestWaakvlam(t *testing.T) {
	r, terms := roster(t), DefaultTerms(amsterdam(t))
	resting := func(t *testing.T) *Case {
		c := working(t, r)
		if err := c.ProposeWaakvlam("fatima", 14, c.Opened); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Agreed(r, c.Ask.N, terms, c.Opened); err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := resting(t)
	if c.Status != StatusWaakvlam || c.Supporter != "fatima" || c.Human() {
		t.Fatalf("%s with %s", c.Status, c.Supporter)
	}
	day := func(n int) time.Time { return c.Opened.AddDate(0, 0, n) }
	if ask, _ := c.AskHow(day(13)); ask {
		t.Error("asked too early")
	}
	if ask, _ := c.AskHow(day(14)); !ask {
		t.Error("not asked after two weeks")
	}
	if ask, _ := c.AskHow(day(14)); ask {
		t.Error("asked twice")
	}
	if err := c.Heard(day(15)); err != nil || !c.Waakvlam.Next.Equal(day(29)) {
		t.Errorf("%v, next %v", err, c.Waakvlam.Next)
	}
	for _, n := range []int{29, 43} {
		if ask, wake := c.AskHow(day(n)); !ask || wake {
			t.Errorf("day %d: ask %v, wake %v", n, ask, wake)
		}
	}
	if _, wake := c.AskHow(day(57)); !wake {
		t.Error("two questions without an answer are no sign")
	}
	if err := c.Wake(r, Load{}, terms, "stil", day(57)); err != nil || c.Supporter != "fatima" || c.Status != StatusAssigned || c.NextStage().IsZero() {
		t.Errorf("woken: %v, %s, %s", err, c.Supporter, c.Status)
	}
	gone := resting(t)
	r.Supporters[0].Disabled = true
	if err := gone.Wake(r, Load{}, terms, "gevraagd", day(1)); err != nil || gone.Supporter == "fatima" {
		t.Errorf("woken after the supporter left: %v, %s", err, gone.Supporter)
	}
}

func TestTheSeamBetweenWmoAndWlz(t *testing.T) {
	wlz := []knowledge.Levensgebied{knowledge.Zorg, knowledge.ZorgWmo}
	for name, c := range map[string]struct {
		areas []knowledge.Levensgebied
		laws  []knowledge.Stelsel
		want  Side
	}{
		"care with an indication":    {[]knowledge.Levensgebied{knowledge.Zorg}, []knowledge.Stelsel{knowledge.Wlz}, SideWlz},
		"care without one":           {[]knowledge.Levensgebied{knowledge.Zorg}, nil, SideWmo},
		"debts of the same person":   {[]knowledge.Levensgebied{knowledge.InkomenEnSchulden}, []knowledge.Stelsel{knowledge.Wlz}, SideWmo},
		"nothing known":              {nil, []knowledge.Stelsel{knowledge.Wlz}, SideWmo},
		"debts first, care as well":  {[]knowledge.Levensgebied{knowledge.InkomenEnSchulden, knowledge.Zorg}, []knowledge.Stelsel{knowledge.Wlz}, SideWmo},
		"care first, housing beside": {[]knowledge.Levensgebied{knowledge.ZorgWmo, knowledge.Wonen}, []knowledge.Stelsel{knowledge.Wlz}, SideWlz},
	} {
		if got := SideOf(c.areas, c.laws, wlz); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	r := roster(t)
	for i := range r.Supporters {
		if r.Supporters[i].ID == "ruben" {
			r.Supporters[i].Sides = []Side{SideWlz}
		} else {
			r.Supporters[i].Sides = []Side{SideWmo}
		}
	}
	n := Need{Gemeente: "medemblik", Levensgebieden: []knowledge.Levensgebied{knowledge.Zorg}, Side: SideWlz}
	if c, err := r.Route(n, "kasia", Load{}); err != nil || c.Supporter.ID != "ruben" {
		t.Errorf("Wlz care: %s, %v", c.Supporter.ID, err)
	}
	if n.Side = ""; slices.ContainsFunc(r.Fitting(n, Load{}), func(c Choice) bool { return c.Supporter.ID == "ruben" }) {
		t.Error("the Wlz side gets a question of the Wmo side")
	}
}

func TestWhoComesBackGetsTheirOwnSupporter(t *testing.T) {
	r := roster(t)
	n := Need{Gemeente: "medemblik", Levensgebieden: []knowledge.Levensgebied{knowledge.InkomenEnSchulden}, Earlier: "fatima"}
	c, err := r.Route(n, "", Load{})
	if err != nil || c.Supporter.ID != "fatima" || !slices.Contains(c.Because, "eerder") {
		t.Errorf("%s %v, %v", c.Supporter.ID, c.Because, err)
	}
	n.Refused = []SupporterID{"fatima"}
	if c, err := r.Route(n, "", Load{}); err != nil || c.Supporter.ID == "fatima" {
		t.Errorf("refused before: %s, %v", c.Supporter.ID, err)
	}
}

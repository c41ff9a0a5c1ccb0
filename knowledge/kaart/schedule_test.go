package kaart

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseSchedule(t *testing.T) {
	tests := map[string]struct{ in, plain, back string }{
		"days, saturday and closed days": {
			"ma-vr 09:00-17:00; za 10:00-12:00 | gesloten 25-12, 26-12",
			"maandag t/m vrijdag 9.00–17.00, zaterdag 10.00–12.00",
			"ma-vr 09:00-17:00; za 10:00-12:00 | gesloten 25-12, 26-12",
		},
		"two stretches a day":  {"di 9-12 en 13:00-17.00", "dinsdag 9.00–12.00 en 13.00–17.00", "di 09:00-12:00 en 13:00-17:00"},
		"a list of days":       {"ma, wo en vr 9:00 - 12:00 uur", "maandag 9.00–12.00, woensdag 9.00–12.00, vrijdag 9.00–12.00", "ma 09:00-12:00; wo 09:00-12:00; vr 09:00-12:00"},
		"day and night":        {"24/7", "dag en nacht", "24/7"},
		"words for people":     {"op afspraak", "op afspraak", "op afspraak"},
		"hours and words":      {"do 13:00-15:00 | bel eerst even", "donderdag 13.00–15.00, bel eerst even", "do 13:00-15:00 | bel eerst even"},
		"second tuesday":       {"2e di 19:00-21:00", "2e dinsdag van de maand 19.00–21.00", "2e di 19:00-21:00"},
		"closed on holidays":   {"werkdagen 9-17 | gesloten feestdagen", "maandag t/m vrijdag 9.00–17.00, gesloten op feestdagen", "ma-vr 09:00-17:00 | gesloten feestdagen"},
		"extra opening":        {"ma 9-12 | extra 2026-12-24 10:00-11:00", "maandag 9.00–12.00", "ma 09:00-12:00 | extra 2026-12-24 10:00-11:00"},
		"note like a weekday":  {"info: ma 9-12 alleen telefonisch", "ma 9-12 alleen telefonisch", "info: ma 9-12 alleen telefonisch"},
		"through the weekend":  {"za-ma 10:00-11:00", "maandag 10.00–11.00, zaterdag t/m zondag 10.00–11.00", "ma 10:00-11:00; za-zo 10:00-11:00"},
		"nothing is not known": {"", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := ParseSchedule(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Plain(false); got != tt.plain {
				t.Errorf("plain words %q, want %q", got, tt.plain)
			}
			if got := s.String(); got != tt.back {
				t.Errorf("written back %q, want %q", got, tt.back)
			}
			again, err := ParseSchedule(s.String())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(s, again); d != "" {
				t.Errorf("reading back changes it:\n%s", d)
			}
		})
	}
}

func TestParseScheduleRejects(t *testing.T) {
	for name, in := range map[string]string{
		"closing before opening": "ma 17:00-09:00",
		"an hour that isn't":     "ma 25:00-26:00",
		"overlap":                "ma 09:00-12:00 en 11:00-13:00",
		"a day that isn't":       "ma-xx 09:00-12:00",
		"days without hours":     "ma-vr",
		"a date that isn't":      "ma 9-12 | gesloten 31-02",
		"an extra without hours": "extra 2026-12-24",
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := ParseSchedule(in); err == nil {
				t.Errorf("%q is read as %+v", in, s)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	tests := map[string]struct{ hours, at, want string }{
		"open on a weekday":        {"ma-vr 09:00-17:00", "2026-11-23 10:00", "nu open, tot 17.00"},
		"closed before opening":    {"ma-vr 09:00-17:00", "2026-11-23 08:00", "nu gesloten, vandaag open vanaf 9.00"},
		"closed after closing":     {"ma-vr 09:00-17:00", "2026-11-23 17:00", "nu gesloten"},
		"closed on sunday":         {"ma-vr 09:00-17:00", "2026-11-22 10:00", "vandaag gesloten"},
		"closed on a named day":    {"ma-vr 09:00-17:00 | gesloten 31-12", "2026-12-31 10:00", "vandaag gesloten"},
		"open on an extra day":     {"ma 09:00-17:00 | extra 2026-11-22 10:00-12:00", "2026-11-22 10:30", "nu open, tot 12.00"},
		"not sure on a holiday":    {"ma-vr 09:00-17:00", "2026-12-25 10:00", "vandaag is een feestdag: bel eerst"},
		"closed on a holiday":      {"ma-vr 09:00-17:00 | gesloten feestdagen", "2026-12-25 10:00", "vandaag gesloten"},
		"second tuesday":           {"2e di 19:00-21:00", "2026-11-10 19:30", "nu open, tot 21.00"},
		"third tuesday":            {"2e di 19:00-21:00", "2026-11-17 19:30", "vandaag gesloten"},
		"last friday":              {"laatste vr 10:00-12:00", "2026-11-27 11:00", "nu open, tot 12.00"},
		"always open says nothing": {"24/7", "2026-12-25 03:00", ""},
		"nothing known":            {"op afspraak", "2026-11-23 10:00", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := ParseSchedule(tt.hours)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse("2006-01-02 15:04", tt.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Now(at, false); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestIsHoliday(t *testing.T) {
	for day, want := range map[string]bool{
		"2026-01-01": true, "2026-04-05": true, "2026-04-06": true, "2026-04-27": true, "2025-04-26": true,
		"2025-04-27": false, "2026-05-14": true, "2026-05-25": true, "2025-05-05": true, "2026-05-05": false,
		"2026-12-26": true, "2026-11-23": false,
	} {
		if got := IsHoliday(Date(day).Time(time.UTC)); got != want {
			t.Errorf("%s: holiday %v, want %v", day, got, want)
		}
	}
}

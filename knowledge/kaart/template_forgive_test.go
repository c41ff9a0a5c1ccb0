package kaart

import (
	"strings"
	"testing"
)

func TestWhatPeopleWriteIsUnderstood(t *testing.T) {
	const header = "id;naam;organisatie;soort;website;gecontroleerd_op;openingstijden\n"
	for name, tt := range map[string]struct {
		cells string
		want  func(*Service) bool
	}{
		"a kind in Dutch":            {"Vrijwilliger;;;", func(s *Service) bool { return s.Kind == Volunteer }},
		"an address without https":   {";www.delinde.example;;", func(s *Service) bool { return s.URL == "https://www.delinde.example" }},
		"a date in words":            {";;1 november 2026;", func(s *Service) bool { return s.AssuredDate == "2026-11-01" }},
		"a date in short words":      {";;9 mrt 2026;", func(s *Service) bool { return s.AssuredDate == "2026-03-09" }},
		"a date with strokes":        {";;9/3/2026;", func(s *Service) bool { return s.AssuredDate == "2026-03-09" }},
		"a comma before another day": {";;;ma 09:00-12:00, wo 13:00-15:00", func(s *Service) bool { return s.Schedule.String() == "ma 09:00-12:00; wo 13:00-15:00" }},
		"en before another day":      {";;;maandag 9-12 en woensdag 13-15 uur", func(s *Service) bool { return s.Schedule.String() == "ma 09:00-12:00; wo 13:00-15:00" }},
		"a comma between times":      {";;;ma,wo 09:00-12:00, 13:00-15:00", func(s *Service) bool { return strings.Contains(s.Schedule.String(), "09:00-12:00 en 13:00-15:00") }},
	} {
		t.Run(name, func(t *testing.T) {
			k, _ := apply(t, nil, decode(t, []byte(header+"a;A;;"+tt.cells+"\n")))
			if s, _ := k.Service("a"); !tt.want(s) {
				t.Errorf("read as %+v", s)
			}
		})
	}
}

func TestWhatSearchDoesNotKnowIsSaid(t *testing.T) {
	_, report := apply(t, nil, decode(t, []byte("id;naam;organisatie;hulpsoorten\na;A;;\nb;B;;formulieren\n")))
	if len(report.Warnings) != 1 || report.Warnings[0].Row != 3 || !strings.Contains(report.Warnings[0].Error(), `hulpsoorten: "formulieren" bestaat niet; bedoelt u "formulierenhulp"?`) {
		t.Errorf("warnings %v", report.Warnings)
	}
	b := decode(t, []byte("id;naam;organisatie;email\na;A;;geen\n"))
	if len(b.Rejected) != 1 || b.Rejected[0].Column != "email" {
		t.Errorf("rejected %v", b.Rejected)
	}
}

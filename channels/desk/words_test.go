package desk

import (
	"testing"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

func TestTermsInWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		27 * time.Hour:                "nog 1 dag en 3 uur",
		48 * time.Hour:                "nog 2 dagen",
		2*time.Hour + 10*time.Minute:  "nog 2 uur en 10 minuten",
		7*time.Hour + 10*time.Minute:  "nog 7 uur",
		61 * time.Second:              "nog 1 minuut",
		30 * time.Second:              "nog minder dan een minuut",
		0:                             "nog minder dan een minuut",
		-2 * time.Hour:                "2 uur te laat",
		-26 * time.Hour:               "1 dag en 2 uur te laat",
		24*time.Hour + 59*time.Minute: "nog 1 dag",
	} {
		if got := left(now, now.Add(d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := moment(now); got != "maandag 23 november om 09:00" {
		t.Errorf("moment: %q", got)
	}
}

// Every code of a closed set has a Dutch name.
func TestEveryCodeHasAName(t *testing.T) {
	for _, l := range knowledge.Levensgebieden() {
		if l != "" && areaName(l) == string(l) {
			t.Errorf("levensgebied %s", l)
		}
	}
	for _, g := range knowledge.Doelgroepen() {
		if groupName(g) == string(g) && g != "dementie" && g != "verslaving" && g != "mantelzorger" {
			t.Errorf("doelgroep %s", g)
		}
	}
	for _, m := range knowledge.Momenten() {
		if momentName(m) == string(m) {
			t.Errorf("moment %s", m)
		}
	}
	for _, k := range knowledge.CrisisKinds() {
		if crisisName(k) == string(k) {
			t.Errorf("crisis %s", k)
		}
	}
	for _, l := range knowledge.Langs() {
		if langName(l) == string(l) {
			t.Errorf("language %s", l)
		}
	}
	for _, s := range []cases.Status{cases.StatusAssigned, cases.StatusTaken, cases.StatusReturned, cases.StatusClosed} {
		if statusName(s) == string(s) {
			t.Errorf("status %s", s)
		}
	}
	for _, k := range []dialogs.Kind{dialogs.KindCrisis, dialogs.KindSummary, dialogs.KindConsent, dialogs.KindHandover, dialogs.KindPlan, dialogs.KindNotice} {
		if kindLabel(k) == "" {
			t.Errorf("kind %s", k)
		}
	}
}

func TestMailtoTakesAddressesOnly(t *testing.T) {
	for address, want := range map[string]string{
		"jan@voorbeeld.example": "mailto:jan@voorbeeld.example", "a@b?cc=c@d": "", "\"x\"@y": "", "a@b\r\nBcc: c": "", "javascript:alert(1)": "",
	} {
		if got := mailto(address); string(got) != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

package dialogs

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge/kaart"
)

// planned is a conversation in which a plan was begun with what was told.
func planned(t *testing.T) *talk {
	t.Helper()
	c := newTalk(t)
	c.say("ik wil een traplift want de trap op lukt niet meer, mijn dochter helpt mij met de boodschappen")
	c.say("ik wil een persoonlijk plan maken")
	return c
}

func TestAPlanBeginsWithWhatWasTold(t *testing.T) {
	c := planned(t)
	c.want("de trap op lukt niet meer", "Wie mij helpt: Mijn dochter helpt mij", "[plan:klopt]")
	c.press("plan:klopt").want("belangrijk voor u")
	asked := 0
	for c.s.Phase == PhasePlan && c.s.Plan.Open != "" && asked < 20 {
		if strings.Contains(c.all(), "Wie helpt u nu") {
			t.Error("who helps was told, and is asked")
		}
		c.say("een eigen antwoord van mij")
		asked++
	}
	if want := len(plan.Personal.Parts()) - len([]plan.PartID{plan.Now, plan.Helpers, plan.Needed}); asked != want {
		t.Errorf("%d questions, want %d", asked, want)
	}
	kinds := []Kind{}
	for _, r := range c.last {
		kinds = append(kinds, r.Kind)
	}
	if !slices.Contains(kinds, KindPlan) {
		t.Errorf("kinds %v", kinds)
	}
}

func TestWhatAPlanIsIsToldFirst(t *testing.T) {
	for said, want := range map[string]string{"ja": "Hoe gaat het nu thuis?", "nee": "Een plan maken kan altijd nog"} {
		newTalk(t).say("wat is een familiegroepsplan").want("met familie, vrienden of buren").say(said).want(want)
	}
}

func TestAPlanSurvivesAsJSON(t *testing.T) {
	c := planned(t).press("plan:klopt").say("thuis blijven wonen")
	data, err := json.Marshal(c.s)
	if err != nil {
		t.Fatal(err)
	}
	c.s = State{}
	if err := json.Unmarshal(data, &c.s); err != nil {
		t.Fatal(err)
	}
	c.want("Wat gaat er goed").say("ik kook zelf").press("plan:toon").want("Thuis blijven wonen", "Ik kook zelf")
}

func TestAPlanIsSteeredInWords(t *testing.T) {
	for name, test := range map[string]struct {
		say  []string
		want []string
	}{
		"left out":               {[]string{"sla over"}, []string{"Wat gaat er goed"}},
		"not known":              {[]string{"weet niet"}, []string{"Wat gaat er goed"}},
		"back to the one before": {[]string{"rust", "terug"}, []string{"'Wat ik belangrijk vind' staat nu", "Rust"}},
		"why":                    {[]string{"waarom vraagt u dit?"}, []string{"ziet de gemeente wie u bent", "belangrijk voor u"}},
		"a question in between":  {[]string{"wat kost dit?"}, []string{"gratis", "belangrijk voor u"}},
		"shown half-way":         {[]string{"rust", "laat mijn plan zien"}, []string{"Mijn persoonlijk plan", "Rust", "[plan:verder]"}},
		"changed by name":        {[]string{"rust", "wijzig wat ik belangrijk vind"}, []string{"'Wat ik belangrijk vind' staat nu", "[plan:laat-staan]"}},
		"changed by a list":      {[]string{"ik wil het wijzigen"}, []string{"[deel:nu]", "[deel:praktisch]"}},
		"what is known":          {[]string{"rust", "wat weet u van mij"}, []string{"Uw plan: ", "Rust"}},
		"a person":               {[]string{"ik wil iemand spreken"}, []string{"[mens:ja]"}},
		"somebody to talk to":    {[]string{"iemand spreken over vroeger"}, []string{"Wat gaat er goed"}},
		"words like a command":   {[]string{"ik wil met mijn kinderen kunnen praten en niet opnieuw beginnen"}, []string{"Wat gaat er goed"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := planned(t).press("plan:klopt")
			for _, s := range test.say {
				c.say(s)
			}
			c.want(test.want...)
		})
	}
}

// whole is a plan of which every part was asked.
func whole(t *testing.T) *talk {
	t.Helper()
	c := planned(t).press("plan:klopt")
	for n := 0; c.s.Plan.Open != "" && n < 20; n++ {
		c.say("antwoord " + strings.Repeat("i", n+1))
	}
	return c
}

func TestAWholePlanIsCorrectedInAnyOrder(t *testing.T) {
	c := whole(t).press("plan:wijzig").press("deel:wens").say("een huis zonder trap").want("Een huis zonder trap", "[plan:goed]")
	c.say("wijzig wie mij helpt").say("mijn dochter en de buurvrouw").want("Mijn dochter en de buurvrouw", "Een huis zonder trap")
	c.say("de poes moet ook mee").want("Waar in het plan hoort dit?").press("deel:belangrijk").want("De poes moet ook mee")
	c.say("nee").want("[deel:nu]").press("deel:nu").say("laat staan").want("de trap op lukt niet meer", "[plan:goed]")
	c.say("ja").want("zeven dagen", "[mens:ja]")
	if !c.s.Plan.Good {
		t.Error("the plan isn't good")
	}
}

func TestAPlanOfWhichAllIsLeftOutIsNone(t *testing.T) {
	c := newTalk(t).say("ik wil een persoonlijk plan maken").want("Hoe gaat het nu?")
	for n := 0; c.s.Phase == PhasePlan && n < 20; n++ {
		c.press("plan:sla-over")
	}
	c.want("nog niets in een plan")
	if c.s.Plan != nil {
		t.Error("an empty plan is kept")
	}
	if _, ok := c.e.PlanDocument(&c.s, "Medemblik"); ok {
		t.Error("an empty plan can be read")
	}
}

func TestASupporterGetsThePlanOnlyWithConsent(t *testing.T) {
	for answer, shared := range map[string]bool{"plan-delen:ja": true, "plan-delen:nee": false} {
		c := whole(t).press("plan:goed").press(ChoiceMens).want("Mag de cliëntondersteuner dat plan lezen?").press(answer)
		if got := strings.Contains(c.all(), "Uw plan:"); got != shared {
			t.Errorf("%s: the plan in the summary: %t", answer, got)
		}
		c.press(ChoiceSummaryOK).press(ChoiceConsentYes)
		for _, seq := range c.s.Plan.Turns {
			if c.s.Private(seq) == shared {
				t.Errorf("%s: message %d is private: %t", answer, seq, !shared)
			}
		}
		if c.s.Private(2) {
			t.Error("the story is private")
		}
	}
	hidden := whole(t).press("plan:goed").press(ChoiceMens).press("plan-delen:ja").press(ChoiceSummaryEdit).press("weg:plan").wantNot("Uw plan:")
	hidden.press(ChoiceSummaryOK).press(ChoiceConsentYes)
	if seq := hidden.s.Plan.Turns[0]; !hidden.s.Private(seq) {
		t.Error("a plan that was left out of the summary can be read")
	}
}

func TestAPlanBesideASupporterIsSharedByAskingAgain(t *testing.T) {
	c := newTalk(t).say("mijn woning is te klein").say("ik wil iemand spreken").press(ChoiceMens).press(ChoiceSummaryOK).press(ChoiceConsentYes).press(ChoiceChat).press(ChoiceAnyone)
	if c.s.Phase != PhaseWaiting {
		t.Fatalf("phase %s: %s", c.s.Phase, c.all())
	}
	c.say("ik wil een persoonlijk plan maken").press("plan:klopt").say("rust")
	for n := 0; c.s.Plan.Open != "" && n < 20; n++ {
		c.press("plan:sla-over")
	}
	c.press("plan:goed").want("Fatima kan dit plan nog niet lezen").press("plan-delen:ja").want("Fatima kan het plan nu lezen")
	if c.s.Phase != PhaseWaiting || c.s.Private(c.s.Plan.Turns[0]) {
		t.Errorf("phase %s, private %t", c.s.Phase, c.s.Private(c.s.Plan.Turns[0]))
	}
	c.press("plan:wijzig").press("deel:wens").say("meer ruimte")
	if seq := c.s.Plan.Turns[len(c.s.Plan.Turns)-1]; !c.s.Private(seq) {
		t.Error("what was changed afterwards can be read without being asked")
	}
}

func TestTheDocumentHoldsThePlan(t *testing.T) {
	c := whole(t)
	d, ok := c.e.PlanDocument(&c.s, "Medemblik")
	if !ok || d.Title != "Mijn persoonlijk plan" || d.Lang != "nl" || len(d.Parts) != len(plan.Personal.Parts()) {
		t.Fatalf("%+v", d)
	}
	all := strings.Join(append(d.About, d.Own, d.Terms.Heading, strings.Join(d.Terms.Lines, " ")), " ")
	for _, want := range []string{"zondag 22 november 2026", "gemeente Medemblik", "U beslist wie het ziet", "zeven dagen", "zes weken", "twee weken", "2.3.2"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q isn't in %s", want, all)
		}
	}
}

// TestMarksMissNoPhrase holds the quick look against the phrases themselves.
func TestMarksMissNoPhrase(t *testing.T) {
	p := &loaded(t).planning
	lists := [][]phrase{p.compare}
	for _, a := range p.plans {
		lists = append(lists, a.phrases)
	}
	n := 0
	for _, list := range lists {
		for _, ph := range list {
			var words []string
			for _, x := range ph {
				switch {
				case x.not:
				case x.row != nil:
					words = append(words, x.row...)
				default:
					words = append(words, x.core)
				}
			}
			n++
			if ph.match(words) == 0 || !p.marks.in(words) {
				t.Errorf("%q isn't seen", words)
			}
		}
	}
	if n < 40 {
		t.Fatalf("only %d phrases", n)
	}
	for _, s := range []string{"ik kan mijn huur niet betalen", "mijn moeder valt steeds", "I have debts"} {
		if p.marks.in(tokens(s)) {
			t.Errorf("%q is looked at twice", s)
		}
	}
}

func offers() []plan.Offer {
	return []plan.Offer{
		{Card: kaart.Card{ID: "a", Name: "Traplift Noord", Phone: "0229 - 00 00 01"}, Cost: "gratis", Kind: kaart.Professional},
		{Card: kaart.Card{ID: "b", Name: "Liftwinkel West", Address: "Dijk 1, Opmeer"}, City: "Opmeer", Hours: "maandag 9.00–17.00", Languages: []string{"nl", "pl"}},
	}
}

func TestServicesStandSideBySide(t *testing.T) {
	c := newTalk(t)
	c.found.Offers = offers()
	c.say("ik wil een traplift want de trap op lukt niet meer").say("vergelijk de hulp voor mij").want("Waar moet ik op letten?")
	c.press("wil:gratis").want("gratis. Telt er nog iets?").press("wil:avond").press("wil:taal").press("vergelijk:toon")
	c.want("1. Traplift Noord", "Kosten: gratis", "2. Liftwinkel West", "Kosten: staat niet in de sociale kaart",
		"Na zes uur open: nee, open maandag", "Na zes uur open: staat niet in de sociale kaart", "Talen: Nederlands, Pools", "[neem:a]")
	if len(c.last[0].Sources) != 2 {
		t.Errorf("%d sources", len(c.last[0].Sources))
	}
	c.say("ja").want("Welke van deze past het best?", "[neem:a]")
	c.say("liefst dichtbij").want("Waar: Dijk 1, Opmeer", "Waar: staat niet")
	c.say("doe de liftwinkel maar").want("u kiest voor Liftwinkel West")
	c.press(ChoiceMens).want("Deze hulp kiest u: Liftwinkel West (gratis")
	if c.s.Chosen == nil || c.s.Chosen.ID != "b" {
		t.Errorf("chosen %+v", c.s.Chosen)
	}
	c.say("ik wil een persoonlijk plan maken") // near a person only a choice counts
	if c.s.Plan != nil {
		t.Error("a plan was begun between summary and consent")
	}
}

func TestNothingToCompareIsSaid(t *testing.T) {
	c := newTalk(t)
	c.say("vergelijk de hulp").want("Waar zoekt u hulp bij?").say("ik wil een traplift want de trap op lukt niet meer")
	c.found = Found{}
	c.say("zet de hulp naast elkaar").press("wil:gratis").press("vergelijk:toon").want("vind ik nu niets", "[mens:ja]")
}

func TestTheChosenServiceStandsInThePlan(t *testing.T) {
	c := newTalk(t)
	c.found.Offers = offers()
	c.say("ik wil een traplift want de trap op lukt niet meer").say("vergelijk de hulp, gratis").press("neem:a")
	c.say("ik wil een persoonlijk plan maken").press("plan:klopt").press("plan:toon").want("De hulp die ik kies", "Traplift Noord", "0229 - 00 00 01")
}

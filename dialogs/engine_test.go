package dialogs

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
	"wegwijzer/knowledge/nlu"
)

// keywords is a double for the model: it knows a few words, so that these
// tests say what the dialog does, not what the model understands.
type keywords struct{}

func (keywords) Understand(text string) nlu.Understanding {
	u := nlu.Understanding{Text: text, Lang: knowledge.NL}
	u.Intent = knowledge.Scored[knowledge.Intent]{ID: knowledge.IntentHulpvraag, Score: 0.9}
	low := strings.ToLower(text)
	for word, intent := range map[string]knowledge.Intent{
		"iemand spreken": knowledge.IntentMens, "opnieuw": knowledge.IntentOpnieuw, "robot": knowledge.IntentUitlegBot,
		"weet niet": knowledge.IntentWeetNiet, "bezwaar": knowledge.IntentKlacht, "bedankt": knowledge.IntentDank,
		"nee niet": knowledge.IntentCorrectie, "sukkel": knowledge.IntentSchelden, "andere ondersteuner": knowledge.IntentAndere,
		"wis mijn": knowledge.IntentPrivacy, "stop": knowledge.IntentStop,
	} {
		if strings.Contains(low, word) {
			u.Intent.ID = intent
		}
	}
	switch low {
	case "ja":
		u.Intent.ID = knowledge.IntentJa
	case "nee":
		u.Intent.ID = knowledge.IntentNee
	}
	for word, area := range map[string]knowledge.Levensgebied{
		"huur": knowledge.Wonen, "woning": knowledge.Wonen, "schuld": knowledge.InkomenEnSchulden, "stroom": knowledge.InkomenEnSchulden,
		"school": knowledge.Onderwijs, "traplift": knowledge.ZorgWmo,
	} {
		if strings.Contains(low, word) {
			u.Levensgebieden = append(u.Levensgebieden, knowledge.Scored[knowledge.Levensgebied]{ID: area, Score: 0.9})
		}
	}
	slices.SortFunc(u.Levensgebieden, func(a, b knowledge.Scored[knowledge.Levensgebied]) int {
		return strings.Compare(string(b.ID), string(a.ID))
	})
	return u
}

// talk is a conversation with the engine alone; it answers requests as the bot
// does.
type talk struct {
	t     *testing.T
	e     *Engine
	s     State
	facts Facts
	found Found
	last  []Reply
	asked Requests
	seq   uint64
}

func newTalk(t *testing.T) *talk {
	t.Helper()
	content, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	c := &talk{t: t, e: New(content, keywords{}), found: Found{Answerable: true, Cards: []kaart.Card{{ID: "geldfit", Name: "Geldfit", CheckedAt: "2026-11-01"}}}}
	c.facts = Facts{
		Now:      time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		Gemeente: GemeenteFacts{ID: "medemblik", Name: "Medemblik", Phone: "0227 - 00 00 00"},
		Supporters: []SupporterFact{
			{ID: "fatima", Name: "Fatima", Organisation: "De Vliet", Languages: []string{"nl"}}, {ID: "jan", Name: "Jan", Organisation: "De Vliet"},
		},
	}
	c.next(Input{Kind: InputStart})
	return c
}

func (c *talk) next(in Input) {
	c.t.Helper()
	c.last, c.asked = nil, Requests{}
	for range 4 {
		s, out, err := c.e.Next(context.Background(), c.s, in, c.facts)
		if err != nil {
			c.t.Fatal(err)
		}
		c.s, c.last = s, append(c.last, out.Replies...)
		switch {
		case out.Requests.Search != nil:
			in = Input{Kind: InputFound, Found: &c.found}
		case out.Requests.Escalate != nil, out.Requests.Another:
			c.asked = out.Requests
			who := c.facts.Supporters[0]
			if slices.Contains(c.s.Refused, who.ID) {
				who = c.facts.Supporters[1]
			}
			in = Input{Kind: InputAssigned, Assigned: &Assignment{Supporter: who, ContactBefore: c.facts.Now.AddDate(0, 0, 2)}}
		default:
			c.asked.Forget = out.Requests.Forget
			return
		}
	}
	c.t.Fatal("the engine keeps asking")
}

func (c *talk) say(text string) *talk {
	c.t.Helper()
	c.seq += 2
	c.next(Input{Kind: InputText, Text: text, Seq: c.seq})
	return c
}

func (c *talk) press(id string) *talk {
	c.t.Helper()
	c.seq += 2
	c.next(Input{Kind: InputChoice, Choice: id, Seq: c.seq})
	return c
}

// all is everything of the last turn in one text.
func (c *talk) all() string {
	var b strings.Builder
	for _, r := range c.last {
		b.WriteString(r.Text + "\n")
		for _, ch := range r.Choices {
			b.WriteString("[" + ch.ID + "] ")
		}
	}
	return b.String()
}

func (c *talk) want(words ...string) *talk {
	c.t.Helper()
	for _, w := range words {
		if !strings.Contains(c.all(), w) {
			c.t.Errorf("%q isn't in:\n%s", w, c.all())
		}
	}
	return c
}

func (c *talk) wantNot(words ...string) *talk {
	c.t.Helper()
	for _, w := range words {
		if strings.Contains(c.all(), w) {
			c.t.Errorf("%q is in:\n%s", w, c.all())
		}
	}
	return c
}

func TestTheOpeningSaysWhatThisIs(t *testing.T) {
	newTalk(t).want("computerprogramma", "gratis", "onafhankelijke", "Niemand van de gemeente leest mee", "112", "Waar kan ik u mee helpen")
}

func TestFromRentToANamedHuman(t *testing.T) {
	c := newTalk(t).say("ik kan mijn huur niet betalen").want("[huurder:corporatie]").wantNot("[kern:")
	c.press("huurder:corporatie").want("[brief:geen-brief]")
	c.press("brief:geen-brief").want("[klopt:ja]", "de huur is niet (op tijd) betaald")
	c.press("klopt:ja").want("Geldfit", "Wat u vandaag kunt doen", "[mens:ja]")
	c.press("mens:ja").want("ik kan mijn huur niet betalen", "[summary:ok]", "[summary:edit]")
	summary := c.e.Summary(&c.s)
	if !strings.Contains(c.last[0].Text, summary) || c.last[0].Kind != KindSummary {
		t.Errorf("the summary shown is not the summary")
	}
	c.press("summary:ok").want("[consent:yes]", "[consent:no]")
	c.press("consent:yes").want("[contact:phone]", "[contact:email]", "[contact:chat]")
	c.press("contact:chat").want("[supporter:any]", "[supporter:fatima]", "[supporter:jan]")
	c.press("supporter:fatima").want("Fatima", "De Vliet", "dinsdag 24 november om 12.00 uur")
	if c.asked.Escalate == nil || c.asked.Escalate.Summary != summary || c.asked.Escalate.Supporter != "fatima" {
		t.Errorf("escalated %+v", c.asked.Escalate)
	}
}

func TestNothingGoesOutWithoutConsent(t *testing.T) {
	c := newTalk(t).say("ik wil iemand spreken").press("mens:ja").press("summary:ok").press("consent:no")
	c.want("Ik geef niets door")
	for _, late := range []string{"contact:chat", "supporter:any", "consent:yes"} {
		c.press(late).want("Die keuze hoorde bij een eerdere vraag")
		if c.asked.Escalate != nil {
			t.Errorf("%s escalated without consent", late)
		}
	}
}

func TestTheSummaryCanBeChanged(t *testing.T) {
	c := newTalk(t).say("ik kan mijn huur niet betalen, sinds drie maanden").press("mens:ja")
	c.press("summary:edit").want("[weg:sinds]")
	c.press("weg:sinds").want("[summary:ok]").wantNot("sinds drie maanden\nWetten")
	c.press("summary:edit").say("mijn zus mag niets weten").want("mijn zus mag niets weten", "[summary:ok]")
	c.press("summary:ok").press("consent:yes")
	if !strings.Contains(c.s.Consent.Summary, "mijn zus mag niets weten") || strings.Contains(c.s.Consent.Summary, "Sinds wanneer") {
		t.Errorf("consent was given to:\n%s", c.s.Consent.Summary)
	}
}

func TestAPhoneNumberIsAskedOnlyForACall(t *testing.T) {
	c := newTalk(t).say("ik wil iemand spreken").press("mens:ja").press("summary:ok").press("consent:yes").press("contact:phone")
	c.want("Op welk telefoonnummer")
	c.say("later").want("geen heel telefoonnummer")
	c.say("06 12 34 56 78").want("[supporter:any]")
	c.press("supporter:any")
	if got := c.asked.Escalate.Contact; got.How != "phone" || got.At != "06 12 34 56 78" {
		t.Errorf("contact %+v", got)
	}
}

func TestWordsInPlaceOfButtonsOnTheLastSteps(t *testing.T) {
	for _, c := range []struct{ say, how, at string }{
		{"bel maar 06 12345678", "phone", "06 12345678"},
		{"chat", "chat", ""},
		{"hier in de chat graag", "chat", ""},
		{"mail naar j.devries@zorg.example", "email", "j.devries@zorg.example"},
	} {
		t.Run(c.say, func(t *testing.T) {
			talk := newTalk(t).say("ik wil iemand spreken").press("mens:ja").press("summary:ok").press("consent:yes").say(c.say)
			talk.want("[supporter:any]").say("doe maar jan")
			if e := talk.asked.Escalate; e == nil || e.Supporter != "jan" || e.Contact.How != c.how || e.Contact.At != c.at {
				t.Errorf("escalated %+v", talk.asked.Escalate)
			}
		})
	}
	talk := newTalk(t).say("ik wil iemand spreken").press("mens:ja").press("summary:ok").press("consent:yes").say("mail")
	talk.want("e-mailadres").say("weet ik niet").want("e-mailadres", "[contact:chat]").press("contact:chat").want("[supporter:any]")
	talk = newTalk(t).say("ik wil iemand spreken").press("mens:ja").press("summary:ok").press("consent:yes").say("tja").say("hm")
	talk.want("[contact:chat]")
}

func TestCorrection(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog").press("huurder:particulier").want("[klopt:nee]")
	c.press("klopt:nee").want("Wat klopt er niet?")
	c.say("nee niet de huur, ik bedoel de stroom").want("Is er iets waar haast bij is?")
	if c.s.Hulpvraag.Primary() != knowledge.Wonen && c.s.Hulpvraag.Primary() != knowledge.InkomenEnSchulden {
		t.Errorf("levensgebieden %v", c.s.Hulpvraag.Levensgebieden)
	}
}

func TestWhatWasToldIsNotAsked(t *testing.T) {
	c := newTalk(t).say("ik heb huurachterstand bij de woningcorporatie en een brief van de deurwaarder")
	c.want("[klopt:ja]", "woningcorporatie", "deurwaarder")
	if !slices.Contains(c.s.Hulpvraag.Risks, "deurwaarder") {
		t.Errorf("risks %v", c.s.Hulpvraag.Risks)
	}
}

func TestDetoursReturnToTheQuestion(t *testing.T) {
	for name, say := range map[string]string{"who are you": "ben je een robot", "thanks in between": "bedankt"} {
		t.Run(name, func(t *testing.T) {
			newTalk(t).say("mijn huur is te hoog").say(say).want("[huurder:corporatie]")
		})
	}
}

func TestALateChoiceIsAnsweredKindly(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog").press("huurder:particulier")
	c.press("huurder:particulier").want("Die keuze hoorde bij een eerdere vraag", "[klopt:ja]")
	c.press("bestaat:niet").want("Die keuze hoorde bij een eerdere vraag", "[klopt:ja]")
}

func TestAfterTwoTurnsWithoutProgressAHumanIsOffered(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog").say("hm").want("[huurder:corporatie]")
	c.say("tja").want("[mens:ja]", "Ik kom er zo niet goed uit")
}

func TestAnOfferIsNotRepeatedAfterANo(t *testing.T) {
	c := newTalk(t).say("ik heb schuld en een deurwaarder").press("klopt:ja").want("[mens:ja]", "veel tegelijk")
	c.press("mens:nee").want("U houdt zelf de leiding").wantNot("[mens:ja]")
	c.press("meer").wantNot("veel tegelijk")
}

func TestAnotherSupporterAtAnyTime(t *testing.T) {
	c := newTalk(t).say("ik wil iemand spreken").press("mens:ja").press("summary:ok").press("consent:yes").press("contact:chat").press("supporter:any")
	c.want("Fatima")
	c.press("andere-ondersteuner").want("Jan").wantNot("Fatima")
	if !slices.Contains(c.s.Refused, "fatima") {
		t.Errorf("refused %v", c.s.Refused)
	}
}

func TestADeadlineNearbyOffersAHuman(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog en ik moet voor 30 november betalen aan de woningcorporatie").press("klopt:ja")
	c.want("datum die dichtbij is", "[mens:ja]")
}

func TestNoAnswerOffersAHuman(t *testing.T) {
	c := newTalk(t)
	c.found = Found{}
	c.say("mijn huur is te hoog").press("huurder:particulier").press("klopt:ja").want("geen hulp die goed past", "[mens:ja]")
}

func TestErasingAsksFirst(t *testing.T) {
	c := newTalk(t).say("wis mijn gesprek").want("[wis:ja]", "[wis:nee]")
	if c.asked.Forget {
		t.Fatal("erased without asking")
	}
	if c.press("wis:nee"); c.asked.Forget {
		t.Fatal("erased after a no")
	}
	if c.say("wis mijn gesprek").press("wis:ja"); !c.asked.Forget {
		t.Error("not erased after a yes")
	}
}

func TestTheStateComesBackWholeFromJSON(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog")
	data, err := json.Marshal(c.s)
	if err != nil {
		t.Fatal(err)
	}
	c.s = State{}
	if err := json.Unmarshal(data, &c.s); err != nil {
		t.Fatal(err)
	}
	c.press("huurder:particulier").want("[klopt:ja]")
	c.s.V = StateVersion + 1
	if _, _, err := c.e.Next(context.Background(), c.s, Input{Kind: InputText, Text: "x"}, c.facts); err == nil {
		t.Error("a state of a future version was taken")
	}
}

func TestAFailedTurnLeavesTheStateAlone(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog")
	before, _ := json.Marshal(c.s)
	if _, _, err := c.e.Next(context.Background(), c.s, Input{Kind: 99}, c.facts); err == nil {
		t.Fatal("an unknown kind of input was taken")
	}
	if _, _, err := c.e.Next(context.Background(), c.s, Input{Kind: InputChoice, Choice: "huurder:particulier"}, c.facts); err != nil {
		t.Fatal(err)
	}
	if after, _ := json.Marshal(c.s); string(after) != string(before) {
		t.Errorf("the caller's state changed:\n%s\n%s", before, after)
	}
}

func TestRepairs(t *testing.T) {
	t.Run("a correction of an answered step", func(t *testing.T) {
		c := newTalk(t).say("ik heb schulden").press("haast:geen").press("moment:orientatie").press("klopt:nee")
		c.say("er is wel een deurwaarder").want("deurwaarder", "[klopt:ja]").wantNot("geen haast")
	})
	t.Run("a denial while a question is open", func(t *testing.T) {
		c := newTalk(t).say("mijn huur is te hoog").say("nee, niet mijn huur maar de stroom")
		c.want("Is er iets waar haast bij is?")
	})
	t.Run("going back", func(t *testing.T) {
		c := newTalk(t).say("ik heb huurachterstand").press("huurder:corporatie").want("[brief:geen-brief]")
		c.say("ga terug").want("[huurder:corporatie]").press("huurder:particulier").want("[brief:geen-brief]")
		c.press("brief:geen-brief").want("[klopt:ja]").say("terug").want("[brief:geen-brief]")
	})
	t.Run("words that say nothing", func(t *testing.T) {
		newTalk(t).say("xq").say("zzz brr qqq").want("[mens:ja]")
	})
	t.Run("not erasing returns to the question", func(t *testing.T) {
		newTalk(t).say("mijn huur is te hoog").say("wis mijn gesprek").press("wis:nee").want("[huurder:corporatie]")
	})
}

func FuzzNext(f *testing.F) {
	content, err := Load(Embedded())
	if err != nil {
		f.Fatal(err)
	}
	e := New(content, keywords{})
	f.Add("ik kan mijn huur niet betalen", "mens:ja")
	f.Add("€ 12.345,67 voor 31 februari binnen 999 dagen", "weg:")
	f.Add("\x00\xff\u202e", "lg:")
	f.Fuzz(func(t *testing.T, text, choice string) {
		facts := Facts{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
		s := State{}
		for _, in := range []Input{{Kind: InputStart}, {Kind: InputText, Text: text}, {Kind: InputChoice, Choice: choice}, {Kind: InputText, Text: text}} {
			var err error
			var out Output
			if s, out, err = e.Next(context.Background(), s, in, facts); err != nil {
				t.Fatal(err)
			}
			if len(out.Replies) == 0 && out.Requests.Search == nil && !out.Requests.Forget && out.Requests.Escalate == nil {
				t.Fatalf("no reply to %q and %q", text, choice)
			}
		}
	})
}

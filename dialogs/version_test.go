package dialogs

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/nlu"
)

// use gives the running conversation other dialogs.
func (c *talk) use(files ...string) *talk {
	c.t.Helper()
	lib, err := LoadLibrary(own(files...), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.e.Use(lib)
	return c
}

func TestAConversationOnAnOlderVersionGoesOn(t *testing.T) {
	const gone = "changes = \"wonen\"\n[[step]]\nid = \"huurder\"\nremove = true\n"
	t.Run("the open question is gone, and its button is pressed", func(t *testing.T) {
		c := newTalk(t).say("mijn huur is te hoog").want("[huurder:corporatie]")
		c.use("wonen.toml", gone).press("huurder:corporatie").want("[klopt:ja]")
	})
	t.Run("the open question is gone, and it is answered in words", func(t *testing.T) {
		c := newTalk(t).say("mijn huur is te hoog")
		c.use("wonen.toml", gone).say("van de woningcorporatie").want("[klopt:ja]")
	})
	t.Run("the open question is gone, and it is skipped", func(t *testing.T) {
		newTalk(t).say("mijn huur is te hoog").use("wonen.toml", gone).press("weet-niet").want("[")
	})
	t.Run("the open question is gone, and why is asked", func(t *testing.T) {
		newTalk(t).say("mijn huur is te hoog").use("wonen.toml", gone).press("waarom").want("Dan weet ik beter")
	})
	t.Run("the answer given is gone: it stays in the summary as words or not at all", func(t *testing.T) {
		c := newTalk(t).say("mijn huur is te hoog").press("huurder:corporatie").want("[klopt:ja]")
		c.use("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"huurder\"\nfree = true\n").press("klopt:ja").want("Geldfit")
		c.press("mens:ja").want("[summary:ok]").wantNot("corporatie\n")
	})
	t.Run("a question is new: it is asked", func(t *testing.T) {
		c := newTalk(t).say("mijn huur is te hoog")
		c.use("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"hond\"\nfree = true\n", "texts/nl/wonen.toml", "[hond]\nask = \"Is er een hond?\"\n")
		c.press("huurder:particulier").want("Is er een hond?")
	})
	t.Run("the whole dialog is gone", func(t *testing.T) {
		c := newTalk(t).say("mijn huur is te hoog")
		lib := NewLibrary(loaded(t))
		delete(lib.base.Flows, knowledge.Wonen)
		c.e.Use(lib)
		c.press("huurder:corporatie").want("[")
		c.say("ik betaal 900 euro per maand aan de verhuurder en dat lukt niet").want("[")
	})
}

func TestStatesOfBeforeStillLoad(t *testing.T) {
	old := `{"v":1,"lang":"nl","phase":"verhelderen","flow":"wonen","step":"huurder","asked":["wonen/huurder"],"offered":["huurder:corporatie"],
		"slots":{"wonen/kern":{"value":"huur-te-hoog","seq":4}},
		"hulpvraag":{"words":[{"text":"mijn huur is te hoog","seq":4}],"levensgebieden":["wonen","inkomen-en-schulden"]},"turn":1}`
	c := newTalk(t)
	c.s = State{}
	if err := json.Unmarshal([]byte(old), &c.s); err != nil {
		t.Fatal(err)
	}
	c.seq = 4
	c.press("huurder:corporatie").want("[klopt:ja]", "de huur is te hoog", "woningcorporatie")
	if got := c.s.Hulpvraag.Levensgebieden; len(got) != 2 {
		t.Errorf("levensgebieden %v", got)
	}
}

func TestAStateOfTheFutureIsRefusedWithoutHarm(t *testing.T) {
	c := newTalk(t)
	c.s.V = StateVersion + 1
	s, out, err := c.e.Next(context.Background(), c.s, Input{Kind: InputText, Text: "mijn huur"}, c.facts)
	if err == nil || !strings.Contains(err.Error(), "version") || len(out.Replies) > 0 || s.Turn != c.s.Turn {
		t.Errorf("%v %v", err, out)
	}
}

func TestAVeryLongAnswerIsTaken(t *testing.T) {
	c := newTalk(t).say(strings.Repeat("mijn huur is te hoog en de verhuurder belt elke dag. ", 1000))
	c.want("[huurder:corporatie]")
	if data, err := json.Marshal(c.s); err != nil || len(data) > 30000 {
		t.Errorf("the state is %d bytes: %v", len(data), err)
	}
	c.say(strings.Repeat("x", 50000)).want("[")
	c.say(strings.Repeat("é ", 25000)).want("[")
}

func TestAChoiceTwiceOrLateChangesNothing(t *testing.T) {
	c := newTalk(t).say("mijn huur is te hoog").press("huurder:corporatie").want("[klopt:ja]")
	for _, late := range []string{"huurder:corporatie", "huurder:particulier", "eerst:wonen", "weet:ja", "lg:wonen", "supporter:fatima", "breed:nee", "x:y"} {
		c.press(late).want("Die keuze hoorde bij een eerdere vraag", "[klopt:ja]")
	}
	if got := c.s.Slots["wonen/huurder"].Value; got != "corporatie" {
		t.Errorf("the answer is now %q", got)
	}
}

func TestALanguageThatIsDeniedIsNoWish(t *testing.T) {
	c := newTalk(t)
	c.e.understand = english{}
	c.say("I am looking for a school, I don't speak dutch").want("We go on in English").wantNot("Nederlands", "in het")
	if c.s.Lang != knowledge.EN || len(c.s.Hulpvraag.Words) != 1 {
		t.Errorf("language %s, words %v", c.s.Lang, c.s.Hulpvraag.Words)
	}
}

// english takes everything for an English wish for another language.
type english struct{ keywords }

func (e english) Understand(text string) nlu.Understanding {
	u := e.keywords.Understand(text)
	u.Lang, u.Intent = knowledge.EN, knowledge.Scored[knowledge.Intent]{ID: knowledge.IntentAndereTaal, Score: 0.9}
	return u
}

func TestEachGemeenteHearsItsOwnTexts(t *testing.T) {
	lib, err := LoadLibrary(fstest.MapFS{"opmeer/texts/nl/wonen.toml": {Data: []byte("[huurder]\nask = \"Van wie huurt u in Opmeer?\"\n")}}, []knowledge.GemeenteID{"opmeer", "medemblik"})
	if err != nil {
		t.Fatal(err)
	}
	c := newTalk(t)
	c.e.Use(lib)
	c.say("mijn huur is te hoog").want("Van wie is de woning?")
	c.facts.Gemeente.ID = "opmeer"
	c.say("opnieuw").say("mijn huur is te hoog").want("Van wie huurt u in Opmeer?")
	if got := c.e.SayTo(&c.s, "wonen.huurder.ask", nil); got != "Van wie huurt u in Opmeer?" {
		t.Errorf("beside a turn it says %q", got)
	}
}

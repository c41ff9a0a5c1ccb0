package dialogs

import (
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// sure is the score above which an intent is acted on as a command.
const sure = 0.5

// surer is the score above which a question about the bot or about privacy is
// answered as one: the answer is long, and wrong for anything else.
const surer = 0.6

// command handles what can be said at any point: a person, start over, stop,
// who are you, what do you keep, another language, thanks. It reports whether
// the message was one.
func (t *turn) command() bool {
	if t.s.Consent != nil && Withdraws(t.in.Text) {
		t.withdraw()
		return true
	}
	topic := len(t.u.Levensgebieden) > 0
	if t.u.Intent.ID == knowledge.IntentHulpvraag && !t.handingOver() && !t.answersFreely() && asksPerson(t.tokens) {
		t.wantsPerson(topic)
		return true
	}
	if t.u.Intent.Score < sure {
		return false
	}
	if t.answersFreely() && slices.Contains([]knowledge.Intent{knowledge.IntentBuitenBereik, knowledge.IntentUitlegBot, knowledge.IntentAndereTaal}, t.u.Intent.ID) {
		return false // own words were asked for
	}
	if t.handingOver() && !slices.Contains([]string{"stop", "stoppen", "opnieuw", "quit"}, strings.Join(t.tokens, " ")) &&
		slices.Contains([]knowledge.Intent{knowledge.IntentStop, knowledge.IntentOpnieuw, knowledge.IntentAfscheid, knowledge.IntentBuitenBereik, knowledge.IntentMens}, t.u.Intent.ID) {
		return false // so near to a person, only plain words turn back
	}
	switch t.u.Intent.ID {
	case knowledge.IntentMens:
		t.wantsPerson(topic)
	case knowledge.IntentAndere:
		if t.s.Supporter == nil && t.s.Phase != PhaseChoose && !strings.Contains(strings.ToLower(t.in.Text), "ander") {
			t.wantsPerson(topic) // there is nobody yet to be another than
			return true
		}
		t.another()
	case knowledge.IntentOpnieuw:
		t.restart()
	case knowledge.IntentStop:
		t.stop()
	case knowledge.IntentUitlegBot:
		if t.u.Intent.Score < surer {
			return false
		}
		t.detour("algemeen.uitleg-bot")
	case knowledge.IntentPrivacy:
		if t.u.Intent.Score < surer {
			return false
		}
		t.privacy()
	case knowledge.IntentSchelden:
		if topic || len(t.tokens) > 7 && !t.s.Scolded { // there is a story in it
			t.s.Scolded = true
			t.say("algemeen.schelden", nil)
			return false
		}
		t.abuse()
	case knowledge.IntentAndereTaal:
		if t.switched || len(t.tokens) > 8 {
			return false // that was heard already; the rest is a story
		}
		t.language()
	case knowledge.IntentGroet, knowledge.IntentDank, knowledge.IntentAfscheid:
		if topic || len(t.tokens) > 8 {
			return false
		}
		t.courtesy()
	case knowledge.IntentBuitenBereik:
		if topic || len(t.spoken()) > 0 {
			return false
		}
		t.detour("algemeen.buiten-bereik")
	default:
		return false
	}
	return true
}

// answersFreely says whether the open question asks for own words, and this is
// no question back.
func (t *turn) answersFreely() bool {
	p := t.c.flow(t.s.Flow).step(t.s.Step)
	return t.s.Phase == PhaseClarify && p != nil && p.Free && !strings.Contains(t.in.Text, "?")
}

// handingOver says whether the conversation is between summary and hand-over.
func (t *turn) handingOver() bool {
	return slices.Contains([]Phase{PhaseKnows, PhaseShare, PhaseSummary, PhaseConsent, PhaseContact, PhaseChoose}, t.s.Phase)
}

// asksPerson says whether a text asks for a person in so many words, whatever
// else it tells: that is never passed over for the story around it.
func asksPerson(tokens []string) bool {
	text := " " + strings.Join(tokens, " ") + " "
	return slices.ContainsFunc([]string{
		" een mens spreken ", " een echt mens ", " mens aan de lijn ", " met een mens praten ", " met een mens spreken ",
		" speak to a person ", " speak to a human ", " talk to a person ", " talk to a human ", " a real person ",
	}, func(words string) bool { return strings.Contains(text, words) })
}

// wantsPerson answers an explicit wish for a human: it is passed on without a
// detour; what the message says besides is kept.
func (t *turn) wantsPerson(topic bool) {
	if t.s.Phase == PhaseWaiting {
		t.whileWaiting()
		return
	}
	// A bare wish adds nothing to a story that was told.
	if len(t.s.Hulpvraag.Words) == 0 || topic && len(t.tokens) >= enough {
		t.take()
	}
	t.progress()
	if t.s.Phase == PhaseOffer { // it was offered already: that is a yes
		t.summary()
		return
	}
	t.askedFor()
}

// askedFor offers a person because the resident asked for one.
func (t *turn) askedFor() {
	if r := t.complex(occasion{asked: true}); r != nil && r.Asked {
		t.fire(r)
		return
	}
	for _, r := range t.c.Rules {
		if r.Asked {
			t.fire(r)
			return
		}
	}
}

// detour answers a question in between and returns to the open one.
func (t *turn) detour(key string) {
	t.say(key, nil)
	if t.s.Phase != PhaseWaiting { // the open question there is no question
		t.again()
	}
}

func (t *turn) restart() {
	keep := *t.s
	*t.s = State{
		V: keep.V, Lang: keep.Lang, Je: keep.Je, Minor: keep.Minor, Gemeente: keep.Gemeente, At: keep.At, Turn: keep.Turn,
		Phase: PhaseListen, Slots: map[string]Slot{},
		Refused: keep.Refused, RefusedAt: keep.RefusedAt, Supporter: keep.Supporter, CrisisAt: keep.CrisisAt, Crisis: keep.Crisis,
		Plan: keep.Plan, // what was made stays the resident's
	}
	t.ask("algemeen.opnieuw", nil)
}

func (t *turn) stop() {
	t.s.Phase = PhaseStopped
	t.ask("algemeen.gestopt", nil, t.options(ChoiceMens, "opnieuw", "wis")...)
}

func (t *turn) privacy() {
	t.say("algemeen.privacy-lang", nil)
	if slices.ContainsFunc(t.tokens, func(w string) bool {
		return strings.HasPrefix(w, "wis") || strings.HasPrefix(w, "verwijder") || w == "delete" || w == "vergeet"
	}) {
		t.askForget()
		return
	}
	t.again()
}

// askForget asks before anything is erased, and remembers what was open.
func (t *turn) askForget() {
	t.s.Before = t.s.Prompt
	t.ask("algemeen.wissen", nil, t.options("wis:ja", "wis:nee")...)
}

// abuse is answered calmly once; after that a person is offered.
func (t *turn) abuse() {
	if t.s.Scolded && t.mayOffer() {
		t.offer("algemeen.schelden-mens")
		return
	}
	if !t.s.Scolded { // said once: more would be a sermon
		t.say("algemeen.schelden", nil)
	}
	t.s.Scolded = true
	t.again()
}

func (t *turn) language() {
	lang := t.u.Lang
	words := strings.ToLower(t.in.Text)
	if strings.Contains(words, "engels") || strings.Contains(words, "english") {
		lang = knowledge.EN
	}
	if (strings.Contains(words, "nederlands") || strings.Contains(words, "dutch")) && !hasAny(t.tokens, "geen", "niet", "no", "not", "don", "can") {
		lang = knowledge.NL
	}
	if lang != t.s.Lang && t.c.Texts.Speaks(lang) {
		t.s.Lang = lang
		t.say("algemeen.taal-gewisseld", nil)
		t.ask("algemeen.vertel", nil)
		return
	}
	t.inLang(lang, "algemeen.andere-taal")
	t.again()
}

// inLang says a text in another language than the conversation's.
func (t *turn) inLang(lang knowledge.Lang, key string) {
	keep := t.s.Lang
	t.s.Lang = lang
	t.say(key, nil)
	t.s.Lang = keep
}

// follow goes on in the language that the resident writes, when there are
// dialogs in it; in another one it says, in that language, what can be done,
// and offers a person. It reports whether the turn is over.
func (t *turn) follow() bool {
	lang := t.u.Lang
	if len(t.tokens) < 3 { // too little for the model to tell
		lang = t.greeting()
	}
	if lang == "" || lang == t.s.Lang || t.s.Supporter != nil {
		return false
	}
	if t.c.Texts.Speaks(lang) {
		t.trace("goes on in %s", lang)
		t.s.Lang, t.switched = lang, true
		t.say("algemeen.taal-gewisseld", nil)
		return false
	}
	if slices.Contains(t.s.Rules, "taal-"+string(lang)) && t.s.Phase == PhaseOffer && len(t.tokens) > 2 {
		t.take() // kept, and asked once more in the language that is understood
		t.inLangOffer(lang)
		return true
	}
	if slices.Contains(t.s.Rules, "taal-"+string(lang)) || !t.c.Texts.Has(lang, "algemeen.andere-taal") {
		return false
	}
	t.s.Rules = append(t.s.Rules, "taal-"+string(lang))
	if t.greeting() == "" {
		t.s.Hulpvraag.Words = append(t.s.Hulpvraag.Words, Quote{Text: t.in.Text, Seq: t.in.Seq})
	}
	t.inLangOffer(lang)
	return true
}

// inLangOffer offers a person in a language without dialogs.
func (t *turn) inLangOffer(lang knowledge.Lang) {
	keep := t.s.Lang
	t.s.Lang = lang
	t.offer("algemeen.andere-taal")
	t.s.Lang = keep
}

// greeting is the language of a message that is no more than a greeting, "" for
// another message.
func (t *turn) greeting() knowledge.Lang {
	said := strings.Join(t.tokens, " ")
	for lang, list := range t.c.Greetings {
		if slices.Contains(list, said) {
			return lang
		}
	}
	return ""
}

// plainWords are what the bot itself tells people to say; they work word for
// word, whatever the model makes of them.
func (t *turn) plainWords() string {
	said := strings.ToLower(strings.Trim(strings.TrimSpace(t.in.Text), ".!? "))
	ids := []string{"wis", "opnieuw", "waarom", ChoiceMens}
	if t.s.Searched {
		ids = append(ids, "meer", "klaar", "iets-anders")
	}
	for _, id := range ids {
		if said == strings.ToLower(t.option(id).Label) {
			return id
		}
	}
	return ""
}

func (t *turn) courtesy() {
	switch t.u.Intent.ID {
	case knowledge.IntentGroet:
		if t.s.Greeted && t.s.Phase == PhaseListen { // a second hallo: something to point at
			t.lost()
			return
		}
		t.s.Greeted = true
		if !t.welcomed {
			t.say("algemeen.groet", nil)
		}
		t.again()
	case knowledge.IntentDank:
		t.say("algemeen.dank", nil)
		if t.s.Phase != PhaseAnswered && t.s.Phase != PhaseWaiting {
			t.again()
		}
	default:
		t.say("algemeen.afscheid", nil)
	}
}

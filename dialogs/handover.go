package dialogs

import (
	"net/mail"
	"slices"
	"strings"

	"wegwijzer/knowledge"
)

// offerPause is how many turns an offer isn't repeated after a no (S30).
const offerPause = 3

// mayOffer says whether a person may be offered without pushing.
func (t *turn) mayOffer() bool {
	if t.s.Supporter != nil || t.s.Phase == PhaseWaiting {
		return false
	}
	return !t.refusedLately()
}

// refusedLately says whether a person was declined within the last turns.
func (t *turn) refusedLately() bool {
	return t.s.RefusedAt > 0 && t.s.Turn-t.s.RefusedAt <= offerPause
}

// offer asks whether the question may be passed on to a person.
func (t *turn) offer(key string) {
	t.s.Phase, t.s.Waits = PhaseOffer, 0
	t.ask(key, nil, t.options(ChoiceMens, ChoiceGeenMens)...)
}

func (t *turn) declined() {
	t.s.RefusedAt = t.s.Turn
	t.s.Phase = PhaseListen
	if t.s.CrisisAt > 0 && t.s.Turn-t.s.CrisisAt <= offerPause { // no business now
		t.ask("algemeen.crisis-nee", nil, t.option(ChoiceMens))
		return
	}
	if len(t.s.Hulpvraag.Shown) > 0 {
		t.s.Phase = PhaseAnswered
		t.ask("algemeen.geen-mens", nil, append(t.roads(), t.options("meer", "iets-anders", "klaar")...)...)
		return
	}
	if p := t.s.Hulpvraag.Primary(); p != "" {
		if t.c.flow(p).next(t.s) == nil && t.s.Searched { // all was asked, nothing was found
			t.ask("algemeen.geen-mens-bellen", nil, t.options("iets-anders", "klaar")...)
			return
		}
		t.say("algemeen.geen-mens-verder", nil)
		t.begin(p)
		return
	}
	t.ask("algemeen.geen-mens-vertel", nil)
}

// summary shows what would be shared, before anything is.
func (t *turn) summary() {
	if t.s.Supporter != nil {
		t.whileWaiting()
		return
	}
	t.s.Waits = 0
	if h := &t.s.Hulpvraag; h.For != nil && h.Knows == nil { // S15: before anything of somebody else is shared
		t.s.Phase = PhaseKnows
		t.ask("algemeen.weet-ervan", Vars{"wie": h.For.Text}, t.options("weet:ja", "weet:nee", "weet:kan-niet")...)
		return
	}
	if t.asksShare() {
		return
	}
	t.s.Phase = PhaseSummary
	t.prompted = true
	t.reply(Reply{
		Kind:    KindSummary,
		Text:    t.words("algemeen.samenvatting-kop", nil) + "\n\n" + t.summaryText() + "\n\n" + t.words("algemeen.samenvatting-klopt", nil),
		Choices: t.options(ChoiceSummaryOK, ChoiceSummaryEdit),
	})
}

func (t *turn) summaryText() string { return t.c.summary(t.s) }

// knows keeps whether the person for whom is asked knows and agrees.
func (t *turn) knows(id string) {
	if !slices.Contains([]string{"ja", "nee", "kan-niet"}, id) {
		t.say("algemeen.oude-keuze", nil)
		t.again()
		return
	}
	t.s.Hulpvraag.Knows = &Quote{Text: t.words("weet."+id, nil), Seq: t.in.Seq}
	if id == "nee" {
		t.say("algemeen.weet-niet-ervan", nil)
	}
	t.summary()
}

// knowsInWords takes an answer in own words.
func (t *turn) knowsInWords() {
	t.progress()
	t.s.Hulpvraag.Knows = &Quote{Text: clip(t.in.Text, maxQuote), Seq: t.in.Seq}
	t.summary()
}

// editSummary lets the resident add words or leave lines out.
func (t *turn) editSummary() {
	t.s.Phase = PhaseEdit
	var list []Choice
	for _, l := range t.c.summaryLines(t.s) {
		if l.key != "woorden" {
			list = append(list, Choice{ID: "weg:" + l.key, Label: t.words("keuze.weg", Vars{"regel": clip(l.label, 40)})})
		}
	}
	t.ask("algemeen.samenvatting-aanpassen", nil, append(list, t.option(ChoiceSummaryOK))...)
}

func (t *turn) hideLine(key string) {
	t.s.Hulpvraag.Hidden = add(t.s.Hulpvraag.Hidden, key)
	t.summary()
}

// own takes free words in a phase that asked for exactly those.
func (t *turn) own() {
	if plain := len(t.tokens) <= 2; plain && t.u.Intent.Score >= sure &&
		slices.Contains([]knowledge.Intent{knowledge.IntentStop, knowledge.IntentOpnieuw}, t.u.Intent.ID) {
		t.command()
		return
	}
	if t.s.Phase == PhaseReach {
		t.reach()
		return
	}
	t.progress()
	t.s.Hulpvraag.Added = append(t.s.Hulpvraag.Added, Quote{Text: t.in.Text, Seq: t.in.Seq})
	t.summary()
}

// askConsent asks for toestemming on exactly the text just shown, and says
// beforehand where confidentiality ends (S15).
func (t *turn) askConsent() {
	t.s.Phase = PhaseConsent
	t.prompted = true
	if t.s.Minor {
		t.say("algemeen.jong-ouders", nil)
	}
	t.reply(Reply{
		Kind:    KindConsent,
		Text:    t.words("algemeen.toestemming", nil),
		Choices: t.options(ChoiceConsentYes, ChoiceConsentNo),
	})
}

func (t *turn) consented() {
	t.s.Consent = &Consent{Summary: t.summaryText(), At: t.f.Now}
	t.planConsented()
	t.askContact()
}

func (t *turn) askContact() {
	t.s.Phase = PhaseContact
	t.ask("algemeen.contact", nil, t.options(ChoicePhone, ChoiceEmail, ChoiceChat)...)
}

func (t *turn) noConsent() {
	t.s.Consent = nil
	t.s.RefusedAt = t.s.Turn
	t.s.Phase = PhaseListen
	t.ask("algemeen.geen-toestemming", nil, t.options(ChoiceMens, "iets-anders")...)
}

// contact takes how the resident wants to be reached.
func (t *turn) contact(id string) {
	if t.s.Consent == nil {
		t.summary()
		return
	}
	t.s.Contact = Contact{How: strings.TrimPrefix(id, "contact:")}
	if id == ChoiceChat {
		t.chooseSupporter()
		return
	}
	t.s.Phase = PhaseReach
	if id == ChoiceEmail {
		t.ask("algemeen.welk-adres", nil, t.options(ChoicePhone, ChoiceChat)...)
		return
	}
	t.ask("algemeen.welk-nummer", nil, t.options(ChoiceEmail, ChoiceChat)...)
}

// handoverWords takes what people write instead of pressing a button on the
// last steps to a person: "bel maar 06 …", "chat", a name. It reports whether
// the words were such an answer.
func (t *turn) handoverWords() bool {
	text := strings.ToLower(t.in.Text)
	words := t.tokens
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(w, p) })
		})
	}
	switch t.s.Phase {
	case PhaseContact:
		switch {
		case strings.Contains(text, "@"):
			t.in.Text = fieldWith(t.in.Text, "@")
			t.reachIn(ChoiceEmail)
		case digits(text) >= 10:
			t.in.Text = strings.TrimFunc(t.in.Text, func(r rune) bool { return r != '+' && (r < '0' || r > '9') })
			t.reachIn(ChoicePhone)
		case has("chat", "hier", "here", "app"):
			t.contact(ChoiceChat)
		case has("mail", "e-mail", "email"):
			t.contact(ChoiceEmail)
		case has("bel", "telefo", "phone", "call"):
			t.contact(ChoicePhone)
		default:
			return false
		}
		return true
	case PhaseChoose:
		for _, p := range t.f.Supporters {
			first, _, _ := strings.Cut(strings.ToLower(p.Name), " ")
			if slices.Contains(words, first) {
				t.supporterChosen(p.ID)
				return true
			}
		}
		if has("maakt", "iedereen", "any", "eerste", "wie") {
			t.supporterChosen("any")
			return true
		}
	}
	return false
}

// reachIn goes through the question for a number or address that was given
// already.
func (t *turn) reachIn(id string) {
	t.s.Phase = PhaseReach
	t.s.Contact = Contact{How: strings.TrimPrefix(id, "contact:")}
	t.reach()
}

// fieldWith returns the first word that holds a sign, the whole text when none
// does.
func fieldWith(text, sign string) string {
	for f := range strings.FieldsSeq(text) {
		if strings.Contains(f, sign) {
			return strings.Trim(f, ".,;:()<>\"'")
		}
	}
	return text
}

// reach takes the number or address and checks that it can be one.
func (t *turn) reach() {
	at := strings.TrimSpace(t.in.Text)
	if t.s.Contact.How == "email" {
		a, err := mail.ParseAddress(at)
		if err != nil {
			t.say("algemeen.geen-adres", nil)
			t.contact(ChoiceEmail)
			return
		}
		at = a.Address
	} else if n := digits(at); n < 10 || n > 15 {
		t.say("algemeen.geen-nummer", nil)
		t.contact(ChoicePhone)
		return
	}
	t.progress()
	t.s.Contact.At = clip(at, 100)
	t.chooseSupporter()
}

func digits(s string) int {
	return len(s) - len(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s))
}

// duringHandover treats free words between summary and hand-over as an
// addition to the summary, and returns to the open question.
func (t *turn) duringHandover() {
	if t.s.Phase == PhaseSummary {
		if t.u.Intent.ID == knowledge.IntentNee && len(t.tokens) < 3 {
			t.editSummary()
			return
		}
		if strings.HasSuffix(strings.TrimSpace(t.in.Text), "?") { // asked, not told
			t.say("algemeen.kies-even", nil)
			t.again()
			return
		}
		t.progress()
		t.s.Hulpvraag.Added = append(t.s.Hulpvraag.Added, Quote{Text: t.in.Text, Seq: t.in.Seq})
		t.summary()
		return
	}
	t.say("algemeen.kies-even", nil)
	t.again() // never back to before the consent
}

// Withdraws says whether words take consent back: "ik trek mijn toestemming in".
// It looks at the words alone, so that it works beside a human too.
func Withdraws(text string) bool {
	words := tokens(text)
	has := func(prefixes ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(w, p) })
		})
	}
	return has("toestemming", "consent") && has("trek", "intrek", "ingetrok", "withdraw", "revoke", "terug", "stop", "niet") && len(words) <= 20
}

// withdraw takes the consent back: the supporter's view closes at once.
func (t *turn) withdraw() {
	t.progress()
	t.s.Withdraw()
	t.out.Requests.Withdraw = true
	t.ask("algemeen.ingetrokken", nil, t.options(ChoiceMens, "iets-anders", "wis")...)
}

// another answers the wish for another supporter, without asking why (S08).
func (t *turn) another() {
	t.progress()
	if t.s.Supporter == nil {
		t.say("algemeen.andere-straks", nil)
		if t.s.Prompt != nil && t.s.Phase != PhaseListen {
			t.again()
			return
		}
		t.askedFor()
		return
	}
	t.s.Refused = add(t.s.Refused, t.s.Supporter.ID)
	t.out.Requests.Another = true
}

// returned is said when a supporter gives the conversation back.
func (t *turn) returned() {
	name := ""
	if t.s.Supporter != nil {
		name = t.s.Supporter.Name
	}
	t.s.Phase = PhaseAnswered
	t.s.Supporter = nil
	t.ask("algemeen.terug", Vars{"naam": name}, t.options(ChoiceMens, "iets-anders", "klaar")...)
}

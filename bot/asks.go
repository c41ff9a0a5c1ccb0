package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
)

// What the resident can press about a case, beside the road to it. The number
// is that of the question, so that a button of an old one answers nothing.
const (
	choiceAgree    = "akkoord:"  // akkoord:3:ja, akkoord:3:nee
	choiceWaakvlam = "waakvlam:" // waakvlam:goed, waakvlam:wekken, waakvlam:stop
	choiceOpinion  = "mening:"   // mening:geholpen:ja
	choiceWhy      = "waarom:ondersteuner"
)

// askConsent asks the resident what the case's open question is.
func (t *turn) askConsent(key string) {
	a := t.conv.Case.Ask
	from, to := t.b.supporterFact(a.By), t.b.supporterFact(a.To)
	vars := dialogs.Vars{
		"naam": from.Name, "nieuw": to.Name, "organisatie": to.Organisation, "dagen": strconv.Itoa(a.Days),
		"soort": t.b.Engine.SayTo(&t.conv.State, "soort."+to.Kind, nil), "bereikbaar": reachOf(to),
	}
	t.notice(key, vars, t.option(fmt.Sprintf("%s%d:ja", choiceAgree, a.N), "keuze.consent-yes"),
		t.option(fmt.Sprintf("%s%d:nee", choiceAgree, a.N), "keuze.consent-no"))
}

func (t *turn) option(id, key string) dialogs.Choice {
	return dialogs.Choice{ID: id, Label: t.b.Engine.SayTo(&t.conv.State, key, nil)}
}

// caseLabel is what a choice about a case says.
func (t *turn) caseLabel(id string) (string, bool) {
	key, ok := "", true
	switch {
	case strings.HasPrefix(id, choiceAgree) && strings.HasSuffix(id, ":ja"):
		key = "keuze.consent-yes"
	case strings.HasPrefix(id, choiceAgree) && strings.HasSuffix(id, ":nee"):
		key = "keuze.consent-no"
	case strings.HasPrefix(id, choiceOpinion):
		i := slices.Index([]string{"ja", "beetje", "nee"}, id[strings.LastIndexByte(id, ':')+1:])
		if ok = i >= 0; ok {
			key = []string{"zaken.keuze-ja", "zaken.keuze-beetje", "zaken.keuze-nee"}[i]
		}
	default:
		ok = false
	}
	if !ok {
		return "", false
	}
	return t.b.Engine.SayTo(&t.conv.State, key, nil), true
}

// ofCase is the turn while the bot answers and the message is about a case
// rather than for the dialog. It says whether it was.
func (t *turn) ofCase(ctx context.Context, acute bool) bool {
	if t.conv.Case == nil {
		return false
	}
	if t.caseChoice(ctx) {
		return true
	}
	if t.conv.Case.Status == cases.StatusWaakvlam && (acute || t.in.Choice == dialogs.ChoiceMens) {
		t.wake(ctx, map[bool]string{true: "gevaar", false: "gevraagd"}[acute])
		return true
	}
	return t.asksWhy()
}

// caseChoice carries out a choice about a case, and says whether it was one.
func (t *turn) caseChoice(ctx context.Context) bool {
	id := t.in.Choice
	switch {
	case strings.HasPrefix(id, choiceAgree):
		t.answerAsk(id)
	case strings.HasPrefix(id, choiceWaakvlam):
		t.answerWaakvlam(ctx, strings.TrimPrefix(id, choiceWaakvlam))
	case strings.HasPrefix(id, choiceOpinion):
		t.opine(strings.TrimPrefix(id, choiceOpinion))
	default:
		return false
	}
	return true
}

// answerAsk takes a yes or no to what a supporter asked.
func (t *turn) answerAsk(id string) {
	number, answer, _ := strings.Cut(strings.TrimPrefix(id, choiceAgree), ":")
	n, err := strconv.Atoi(number)
	c := t.conv.Case
	var a cases.Ask
	switch {
	case err != nil || answer != "ja" && answer != "nee":
		err = cases.ErrAsked
	case answer == "nee":
		a, err = c.Declined(n, t.now)
	default:
		a, err = c.Agreed(t.b.People.Roster(), n, t.g.Terms, t.now)
	}
	if err != nil && !errors.Is(err, cases.ErrWall) {
		t.notice("zaken.vraag-voorbij", nil)
		return
	}
	from, to := t.b.supporterFact(a.By), t.b.supporterFact(a.To)
	vars := dialogs.Vars{"naam": from.Name, "nieuw": to.Name, "organisatie": to.Organisation, "bereikbaar": reachOf(to), "dagen": strconv.Itoa(a.Days)}
	switch {
	case err != nil: // the colleague can't have it any more
		t.notice("zaken.blijft", vars)
	case answer == "nee":
		t.notice("zaken.niet-"+string(a.Kind), vars)
	default:
		t.agreed(a, to, vars)
	}
}

func (t *turn) agreed(a cases.Ask, to dialogs.SupporterFact, vars dialogs.Vars) {
	switch a.Kind {
	case cases.AskHandover:
		t.conv.State.Supporter, t.conv.State.Phase = &to, dialogs.PhaseWaiting
		vars["datum"] = t.contactBefore()
	case cases.AskWaakvlam:
		t.conv.State.Release()
	case cases.AskConsult:
	}
	t.notice("zaken.akkoord-"+string(a.Kind), vars)
}

// contactBefore is the promise of contact as people say it.
func (t *turn) contactBefore() string {
	return dialogs.DateTime(t.conv.State.Lang, t.conv.Case.ContactBefore.In(t.g.Terms.Zone))
}

// asksWhy answers "waarom deze ondersteuner", by a button or in words.
func (t *turn) asksWhy() bool {
	c := t.conv.Case
	if !c.Owned() || t.in.Choice != choiceWhy && !whyWords(t.in.Text) {
		return false
	}
	var parts []string
	for _, r := range c.Because {
		code, what := cases.ReasonOf(r)
		if code == "" {
			parts = append(parts, what)
			continue
		}
		parts = append(parts, t.b.Engine.SayTo(&t.conv.State, "zaken.reden-"+string(code), dialogs.Vars{"wat": t.called(code, what)}))
	}
	f := t.b.supporterFact(c.Supporter)
	t.notice("zaken.waarom", dialogs.Vars{"naam": f.Name, "organisatie": f.Organisation, "redenen": strings.Join(parts, "; ")},
		t.option(dialogs.ChoiceAndere, "keuze.andere-ondersteuner"))
	return true
}

// called is how people call what a reason names.
func (t *turn) called(code cases.ReasonCode, what string) string {
	table := ""
	switch code {
	case cases.ReasonLevensgebied:
		table = "levensgebied."
	case cases.ReasonLanguage:
		table = "taal."
	case cases.ReasonHandover:
		return t.b.supporterFact(cases.SupporterID(what)).Name
	}
	if table == "" {
		return strings.ReplaceAll(what, "-", " ")
	}
	return strings.ToLower(t.b.Engine.SayTo(&t.conv.State, table+what, nil))
}

// whyWords says whether words ask why this supporter was chosen.
func whyWords(text string) bool {
	words := strings.Fields(strings.ToLower(strings.Trim(text, " ?!.")))
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(strings.Trim(w, "?,.!"), p) })
		})
	}
	return len(words) <= 8 && has("waarom", "why") && has("ondersteuner", "cliëntondersteuner", "supporter")
}

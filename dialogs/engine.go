package dialogs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/nlu"
)

// Understander tells what a message says; *nlu.Model is one.
type Understander interface {
	Understand(text string) nlu.Understanding
}

// Engine runs the dialogs. It is safe for concurrent use.
type Engine struct {
	library    atomic.Pointer[Library]
	understand Understander
}

// New makes an engine of checked content.
func New(content *Content, u Understander) *Engine {
	e := &Engine{understand: u}
	e.Use(NewLibrary(content))
	return e
}

// Use makes other dialogs the ones that are spoken, from the next turn on. A
// conversation that began on the former ones goes on: a question that is gone
// is left out, an answer that is gone stays as the resident's words.
func (e *Engine) Use(l *Library) { e.library.Store(l) }

// Say returns a text of the content for callers that speak outside a
// conversation.
func (e *Engine) Say(lang knowledge.Lang, key string, vars Vars) string {
	return e.library.Load().Base().Texts.Say(lang, false, key, vars)
}

// SayTo returns a text as this conversation's gemeente says it, in its
// language and form of address, for callers that speak outside a turn.
func (e *Engine) SayTo(s *State, key string, vars Vars) string {
	return e.library.Load().For(s.Gemeente).Texts.Say(s.Lang, s.Je, key, vars)
}

// Next takes one step of the conversation. State is not changed; the new one
// is returned. An error means that nothing happened; it names no words of the
// resident.
func (e *Engine) Next(ctx context.Context, s State, in Input, f Facts) (State, Output, error) {
	if err := ctx.Err(); err != nil {
		return s, Output{}, err
	}
	next := s.clone()
	if err := next.Check(); err != nil {
		return s, Output{}, err
	}
	if f.Gemeente.ID != "" {
		next.Gemeente = f.Gemeente.ID
	}
	t := &turn{e: e, c: e.library.Load().For(next.Gemeente), s: &next, in: in, f: f}
	if err := t.run(); err != nil {
		return s, Output{}, err
	}
	t.remember()
	return next, t.out, nil
}

// turn is one call of Next while it runs.
type turn struct {
	e   *Engine
	c   *Content // of the conversation's gemeente
	s   *State
	in  Input
	f   Facts
	u   nlu.Understanding // of in.Text, for InputText only
	out Output
	// prompted is set when this turn asked something new; else the open
	// question stays.
	prompted bool
	tokens   []string // of in.Text, for InputText only
	// corrects is set when the message takes back what was told.
	corrects bool
	// switched is set when this turn went on in another language.
	switched bool
	// letter is the day of a letter that this turn answers with.
	letter *time.Time
	// welcomed is set when this turn greeted somebody who was away.
	welcomed bool
}

func (t *turn) run() error {
	switch t.in.Kind {
	case InputStart:
		t.start()
	case InputText:
		t.arrive()
		t.text()
		t.patience()
	case InputChoice:
		t.arrive()
		t.choice()
		t.patience()
	case InputFound:
		t.found()
	case InputAssigned:
		t.assigned()
	case InputReturned:
		t.returned()
	default:
		return fmt.Errorf("unknown kind of input %d", t.in.Kind)
	}
	return nil
}

// remember keeps the last question, so that a detour can come back to it.
func (t *turn) remember() {
	for i := len(t.out.Replies) - 1; i >= 0; i-- {
		r := t.out.Replies[i]
		if !t.prompted || len(r.Choices) == 0 && t.s.Phase != PhaseListen && !t.waitsForText() {
			continue
		}
		prompt := Reply{Text: r.Text, Choices: r.Choices, Kind: r.Kind}
		t.s.Prompt = &prompt
		t.s.Offered = t.s.Offered[:0]
		for _, c := range r.Choices {
			t.s.Offered = append(t.s.Offered, c.ID)
		}
		return
	}
}

// waitsForText says whether the phase takes an answer in free words.
func (t *turn) waitsForText() bool {
	return slices.Contains([]Phase{PhaseListen, PhaseCorrect, PhaseEdit, PhaseReach, PhaseClarify, PhaseBroad, PhasePlan}, t.s.Phase)
}

// say adds a reply from content.
func (t *turn) say(key string, vars Vars, choices ...Choice) {
	t.reply(Reply{Text: t.words(key, vars), Choices: choices})
}

// ask adds a reply that is the open question from now on.
func (t *turn) ask(key string, vars Vars, choices ...Choice) {
	t.prompted = true
	t.say(key, vars, choices...)
}

func (t *turn) reply(r Reply) {
	if r.Kind == "" {
		r.Kind = KindMessage
	}
	t.out.Replies = append(t.out.Replies, r)
}

// words is the text for this resident: language and form of address.
func (t *turn) words(key string, vars Vars) string {
	all := Vars{
		"gemeente": t.f.Gemeente.Name, "dienst": t.f.Gemeente.Service,
		"telefoon": t.f.Gemeente.Phone, "inloop": t.f.Gemeente.Walkin,
	}
	for k, v := range vars {
		all[k] = v
	}
	return t.c.Texts.Say(t.s.Lang, t.s.Je, t.shorter(key), all)
}

// option is a choice labelled from content; key defaults to "keuze." + id
// with ":" as ".".
func (t *turn) option(id string) Choice {
	return Choice{ID: id, Label: t.words("keuze."+strings.ReplaceAll(id, ":", "-"), nil)}
}

func (t *turn) options(ids ...string) []Choice {
	list := make([]Choice, len(ids))
	for i, id := range ids {
		list[i] = t.option(id)
	}
	return list
}

func (t *turn) trace(format string, args ...any) {
	t.out.Trace = append(t.out.Trace, fmt.Sprintf(format, args...))
}

// progress ends a row of stalled turns.
func (t *turn) progress() { t.s.Stalls = 0 }

// again asks the open question once more, after a detour.
func (t *turn) again() {
	if t.s.Prompt != nil && (!t.switched || t.s.Phase != PhaseListen) {
		t.prompted = true
		t.reply(*t.s.Prompt)
		return
	}
	t.s.Phase = PhaseListen
	t.ask("algemeen.vertel", nil)
}

// stalled counts a turn without progress: first it asks again, then it offers
// a person (S33).
func (t *turn) stalled(key string) {
	t.s.Stalls++
	t.trace("no progress, %d in a row", t.s.Stalls)
	if t.stuck() {
		return
	}
	t.say(key, nil)
	t.again()
}

// pick finds the offered choice that the text means: its id, its label, its
// number, or a plain yes or no. "" when it means none.
func (t *turn) pick(text string) string {
	if t.s.Prompt == nil || len(t.s.Prompt.Choices) == 0 {
		return ""
	}
	said := strings.ToLower(strings.Trim(strings.TrimSpace(text), ".!? "))
	choices := t.s.Prompt.Choices
	if n, err := strconv.Atoi(said); err == nil && n >= 1 && n <= len(choices) {
		return choices[n-1].ID
	}
	for _, c := range choices {
		if said == strings.ToLower(c.ID) || slices.Equal(t.tokens, tokens(c.Label)) && len(t.tokens) > 0 {
			return c.ID
		}
	}
	return t.yesNo(choices)
}

// saysYes says whether the message is a short yes, in any language that the
// bot may have asked in.
func (t *turn) saysYes() bool { return t.short(knowledge.IntentJa, t.c.Yes) }

// saysNo says whether the message is a short no.
func (t *turn) saysNo() bool { return t.short(knowledge.IntentNee, t.c.No) }

func (t *turn) short(intent knowledge.Intent, words []string) bool {
	if len(t.tokens) == 0 || len(t.tokens) > 4 {
		return false
	}
	return t.u.Intent.ID == intent || slices.Contains(words, strings.Join(t.tokens, " "))
}

// yesNo maps a short yes or no to the choice that says so.
func (t *turn) yesNo(choices []Choice) string {
	var ends []string
	switch {
	case t.s.Phase == PhasePlan || t.s.Phase == PhaseCompare:
		return "" // a person is offered there too, and is not what yes means
	case t.saysYes():
		ends = []string{":ja", ":yes", ":ok", ":maak", ":familie"}
	case t.saysNo():
		ends = []string{":nee", ":no", ":edit", ":later"}
	default:
		return ""
	}
	for _, c := range choices {
		for _, end := range ends {
			if strings.HasSuffix(c.ID, end) {
				return c.ID
			}
		}
	}
	return ""
}

package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/guard"
	"wegwijzer/knowledge"
)

// turn is one message on its way to a commit.
type turn struct {
	b        *Bot
	conv     *Conversation
	g        Gemeente
	in       Incoming
	now      time.Time
	messages []Message
	forget   bool
	failed   *Quarantine
	acute    knowledge.CrisisKind // of the message; "" is none
	opined   bool                 // the resident judged a case
}

func (b *Bot) newTurn(conv *Conversation, in Incoming, now time.Time) *turn {
	conv.Case, conv.Road = conv.Case.Clone(), conv.Road.Clone()
	return &turn{b: b, conv: conv, g: b.Gemeenten[conv.Gemeente], in: in, now: now}
}

// run reacts to the resident's message. Whatever goes wrong, the message is
// kept and the resident gets a sentence: nothing blocks the conversation.
func (t *turn) run(ctx context.Context) {
	shown := t.in.Text
	if t.in.Choice != "" {
		shown = t.label(t.in.Choice)
	}
	masked := t.b.Guard.Mask(shown, t.allowed()...)
	seq := t.say(Message{From: FromResident, Text: masked.Text})
	danger, acute := t.b.Guard.Crisis(t.in.Text, t.spoken())
	if acute {
		t.acute = danger.Kind
	}
	defer t.outOfHours()
	if t.conv.Case.Human() {
		t.beside(ctx, danger, acute, masked)
		return
	}
	if acute {
		t.bot(dialogs.Reply{Kind: dialogs.KindCrisis, Text: t.b.Guard.Reply(danger, t.g.Local, t.now)})
		t.urgent(danger.Kind)
	}
	if private(masked) {
		t.notice("algemeen.gemaskeerd", nil)
	}
	if t.ofCase(ctx, acute) {
		return
	}
	input := dialogs.Input{Kind: dialogs.InputText, Text: masked.Text, Seq: uint64(seq)}
	if t.in.Choice != "" {
		input = dialogs.Input{Kind: dialogs.InputChoice, Choice: t.in.Choice, Seq: uint64(seq)}
	}
	if acute {
		input.Crisis = danger.Kind
	}
	t.think(ctx, input)
}

// spoken is the language that the guard should expect: what the resident asked
// for, else whatever the text itself is in.
func (t *turn) spoken() knowledge.Lang {
	if t.conv.State.Lang == knowledge.NL {
		return ""
	}
	return t.conv.State.Lang
}

// think runs the engine under a deadline; a panic or an error is put in
// quarantine, and after two in a row the coordinator gets a case: one poisoned
// message never blocks a resident.
func (t *turn) think(ctx context.Context, input dialogs.Input) {
	state, kase, road := t.conv.State, t.conv.Case.Clone(), t.conv.Road.Clone()
	kept := len(t.messages)
	ctx, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()
	err := t.safely(func() error { return t.next(ctx, input) })
	if err == nil {
		t.conv.Failures = 0
		return
	}
	t.b.Log.Error("a turn failed and was put in quarantine", "conversation", t.conv.ID, "seq", t.conv.LastSeq+1, "err", err)
	t.conv.State, t.conv.Case, t.conv.Road = state, kase, road
	t.messages = t.messages[:kept]
	t.failed = &Quarantine{Seq: t.conv.LastSeq + 1, Reason: err.Error()}
	t.conv.Failures++
	t.notice("algemeen.storing", nil, dialogs.Choice{ID: dialogs.ChoiceMens, Label: t.b.Engine.SayTo(&t.conv.State, "keuze.mens-ja", nil)})
	if t.conv.Failures >= maxFailures {
		t.rescue(ctx)
	}
}

// maxFailures is how many turns in a row may fail before a person is called.
const maxFailures = 2

func (t *turn) safely(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %T", p) // its value may hold words of the resident
		}
	}()
	return f()
}

// rounds bounds how often one turn may go back and forth with the engine.
const rounds = 4

// next calls the engine and does what it requests.
func (t *turn) next(ctx context.Context, input dialogs.Input) error {
	for range rounds {
		state, out, err := t.b.Engine.Next(ctx, t.conv.State, input, t.facts(ctx))
		if err != nil {
			return err
		}
		t.conv.State = state
		for _, r := range out.Replies {
			t.bot(r)
		}
		t.b.Log.Debug("engine", "conversation", t.conv.ID, "trace", out.Trace)
		answer, err := t.do(ctx, out.Requests)
		if err != nil || answer == nil {
			return err
		}
		input = *answer
	}
	return errors.New("the engine keeps asking")
}

// do carries out requests and returns the input that answers them, nil when
// none is owed.
func (t *turn) do(ctx context.Context, r dialogs.Requests) (*dialogs.Input, error) {
	switch {
	case r.Search != nil:
		found, err := t.b.Directory.Find(ctx, Question{
			Text: r.Search.Text, Terms: r.Search.Terms, Gemeente: t.conv.Gemeente, Levensgebieden: r.Search.Levensgebieden,
			Doelgroepen: r.Search.Doelgroepen, Compare: r.Search.Compare, Lang: t.conv.State.Lang, Now: t.now,
		})
		if err != nil {
			return nil, fmt.Errorf("search the kaart: %w", err)
		}
		return &dialogs.Input{Kind: dialogs.InputFound, Found: &found}, nil
	case r.Escalate != nil:
		return assigned(t.escalate(ctx, r.Escalate))
	case r.Another:
		return assigned(t.another(ctx))
	case r.Forget:
		t.forget = true
	case r.Withdraw && t.conv.Case != nil:
		t.conv.Case.Revoke(t.now)
	}
	return nil, nil
}

// assigned tells the engine who was found; that nobody was is no failure.
func assigned(a *dialogs.Assignment, err error) (*dialogs.Input, error) {
	if errors.Is(err, cases.ErrNobody) {
		a, err = &dialogs.Assignment{}, nil
	}
	return &dialogs.Input{Kind: dialogs.InputAssigned, Assigned: a}, err
}

// facts is what the engine may know. Supporters are those who fit what is
// known of the question so far.
func (t *turn) facts(ctx context.Context) dialogs.Facts {
	f := dialogs.Facts{Now: t.now.In(t.g.Terms.Zone), Gemeente: t.g.Facts}
	if !slices.Contains([]dialogs.Phase{dialogs.PhaseContact, dialogs.PhaseReach, dialogs.PhaseChoose}, t.conv.State.Phase) {
		return f // nobody is chosen now
	}
	for _, c := range t.b.People.Roster().Fitting(t.need(), t.load(ctx)) {
		f.Supporters = append(f.Supporters, t.b.supporterFact(c.Supporter.ID))
	}
	return f
}

// allowed is the personal data that the open question asks for.
func (t *turn) allowed() []guard.PersonalData {
	asked := t.conv.State.Phase == dialogs.PhaseReach || t.conv.State.Phase == dialogs.PhaseContact
	if !asked && !t.conv.Case.Human() {
		return nil
	}
	return []guard.PersonalData{"phone", "email", "address", "birthdate"}
}

// private says whether something was masked that must not be written down
// anywhere.
func private(m guard.Masked) bool { return len(m.Found) > 0 }

// label is what a choice said; an unknown one shows as its id.
func (t *turn) label(id string) string {
	if label, ok := t.caseLabel(id); ok {
		return label
	}
	if p := t.conv.State.Prompt; p != nil {
		for _, c := range p.Choices {
			if c.ID == id {
				return c.Label
			}
		}
	}
	key := "keuze." + strings.ReplaceAll(id, ":", "-")
	if text := t.b.Engine.SayTo(&t.conv.State, key, nil); text != "["+key+"]" {
		return text
	}
	return "…"
}

// say adds a message and returns its seq.
func (t *turn) say(m Message) Seq {
	m.Seq = t.conv.LastSeq + Seq(len(t.messages)) + 1
	m.At = t.now
	t.messages = append(t.messages, m)
	return m.Seq
}

func (t *turn) bot(r dialogs.Reply) {
	t.say(Message{From: FromBot, Text: r.Text, Choices: r.Choices, Sources: r.Sources, Kind: r.Kind})
}

// notice adds a typed system message: the only thing that the service writes
// while a human owns the conversation.
func (t *turn) notice(key string, vars dialogs.Vars, choices ...dialogs.Choice) {
	t.bot(dialogs.Reply{Kind: dialogs.KindNotice, Text: t.b.Engine.SayTo(&t.conv.State, key, vars), Choices: choices})
}

// beside is the turn while a human owns the conversation: the engine isn't
// called; danger is answered with the numbers, and the resident can always
// ask for someone else.
func (t *turn) beside(ctx context.Context, danger guard.Crisis, acute bool, masked guard.Masked) {
	if acute {
		t.bot(dialogs.Reply{Kind: dialogs.KindNotice, Text: t.b.Guard.ReplyBeside(danger, t.g.Local, t.now)})
		t.urgent(danger.Kind)
	}
	if private(masked) {
		t.notice("algemeen.gemaskeerd", nil)
	}
	if t.caseChoice(ctx) || t.asksWhy() {
		return
	}
	if t.in.Choice == dialogs.ChoiceWithdraw || t.in.Choice == "" && dialogs.Withdraws(t.in.Text) {
		t.conv.Case.Revoke(t.now)
		t.conv.State.Withdraw()
		t.notice("algemeen.ingetrokken", nil)
		return
	}
	if t.in.Choice != dialogs.ChoiceAndere {
		return
	}
	a, err := t.another(ctx)
	if errors.Is(err, cases.ErrNobody) {
		t.conv.State.Release()
		t.notice("algemeen.niemand-over", dialogs.Vars{"gemeente": t.g.Facts.Name, "telefoon": t.g.Facts.Phone, "inloop": t.g.Facts.Walkin})
		return
	}
	if err != nil {
		t.b.Log.Error("no other supporter", "conversation", t.conv.ID, "err", err)
		return
	}
	t.conv.State.Supporter = &a.Supporter
	t.notice("algemeen.nieuwe-ondersteuner", dialogs.Vars{
		"naam": a.Supporter.Name, "organisatie": a.Supporter.Organisation,
		"datum": dialogs.DateTime(t.conv.State.Lang, a.ContactBefore),
	})
}

// commit makes of the turn what the store keeps.
func (t *turn) commit() *Commit {
	t.follow()
	t.arm()
	c := &Commit{
		Audit:        t.audit(),
		Conversation: t.conv, Key: t.in.Key, KeyUntil: t.now.Add(KeyLife),
		Messages: t.messages, Deliver: t.conv.Channel.pushed(), Quarantine: t.failed,
	}
	if len(t.messages) > 0 {
		c.Receipt.Seq = t.messages[0].Seq
	}
	return c
}

package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"wegwijzer/bot"
	"wegwijzer/dialogs"
	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge/kaart"
)

// fakeBot is a bot in memory with a few fixed answers: it keeps what it is
// given and counts effects, so that tests see what the door asked for.
type fakeBot struct {
	mu      sync.Mutex
	convs   map[bot.ConversationID]*fakeConv
	down    error // when set, every call fails with it
	panics  bool
	opened  []bot.Opening
	effects int
}

type fakeConv struct {
	view    bot.View
	plan    *plan.Document
	token   string
	keys    map[string]bot.Receipt
	readers map[chan struct{}]struct{}
}

func newFakeBot() *fakeBot { return &fakeBot{convs: map[bot.ConversationID]*fakeConv{}} }

func (f *fakeBot) Open(_ context.Context, o bot.Opening) (bot.Opened, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down != nil {
		return bot.Opened{}, f.down
	}
	f.opened = append(f.opened, o)
	id := bot.ConversationID(fmt.Sprintf("conv%d", len(f.convs)+1))
	c := &fakeConv{
		view:    bot.View{ID: id, Gemeente: o.Gemeente, Lang: o.Lang, Status: bot.StatusBot},
		token:   fmt.Sprintf("token%d", len(f.convs)+1),
		keys:    map[string]bot.Receipt{},
		readers: map[chan struct{}]struct{}{},
	}
	f.convs[id] = c
	c.add(bot.Message{From: bot.FromBot, Text: "Ik ben een computerprogramma. Hulp is gratis."})
	c.add(bot.Message{From: bot.FromBot, Text: "Waar wilt u hulp bij?", Choices: []dialogs.Choice{
		{ID: "geld", Label: "Geld"}, {ID: "wonen", Label: "Wonen"},
	}})
	return bot.Opened{ID: id, Token: c.token}, nil
}

func (f *fakeBot) Authorize(_ context.Context, id bot.ConversationID, token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics {
		panic("geheim woord")
	}
	if f.down != nil {
		return f.down
	}
	if c, ok := f.convs[id]; !ok || c.token != token {
		return &bot.Error{Kind: bot.KindUnauthorized, Err: errors.New("no such conversation")}
	}
	return nil
}

func (f *fakeBot) View(_ context.Context, id bot.ConversationID) (bot.View, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(id)
	if err != nil {
		return bot.View{}, err
	}
	v := c.view
	v.Messages = append([]bot.Message(nil), v.Messages...)
	return v, nil
}

func (f *fakeBot) Status(ctx context.Context, id bot.ConversationID) (bot.Status, *bot.SupporterView, error) {
	v, err := f.View(ctx, id)
	return v.Status, v.Supporter, err
}

func (f *fakeBot) Plan(_ context.Context, id bot.ConversationID) (plan.Document, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(id)
	if err != nil {
		return plan.Document{}, err
	}
	if c.plan == nil {
		return plan.Document{}, bot.Errorf(bot.KindNotFound, "Er is nog geen plan.", "no plan")
	}
	return *c.plan, nil
}

func (f *fakeBot) Erase(_ context.Context, id bot.ConversationID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(id)
	if err != nil {
		return err
	}
	delete(f.convs, id)
	c.wake()
	return nil
}

func (f *fakeBot) Receive(_ context.Context, in bot.Incoming) (bot.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(in.Conversation)
	if err != nil {
		return bot.Receipt{}, err
	}
	if r, ok := c.keys[in.Key]; ok {
		r.Repeat = true
		return r, nil
	}
	f.effects++
	said := in.Text
	if said == "" {
		said = in.Choice
	}
	r := bot.Receipt{Seq: c.add(bot.Message{From: bot.FromResident, Text: said})}
	c.keys[in.Key] = r
	if c.view.Status != bot.StatusHuman {
		c.answer(said)
	}
	c.wake()
	return r, nil
}

func (f *fakeBot) Messages(_ context.Context, id bot.ConversationID, after bot.Seq, limit int) ([]bot.Message, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(id)
	if err != nil {
		return nil, err
	}
	list := c.view.Messages[min(int(after), len(c.view.Messages)):]
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return append([]bot.Message(nil), list...), nil
}

func (f *fakeBot) Watch(id bot.ConversationID) (<-chan struct{}, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ch := make(chan struct{}, 1)
	c, ok := f.convs[id]
	if !ok {
		return ch, func() {}
	}
	c.readers[ch] = struct{}{}
	return ch, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(c.readers, ch)
	}
}

// supporter lets a person take the conversation and say something.
func (f *fakeBot) supporter(id bot.ConversationID, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.convs[id]
	c.view.Status = bot.StatusHuman
	c.view.Supporter = &bot.SupporterView{Name: "Fatima", Organisation: "Stichting Voorbeeld"}
	c.add(bot.Message{From: bot.FromSupporter, Name: "Fatima", Text: text})
	c.wake()
}

// fill adds n messages of the bot.
func (f *fakeBot) fill(id bot.ConversationID, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.convs[id]
	for i := range n {
		c.add(bot.Message{From: bot.FromBot, Text: fmt.Sprintf("bericht %d", i+1)})
	}
	c.wake()
}

// offer asks something with one choice.
func (f *fakeBot) offer(id bot.ConversationID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.convs[id]
	c.add(bot.Message{From: bot.FromBot, Text: "Verder?", Choices: []dialogs.Choice{{ID: "verder", Label: "Verder"}}})
	c.wake()
}

func (f *fakeBot) breakDown(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = err
}

func (f *fakeBot) counts() (effects, conversations int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.effects, len(f.convs)
}

func (f *fakeBot) find(id bot.ConversationID) (*fakeConv, error) {
	if f.down != nil {
		return nil, f.down
	}
	c, ok := f.convs[id]
	if !ok {
		return nil, bot.ErrNotFound
	}
	return c, nil
}

func (c *fakeConv) add(m bot.Message) bot.Seq {
	m.Seq = bot.Seq(len(c.view.Messages) + 1)
	m.At = time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC).Add(time.Duration(m.Seq) * time.Second)
	c.view.Messages = append(c.view.Messages, m)
	return m.Seq
}

func (c *fakeConv) wake() {
	for ch := range c.readers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// answer is the dialog of the fake.
func (c *fakeConv) answer(said string) {
	switch {
	case strings.Contains(said, "dood"):
		c.add(bot.Message{From: bot.FromBot, Kind: dialogs.KindCrisis, Text: "Bel nu 113 of 0800-0113. In nood: 112."})
	case said == "stil":
	case said == "geld" || strings.Contains(said, "huur"):
		c.add(bot.Message{From: bot.FromBot, Text: "Hier kunt u terecht. Zie https://voorbeeld.example/geld.", Sources: []kaart.Card{{
			ID: "geldhulp", Name: "Geldhulp <b>Voorbeeld</b>", URL: "https://voorbeeld.example/", Phone: "085 000 00 01",
			CheckedAt: "2026-11-03", Does: "Helpt met rekeningen.", Hours: "ma-vr 9.00-17.00", Address: "Dorpsstraat 1", Why: "U noemde de huur.",
		}, {ID: "kwaad", Name: "Kwaad", URL: "javascript:alert(1)", CheckedAt: ""}}})
		c.add(bot.Message{From: bot.FromBot, Text: "Wilt u met een mens praten?", Choices: []dialogs.Choice{
			{ID: "mens:ja", Label: "Ja, graag een mens"}, {ID: "mens:nee", Label: "Nee"},
		}})
	case said == "mens:ja":
		c.add(bot.Message{From: bot.FromBot, Kind: dialogs.KindSummary, Text: "U kunt de huur niet betalen.", Choices: []dialogs.Choice{
			{ID: "summary:ok", Label: "Dit klopt"},
		}})
	case said == "summary:ok":
		c.view.Status = bot.StatusAssigned
		c.view.Supporter = &bot.SupporterView{Name: "Fatima", Organisation: "Stichting Voorbeeld"}
		c.add(bot.Message{From: bot.FromBot, Kind: dialogs.KindHandover, Text: "Fatima neemt vóór 5 november contact op."})
	default:
		c.add(bot.Message{From: bot.FromBot, Text: "U zei: " + said})
	}
}

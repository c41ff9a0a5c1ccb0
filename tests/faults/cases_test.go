package faults

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegwijzer/bot"
	"wegwijzer/bot/cases"
	"wegwijzer/dialogs"
	"wegwijzer/knowledge"
)

// theatre is one conversation with everyone around it, on a real store with
// two nodes: what the pure histories of bot/cases hold, here through the whole
// turn and the commits.
type theatre struct {
	t      *rapid.T
	stores []keeper
	nodes  []*bot.Bot
	zone   *time.Location
	mu     sync.Mutex
	now    time.Time
	id     bot.ConversationID
	n      int
}

func (p *theatre) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// node makes a bot anew, as after a crash: it knows what was committed and
// nothing else.
func (p *theatre) node(t *testing.T, i int) {
	b := newBot(t, p.stores[i], slog.New(slog.DiscardHandler))
	b.Clock = p.clock
	g := b.Gemeenten["medemblik"]
	g.Retention = retention
	b.Gemeenten = map[knowledge.GemeenteID]bot.Gemeente{"medemblik": g}
	p.nodes[i] = b
}

func (p *theatre) load() *bot.Conversation {
	c, err := p.nodes[0].Store.Load(context.Background(), p.id)
	if err != nil {
		p.t.Fatalf("load: %v", err)
	}
	return c
}

// resident says or presses something.
func (p *theatre) resident(b *bot.Bot, in bot.Incoming) func() {
	p.n++
	in.Conversation, in.Key = p.id, "r"+strconv.Itoa(p.n)
	return func() {
		if _, err := b.Receive(context.Background(), in); err != nil {
			p.t.Errorf("a message of the resident: %v", err)
		}
	}
}

// deed draws what somebody does, without doing it yet.
func (p *theatre) deed() func() {
	ctx, b, id := context.Background(), rapid.SampledFrom(p.nodes).Draw(p.t, "node"), cases.CaseID(p.id)
	who := rapid.SampledFrom([]cases.SupporterID{"fatima", "jan", "fatima", "jan", "kasia", "willem"}).Draw(p.t, "who")
	c := p.load().Case
	if c.Owned() && rapid.IntRange(0, 3).Draw(p.t, "the owner") > 0 {
		who = c.Supporter
	}
	asks := 0
	if c != nil {
		asks = c.Asks
	}
	p.n++
	key := "d" + strconv.Itoa(p.n)
	switch rapid.IntRange(0, 15).Draw(p.t, "deed") {
	case 0, 1:
		return p.resident(b, bot.Incoming{Text: rapid.SampledFrom([]string{"ik kan mijn huur niet betalen", "mijn man slaat mij nu", "ik trek mijn toestemming in", "waarom deze ondersteuner"}).Draw(p.t, "text")})
	case 2:
		return p.resident(b, bot.Incoming{Choice: rapid.SampledFrom([]string{dialogs.ChoiceAndere, dialogs.ChoiceWithdraw, "waakvlam:wekken", "waakvlam:goed", "mening:geholpen:ja"}).Draw(p.t, "choice")})
	case 3, 4:
		return p.resident(b, bot.Incoming{Choice: fmt.Sprintf("akkoord:%d:%s", asks, rapid.SampledFrom([]string{"ja", "ja", "nee"}).Draw(p.t, "answer"))})
	case 5, 6, 7:
		return func() { _ = b.Take(ctx, who, id) }
	case 8:
		return func() { _, _ = b.Answer(ctx, who, id, key, "Goedemiddag.") }
	case 9:
		return func() { _ = b.LogContact(ctx, who, id) }
	case 10:
		return func() { _ = b.HandBack(ctx, who, id) }
	case 11:
		return func() { _ = b.Close(ctx, who, id, "geholpen") }
	case 12:
		to := rapid.SampledFrom([]cases.SupporterID{"kasia", "ruben", "jan", "fatima"}).Draw(p.t, "to")
		return func() { _ = b.Handover(ctx, who, id, to, "past beter") }
	case 13:
		anonymous := rapid.Bool().Draw(p.t, "anonymous")
		return func() { _ = b.Consult(ctx, who, id, "ruben", "wat vindt u?", anonymous) }
	case 14:
		return func() { _ = b.Waakvlam(ctx, who, id, 14) }
	default:
		return func() {
			_ = b.Appoint(ctx, who, id, cases.Appointment{At: p.clock().Add(48 * time.Hour), Minutes: 30, How: cases.HowHome}, true)
		}
	}
}

// step does one deed, or two at the same moment on two nodes, and holds what
// was kept to the rules.
func (p *theatre) step() {
	before := p.load()
	deeds := []func(){p.deed()}
	if rapid.Bool().Draw(p.t, "two at once") {
		deeds = append(deeds, p.deed())
	}
	var wg sync.WaitGroup
	for _, d := range deeds {
		wg.Go(d)
	}
	wg.Wait()
	p.judge(before)
}

// road walks to a named supporter.
func (p *theatre) road() {
	before := p.load()
	for _, in := range []bot.Incoming{{Text: "ik wil iemand spreken over mijn huur"}, {Choice: "mens:ja"}, {Choice: "summary:ok"}, {Choice: "consent:yes"}, {Choice: "contact:chat"}, {Choice: "supporter:any"}} {
		p.resident(p.nodes[0], in)()
	}
	p.judge(before)
}

func (p *theatre) timers() {
	before := p.load()
	p.mu.Lock()
	p.now = p.now.Add(time.Duration(rapid.IntRange(-2, 60).Draw(p.t, "hours")) * time.Hour)
	p.mu.Unlock()
	var wg sync.WaitGroup
	for _, b := range p.nodes {
		wg.Go(func() { b.FireTimers(context.Background()) })
	}
	wg.Wait()
	p.judge(before)
	if c := p.load().Case; c.Reached(p.clock()) != "" {
		p.t.Fatalf("after the timers a stage is untold: %s", c.Reached(p.clock()))
	}
}

// judge holds what is kept to the rules, and what was written since before.
func (p *theatre) judge(before *bot.Conversation) {
	after := p.load()
	c := after.Case
	if c.Owned() {
		if _, ok := p.nodes[0].People.Roster().Supporter(c.Supporter); !ok {
			p.t.Fatalf("nobody owns the case: %q", c.Supporter)
		}
	}
	p.silent(before, after)
	for _, s := range p.nodes[0].People.Roster().Supporters {
		v, err := p.nodes[1].Look(context.Background(), s.ID, cases.CaseID(p.id))
		if err == nil && !v.Case.Consent.Stands() {
			p.t.Fatalf("%s sees a case without consent", s.ID)
		}
		if err == nil && slices.Contains(v.Case.Refused, s.ID) {
			p.t.Fatalf("%s was refused and sees the case", s.ID)
		}
	}
	if c.Open() && c.NextStage().IsZero() && !c.Overdue && !c.AppointmentLate && c.Appointed.IsZero() {
		p.t.Fatalf("a term is lost: %+v", c.Terming)
	}
}

// silent: while one person had the conversation from before until after, the
// bot wrote notices only.
func (p *theatre) silent(before, after *bot.Conversation) {
	if !before.Case.Human() || !after.Case.Human() || !before.Case.Taken.Equal(after.Case.Taken) || before.Case.Supporter != after.Case.Supporter {
		return
	}
	list, err := p.nodes[0].Messages(context.Background(), p.id, before.LastSeq, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, m := range list {
		if m.From == bot.FromBot && m.Kind != dialogs.KindNotice {
			p.t.Fatalf("under a human the bot wrote %s %q", m.Kind, m.Text)
		}
	}
}

// TestCasesOnBothStores plays random histories of two supporters, the resident,
// the clock and crashes on each store, some of it at the same moment.
func TestCasesOnBothStores(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range bothKeepers() {
		t.Run(name, func(t *testing.T) {
			stores := open(t)
			taken := 0
			rapid.Check(t, func(rt *rapid.T) {
				p := &theatre{t: rt, stores: stores, nodes: make([]*bot.Bot, 2), zone: zone, now: time.Date(2026, 11, 23, 10, 0, 0, 0, zone)}
				p.node(t, 0)
				p.node(t, 1)
				o, err := p.nodes[0].Open(context.Background(), bot.Opening{Gemeente: "medemblik", Channel: bot.ChannelWeb})
				if err != nil {
					rt.Fatal(err)
				}
				p.id = o.ID
				p.road()
				for range rapid.IntRange(5, 20).Draw(rt, "steps") {
					switch rapid.IntRange(0, 9).Draw(rt, "scene") {
					case 0:
						p.timers()
					case 1:
						p.node(t, rapid.IntRange(0, 1).Draw(rt, "crash"))
					case 2:
						if !p.load().Case.Owned() {
							p.road()
						}
					default:
						p.step()
					}
				}
				if p.load().Case.Human() {
					taken++
				}
			})
			if taken == 0 {
				t.Error("no history ended in a supporter's hands: the deeds are wrong")
			}
			var v cases.Verifier
			if err := stores[0].(bot.AuditLog).Entries(t.Context(), v.Check); err != nil || v.Count() == 0 {
				t.Errorf("the audit log: %v, %d entries", err, v.Count())
			}
		})
	}
}

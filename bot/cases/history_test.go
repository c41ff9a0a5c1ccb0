package cases

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegwijzer/knowledge"
)

// histories is how many random histories a plain test run plays; the flag
// -rapid.checks plays more.
const histories = "5000"

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	for name, value := range map[string]string{"rapid.checks": histories, "rapid.steps": "40"} {
		if asked && name == "rapid.checks" {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// kept is what a store holds of a conversation, as bytes: what isn't written
// down doesn't survive.
type kept struct {
	Case *Case
	Road *Road
}

// hand is what somebody loaded and has not committed yet.
type hand struct {
	kept
	version int
}

// world is one conversation with everyone around it: two supporters who work at
// the same time, colleagues, the resident, the bot, the clock, and a store that
// takes a commit only on the version that was loaded.
type world struct {
	t       *rapid.T
	roster  *Roster
	terms   Terms
	now     time.Time
	store   kept
	version int
	status  Status // by replaying every event, and by nothing else
	owner   SupporterID
	text    string               // last agreed to
	revoked bool                 // what was agreed to was taken back
	refused map[SupporterID]bool // ever
	hands   map[string]*hand     // by actor, from before others acted
	visited map[Status]bool
}

// houseRoster is a small roster with everything that must keep somebody out.
func houseRoster() *Roster {
	g := []knowledge.GemeenteID{"hier"}
	person := func(id SupporterID, org OrganisationID) Supporter {
		return Supporter{ID: id, Name: string(id), Organisation: org, Kind: KindProfessional, Gemeenten: g, Phone: "1"}
	}
	walled, decider, away := person("muur", "zorg"), person("beslist", "een"), person("elders", "twee")
	decider.Deciding = true
	away.Gemeenten = []knowledge.GemeenteID{"daar"}
	coordinator := person("coordinator", "een")
	coordinator.Coordinator = true
	return &Roster{
		Organisations: []Organisation{{ID: "een", Name: "Een"}, {ID: "twee", Name: "Twee"}, {ID: "zorg", Name: "Zorg", DeliversIndicated: g}},
		Supporters:    []Supporter{person("anna", "een"), person("bram", "een"), person("cora", "twee"), coordinator, away, walled, decider},
	}
}

func newWorld(t *rapid.T, zone *time.Location) *world {
	return &world{
		t: t, roster: houseRoster(), terms: DefaultTerms(zone), now: time.Date(2026, 11, 20, 10, 0, 0, 0, zone),
		status: StatusBot, refused: map[SupporterID]bool{}, hands: map[string]*hand{}, visited: map[Status]bool{StatusBot: true},
	}
}

// load reads what is committed.
func (w *world) load() *hand {
	h := &hand{version: w.version}
	h.Case, h.Road = w.store.Case.Clone(), w.store.Road.Clone()
	return h
}

// crash forgets what everybody had in hand, and goes on with what was written
// down.
func (w *world) crash() {
	clear(w.hands)
	data, err := json.Marshal(w.store)
	if err == nil {
		w.store = kept{}
		err = json.Unmarshal(data, &w.store)
	}
	if err != nil {
		w.t.Fatalf("what was kept can't be read: %v", err)
	}
}

// act lets an actor do something on what was loaded now or, drawn, a while ago.
// An error keeps nothing; a stale version keeps nothing either.
func (w *world) act(actor string, f func(*hand) error) error {
	h := w.hands[actor]
	if h == nil || rapid.Bool().Draw(w.t, "loads anew") {
		h = w.load()
	}
	delete(w.hands, actor)
	if rapid.IntRange(0, 4).Draw(w.t, "is slow") == 0 {
		w.hands[actor] = h // acts later, on this
		return nil
	}
	if err := f(h); err != nil {
		return err
	}
	if h.version == w.version {
		w.commit(h)
	}
	return nil
}

func (w *world) commit(h *hand) {
	w.replay(h)
	w.promises(h)
	if h.Case.Owned() {
		h.Road = nil
	}
	w.store = kept{h.Case.Clone(), h.Road.Clone()}
	if w.store.Case != nil {
		w.store.Case.Since = nil
	}
	if w.store.Road != nil {
		w.store.Road.Since = nil
	}
	w.version++
	w.check(w.store.Case)
}

// replay takes the steps that the events tell: the machine allows each, and
// together they lead to the state that was kept.
func (w *world) replay(h *hand) {
	list := slices.Clone(h.Case.Fresh())
	if !h.Case.Owned() {
		list = append(list, h.Road.Fresh()...)
	}
	for _, e := range list {
		step := Step(e.Action)
		if step == StepAssign {
			w.named(h, SupporterID(e.Why))
			if w.status == StatusAssigned {
				continue
			}
			w.revoked = false // a new case, on a new consent
		}
		if e.Action == "waakvlam-with" {
			w.owner = SupporterID(e.Why)
		}
		if step == StepConsent && w.status.Owned() {
			w.t.Fatal("consent beside a case that is somebody's")
		}
		switch e.Action {
		case string(StepRevoke), "view-closed":
			w.revoked = true
		case string(StepConsent), string(StepGive), string(StepRescue):
			w.revoked = false
		}
		if step == StepRefuse {
			w.refused[SupporterID(e.Why)] = true
		}
		if !slices.Contains(Steps(), step) {
			continue
		}
		at := w.status
		if at == StatusReturned || at == StatusClosed {
			if slices.Contains([]Step{StepOffer, StepConsent, StepRescue}, step) {
				at = StatusBot // after an end the road begins anew
			}
		}
		to, ok := After(at, step)
		if !ok {
			w.t.Fatalf("%s by %s in state %s", step, e.Actor, at)
		}
		if step == StepTake {
			w.owner = SupporterID(e.Actor)
		}
		w.status = to
		w.visited[to] = true
	}
	if at := h.state(); at != w.status && (w.status != StatusBot || at != StatusReturned && at != StatusClosed) {
		w.t.Fatalf("the state is %s, by its events it is %s: %+v", at, w.status, list)
	}
	if h.Case.Owned() && h.Case.Supporter != w.owner {
		w.t.Fatalf("the case is with %s, by its events with %s", h.Case.Supporter, w.owner)
	}
}

// state is that of the conversation.
func (h *hand) state() Status {
	switch {
	case h.Case.Owned():
		return h.Case.Status
	case h.Road.at() != StatusBot || h.Case == nil:
		return h.Road.at()
	}
	return h.Case.Status
}

// named holds every naming to what must keep somebody out.
func (w *world) named(h *hand, who SupporterID) {
	s, ok := w.roster.Supporter(who)
	switch {
	case !ok || s.Disabled:
		w.t.Fatalf("%q was named and isn't there", who)
	case w.roster.walled(s, "hier"):
		w.t.Fatalf("%s was named across the wall", who)
	case s.Deciding:
		w.t.Fatalf("%s was named and decides on applications", who)
	case w.refused[who] || slices.Contains(h.Case.Refused, who):
		w.t.Fatalf("%s was named and had been refused", who)
	}
	w.owner = who
}

// promises holds every commit to what was promised: a case that somebody has
// work on has a term that runs, was kept, or was marked as broken.
func (w *world) promises(h *hand) {
	c := h.Case
	if !c.Open() {
		return
	}
	switch {
	case c.ContactBefore.IsZero():
		w.t.Fatal("no term for contact")
	case c.Contacted.IsZero() && !c.Overdue && c.NextStage().IsZero():
		w.t.Fatalf("the term for contact is lost: %+v", c.Terming)
	case !c.Contacted.IsZero() && c.Appointed.IsZero() && !c.AppointmentLate && c.NextStage().IsZero():
		w.t.Fatalf("the term for an appointment is lost: %+v", c.Terming)
	}
}

// check holds what is committed to who may see it.
func (w *world) check(c *Case) {
	if c == nil {
		return
	}
	if w.revoked && w.status != StatusConsented && c.Readable() {
		w.t.Fatal("the consent was taken back, and the case can be seen")
	}
	for _, s := range w.roster.Supporters {
		sees := c.Readable() && w.roster.MaySee(c, s.ID) == nil
		_, _, reads := c.MayRead(s.ID)
		switch {
		case sees && !c.Consent.Stands() && !c.Technical:
			w.t.Fatalf("%s sees a case without consent", s.ID)
		case sees && (s.Deciding || s.Disabled || w.roster.walled(s, "hier") || slices.Contains(c.Refused, s.ID)):
			w.t.Fatalf("%s sees a case across a wall", s.ID)
		case reads && !c.Readable():
			w.t.Fatalf("%s reads without consent", s.ID)
		case reads && c.Supporter != s.ID && (c.Consult == nil || c.Consult.With != s.ID || !c.Consult.Consent.Stands()):
			w.t.Fatalf("%s reads what only one person may", s.ID)
		}
	}
	if !c.Technical && c.Summary != w.text && c.Owned() {
		w.t.Fatalf("the supporter reads %q, agreed was %q", c.Summary, w.text)
	}
	if c.Owned() {
		if _, ok := w.roster.Supporter(c.Supporter); !ok {
			w.t.Fatalf("nobody owns it: %q", c.Supporter)
		}
	}
}

// TestHistoriesKeepTheRules plays random histories of everyone at once.
func TestHistoriesKeepTheRules(t *testing.T) {
	zone := amsterdam(t)
	visited := map[Status]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, zone)
		if rapid.IntRange(0, 3).Draw(rt, "begins with a case") > 0 { // so that most get beyond the road
			_ = w.act("inwoner", w.agree)
			_ = w.act("inwoner", w.escalate)
		}
		step := func(f func()) func(*rapid.T) { return func(inner *rapid.T) { w.t = inner; f() } }
		actions := map[string]func(*rapid.T){}
		for name, f := range w.deeds() {
			actions[name] = step(f)
		}
		rt.Repeat(actions)
		for s := range w.visited {
			visited[s] = true
		}
	})
	if flag.Lookup("rapid.checks").Value.String() == histories && len(visited) != len(Statuses()) {
		t.Errorf("of %v only %v were reached", Statuses(), visited)
	}
}

func (w *world) agree(h *hand) error {
	if h.Case.Owned() {
		return fmt.Errorf("the bot has no turn")
	}
	if h.Road == nil {
		h.Road = &Road{}
	}
	text := rapid.SampledFrom([]string{"een", "twee"}).Draw(w.t, "text")
	if err := h.Road.Agree(w.now, text); err != nil {
		return err
	}
	if h.version == w.version {
		w.text = text
	}
	return nil
}

func (w *world) escalate(h *hand) error {
	o := Opening{ID: "zaak", Need: Need{Gemeente: "hier", Now: w.now}, Summary: w.text, Road: h.Road, Before: h.Case}
	if h.Case != nil {
		o.Need.Refused, o.Need.Earlier = h.Case.Refused, h.Case.LastSupporter()
	}
	o.Wish = rapid.SampledFrom([]SupporterID{"", "anna", "bram", "muur", "beslist", "elders"}).Draw(w.t, "wish")
	c, _, err := Open(o, w.roster, Load{}, w.terms)
	if err != nil {
		return err
	}
	h.Case, h.Road = c, nil
	return nil
}

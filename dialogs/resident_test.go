package dialogs

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wegwijzer/dialogs/plan"
	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// simulated is how many conversations a plain run has; `make soak` has more.
const simulated = 2000

// enoughTurns is within how many turns everybody has an answer, a referral or
// a person.
const enoughTurns = 25

// TestSimulatedResidents lets residents talk at random: choices, late ones too,
// stories, corrections, jumps, refusals, silence. A plain run has the same
// conversations every time; -rapid.checks and -rapid.seed ask for others.
func TestSimulatedResidents(t *testing.T) {
	for name, value := range map[string]string{"rapid.checks": fmt.Sprint(simulated), "rapid.seed": "1122"} {
		if f := flag.Lookup(name); f.Value.String() == f.DefValue {
			if err := flag.Set(name, value); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = flag.Set(name, f.DefValue) }()
		}
	}
	e := New(loaded(t), keywords{})
	turns := 0
	rapid.Check(t, func(rt *rapid.T) {
		r := &resident{T: rt, e: e, facts: Facts{
			Now:        time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
			Gemeente:   GemeenteFacts{ID: "medemblik", Name: "Medemblik", Phone: "0227 - 00 20 04"},
			Supporters: []SupporterFact{{ID: "fatima", Name: "Fatima"}, {ID: "jan", Name: "Jan"}, {ID: "esra", Name: "Esra"}}[:rapid.IntRange(0, 3).Draw(rt, "supporters")],
		}}
		r.next(Input{Kind: InputStart})
		for range rapid.IntRange(enoughTurns, enoughTurns+5).Draw(rt, "turns") {
			if r.gone {
				break
			}
			r.turn()
			turns++
		}
	})
	t.Logf("%d turns", turns)
	if turns < simulated {
		t.Fatalf("only %d turns were simulated", turns)
	}
}

// stories are what residents write; each kind does something else to what was
// told.
var (
	stories = []string{
		"ik kan mijn huur niet betalen en er is een deurwaarder", "mijn woning is te klein", "ik heb schulden, wel 3.000 euro, sinds maart",
		"mijn moeder heeft een traplift nodig", "school belt steeds over mijn zoon", "de woningcorporatie stuurt een herinnering",
		"ik moet voor 1 december betalen", "ik weet het niet meer, het wordt me te veel", "mijn dochter helpt mij met de post",
		"ik heb al drie keer gebeld met de verhuurder", "ik hoop dat ik hier kan blijven", "hm", "ja", "nee", "…", "huur", "geen haast",
	}
	neutral = []string{"ben je een robot", "wat kost dit", "waarom vraagt u dit?", "bedankt", "wat gebeurt er nu", "wat weet u van mij", "hoe lang duurt dit"}
	repairs = []string{
		"nee, niet mijn huur maar de stroom", "nee niet de woning, het gaat over school", "terug", "sla over", "weet ik niet",
		"nee niet dat", "er is wel een deurwaarder", "sukkel", "opnieuw beginnen",
	}
	plans = []string{"ik wil een persoonlijk plan maken", "ik wil een familiegroepsplan maken", "laat mijn plan zien", "wijzig mijn plan", "vergelijk de hulp", "gratis en dichtbij"}
	roads = []string{"ik wil iemand spreken", "andere ondersteuner", "wis mijn gesprek", "stop", "06 12 34 56 78", "joke@voorbeeld.example", "chat", "ik trek mijn toestemming in"}
)

// resident is one simulated person.
type resident struct {
	*rapid.T
	e     *Engine
	s     State
	facts Facts
	seq   uint64
	// since counts the turns without an answer, a referral or a person; excused
	// is set by a stop or a refusal.
	since   int
	excused bool
	gone    bool
	braces  bool // the resident wrote some: they may come back in a quote
	replies []Reply
	pressed []string
}

func (r *resident) next(in Input) {
	r.Helper()
	r.replies = nil
	for range 4 {
		var before []byte
		sampled := r.seq%16 == 0 // writing every state down takes most of the time
		if sampled {
			before, _ = json.Marshal(r.s)
		}
		s, out, err := r.e.Next(context.Background(), r.s, in, r.facts)
		if err != nil {
			r.Fatal(err)
		}
		if sampled {
			if after, _ := json.Marshal(r.s); string(after) != string(before) {
				r.Fatalf("Next changed the state it was given")
			}
		}
		r.s, r.replies = s, append(r.replies, out.Replies...)
		switch {
		case out.Requests.Search != nil:
			in = Input{Kind: InputFound, Found: r.found()}
		case out.Requests.Escalate != nil, out.Requests.Another:
			in = Input{Kind: InputAssigned, Assigned: r.assigned()}
		default:
			r.gone = out.Requests.Forget
			return
		}
	}
	r.Fatal("the engine keeps asking")
}

func (r *resident) found() *Found {
	f := &Found{Answerable: rapid.Bool().Draw(r.T, "answerable")}
	for i := range rapid.IntRange(0, 5).Draw(r.T, "cards") {
		c := kaart.Card{ID: fmt.Sprintf("dienst-%d", i), Name: fmt.Sprintf("Dienst %d", i), CheckedAt: "2026-11-01"}
		f.Cards = append(f.Cards, c)
		if r.s.Phase == PhaseCompare {
			f.Offers = append(f.Offers, plan.Offer{Card: c})
		}
	}
	return f
}

func (r *resident) assigned() *Assignment {
	for _, p := range r.facts.Supporters {
		if !slices.Contains(r.s.Refused, p.ID) {
			return &Assignment{Supporter: p, ContactBefore: r.facts.Now.AddDate(0, 0, 2)}
		}
	}
	return &Assignment{}
}

// turn is one thing that the resident does, and what must hold after it.
func (r *resident) turn() {
	if rapid.IntRange(0, 19).Draw(r.T, "silence") == 0 {
		r.facts.Now = r.facts.Now.AddDate(0, 0, rapid.IntRange(1, 30).Draw(r.T, "days"))
	}
	r.facts.Now = r.facts.Now.Add(time.Minute)
	r.seq += 2
	before := r.s
	kind := rapid.SampledFrom([]string{"choice", "choice", "choice", "choice", "late", "story", "story", "neutral", "repair", "road", "plan", "noise"}).Draw(r.T, "kind")
	in := Input{Kind: InputText, Seq: r.seq}
	switch kind {
	case "choice":
		if len(r.s.Offered) == 0 {
			in.Text = rapid.SampledFrom(stories).Draw(r.T, "text")
			kind = "story"
			break
		}
		in.Kind, in.Choice = InputChoice, rapid.SampledFrom(r.s.Offered).Draw(r.T, "choice")
		r.pressed = append(r.pressed, in.Choice)
	case "late":
		in.Kind, in.Choice = InputChoice, rapid.SampledFrom(append(slices.Clone(r.pressed), "kern:huurachterstand", "x")).Draw(r.T, "late")
	case "story":
		in.Text = rapid.SampledFrom(stories).Draw(r.T, "text")
	case "neutral":
		in.Text = rapid.SampledFrom(neutral).Draw(r.T, "text")
	case "repair":
		in.Text = rapid.SampledFrom(repairs).Draw(r.T, "text")
	case "plan":
		in.Text = rapid.SampledFrom(plans).Draw(r.T, "text")
	case "road":
		in.Text = rapid.SampledFrom(roads).Draw(r.T, "text")
	default:
		in.Text = rapid.String().Draw(r.T, "noise") + "."
	}
	if kind == "story" && rapid.IntRange(0, 39).Draw(r.T, "danger") == 0 {
		in.Crisis = knowledge.CrisisGeweld
	}
	r.braces = r.braces || strings.ContainsAny(in.Text, "{}")
	r.next(in)
	r.check(before, in, kind)
}

// check holds the turn against what must always be so.
func (r *resident) check(before State, in Input, kind string) {
	if r.gone {
		return
	}
	if len(r.replies) == 0 {
		r.Fatalf("no reply in %s to %q %q", before.Phase, in.Text, in.Choice)
	}
	for _, x := range r.replies {
		if strings.TrimSpace(x.Text) == "" || strings.Contains(x.Text, "[algemeen.") || strings.Contains(x.Text, "[tussendoor.") || variableRE.MatchString(x.Text) && !r.braces {
			r.Fatalf("a reply says %q", x.Text)
		}
	}
	if in.Kind == InputChoice && slices.Contains(before.Offered, in.Choice) && strings.Contains(r.replies[0].Text, "hoorde bij een eerdere vraag") {
		r.Fatalf("the open choice %s in %s leads nowhere", in.Choice, before.Phase)
	}
	takesText := r.s.Phase == PhaseListen || r.s.Phase == PhaseWaiting || r.s.Phase == PhaseCorrect || r.s.Phase == PhaseEdit || r.s.Phase == PhaseReach
	if len(r.s.Offered) == 0 && !takesText {
		r.Fatalf("phase %s after %q %q has no next step", r.s.Phase, in.Text, in.Choice)
	}
	r.checkQuestions()
	r.checkSlots(before, in, kind)
	r.checkProgress(before, in)
}

// checkQuestions: none is asked twice, and none that was answered.
func (r *resident) checkQuestions() {
	asked := slices.Sorted(slices.Values(r.s.Asked))
	if len(slices.Compact(asked)) != len(r.s.Asked) {
		r.Fatalf("asked twice: %v", r.s.Asked)
	}
	if key := r.s.slotKey(r.s.Step); r.s.Phase == PhaseClarify {
		if slot, told := r.s.Slots[key]; told {
			r.Fatalf("%s is asked, and was answered: %+v", key, slot)
		}
	}
}

// checkSlots: what was told stays, unless this turn took it back.
func (r *resident) checkSlots(before State, in Input, kind string) {
	if kind == "repair" || in.Choice == "opnieuw" || before.Phase == PhaseCorrect || kind == "noise" {
		return
	}
	// A story after the playback may say otherwise what was answered.
	changes := (kind == "story" || kind == "plan") && before.Phase == PhasePlayback
	for _, key := range slices.Sorted(maps.Keys(before.Slots)) {
		if _, id, _ := strings.Cut(key, "/"); strings.HasPrefix(in.Choice, id+":") {
			continue // answered anew, by a button
		}
		if flow, _, _ := strings.Cut(key, "/"); in.Choice == "gids:"+flow {
			continue // that guide begins anew
		}
		now, ok := r.s.Slots[key]
		if was := before.Slots[key]; !ok || now.Value != was.Value && !changes {
			r.Fatalf("%s was %+v and is %+v after %q %q in %s", key, was, now, in.Text, in.Choice, before.Phase)
		}
	}
	for _, l := range before.Named {
		if !slices.Contains(r.s.Named, l) {
			r.Fatalf("%s is dropped after %q %q", l, in.Text, in.Choice)
		}
	}
	if len(r.s.Hulpvraag.Words) < len(before.Hulpvraag.Words) {
		r.Fatal("own words are lost")
	}
}

// checkProgress: an answer, a referral or a person within the turns allowed.
func (r *resident) checkProgress(before State, in Input) {
	r.since++
	helped := slices.ContainsFunc(r.replies, func(x Reply) bool {
		return len(x.Sources) > 0 || strings.Contains(x.Text, "0227 - 00 20 04") ||
			slices.ContainsFunc(x.Choices, func(c Choice) bool { return c.ID == ChoiceMens || c.ID == ChoiceSummaryOK })
	}) || r.s.Supporter != nil
	began := r.s.Turn > 0 && r.s.Phase == PhaseListen && len(r.s.Asked) == 0 && len(before.Hulpvraag.Words) > 0 && len(r.s.Hulpvraag.Words) == 0
	r.excused = r.s.RefusedAt > 0 || r.s.Phase == PhaseStopped
	if helped || began || r.excused {
		r.since = 0
	}
	if r.since > enoughTurns {
		r.Fatalf("%d turns without an answer, a referral or a person; phase %s, last %q", r.since, r.s.Phase, r.replies[len(r.replies)-1].Text)
	}
	_ = in
}

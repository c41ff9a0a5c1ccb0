package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wegwijzer/knowledge/kaart"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestWhatWasToldIsNotAsked(t *testing.T) {
	p := New(Personal, map[PartID]Part{Now: {Text: "Het stofzuigen lukt niet", Seq: 4}, Helpers: {Text: "mijn dochter"}, Wish: {Text: "  "}, Tasks: {Text: "oma"}})
	if got := p.Told(); !slices.Equal(got, []PartID{Now, Helpers}) {
		t.Fatalf("told %v", got)
	}
	var asked []PartID
	for id := p.Next(); id != ""; id = p.Next() {
		asked = append(asked, id)
		p.Put(id, "iets", 8, noon)
	}
	if want := []PartID{Matters, Well, Needed, Wish, Practical}; !slices.Equal(asked, want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
}

func TestAPartIsPutChangedAndLeftOut(t *testing.T) {
	p := New(Family, nil)
	p.Put(Who, "opa en oma", 6, noon)
	p.Skip(Who, noon) // what stands there stays
	p.Skip(Matters, noon)
	p.Add(Who, "en mijn zus", 8, noon)
	if got := p.Parts[Who]; got.Text != "Opa en oma\nEn mijn zus" || got.Seq != 8 || got.Skipped {
		t.Errorf("who takes part: %+v", got)
	}
	if got := p.Parts[Matters]; got.Text != "" || !got.Skipped {
		t.Errorf("left out: %+v", got)
	}
	p.Put(Who, strings.Repeat("a", MaxPart+100), 9, noon)
	if n := len([]rune(p.Parts[Who].Text)); n > MaxPart {
		t.Errorf("a part has %d characters", n)
	}
	if p.Before(Now) != "" || p.Before(Who) != Now {
		t.Errorf("before %q and %q", p.Before(Now), p.Before(Who))
	}
}

func TestAChangeTakesWhatWasSaidOfThePlanAway(t *testing.T) {
	p := New(Personal, nil)
	p.Good, p.Share, p.SharedTo, p.Turns = true, ShareYes, 20, []uint64{18, 20}
	c := p.Clone()
	c.Put(Wish, "rust", 22, noon)
	c.Worked(22)
	if c.Good || c.Share != "" || !p.Good || p.Share != ShareYes || len(p.Turns) != 2 {
		t.Errorf("changed %+v, kept %+v", c, p)
	}
	for seq, private := range map[uint64]bool{18: false, 20: false, 21: false, 22: true} {
		if c.Private(seq) != private {
			t.Errorf("message %d is private: %t", seq, !private)
		}
	}
	if (*Plan)(nil).Private(4) || (*Plan)(nil).Clone() != nil || (*Plan)(nil).Told() != nil {
		t.Error("a conversation without a plan has private messages")
	}
}

func TestKindsAreParsed(t *testing.T) {
	for _, k := range Kinds() {
		if got, err := ParseKind(string(k)); err != nil || got != k {
			t.Errorf("%s: %s, %v", k, got, err)
		}
		if list := k.Parts(); list[0] != Now || list[len(list)-1] != Practical {
			t.Errorf("%s: %v", k, list)
		}
	}
	if _, err := ParseKind("plan"); err == nil {
		t.Error("an unknown kind is taken")
	}
}

func TestTheMessageHoldsWhatWasTold(t *testing.T) {
	d := Document{Title: "Mijn plan", About: []string{"Gemaakt op"}, Parts: []Section{
		{Heading: "Hoe het gaat", Lines: []string{"Slecht", "En goed"}}, {Heading: "Wie helpt"},
	}}
	if got := d.Text(); got != "Mijn plan\n\nHoe het gaat\nSlecht\nEn goed" {
		t.Errorf("text %q", got)
	}
	if d.FileName() != "mijn-plan" || (Document{Lang: "en"}).FileName() != "my-plan" {
		t.Error("the name of the file")
	}
}

func hours(t *testing.T, text string) kaart.Schedule {
	t.Helper()
	s, err := kaart.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOffersSayWhatTheRecordSays(t *testing.T) {
	k, err := kaart.Example()
	if err != nil {
		t.Fatal(err)
	}
	full := &kaart.Service{
		Name: "Voorbeeld", Cost: " gratis ", Languages: []string{"nl", "pl"}, Kind: kaart.Volunteer,
		Description: "Voor iedereen. U loopt gewoon binnen op maandag. Een afspraak is er binnen een week! Meer niet.",
		Locations:   []kaart.Location{{City: "Wognum"}}, Schedule: hours(t, "ma 09:00-12:00; do 13:00-20:30"),
	}
	o := OfferOf(k, full, full.Card("nl", noon), false)
	want := Offer{
		Card: o.Card, City: "Wognum", Hours: o.Hours, Evening: "donderdag 13.00–20.30", Cost: "gratis",
		Walkin: "U loopt gewoon binnen op maandag.", Languages: []string{"nl", "pl"}, Kind: kaart.Volunteer,
		Waiting: "Een afspraak is er binnen een week!",
	}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Error(diff)
	}
	holds := map[Criterion]bool{Near: true, Evening: true, Free: true, Walkin: true, Language: true, Informal: true, Waiting: true}
	empty := OfferOf(k, &kaart.Service{Name: "Leeg", Schedule: kaart.Schedule{Note: "bel eerst"}}, kaart.Card{}, false)
	for _, c := range Criteria() {
		if o.Holds(c) != holds[c] {
			t.Errorf("%s holds: %t", c, !holds[c])
		}
		if empty.Holds(c) {
			t.Errorf("an empty record has %s", c)
		}
	}
	if o.Holds(Near, "Enkhuizen") || !o.Holds(Near, "wognum") {
		t.Error("near is where somebody lives")
	}
	if empty.Hours != "" {
		t.Errorf("a note is taken for hours: %q", empty.Hours)
	}
}

func TestEventsTellOfAWalkIn(t *testing.T) {
	k, err := kaart.Example()
	if err != nil {
		t.Fatal(err)
	}
	s := &kaart.Service{Name: "Geldzaken", Events: []kaart.Event{{Date: "2026-12-03", Title: "Inloop geldzaken"}}}
	if o := OfferOf(k, s, kaart.Card{}, false); o.Walkin != "Inloop geldzaken" || o.Waiting != "" {
		t.Errorf("%q, %q", o.Walkin, o.Waiting)
	}
}

func TestThoseWithMostOfWhatMattersComeFirst(t *testing.T) {
	offer := func(id, cost, city string, provider bool) Offer {
		return Offer{Card: kaart.Card{ID: id}, Cost: cost, City: city, Provider: provider}
	}
	found := []Offer{
		offer("duur", "€ 3", "", true), offer("gratis", "gratis", "", false), offer("dichtbij", "gratis", "Opmeer", true),
		offer("vier", "", "", false), offer("vijf", "", "", false), offer("zesde", "gratis", "Opmeer", false),
	}
	ids := func(list []Offer) string {
		var names []string
		for _, o := range list {
			names = append(names, o.Card.ID)
		}
		return strings.Join(names, " ")
	}
	for name, test := range map[string]struct {
		matters []Criterion
		want    string
	}{
		"as found without a wish":         {nil, "duur gratis dichtbij"},
		"one wish":                        {[]Criterion{Free}, "gratis dichtbij duur"},
		"two wishes, of what fits best":   {[]Criterion{Free, Near}, "dichtbij gratis duur"},
		"what nobody has changes nothing": {[]Criterion{Waiting}, "duur gratis dichtbij"},
	} {
		if got := ids(Choose(found, test.matters, "Opmeer")); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	if got := ids(Providers(found)); got != "duur dichtbij" {
		t.Errorf("providers %s", got)
	}
	if got := Providers(found[:2]); len(got) != 2 {
		t.Errorf("one provider alone is no choice: %s", ids(got))
	}
}

// FuzzSentences holds that what is quoted of a record stands in it.
func FuzzSentences(f *testing.F) {
	for _, s := range []string{"", "Loop gewoon binnen. Gratis!", "a. b? c", "inloop", "…", "\xff. x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole := strings.Join(strings.Fields(text), " ")
		for _, part := range sentences(text) {
			if !strings.Contains(whole, part) {
				t.Fatalf("%q is not in %q", part, whole)
			}
		}
	})
}

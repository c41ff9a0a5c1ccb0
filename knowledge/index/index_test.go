package index

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// service makes a record for the tests below.
func service(id, name, does string, change func(*kaart.Service)) kaart.Service {
	s := kaart.Service{ID: kaart.ServiceID(id), Name: name, Does: does, Status: kaart.Active, AssuredDate: "2026-10-01"}
	if change != nil {
		change(&s)
	}
	return s
}

func testIndex(t testing.TB) *Index {
	t.Helper()
	k, err := kaart.New(nil, []kaart.Service{
		service("schuldhulp", "Schuldhulpverlening", "Regelt schulden met wie nog geld krijgt.", func(s *kaart.Service) { s.Areas = []string{"Stede Broec"} }),
		service("parkeerkaart", "Gehandicaptenparkeerkaart", "Dichtbij parkeren als u slecht loopt.", func(s *kaart.Service) { s.Order = kaart.Indicated }),
		service("budgetcursus", "Cursus rondkomen", "Leert u omgaan met weinig geld en schulden.", func(s *kaart.Service) { s.Order = kaart.Self; s.MinAge = 18 }),
		service("eettafel", "Eettafel", "Samen warm eten met buurtgenoten.", func(s *kaart.Service) { s.MinAge = 55; s.Areas = []string{"Medemblik"} }),
		service("jongerenwerk", "Jongerenwerk", "Voor jongeren die willen praten of sporten.", func(s *kaart.Service) { s.MaxAge = 23 }),
		service("oud", "Schulden oud", "Regelt schulden.", func(s *kaart.Service) { s.AssuredDate = "2024-01-01" }),
		service("dicht", "Schulden dicht", "Regelt schulden.", func(s *kaart.Service) { s.Status = kaart.Inactive }),
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(k)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func ids(r Result) []kaart.ServiceID {
	var out []kaart.ServiceID
	for _, h := range r.Hits {
		out = append(out, h.Service.ID)
	}
	return out
}

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func search(t testing.TB, x *Index, q Query) Result {
	t.Helper()
	if q.Now.IsZero() {
		q.Now = now
	}
	r, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSearchFindsAsPeopleSpeak(t *testing.T) {
	x := testIndex(t)
	for name, tt := range map[string]struct {
		text string
		want kaart.ServiceID
	}{
		"a compound that is split":    {"gehandicapten parkeer kaart", "parkeerkaart"},
		"a typo":                      {"gehandicaptenparkeerkart aanvragen", "parkeerkaart"},
		"words that the record lacks": {"er staat een deurwaarder op de stoep", "schuldhulp"},
		"plural and verb forms":       {"ik wil niet alleen eten maar met buurtgenoten", "eettafel"},
		"accents and capitals":        {"SCHÚLDEN", "schuldhulp"},
		"a service for young people":  {"jongere van 15 die wil praten", "jongerenwerk"},
	} {
		t.Run(name, func(t *testing.T) {
			r := search(t, x, Query{Text: tt.text})
			if got := ids(r); len(got) == 0 || !slices.Contains(got[:min(2, len(got))], tt.want) {
				t.Errorf("found %v, want %s", got, tt.want)
			}
			if !r.Answerable {
				t.Error("is not answerable")
			}
		})
	}
}

func TestSearchFilters(t *testing.T) {
	x := testIndex(t)
	for name, tt := range map[string]struct {
		q       Query
		without []kaart.ServiceID
		with    kaart.ServiceID
	}{
		"another gemeente's services are out": {Query{Text: "schulden", Gemeente: "Medemblik"}, []kaart.ServiceID{"schuldhulp"}, "budgetcursus"},
		"its own services are in":             {Query{Text: "schulden", Gemeente: "stede-broec"}, nil, "schuldhulp"},
		"too young is out":                    {Query{Text: "schulden", Age: 16}, []kaart.ServiceID{"budgetcursus"}, "schuldhulp"},
		"too old is out":                      {Query{Text: "praten sporten jongeren", Age: 40}, []kaart.ServiceID{"jongerenwerk"}, ""},
		"expired and inactive are out":        {Query{Text: "schulden"}, []kaart.ServiceID{"oud", "dicht"}, "schuldhulp"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ids(search(t, x, tt.q))
			for _, id := range tt.without {
				if slices.Contains(got, id) {
					t.Errorf("%s is among %v", id, got)
				}
			}
			if tt.with != "" && !slices.Contains(got, tt.with) {
				t.Errorf("%s is not among %v", tt.with, got)
			}
		})
	}
}

// Who says no age gets what is for everyone before what is for the young or the
// old; who speaks of them doesn't.
func TestAnAgeThatNobodySpeaksOfComesLater(t *testing.T) {
	k, err := kaart.New(nil, []kaart.Service{
		service("a-jong", "Schuldhulp", "Helpt met schulden.", func(s *kaart.Service) { s.MinAge, s.MaxAge = 16, 27 }),
		service("b-oud", "Schuldhulp", "Helpt met schulden.", func(s *kaart.Service) { s.MinAge = 65 }),
		service("c-allen", "Schuldhulp", "Helpt met schulden.", func(s *kaart.Service) { s.MinAge = 18 }),
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(k)
	if err != nil {
		t.Fatal(err)
	}
	for text, tt := range map[string]struct {
		first  kaart.ServiceID
		groups []knowledge.Doelgroep
	}{
		"ik heb schulden":                    {first: "c-allen"},
		"ik ben 20 en heb schulden":          {first: "a-jong"},
		"hulp bij schulden voor jongeren":    {first: "a-jong"},
		"schulden en ik leef van mijn aow":   {first: "b-oud"},
		"schulden, en ik hoor er niet meer":  {first: "b-oud", groups: []knowledge.Doelgroep{knowledge.Ouderen}},
		"schulden van mijn studie":           {first: "a-jong"},
		"mijn bank zegt dat ik schulden heb": {first: "c-allen"},
	} {
		if got := ids(search(t, x, Query{Text: text, Doelgroepen: tt.groups})); len(got) != 3 || got[0] != tt.first {
			t.Errorf("%s: found %v, want %s first", text, got, tt.first)
		}
	}
}

func TestSearchAbstains(t *testing.T) {
	x := testIndex(t)
	for _, text := range []string{"", "  ?!", "wat voor weer wordt het morgen", "hoe laat speelt ajax", "de het een"} {
		if r := search(t, x, Query{Text: text}); r.Answerable {
			t.Errorf("%q is answered with %v", text, ids(r))
		}
	}
}

func TestSearchExplains(t *testing.T) {
	x := testIndex(t)
	r := search(t, x, Query{Text: "hulp met mijn schulden", Gemeente: "Stede Broec"})
	if len(r.Hits) == 0 {
		t.Fatal("nothing found")
	}
	i := slices.Index(ids(r), kaart.ServiceID("schuldhulp"))
	if i < 0 {
		t.Fatalf("found %v", ids(r))
	}
	why := r.Hits[i].Why
	for _, want := range []string{"Uw woorden: schulden", "Soort hulp: Hulp bij schulden", "Voor inwoners van Stede Broec"} {
		if !slices.Contains(why, want) {
			t.Errorf("reasons %q lack %q", why, want)
		}
	}
}

func TestSearchAnswersToday(t *testing.T) {
	schedule := func(text string) func(*kaart.Service) {
		return func(s *kaart.Service) {
			var err error
			if s.Schedule, err = kaart.ParseSchedule(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	k, err := kaart.New(nil, []kaart.Service{
		service("a-dinsdag", "Inloop geldzaken", "Kijkt naar uw post.", schedule("di 09:00-12:00")),
		service("b-maandag", "Inloop geldzaken", "Kijkt naar uw post.", schedule("ma 13:00-15:00")),
		service("c-avond", "Inloop geldzaken", "Kijkt naar uw post.", schedule("do 19:00-21:00")),
		service("d-cursus", "Inloop geldzaken", "Kijkt naar uw post.", func(s *kaart.Service) {
			s.Events = []kaart.Event{{Date: "2026-11-28", From: 600, To: 720, Title: "Open dag"}}
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(k)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][2]string{ // on Monday at ten
		"inloop geldzaken vandaag":       {"b-maandag", "Open op maandag 23 november, 13.00–15.00"},
		"inloop geldzaken in de avond":   {"c-avond", "Open op donderdag 26 november, 19.00–21.00"},
		"inloop geldzaken dit weekend":   {"d-cursus", "Op zaterdag 28 november, 10.00–12.00: Open dag"},
		"inloop geldzaken van deze week": {"d-cursus", "Op zaterdag 28 november, 10.00–12.00: Open dag"},
	} {
		r := search(t, x, Query{Text: text})
		if len(r.Hits) == 0 || string(r.Hits[0].Service.ID) != want[0] {
			t.Errorf("%s: found %v, want %s", text, ids(r), want[0])
			continue
		}
		if why := r.Hits[0].Why; want[1] != "" && !slices.Contains(why, want[1]) {
			t.Errorf("%s: reasons %q lack %q", text, why, want[1])
		}
	}
}

func TestAmongEqualsTheNearestIsFirst(t *testing.T) {
	at := func(city, postcode string, lat, lon float64) func(*kaart.Service) {
		return func(s *kaart.Service) {
			s.Locations = []kaart.Location{{City: city, Postcode: postcode, Lat: lat, Lon: lon}}
		}
	}
	k, err := kaart.New(nil, []kaart.Service{
		service("a-ver", "Inloop geldzaken", "Kijkt naar uw post.", at("Andijk", "0679 AA", 52.747, 5.222)),
		service("b-dichtbij", "Inloop geldzaken", "Kijkt naar uw post.", at("Obdam", "0634 AA", 52.675, 4.906)),
		service("c-telefoon", "Inloop geldzaken", "Kijkt naar uw post.", nil),
		service("d-midden", "Sportclub", "Samen bewegen.", at("Wognum", "0687 AA", 52.682, 5.023)),
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(k)
	if err != nil {
		t.Fatal(err)
	}
	near := x.Place("0634")
	if !near.Known() || x.Place("9999").Known() || x.Place("Amsterdam").Known() || x.Place("wognum") != (kaart.Point{Lat: 52.682, Lon: 5.023}) {
		t.Errorf("places: %v, %v, %v", near, x.Place("9999"), x.Place("wognum"))
	}
	for name, tt := range map[string]struct {
		q    Query
		want []kaart.ServiceID
	}{
		"nobody knows where":    {Query{Text: "inloop geldzaken"}, []kaart.ServiceID{"a-ver", "b-dichtbij", "c-telefoon"}},
		"the caller knows it":   {Query{Text: "inloop geldzaken", Near: near}, []kaart.ServiceID{"b-dichtbij", "c-telefoon", "a-ver"}},
		"the text names a town": {Query{Text: "inloop geldzaken bij Wognum"}, []kaart.ServiceID{"b-dichtbij", "a-ver", "c-telefoon"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := search(t, x, tt.q)
			if got := ids(r); len(got) < 3 || !slices.Equal(got[:3], tt.want) {
				t.Fatalf("found %v, want %v", got, tt.want)
			}
			if tt.q.Near.Known() && !slices.Contains(r.Hits[2].Why, "Ongeveer 23 kilometer daarvandaan, hemelsbreed") {
				t.Errorf("reasons %q lack the distance", r.Hits[2].Why)
			}
		})
	}
}

func TestSearchShowsTheAgeOfWhatIsOld(t *testing.T) {
	x, err := func() (*Index, error) {
		k, err := kaart.New(nil, []kaart.Service{
			service("oud", "Schuldhulp", "Regelt schulden.", func(s *kaart.Service) { s.AssuredDate = "2025-05-03" }),
			service("nieuw", "Schuldhulp", "Regelt schulden.", nil),
		})
		if err != nil {
			return nil, err
		}
		return New(k, WithLimits(kaart.Limits{Freshness: kaart.DefaultFreshness(), Areas: map[string]kaart.Freshness{"opmeer": {Stale: 24, Hidden: 36}}}))
	}()
	if err != nil {
		t.Fatal(err)
	}
	r := search(t, x, Query{Text: "schulden"})
	if got := ids(r); !slices.Equal(got, []kaart.ServiceID{"nieuw", "oud"}) {
		t.Fatalf("found %v", got)
	}
	if why := r.Hits[1].Why; !slices.Contains(why, "Let op: voor het laatst nagekeken op 3 mei 2025") {
		t.Errorf("reasons %q say nothing of the age", why)
	}
	if why := r.Hits[0].Why; slices.ContainsFunc(why, func(w string) bool { return strings.HasPrefix(w, "Let op") }) {
		t.Errorf("reasons %q warn of a fresh record", why)
	}
	if why := search(t, x, Query{Text: "schulden", Gemeente: "Opmeer"}).Hits[1].Why; slices.ContainsFunc(why, func(w string) bool { return strings.HasPrefix(w, "Let op") }) {
		t.Errorf("reasons %q warn before the gemeente's own limit", why)
	}
	if r := search(t, x, Query{Text: "schulden", Gemeente: "Opmeer", Now: now.AddDate(1, 0, 0)}); !slices.Contains(ids(r), "oud") {
		t.Error("is hidden before the gemeente's own limit")
	}
	if r := search(t, x, Query{Text: "schulden", Now: now.AddDate(1, 6, 0)}); slices.Contains(ids(r), "oud") {
		t.Error("after 24 months it is still shown")
	}
}

func TestSearchStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := testIndex(t).Search(ctx, Query{Text: "schulden"}); err == nil {
		t.Error("no error after cancel")
	}
}

func TestDropNegated(t *testing.T) {
	for text, want := range map[string]string{
		"niet voor mijn kind, voor mezelf":                      "voor mezelf",
		"niet over geld maar over wonen":                        "over wonen",
		"ik zoek geen cursus, ik wil met iemand praten":         "ik zoek ik wil met iemand praten",
		"ik wil geen fiets kopen maar een fiets lenen":          "ik wil een fiets lenen",
		"geen boeken nodig, wel een plek om te lezen":           "wel een plek om te lezen",
		"ik heb geen lening, ik wil alleen mijn geld begrijpen": "ik heb ik wil alleen mijn geld begrijpen",
		"niet mijn vader maar mijn moeder valt":                 "mijn moeder valt",
		"ik kan niet voor mezelf zorgen":                        "ik kan niet voor mezelf zorgen",
		"ik heb geen geld, maar wil sporten":                    "ik heb geen geld . maar wil sporten",
		"geen huis, we slapen in de auto":                       "geen huis . we slapen in de auto",
		"niet meer kunnen lopen maar wel willen reizen":         "niet meer kunnen lopen maar wel willen reizen",
		"geen geld maar wel honger":                             "geen geld maar wel honger",
		"ik wil geen ruzie":                                     "ik wil geen ruzie",
	} {
		if got := strings.Join(dropNegated(words(text)), " "); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	for in, want := range map[string]string{
		"schulden": "schuld", "schuld": "schuld", "huren": "hur", "huur": "hur", "kinderen": "kinder",
		"opvoeding": "opvoed", "eenzaamheid": "eenzam", "eenzaam": "eenzam", "mogelijkheden": "mogelijk",
	} {
		if got := stem(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestParticiple(t *testing.T) {
	for in, want := range map[string]string{
		"gepest": "pest", "opgehaald": "ophaald", "gehandicapt": "handicapt",
		"geld": "", "school": "", "gemeente": "", "gezin": "",
	} {
		if got := participle(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

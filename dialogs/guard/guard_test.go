package guard

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"wegwijzer/knowledge"
)

// shared compiles the content once for all tests.
var shared = sync.OnceValues(func() (*Guard, error) { return New(Embedded()) })

func open(t testing.TB) *Guard {
	t.Helper()
	g, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sample is one labelled message; kind is empty for a safe one.
type sample struct {
	split string
	kind  knowledge.CrisisKind
	lang  knowledge.Lang
	text  string
}

func readSamples(t testing.TB, file string, crisis bool) []sample {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		f := strings.Split(line, "\t")
		s := sample{split: f[0], lang: knowledge.Lang(f[len(f)-2]), text: f[len(f)-1]}
		if crisis {
			s.kind = knowledge.CrisisKind(f[1])
		}
		switch s.split {
		case "dev", "dev2", "dev3", "test", "kept3":
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no messages", file)
	}
	return out
}

// unread tells the splits that are only ever counted.
func unread(split string) bool { return split == "test" || split == "kept3" }

// measured is what the guard makes of one split.
type measured struct{ recall, alarms, everyday, kinds float64 }

// measure counts what the guard finds of one split.
func measure(t *testing.T, split string) measured {
	g := open(t)
	var n, found, kindRight int
	for _, s := range readSamples(t, "crisis.tsv", true) {
		if s.split != split {
			continue
		}
		n++
		c, ok := g.Crisis(s.text, "")
		if ok {
			found++
		} else if !unread(split) {
			t.Logf("missed %s %s: %s", s.kind, s.lang, s.text)
		}
		if ok && c.Kind == s.kind {
			kindRight++
		}
	}
	return measured{
		recall:   float64(found) / float64(n),
		alarms:   alarmRate(t, "veilig.tsv", split),
		everyday: alarmRate(t, "gewoon.tsv", split),
		kinds:    float64(kindRight) / float64(found),
	}
}

// alarmRate is the share of safe messages of a split that alarm; 0 when the
// file has none of it.
func alarmRate(t *testing.T, file, split string) float64 {
	g := open(t)
	safe, alarmed := 0, 0
	for _, s := range readSamples(t, file, false) {
		if s.split != split {
			continue
		}
		safe++
		if c, ok := g.Crisis(s.text, ""); ok {
			alarmed++
			if !unread(split) {
				t.Logf("false alarm %s %s %v: %s", c.Kind, s.lang, c.Words, s.text)
			}
		}
	}
	return float64(alarmed) / float64(max(1, safe))
}

// The bounds are what the guard reaches, a message or two below: two splits
// are only ever counted, never read. docs/guard.md has the figures and the goal.
func TestCrisisRecallAndFalseAlarms(t *testing.T) {
	bounds := []struct {
		split string
		want  measured
	}{
		{"dev", measured{recall: 0.98, alarms: 0.030, kinds: 0.96}},
		{"dev2", measured{recall: 0.925, alarms: 0.160, everyday: 0.020, kinds: 0.94}},
		{"dev3", measured{recall: 0.93, alarms: 0.075, kinds: 0.89}},
		{"kept3", measured{recall: 0.95, alarms: 0.055, kinds: 0.90}},
		{"test", measured{recall: 0.97, alarms: 0.060, kinds: 0.90}},
	}
	for _, b := range bounds {
		t.Run(b.split, func(t *testing.T) {
			got := measure(t, b.split)
			t.Logf("%s: %+v", b.split, got)
			if got.recall < b.want.recall || got.alarms > b.want.alarms ||
				got.everyday > b.want.everyday || got.kinds < b.want.kinds {
				t.Errorf("got %+v, want at least this recall and kinds, at most these alarms: %+v", got, b.want)
			}
		})
	}
}

func TestCrisisSaysKindLanguageWordsAndChild(t *testing.T) {
	g := open(t)
	cases := []struct {
		text  string
		hint  knowledge.Lang
		kind  knowledge.CrisisKind
		lang  knowledge.Lang
		child bool
	}{
		{"ik wil niet meer leven", "", knowledge.CrisisSuicide, knowledge.NL, false},
		{"IK WIL NIMEER LEEEEVEN", "", knowledge.CrisisSuicide, knowledge.NL, false},
		{"ik ben 13 en papa slaat mij elke dag", "nl", knowledge.CrisisGeweld, knowledge.NL, true},
		{"mijn man slaat me", "nl", knowledge.CrisisGeweld, knowledge.NL, false},
		{"hij ademt niet meer", "nl", knowledge.CrisisMedisch, knowledge.NL, false},
		{"waar kan ik vannacht slapen", "nl", knowledge.CrisisDakloos, knowledge.NL, false},
		{"ik ruik gas in huis", "nl", knowledge.CrisisAnders, knowledge.NL, false},
		{"I want to kill myself", "en", knowledge.CrisisSuicide, knowledge.EN, false},
		{"ich will nicht mehr leben", "", knowledge.CrisisSuicide, knowledge.DE, false},
		{"artık yaşamak istemiyorum", "", knowledge.CrisisSuicide, knowledge.TR, false},
		{"nie chcę już żyć", "", knowledge.CrisisSuicide, knowledge.PL, false},
		{"не хочу більше жити", "nl", knowledge.CrisisSuicide, knowledge.UK, false},
		{"لا أريد أن أعيش", "", knowledge.CrisisSuicide, knowledge.AR, false},
		{strings.Repeat("ik heb een vraag over de huurtoeslag en het formulier. ", 40) + "eerlijk gezegd wil ik niet meer leven. " +
			strings.Repeat("kunt u mij de openingstijden geven. ", 40), "nl", knowledge.CrisisSuicide, knowledge.NL, false},
	}
	for _, c := range cases {
		t.Run(c.text[:min(len(c.text), 40)], func(t *testing.T) {
			got, ok := g.Crisis(c.text, c.hint)
			if !ok || got.Kind != c.kind || got.Lang != c.lang || got.Child != c.child || len(got.Words) == 0 {
				t.Errorf("got %v %+v", ok, got)
			}
		})
	}
}

func TestSafeMessagesGiveNoCrisis(t *testing.T) {
	g := open(t)
	for _, text := range []string{
		"", "hallo", "hoe vraag ik huurtoeslag aan?", "ik schrik me dood van de rekening",
		"nee, ik wil niet dood, ik ben alleen moe", "thanks, bye",
	} {
		if c, ok := g.Crisis(text, ""); ok {
			t.Errorf("%q: %v %v", text, c.Kind, c.Words)
		}
	}
}

func TestNewNamesFileAndLine(t *testing.T) {
	good := fstest.MapFS{}
	err := fs.WalkDir(Embedded(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(Embedded(), path)
		good[path] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, file, old, new, want string }{
		{"unknown key", "crisis/nl.toml", "[words]", "[wordz]", "crisis/nl.toml:"},
		{"unknown list", "crisis/en.toml", "<child>", "<chyld>", "no list named \"chyld\""},
		{"unknown kind", "crisis/de.toml", "kind = \"geweld\"", "kind = \"ruzie\"", "crisis/de.toml:"},
		{"unknown placeholder", "crisis/tr.toml", "{112}", "{911}", "unknown placeholder {911}"},
		{"missing number", "numbers.toml", "id = \"veilig-thuis\"", "id = \"anders\"", "\"veilig-thuis\" is missing"},
		{"broken toml", "crisis/concepts.toml", "[self]", "[self", "crisis/concepts.toml:"},
		{"cut model", "model.bin", "wegwijzer-guard", "", "model.bin:1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bad := maps.Clone(good)
			bad[c.file] = &fstest.MapFile{Data: bytes.Replace(good[c.file].Data, []byte(c.old), []byte(c.new), 1)}
			_, err := New(bad)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestGuardServesManyAtOnce(t *testing.T) {
	g := open(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if _, ok := g.Crisis("ik wil niet meer leven", "nl"); !ok {
					t.Error("missed under load")
				}
				g.Mask("111222333")
			}
		})
	}
	wg.Wait()
}

func TestLongTextsTakeBoundedTime(t *testing.T) {
	g := open(t)
	for _, text := range seeds() {
		start := time.Now()
		g.Crisis(text, "")
		g.Mask(text)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %s", len(text), took)
		}
	}
}

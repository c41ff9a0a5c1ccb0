package dialogs

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"wegwijzer/knowledge"
)

// program is a copy of the program's own files, to spoil.
func program(t testing.TB) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(Embedded(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Embedded(), path)
		m[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil || len(m) < 10 {
		t.Fatalf("%d files: %v", len(m), err)
	}
	return m
}

// wrong is a file and the fault that it must give.
type wrong struct{ name, file, text, want string }

const head = "levensgebied = \"wonen\"\n"

// step writes a step with choices a and b.
func step(id, more string) string {
	return "[[step]]\nid = \"" + id + "\"\n" + more + "[[step.choice]]\nid = \"a\"\n[[step.choice]]\nid = \"b\"\n"
}

func wrongFlows() []wrong {
	return []wrong{
		{"broken TOML", "wonen.toml", head + "[[step\n", "wonen.toml:3: expected"},
		{"an unknown key", "wonen.toml", head + "kleur = 1\n", `wonen.toml:2: unknown key "kleur"`},
		{"an unknown key in a step", "wonen.toml", head + "[[step]]\nid = \"a\"\nfree = true\nvraag = \"?\"\n", `wonen.toml:5: unknown key "step.vraag"`},
		{"an unknown levensgebied", "wonen.toml", "\nlevensgebied = \"geluk\"\n", `wonen.toml:2: unknown levensgebied "geluk"`},
		{"a change of no dialog", "wonen.toml", "changes = \"wonen\"\n", `wonen.toml:1: there is no dialog "wonen" to change`},
		{"no levensgebied", "wonen.toml", "[[step]]\nid = \"a\"\nfree = true\n", `wonen.toml:1: levensgebied, guide or changes must say`},
		{"two dialogs of one levensgebied", "huis.toml", head + "[[step]]\nid = \"kern\"\nfree = true\n", `"wonen" has a dialog in huis.toml already`},
		{"no steps", "wonen.toml", head, `wonen.toml:1: dialog "wonen" has no steps`},
		{"a step without an id", "wonen.toml", head + "[[step]]\nfree = true\n", `wonen.toml:2: a step has no id`},
		{"two steps of one name", "wonen.toml", head + "[[step]]\nid=\"kern\"\nfree=true\n[[step]]\nid=\"kern\"\nfree=true\n", `wonen.toml:6: two steps are called "kern"`},
		{"a dead end", "wonen.toml", head + "[[step]]\nid = \"kern\"\n", `wonen.toml:3: step "kern" is a dead end`},
		{"a condition on no step", "wonen.toml", head + "[[step]]\nid = \"kern\"\nfree = true\nwhen = { x = [\"y\"] }\n", `wonen.toml:3: step "kern" is unreachable: its condition names "x"`},
		{"a condition on a later step", "wonen.toml", head + "[[step]]\nid = \"een\"\nfree = true\nwhen = { twee = [\"a\"] }\n" + step("twee", ""), `wonen.toml:3: step "een" is unreachable: its condition names "twee", which is no earlier step`},
		{"a condition on a choice that isn't there", "wonen.toml", head + step("een", "") + "[[step]]\nid = \"twee\"\nfree = true\nwhen = { een = [\"c\"] }\n", `wonen.toml:9: step "twee" is unreachable: "c" is no choice of step "een"`},
		{"conditions that contradict each other", "wonen.toml", head + step("een", "") + step("twee", "when = { een = [\"a\"] }\n") +
			"[[step]]\nid = \"drie\"\nfree = true\nwhen = { een = [\"b\"], twee = [\"a\"] }\n", `wonen.toml:16: step "drie" is unreachable: its conditions contradict each other about "een"`},
		{"a condition on itself", "wonen.toml", head + step("een", "when = { een = [\"a\"] }\n"), `wonen.toml:3: step "een" is unreachable: its condition is a cycle, it names the step itself`},
		{"a cycle of conditions", "wonen.toml", head + step("een", "when = { twee = [\"a\"] }\n") + step("twee", "when = { een = [\"a\"] }\n"), `wonen.toml:3: step "een" is unreachable: its condition is a cycle by way of "twee"`},
		{"a choice to nowhere", "wonen.toml", head + "[[step]]\nid = \"een\"\n[[step.choice]]\nid = \"a\"\nnext = \"zeven\"\n", `wonen.toml:5: step "een": choice "a" leads to "zeven", which is no step`},
		{"a loop without exit", "wonen.toml", head + step("een", "") + "[[step]]\nid = \"twee\"\n[[step.choice]]\nid = \"a\"\nnext = \"een\"\n", `wonen.toml:11: step "twee": choice "a" leads back to "een": a loop without exit`},
		{"a choice that leads to its own step", "wonen.toml", head + "[[step]]\nid = \"een\"\n[[step.choice]]\nid = \"a\"\nnext = \"een\"\n", `a loop without exit`},
		{"a choice twice", "wonen.toml", head + "[[step]]\nid = \"een\"\n[[step.choice]]\nid = \"a\"\n[[step.choice]]\nid = \"a\"\n", `wonen.toml:7: step "een": choice "a" is there twice`},
		{"too many choices", "wonen.toml", head + "[[step]]\nid = \"een\"\n" + strings.Repeat("[[step.choice]]\nid = \"a\"\n", 11), `step "een" has 11 choices, at most 10`},
		{"a field that isn't there", "wonen.toml", head + "[[step]]\nid = \"een\"\nfree = true\nfills = \"kleur\"\n", `wonen.toml:3: step "een" fills "kleur", which is none of`},
		{"an unknown shared step", "wonen.toml", head + "[[step]]\nuse = \"bestaat-niet\"\n", `wonen.toml:3: shared step "bestaat-niet"`},
		{"an unknown stelsel", "wonen.toml", head + "stelsels = [\"wvg\"]\n" + step("kern", ""), `unknown stelsel "wvg"`},
		{"an unknown doelgroep of a choice", "wonen.toml", head + "[[step]]\nid = \"kern\"\n[[step.choice]]\nid = \"buren\"\ndoelgroepen = [\"reuzen\"]\n", `wonen.toml:5: unknown doelgroep "reuzen"`},
		{"ten thousand steps", "wonen.toml", head + strings.Repeat("[[step]]\nid=\"a\"\nfree=true\n", 10000), "10000 steps, at most 40"},
		{"a missing text", "wonen.toml", head + "[[step]]\nid = \"nieuw\"\nfree = true\n", `wonen.toml:3: the Dutch text "wonen.nieuw.ask" is missing`},
	}
}

func wrongTexts() []wrong {
	rule := "[[rule]]\nid = \"geen-antwoord\"\nno_answer = true\n[[rule]]\nid = \"vastgelopen\"\nstalls = 2\n[[rule]]\nid = \"mens-gevraagd\"\nasked = true\n"
	return []wrong{
		{"a text that is no text", "texts/nl/wonen.toml", "\ngehoord = 5\n", `texts/nl/wonen.toml:2: "wonen.gehoord" must be a text`},
		{"an empty text", "texts/nl/extra.toml", "a = \"\"\n", `texts/nl/extra.toml:1: the text "extra.a" is empty`},
		{"an unknown language", "texts/xx/wonen.toml", "gehoord = \"x\"\n", `unknown language "xx"`},
		{"a text that is used nowhere", "texts/nl/extra.toml", "[kern]\n\nvraag = \"Wie bent u?\"\n", `texts/nl/extra.toml:3: the text "extra.kern.vraag" is used nowhere`},
		{"a phone number without a source", "texts/en/extra.toml", "gehoord = \"Call 0800-1234 now.\"\n", `texts/en/extra.toml:1: the text "extra.gehoord" has the number 08001234, which no source line carries`},
		{"a phone number of ten digits without a source", "texts/en/extra.toml", "gehoord = \"Call (0228) 00 20 01 now.\"\n", `has the number 0228002001`},
		{"a place that is never filled in", "texts/en/extra.toml", "a = \"Dear {naam}\"\n", `has the place {naam}, which is never filled in`},
		{"a rule without a condition", "escalatie.toml", rule + "[[rule]]\nid = \"termijn\"\n", `escalatie.toml:11: rule "termijn" has no condition`},
		{"no rule about asking for a person", "escalatie.toml", "[[rule]]\nid = \"termijn\"\ndeadline_days = 3\n", `escalatie.toml:1: there must be a rule with asked`},
		{"a question in between without words", "tussendoor.toml", "[[vraag]]\nid = \"kosten\"\n", `tussendoor.toml:2: a question in between needs an id and words`},
		{"a question in between that does the unknown", "tussendoor.toml", "[[vraag]]\nid = \"x\"\ndoes = \"zingen\"\nwords = [\"lied\"]\n", `tussendoor.toml:2: question "x" does "zingen"`},
	}
}

func TestWrongFilesNameTheirLine(t *testing.T) {
	if _, err := Load(program(t)); err != nil {
		t.Fatalf("the good files: %v", err)
	}
	for _, c := range append(wrongFlows(), wrongTexts()...) {
		t.Run(c.name, func(t *testing.T) {
			m := program(t)
			m[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			_, err := Load(m)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %.900v, want %q", err, c.want)
			}
		})
	}
}

func TestAPhoneNumberWithItsSourceIsTaken(t *testing.T) {
	m := program(t)
	m["texts/nl/wonen.toml"].Data = append([]byte("# - meldpunt, 0800-1234: https://meldpunt.example/\n#   (2026-11-22)\n"),
		[]byte(strings.Replace(string(m["texts/nl/wonen.toml"].Data), "Huurachterstand\"", "Huurachterstand (0800 1234)\"", 1))...)
	if _, err := Load(m); err != nil {
		t.Error(err)
	}
}

func TestManyFaultsAreToldInReasonableNumber(t *testing.T) {
	m := program(t)
	m["texts/nl/extra.toml"] = &fstest.MapFile{Data: []byte(func() string {
		var b strings.Builder
		for i := range 5000 {
			b.WriteString("k" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + " = \"?\"\n")
		}
		return b.String()
	}())}
	_, err := Load(m)
	if err == nil || strings.Count(err.Error(), "\n") > 2*maxFaults {
		t.Errorf("%d lines of faults", strings.Count(err.Error(), "\n"))
	}
}

// own is a gemeente's folder with changes.
func own(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

func TestAGemeenteChangesOnlyWhatItWants(t *testing.T) {
	gemeenten := []knowledge.GemeenteID{"medemblik", "opmeer"}
	plain, err := LoadLibrary(nil, gemeenten)
	if err != nil {
		t.Fatal(err)
	}
	say := func(l *Library, g knowledge.GemeenteID, key string) string {
		return l.For(g).Texts.Say(knowledge.NL, false, key, nil)
	}
	ids := func(l *Library, g knowledge.GemeenteID) string {
		var list []string
		for _, p := range l.For(g).Flows[knowledge.Wonen].Steps {
			list = append(list, p.ID)
		}
		return strings.Join(list, " ")
	}
	if got := ids(plain, "opmeer"); got != "kern huurder brief moment" {
		t.Fatalf("the program's steps are %q", got)
	}
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		check func(*testing.T, *Library)
	}{
		{"one text, for all", own("texts/nl/wonen.toml", "[kern]\nask = \"Wat is er met het huis?\"\n"), func(t *testing.T, l *Library) {
			if got := say(l, "opmeer", "wonen.kern.ask"); got != "Wat is er met het huis?" {
				t.Errorf("it says %q", got)
			}
			if got := say(l, "opmeer", "wonen.kern.why"); got != say(plain, "opmeer", "wonen.kern.why") {
				t.Errorf("another text changed: %q", got)
			}
		}},
		{"one text, for one gemeente", own("opmeer/texts/nl/wonen.toml", "[kern]\nask = \"Wat is er in Opmeer?\"\n"), func(t *testing.T, l *Library) {
			if say(l, "opmeer", "wonen.kern.ask") != "Wat is er in Opmeer?" || say(l, "medemblik", "wonen.kern.ask") != say(plain, "medemblik", "wonen.kern.ask") {
				t.Errorf("opmeer %q, medemblik %q", say(l, "opmeer", "wonen.kern.ask"), say(l, "medemblik", "wonen.kern.ask"))
			}
		}},
		{"a step more, after another", own("opmeer/wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"hond\"\nafter = \"kern\"\nfree = true\n", "opmeer/texts/nl/wonen.toml", "[hond]\nask = \"Is er een hond?\"\n"), func(t *testing.T, l *Library) {
			if ids(l, "opmeer") != "kern hond huurder brief moment" || ids(l, "medemblik") != "kern huurder brief moment" {
				t.Errorf("opmeer %q, medemblik %q", ids(l, "opmeer"), ids(l, "medemblik"))
			}
		}},
		{"a step less", own("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"brief\"\nremove = true\n[[step]]\nuse = \"moment\"\nremove = true\n"), func(t *testing.T, l *Library) {
			if got := ids(l, "medemblik"); got != "kern huurder" {
				t.Errorf("steps %q", got)
			}
		}},
		{"another step of the same name", own("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"huurder\"\nfree = true\n"), func(t *testing.T, l *Library) {
			if p := l.For("opmeer").Flows[knowledge.Wonen].Steps[1]; p.ID != "huurder" || !p.Free || len(p.Choices) > 0 {
				t.Errorf("step %+v", p)
			}
		}},
		{"a whole dialog", own("wonen.toml", "levensgebied = \"wonen\"\n[[step]]\nid = \"kern\"\nfree = true\n"), func(t *testing.T, l *Library) {
			if got := ids(l, "medemblik"); got != "kern" {
				t.Errorf("steps %q", got)
			}
		}},
		{"a rule less", own("opmeer/escalatie.toml", "[[rule]]\nid = \"twee-stelsels\"\nremove = true\n"), func(t *testing.T, l *Library) {
			if a, b := len(l.For("opmeer").Rules), len(l.For("medemblik").Rules); a != b-1 {
				t.Errorf("%d and %d rules", a, b)
			}
		}},
		{"a question in between", own("tussendoor.toml", "[[vraag]]\nid = \"hond\"\nwords = [\"mag hond\"]\n", "texts/nl/tussendoor.toml", "hond = \"Ja, dat mag.\"\n"), func(t *testing.T, l *Library) {
			if a, _ := l.For("opmeer").aside(tokens("mag de hond mee"), false); a == nil || a.ID != "hond" {
				t.Errorf("aside %+v", a)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := LoadLibrary(c.files, gemeenten)
			if err != nil {
				t.Fatal(err)
			}
			c.check(t, l)
		})
	}
}

func TestWrongChangesNameTheirLine(t *testing.T) {
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"a gemeente that isn't there", own("opmeeer/wonen.toml", ""), `opmeeer:1: there is no gemeente "opmeeer"; known are opmeer`},
		{"a text with a typing error in its key", own("opmeer/texts/nl/wonen.toml", "[kern]\naks = \"?\"\n"), `opmeer/texts/nl/wonen.toml:2: the text "wonen.kern.aks" is used nowhere`},
		{"both at once", own("wonen.toml", "levensgebied = \"wonen\"\nchanges = \"wonen\"\n"), `wonen.toml:1: levensgebied, guide or changes`},
		{"a step after no step", own("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"x\"\nafter = \"y\"\nfree = true\n"), `wonen.toml:3: step "x" comes after "y", which is no step`},
		{"no step to remove", own("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"x\"\nremove = true\n"), `wonen.toml:3: there is no step "x" to remove`},
		{"no rule to remove", own("escalatie.toml", "[[rule]]\nid = \"x\"\nremove = true\n"), `escalatie.toml:2: there is no rule "x" to remove`},
		{"the last rule about asking", own("escalatie.toml", "[[rule]]\nid = \"mens-gevraagd\"\nremove = true\n"), `nobody may be left without a road to a person`},
		{"a condition on a step that was removed", own("wonen.toml", "changes = \"wonen\"\n[[step]]\nid = \"kern\"\nremove = true\n"), `step "huurder" is unreachable: its condition names "kern"`},
		{"a phone number without a source", own("opmeer/texts/nl/wonen.toml", "[kern]\nask = \"Bel 0800-1234. Wat is er?\"\n"), `opmeer/texts/nl/wonen.toml:2: the text "wonen.kern.ask" has the number 08001234`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := LoadLibrary(c.files, []knowledge.GemeenteID{"opmeer"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %.600v, want %q", err, c.want)
			}
			if err != nil && strings.Count(err.Error(), c.want) > 1 {
				t.Errorf("told more than once: %v", err)
			}
		})
	}
}

func TestLines(t *testing.T) {
	m := mapLines("# x\nlevensgebied = \"wonen\"\n[[step]]\nid = \"a\"\ntekst = \"\"\"\n[[step]]\nid = 1\n\"\"\"\n[[step.choice]]\nid = \"b\"\nwords = [\n  \"x = y\",\n]\n[[step]]\n[[step.choice]]\nid = \"c\"\n[kern.choice]\n\"a-b\" = 1\n")
	for path, want := range map[string]int{
		"levensgebied": 2, "step.0": 3, "step.0.id": 4, "step.0.choice.0.id": 10, "step.1": 14, "step.1.choice.0.id": 16, "kern.choice.a-b": 18, "nergens": 1,
	} {
		if got := m.of(path); got != want {
			t.Errorf("%s is on line %d, want %d", path, got, want)
		}
	}
	if got := m.like("step.choice.words"); got != 11 {
		t.Errorf("step.choice.words is on line %d", got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("levensgebied = \"wonen\"\n[[step]]\nid = \"a\"\nfree = true\n", "[a]\nask = \"?\"\n")
	f.Add("[[step]]\nuse = \"moment\"\n", "a = 1")
	f.Add("changes = \"wonen\"\n[[step]]\nid = \"kern\"\nafter = \"kern\"\nremove = true\n", "\"\"\"\n")
	base := program(f)
	f.Fuzz(func(_ *testing.T, flow, text string) {
		_, _ = Load(fstest.MapFS{
			"wonen.toml": {Data: []byte(flow)}, "gedeeld.toml": {Data: []byte(flow)}, "escalatie.toml": {Data: []byte(flow)},
			"texts/nl/wonen.toml": {Data: []byte(text)},
		})
		if c, err := Load(base, own("wonen.toml", flow, "tussendoor.toml", flow, "woorden.toml", text, "texts/nl/wonen.toml", text)); err == nil {
			c.Review(knowledgeDay)
		}
	})
}

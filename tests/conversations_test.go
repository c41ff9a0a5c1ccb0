package tests

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wegwijzer/bot"
	"wegwijzer/bot/scripts"
	"wegwijzer/dialogs"
	"wegwijzer/tests/harness"
)

// scripts reads every conversation of the project.
func conversations(t *testing.T) []scripts.Script {
	t.Helper()
	files, err := filepath.Glob("testdata/conversations/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var list []scripts.Script
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := scripts.Parse(file, string(data))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parsed...)
	}
	if len(list) < 160 {
		t.Fatalf("%d conversation scripts, at least 160 are due", len(list))
	}
	return list
}

// TestMain lets many conversations go on at once: most of their time is
// waiting for Telegram's one message a second.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// binary builds the program once for the tests that need a process.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wegwijzer")
	cmd := exec.Command("go", "build", "-o", path, "../bot/cmd/wegwijzer")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

// TestConversations plays every script on the whole service, through each
// channel that it names; "alle" is all of them.
func TestConversations(t *testing.T) {
	program := binary(t)
	shared, doors := harness.StartWithDoors(t, program)
	for _, script := range conversations(t) {
		for _, channel := range script.Channels() {
			t.Run(filepath.Base(script.File)+"/"+script.Name+"/"+channel, func(t *testing.T) {
				t.Parallel()
				if script.MovesClock() {
					s, doors := harness.StartWithDoors(t, program)
					checkReplies(t, harness.Play(t, s, doors, script, channel))
					return
				}
				checkReplies(t, harness.Play(t, shared, doors, script, channel))
			})
		}
	}
}

// covered are what at least three conversations must show: each way of repair,
// each rule by which a person is offered.
func covered(t *testing.T) []string {
	t.Helper()
	tags := []string{
		"herstel-verbeteren", "herstel-terug", "herstel-weet-niet", "herstel-overslaan", "herstel-tussendoor", "herstel-waarom",
		"herstel-onderwerp", "herstel-tweede", "herstel-stop", "herstel-opnieuw", "herstel-stilte", "herstel-voor-ander",
		"herstel-andere-ondersteuner", "herstel-gegevens", "herstel-schelden", "herstel-vast", "aanbod-eens", "samenvatting",
	}
	content, err := dialogs.Load(dialogs.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range content.Rules {
		tags = append(tags, "regel-"+r.ID)
	}
	return tags
}

// TestScriptsCoverTheRepairs counts what the conversations show by their tags.
func TestScriptsCoverTheRepairs(t *testing.T) {
	const least = 3
	seen := map[string]int{}
	for _, script := range conversations(t) {
		for _, tag := range script.Tags {
			seen[tag]++
		}
	}
	known := append(covered(t), "herstel-elders", "brede-vraag")
	for _, tag := range covered(t) {
		if seen[tag] < least {
			t.Errorf("%s is shown by %d conversations, at least %d are due", tag, seen[tag], least)
		}
	}
	for tag := range seen {
		if !slices.Contains(known, tag) && !strings.Contains(tag, ":") {
			t.Errorf("nobody knows the tag %q", tag)
		}
	}
}

// maxWords is how long a message of the bot's own words is.
const maxWords = 60

// checkReplies holds what the bot said to what every message must be: short,
// and one question. Summaries, plans, crisis replies and cards of services are as long
// as they must be; what stands behind a bullet is the resident's or a record's.
func checkReplies(t *testing.T, p *scripts.Player) {
	t.Helper()
	for _, m := range p.Messages() {
		if m.From != bot.FromBot || len(m.Sources) > 0 || m.Kind == dialogs.KindSummary || m.Kind == dialogs.KindPlan || m.Kind == dialogs.KindCrisis || m.Kind == dialogs.KindNotice {
			continue
		}
		said := m.Text
		if m.Seq == 1 { // a door may add what it must say of itself
			said, _, _ = strings.Cut(said, "\n\n")
		}
		var own []string
		for line := range strings.Lines(said) {
			if !strings.HasPrefix(line, "•") {
				own = append(own, line)
			}
		}
		text := strings.Join(own, " ")
		if n := len(strings.Fields(text)); n > maxWords {
			t.Errorf("message %d has %d words: %s", m.Seq, n, m.Text)
		}
		if n := strings.Count(text, "?"); len(m.Choices) > 0 && n > 1 && m.Kind != dialogs.KindHandover {
			t.Errorf("message %d asks %d things: %s", m.Seq, n, m.Text)
		}
		if strings.Contains(text, "[algemeen.") || strings.ContainsAny(text, "{}") {
			t.Errorf("message %d has a hole: %s", m.Seq, m.Text)
		}
	}
}

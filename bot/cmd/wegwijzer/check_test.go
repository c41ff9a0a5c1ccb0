package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// put writes files into a folder of their own and returns it.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTheGuideToDialogsIsTrue does what docs/dialogs.md says, file by file:
// everything checks, and its conversation goes as it says.
func TestTheGuideToDialogsIsTrue(t *testing.T) {
	data, err := os.ReadFile("../../../docs/dialogs.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)Maak `eigen/([^`]+)`:\n\n```[a-z]*\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		files[m[1]] += m[2]
	}
	for _, m := range regexp.MustCompile("(?s)```toml\n# eigen/(\\S+)\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		files[m[1]] += m[2]
	}
	if len(files) < 5 {
		t.Fatalf("only %d files in the guide", len(files))
	}
	dir := put(t, files)
	status, out, errs := run(t, t.TempDir(), "", "check", "--dialogs", dir, "--scripts", filepath.Join(dir, "gesprekken"))
	if status != 0 || !strings.Contains(out, "1 gesprekken gespeeld") {
		t.Errorf("status %d\n%s\n%s", status, out, errs)
	}
	if !strings.Contains(out, `medemblik/texts/en/wonen.toml:1: "wonen.gepraat.ask" is missing`) {
		t.Errorf("the missing English isn't told:\n%s", out)
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a step after none", map[string]string{"medemblik/wonen.toml": "changes = \"wonen\"\n\n[[step]]\nid = \"gepraat\"\nafter = \"kren\"\nfree = true\n"}, `medemblik/wonen.toml:4: step "gepraat" comes after "kren", which is no step`},
		{"a gemeente that isn't there", map[string]string{"medemblek/wonen.toml": ""}, `medemblek:1: there is no gemeente "medemblek"`},
		{"a text that is too long", map[string]string{"opmeer/texts/nl/wonen.toml": "[kern]\nask = \"" + strings.Repeat("Dat is zo. ", 30) + "\"\n"}, `opmeer/texts/nl/wonen.toml:2: "wonen.kern.ask" has 90 words`},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, _, errs := run(t, t.TempDir(), "", "check", "--dialogs", put(t, c.files))
			if status != 1 || !strings.Contains(errs, c.want) {
				t.Errorf("status %d: %s", status, errs)
			}
		})
	}
}

func TestCheckPlaysConversationsAndNamesTheLineThatFails(t *testing.T) {
	dir := put(t, map[string]string{"a.txtar": "-- goed --\nweb a gemeente=opmeer\n< *computerprogramma*\n-- fout --\nweb b gemeente=opmeer\n\n< *iets dat niemand zegt*\n"})
	status, _, errs := run(t, t.TempDir(), "", "check", "--scripts", dir)
	if status != 1 || !strings.Contains(errs, "a.txtar:7: < *iets dat niemand zegt*") || strings.Contains(errs, "a.txtar:3") {
		t.Errorf("status %d: %s", status, errs)
	}
	if status, _, errs := run(t, t.TempDir(), "", "check", "--scripts", t.TempDir()); status != 1 || !strings.Contains(errs, "no conversations") {
		t.Errorf("an empty folder: status %d: %s", status, errs)
	}
}

func TestCheckListsWhatALanguageLacks(t *testing.T) {
	status, out, errs := run(t, t.TempDir(), "", "check", "--lang", "de")
	if status != 0 || strings.Count(out, "\n") < 100 || !strings.Contains(out, `algemeen.welkom = "Welkom.`) {
		t.Errorf("status %d, %d lines: %s", status, strings.Count(out, "\n"), errs)
	}
	if _, out, _ := run(t, t.TempDir(), "", "check", "--lang", "en"); out != "" {
		t.Errorf("English lacks:\n%s", out)
	}
	if status, _, _ := run(t, t.TempDir(), "", "check", "--lang", "xx"); status != 2 {
		t.Errorf("an unknown language: status %d", status)
	}
}

func TestDialogsAreDrawn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wonen.svg")
	if status, _, errs := run(t, t.TempDir(), "", "dialogs", "graph", "wonen", "--out", file); status != 0 {
		t.Fatal(errs)
	}
	data, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(data), "<svg") {
		t.Errorf("%.60s %v", data, err)
	}
	if status, out, _ := run(t, t.TempDir(), "", "dialogs", "graph", "wonen", "--mermaid"); status != 0 || !strings.HasPrefix(out, "flowchart") {
		t.Errorf("mermaid: %d %.60s", status, out)
	}
	if status, out, _ := run(t, t.TempDir(), "", "dialogs", "list"); status != 0 || !strings.Contains(out, "wonen") {
		t.Errorf("list: %d %s", status, out)
	}
	for _, args := range [][]string{{"dialogs"}, {"dialogs", "graph"}, {"dialogs", "dans"}} {
		if status, _, _ := run(t, t.TempDir(), "", args...); status != 2 {
			t.Errorf("%v: status %d", args, status)
		}
	}
	if status, _, errs := run(t, t.TempDir(), "", "dialogs", "graph", "geluk"); status != 1 || !strings.Contains(errs, "there are") {
		t.Errorf("an unknown dialog: %d %s", status, errs)
	}
}

func TestChatExplainsItself(t *testing.T) {
	_, out, errs := run(t, t.TempDir(), "ik kan mijn huur niet betalen\n", "chat", "--explain")
	if !strings.Contains(errs, "· step wonen/huurder: not told yet") && !strings.Contains(errs, "· step ") || strings.Contains(out, "·") {
		t.Errorf("explained:\n%s", errs)
	}
	if strings.Contains(errs, "niet betalen") {
		t.Error("the resident's words are in the explanation")
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// run runs a command on a folder of its own and returns its exit status and
// output.
func run(t *testing.T, dir, in string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	c := &command{in: strings.NewReader(in), out: &o, err: &e, env: []string{"WEGWIJZER_STORE_DIR=" + dir}}
	status = c.main(context.Background(), args)
	return status, o.String(), e.String()
}

func TestExitStatus(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"help is done", []string{"help"}, 0},
		{"help of a command is done", []string{"help", "kaart"}, 0},
		{"nothing is wrong use", nil, 2},
		{"an unknown command is wrong use", []string{"vlieg"}, 2},
		{"an unknown flag is wrong use", []string{"serve", "--vlieg"}, 2},
		{"too many arguments are wrong use", []string{"version", "extra"}, 2},
		{"an unknown format is wrong use", []string{"kaart", "export", "--format", "foo", "x"}, 2},
		{"an unknown verb is wrong use", []string{"supporter", "vlieg"}, 2},
		{"a missing file failed", []string{"kaart", "import", filepath.Join(dir, "er-niet.csv")}, 1},
		{"a missing config failed", []string{"serve", "--config", filepath.Join(dir, "er-niet.toml")}, 1},
		{"an absent conversation failed", []string{"erase", "--conversation", "er-niet"}, 1},
		{"a supporter outside the roster failed", []string{"supporter", "add", "niemand"}, 1},
		{"version is done", []string{"version"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, _, errs := run(t, dir, "", c.args...)
			if status != c.want {
				t.Errorf("status %d, want %d: %s", status, c.want, errs)
			}
			if status == 1 && strings.TrimSpace(errs) == "" {
				t.Error("it failed without a word")
			}
		})
	}
}

// objects reads one JSON object a line.
func objects(t *testing.T, out string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(out) {
		v := map[string]any{}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("no JSON object: %q", line)
		}
		list = append(list, v)
	}
	return list
}

func TestUnderstandJSON(t *testing.T) {
	_, out, _ := run(t, t.TempDir(), "ik kan mijn huur niet betalen\nik wil niet meer leven\n\n🙂\n", "understand", "--json")
	list := objects(t, out)
	if len(list) != 4 {
		t.Fatalf("%d lines for four messages", len(list))
	}
	for _, v := range list {
		for _, key := range []string{"text", "intent", "levensgebieden", "moment", "doelgroepen", "crisis", "lang"} {
			if _, ok := v[key]; !ok {
				t.Errorf("%q lacks %s", v["text"], key)
			}
		}
		if v["levensgebieden"] == nil || v["doelgroepen"] == nil {
			t.Errorf("%q: a list is null", v["text"])
		}
	}
	if list[0]["crisis"] != nil || list[1]["crisis"] != "suicide" {
		t.Errorf("crisis %v and %v", list[0]["crisis"], list[1]["crisis"])
	}
}

func TestKaartGoesOutAndInUnchanged(t *testing.T) {
	for _, format := range []string{"hsds-json", "hsds-csv", "csv", "xlsx"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "kaart"+map[string]string{"hsds-json": ".json", "hsds-csv": ".zip", "csv": ".csv", "xlsx": ".xlsx"}[format])
			if status, _, errs := run(t, dir, "", "kaart", "export", "--format", format, file); status != 0 {
				t.Fatalf("export: %s", errs)
			}
			status, out, errs := run(t, dir, "", "kaart", "import", "--json", file)
			if status != 0 {
				t.Fatalf("import: %s", errs)
			}
			counts := objects(t, out)[0]
			if counts["added"] != 0.0 || counts["changed"] != 0.0 || counts["rejected"] != 0.0 || counts["unchanged"].(float64) < 60 {
				t.Errorf("counts %v", counts)
			}
		})
	}
}

func TestABadRowRejectsTheFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "kaart.csv")
	if status, _, errs := run(t, dir, "", "kaart", "export", "--format", "csv", file); status != 0 {
		t.Fatalf("export: %s", errs)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("kapot;rij\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	status, _, errs := run(t, dir, "", "kaart", "import", file)
	if status != 1 || !strings.Contains(errs, "kapot") {
		t.Errorf("status %d: %s", status, errs)
	}
}

func TestKaartSearchJSON(t *testing.T) {
	_, out, errs := run(t, t.TempDir(), "hulp bij schulden\nrecept voor appeltaart\n", "kaart", "search", "--gemeente", "MEDEMBLIK", "--json")
	list := objects(t, out)
	if len(list) != 2 || list[0]["query"] != "hulp bij schulden" || list[0]["answerable"] != true || list[1]["answerable"] != false {
		t.Fatalf("%v %s", list, errs)
	}
	if hits, ok := list[0]["results"].([]any); !ok || len(hits) == 0 || len(hits) > 10 {
		t.Errorf("results %v", list[0]["results"])
	}
}

func TestChatJSON(t *testing.T) {
	in := `{"text":"ik wil een mens spreken"}` + "\n" + `{"choice":"mens:ja"}` + "\n" + "geen json\n" + `{"text":"wis mijn gesprek"}` + "\n" + `{"choice":"wis:ja"}` + "\n"
	status, out, errs := run(t, t.TempDir(), in, "chat", "--json", "--gemeente", "opmeer")
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	turns, summary := 0, false
	for _, v := range objects(t, out) {
		if _, ok := v["turn"]; ok {
			turns++
			continue
		}
		for _, key := range []string{"seq", "from", "text", "at"} {
			if _, ok := v[key]; !ok {
				t.Errorf("a message lacks %s: %v", key, v)
			}
		}
		summary = summary || v["kind"] == "summary"
	}
	if turns != 4 || !summary {
		t.Errorf("%d turns, summary %v:\n%s", turns, summary, out)
	}
}

func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, `{"text":"ik heb schulden"}`, "chat", "--json")
	file := filepath.Join(t.TempDir(), "kopie")
	if status, _, errs := run(t, dir, "", "backup", file); status != 0 {
		t.Fatalf("backup: %s", errs)
	}
	if status, _, _ := run(t, dir, "", "backup", file); status != 1 {
		t.Error("a backup was overwritten")
	}
	if status, _, errs := run(t, dir, "", "restore", file); status != 0 {
		t.Errorf("restore: %s", errs)
	}
}

func TestSupporters(t *testing.T) {
	dir := t.TempDir()
	status, out, errs := run(t, dir, "", "supporter", "add", "jan")
	if status != 0 || !strings.Contains(out, "/desk/start/") {
		t.Fatalf("add: %d %s %s", status, out, errs)
	}
	if status, _, errs := run(t, dir, "", "supporter", "disable", "jan"); status != 0 {
		t.Errorf("taking the link back: %s", errs)
	}
	if status, _, _ := run(t, dir, "", "supporter", "disable", "jan"); status != 1 {
		t.Error("somebody without account or link was disabled")
	}
	_, out, _ = run(t, dir, "", "supporter", "list", "--json")
	if list := objects(t, out); len(list) != 6 || list[0]["active"] != false {
		t.Errorf("list %v", list)
	}
}

func TestNLUEval(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.tsv")
	var b strings.Builder
	for i := range 40 {
		b.WriteString("huur\tik kan mijn huur niet betalen " + strings.Repeat("x", i%5) + "\nzorg\tmijn moeder heeft hulp nodig " + strings.Repeat("y", i%5) + "\n")
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := run(t, dir, "", "nlu", "eval", "--train", file, "--test", file, "--json")
	if status != 0 {
		t.Fatalf("eval: %s", errs)
	}
	v := objects(t, out)[0]
	for _, key := range []string{"accuracy", "train_seconds", "us_per_message", "model_bytes", "labels", "test_rows"} {
		if _, ok := v[key].(float64); !ok {
			t.Errorf("%s is missing: %v", key, v)
		}
	}
	if v["accuracy"].(float64) < 0.99 {
		t.Errorf("accuracy %v on what it was trained on", v["accuracy"])
	}
}

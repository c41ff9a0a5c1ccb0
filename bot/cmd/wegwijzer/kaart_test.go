package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a file in the folder.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestKaartHistoryTellsWhoWhenAndWhat(t *testing.T) {
	dir := t.TempDir()
	if _, out, _ := run(t, dir, "", "kaart", "history"); !strings.Contains(out, "nog niets veranderd") {
		t.Errorf("before any import: %q", out)
	}
	for _, i := range []struct{ by, phone string }{{"fatima", "0900-000 01 01"}, {"jan", "0900-000 01 02"}} {
		file := write(t, dir, "kaart.csv", "id;naam;organisatie;telefoon\na;Inloop A;De Brug;"+i.phone+"\nb;Inloop B;De Brug;\n")
		if status, _, errs := run(t, dir, "", "kaart", "import", "--by", i.by, file); status != 0 {
			t.Fatal(errs)
		}
	}
	_, out, errs := run(t, dir, "", "kaart", "history", "--service", "a")
	for _, want := range []string{"fatima  toegevoegd: Inloop A (a)", "jan  veranderd: Inloop A (a)", "    telefoon: 0900-000 01 01 → 0900-000 01 02"} {
		if !strings.Contains(out, want) {
			t.Errorf("the history lacks %q:\n%s%s", want, out, errs)
		}
	}
	if strings.Contains(out, "Inloop B") {
		t.Errorf("another service is told of:\n%s", out)
	}
	_, out, _ = run(t, dir, "", "kaart", "history", "--json")
	list := objects(t, out)
	if len(list) != 3 || list[0]["by"] != "fatima" || list[2]["action"] != "changed" || list[2]["at"] == "" {
		t.Fatalf("%v", list)
	}
	changes, ok := list[2]["changes"].([]any)
	if !ok || len(changes) != 1 {
		t.Fatalf("changes %v", list[2])
	}
	if d := changes[0].(map[string]any); d["column"] != "telefoon" || d["before"] != "0900-000 01 01" || d["after"] != "0900-000 01 02" {
		t.Errorf("the change is %v", d)
	}
}

func TestKaartTemplateIsFilledIn(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"kaart.xlsx", "kaart.csv"} {
		file := filepath.Join(dir, name)
		if status, _, errs := run(t, dir, "", "kaart", "template", file); status != 0 {
			t.Fatal(errs)
		}
		if status, _, _ := run(t, dir, "", "kaart", "template", file); status != 1 {
			t.Errorf("%s: what stands there is written over: %d", name, status)
		}
		// Nothing is filled in yet: the example row isn't imported, and the kaart
		// isn't emptied.
		if status, out, errs := run(t, dir, "", "kaart", "import", file); status != 0 || !strings.Contains(out, "toegevoegd 0, veranderd 0") {
			t.Errorf("%s: an empty template: %d %s%s", name, status, out, errs)
		}
		if status, _, errs := run(t, dir, "", "kaart", "import", "--replace", file); status != 1 || !strings.Contains(errs, "geen diensten") {
			t.Errorf("%s: the kaart is emptied: %d %s", name, status, errs)
		}
	}
	if status, _, _ := run(t, dir, "", "kaart", "template", filepath.Join(dir, "kaart.doc")); status != 2 {
		t.Errorf("an unknown kind of file: %d", status)
	}
}

func TestKaartSearchNearAPlace(t *testing.T) {
	status, _, errs := run(t, t.TempDir(), "sporten\n", "kaart", "search", "--near", "Atlantis")
	if status != 1 || !strings.Contains(errs, "Atlantis") {
		t.Errorf("a place that isn't there: %d %s", status, errs)
	}
	status, out, errs := run(t, t.TempDir(), "sporten\n", "kaart", "search", "--near", "Wognum", "--json")
	if status != 0 || len(objects(t, out)) != 1 {
		t.Errorf("%d %s%s", status, out, errs)
	}
}

package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wegwijzer/tests/harness/redisd"
)

// toFatima is a conversation up to a named supporter.
const toFatima = `{"text":"ik wil iemand spreken over mijn huurschuld"}
{"choice":"mens:ja"}
{"choice":"summary:ok"}
{"choice":"consent:yes"}
{"choice":"contact:chat"}
{"choice":"supporter:fatima"}
`

func TestTheAuditLogIsVerified(t *testing.T) {
	for _, c := range []struct {
		name string
		env  []string
	}{
		{"embedded", []string{"WEGWIJZER_STORE_DIR=" + t.TempDir()}},
		{"Redis", []string{
			"WEGWIJZER_STORE_DIR=" + t.TempDir(), "WEGWIJZER_STORE_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
			"WEGWIJZER_STORE_REDIS_URL=" + redisd.Start(t).URL(),
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if status, _, errs := runWith(t, c.env, toFatima, "chat", "--json"); status != 0 {
				t.Fatal(errs)
			}
			status, out, errs := runWith(t, c.env, "", "audit", "show", "--json")
			if status != 0 {
				t.Fatal(errs)
			}
			list := objects(t, out)
			var got []string
			for _, e := range list {
				got = append(got, e["actor"].(string)+" "+e["action"].(string))
			}
			if want := "bot offered, inwoner consented, bot assigned"; strings.Join(got, ", ") != want || list[2]["why"] != "fatima" {
				t.Errorf("the log holds %q", got)
			}
			status, out, errs = runWith(t, c.env, "", "audit", "verify", "--json")
			if status != 0 || objects(t, out)[0]["entries"] != 3.0 {
				t.Errorf("verify: %d %s %s", status, out, errs)
			}
			if status, out, _ = runWith(t, c.env, "", "erase", "--conversation", list[0]["case"].(string)); status != 0 {
				t.Fatal(out)
			}
			if status, out, errs = runWith(t, c.env, "", "audit", "verify"); status != 0 || !strings.Contains(out, "4 regels") {
				t.Errorf("after an erasing: %d %s %s", status, out, errs)
			}
			if _, out, _ = runWith(t, c.env, "", "audit", "show"); !strings.Contains(out, "(gewist)") || strings.Contains(out, "fatima") {
				t.Errorf("after an erasing the reasons can be read:\n%s", out)
			}
		})
	}
}

func TestABrokenLinkIsNamed(t *testing.T) {
	dir := t.TempDir()
	env := []string{"WEGWIJZER_STORE_DIR=" + dir}
	if status, _, errs := runWith(t, env, toFatima, "chat", "--json"); status != 0 {
		t.Fatal(errs)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "wegwijzer.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"DROP TRIGGER audit_stays", "UPDATE audit SET actor = 'ander' WHERE n = 2"} {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := runWith(t, env, "", "audit", "verify"); status != 1 || !strings.Contains(errs, "entry 2") {
		t.Errorf("%d %s", status, errs)
	}
}

func TestARosterIsImported(t *testing.T) {
	env := []string{"WEGWIJZER_STORE_DIR=" + t.TempDir()}
	example, err := os.ReadFile("../../cases/example/roster.toml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rooster.toml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(want int, args ...string) (out, errs string) {
		t.Helper()
		status, out, errs := runWith(t, env, "", append([]string{"supporter"}, args...)...)
		if status != want {
			t.Fatalf("%v: status %d, want %d\n%s%s", args, status, want, out, errs)
		}
		return out, errs
	}
	write(strings.ReplaceAll(string(example), "Jan Visser", "Jan de Visser"))
	if out, _ := run(0, "import", "--dry-run", file); !strings.Contains(out, "veranderd  jan") || !strings.Contains(out, "niets veranderd") {
		t.Errorf("a dry run says:\n%s", out)
	}
	if out, _ := run(0, "list"); strings.Contains(out, "Jan de Visser") {
		t.Error("a dry run changed the roster")
	}
	if out, errs := run(0, "import", file); !strings.Contains(out, "veranderd  jan") || !strings.Contains(errs, "kasia krijgt daar geen vragen") {
		t.Errorf("the import says:\n%s%s", out, errs)
	}
	if out, _ := run(0, "list"); !strings.Contains(out, "Jan de Visser") {
		t.Errorf("after the import:\n%s", out)
	}
	write(strings.ReplaceAll(string(example), "coordinator = true", ""))
	if _, errs := run(1, "import", file); !strings.Contains(errs, "medemblik: er is geen coördinator") {
		t.Errorf("without a coordinator: %s", errs)
	}
	write(strings.ReplaceAll(string(example), `organisation = "oevers"`, `organisation = "weg"`))
	if _, errs := run(1, "check", file); !strings.Contains(errs, `unknown organisation "weg"`) || !strings.Contains(errs, file+":") {
		t.Errorf("an unknown organisation: %s", errs)
	}
	if out, _ := run(0, "list"); !strings.Contains(out, "Jan de Visser") {
		t.Error("a refused import changed the roster")
	}
	if out, _ := run(0, "route", "--gemeente", "opmeer", "--levensgebied", "wonen", "--explain"); !strings.Contains(out, "Jan de Visser (") ||
		!strings.Contains(out, "niet  Kasia Nowak") || !strings.Contains(out, "Chinese muur") {
		t.Errorf("route says:\n%s", out)
	}
	run(2, "route", "--gemeente", "atlantis")
}

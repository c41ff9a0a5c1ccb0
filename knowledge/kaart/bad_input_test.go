package kaart

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// zipOf packs files by name.
func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for name, text := range files {
		w, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

const goodTable = "id,name,status\na,A,active\n"

func TestBadArchivesAreRefused(t *testing.T) {
	many := map[string]string{}
	for i := range maxEntries + 1 {
		many[strings.Repeat("x", i%50)+string(rune('a'+i%26))+time.Duration(i).String()+".csv"] = ""
	}
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a path outside":         {map[string]string{"../services.csv": goodTable}, "een pad buiten zichzelf"},
		"a path from the root":   {map[string]string{"/etc/services.csv": goodTable}, "een pad buiten zichzelf"},
		"a path of another disk": {map[string]string{`C:\services.csv`: goodTable}, "een pad buiten zichzelf"},
		"a bomb":                 {map[string]string{"services.csv": goodTable + strings.Repeat("a,A,active\n", 4<<20)}, "geweigerd als ZIP-bom"},
		"too many files":         {many, "bestanden; er worden er hooguit"},
		"no tables":              {map[string]string{"leesmij.txt": "hallo"}, "geen HSDS-tabellen"},
		"a table without rows":   {map[string]string{"services.csv": "id,name,status\n"}, "geen diensten in deze ZIP"},
		"a broken quote":         {map[string]string{"services.csv": "id,name,status\na,\"A,active\n"}, "vanaf hier is het bestand niet te lezen"},
		"a reference to nothing": {map[string]string{"services.csv": goodTable, "service_at_locations.csv": "id,service_id,location_id\nx,a,q\n", "locations.csv": "id,location_type\nz,physical\n"}, `"q" staat niet in locations`},
		"a number that isn't":    {map[string]string{"services.csv": "id,name,status,minimum_age\na,A,active,twaalf\n"}, `minimum_age: "twaalf" is geen getal`},
	} {
		t.Run(name, func(t *testing.T) {
			b := decode(t, zipOf(t, tt.files))
			if len(b.Rejected) == 0 || !strings.Contains(b.Rejected[0].Error(), tt.want) {
				t.Fatalf("rejected %v, want %q", b.Rejected, tt.want)
			}
			if _, _, err := (*Kaart)(nil).Apply(b, ApplyOptions{}); err == nil {
				t.Error("something is imported all the same")
			}
		})
	}
}

func TestBadRowsNameRowColumnAndReason(t *testing.T) {
	const header = "id;naam;organisatie;website;leeftijd_van;leeftijd_tot;openingstijden;gecontroleerd_op;evenementen;soort\n"
	for name, tt := range map[string]struct{ row, want string }{
		"impossible hours":        {"a;A;;;;;ma 17:00-09:00;;;", `2: "a": openingstijden: 17:00-09:00 kan niet`},
		"hours past midnight":     {"a;A;;;;;ma 09:00-25:00;;;", `2: "a": openingstijden:`},
		"a date that isn't":       {"a;A;;;;;;2026-02-30;;", `2: "a": gecontroleerd_op: "2026-02-30" is geen datum`},
		"an event without a date": {"a;A;;;;;;;morgen inloop;", `2: "a": evenementen:`},
		"a script as address":     {"a;A;;javascript:alert(1);;;;;;", `2: "a": website:`},
		"ages the wrong way":      {"a;A;;;80;12;;;;", `2: "a": leeftijd_tot: 12 is lager`},
		"an age that isn't":       {"a;A;;;oud;;;;;", `2: "a": leeftijd_van: "oud" is geen heel getal`},
		"an unknown kind":         {"a;A;;;;;;;;robot", `2: "a": "robot" bestaat niet`},
		"no id":                   {";A;;;;;;;;", `2: id: is leeg`},
		"no name":                 {"a;;;;;;;;;", `2: "a": naam: is leeg`},
		"too few cells":           {"a;A", "heeft 2 van de 10 kolommen"},
		"too many cells":          {"a;A;;;;;;;;;;x", "heeft 12 cellen"},
	} {
		t.Run(name, func(t *testing.T) {
			b := decode(t, []byte(header+tt.row+"\n"))
			if len(b.Rejected) == 0 {
				t.Fatal("nothing is rejected")
			}
			if got := b.Rejected[0].Error(); !strings.Contains(strings.Replace(got, `"a": soort: `, `"a": `, 1), tt.want) || strings.Contains(got, "\n") {
				t.Errorf("reason %q, want %q", got, tt.want)
			}
		})
	}
}

func TestADuplicateNamesItsRow(t *testing.T) {
	for name, data := range map[string][]byte{
		"csv":  []byte("id;naam;organisatie\na;A;\nb;B;\na;Nog eens;\n"),
		"json": []byte("[{\"id\":\"a\",\"name\":\"A\",\"status\":\"active\"},\n\n{\"id\":\"b\",\"name\":\"B\",\"status\":\"active\"},\n{\"id\":\"a\",\"name\":\"Nog eens\",\"status\":\"active\"}]"),
		"zip":  zipOf(t, map[string]string{"services.csv": goodTable + "b,B,active\na,Nog eens,active\n"}),
	} {
		t.Run(name, func(t *testing.T) {
			_, report, err := (*Kaart)(nil).Apply(decode(t, data), ApplyOptions{})
			if err == nil || len(report.Rejected) != 1 {
				t.Fatalf("%v: %v", err, report.Rejected)
			}
			if got := report.Rejected[0]; got.Row != 4 || got.ID != "a" || got.Column != "id" {
				t.Errorf("rejected %q", got.Error())
			}
		})
	}
}

func TestAVeryLongCellIsRefused(t *testing.T) {
	long := strings.Repeat("x", 50<<20)
	for name, data := range map[string][]byte{
		"csv": []byte("id;naam;organisatie;omschrijving\na;A;;" + long + "\n"),
		"zip": zipOf(t, map[string]string{"services.csv": "id,name,status,description\na,A,active," + long + "\n"}),
	} {
		t.Run(name, func(t *testing.T) {
			b := decode(t, data)
			if len(b.Rejected) == 0 || len(b.Services) > 0 || len(b.Rejected[0].Error()) > 300 {
				t.Errorf("%d services, rejected %.300v", len(b.Services), b.Rejected)
			}
		})
	}
}

// A workbook may hold formulas and macros; what they said when it was saved is
// a text, and nothing of them runs or comes back.
func TestAWorkbookIsReadAsText(t *testing.T) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for cell, value := range map[string]any{"A1": "id", "B1": "naam", "C1": "organisatie", "D1": "gecontroleerd_op", "A2": "a", "C2": "<b>De</b> Brug<script>alert(1)</script>", "D2": 46327} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "B2", `=HYPERLINK("http://kwaad.example","Inloop")`); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	// The formula was never reckoned: the cell is empty, which is said.
	b := decode(t, buf.Bytes())
	if len(b.Services) != 0 || len(b.Rejected) != 1 || b.Rejected[0].Column != "naam" || b.Rejected[0].Row != 2 {
		t.Fatalf("%v, %v", b.Services, b.Rejected)
	}
	if err := f.SetCellValue("Sheet1", "B2", "=1+1"); err != nil {
		t.Fatal(err)
	}
	buf.Reset()
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	k, _ := apply(t, nil, decode(t, buf.Bytes()))
	if s, _ := k.Service("a"); s.Name != "=1+1" || k.orgList[0].Name != "De Brug" || s.AssuredDate != "2026-11-01" {
		t.Errorf("read as %q of %q, checked %s", s.Name, k.orgList[0].Name, s.AssuredDate)
	}
}

func TestDatesInThePastAreNoFault(t *testing.T) {
	b := decode(t, []byte("id;naam;organisatie;gecontroleerd_op;evenementen\na;A;;2019-01-01;2019-05-05 Feest\n"))
	k, _ := apply(t, nil, b)
	list := k.Check("2026-11-22", Limits{Freshness: DefaultFreshness()})
	if len(list) != 1 || len(list[0].Items[0].Reasons) < 2 {
		t.Errorf("the check doesn't tell of them: %+v", list)
	}
}

func TestFormulasLeaveAsWordsAndComeBack(t *testing.T) {
	evil := []string{`=cmd|' /C calc'!A0`, "+1+1", "-2", "@SUM(A1)", "'=1"}
	var services []Service
	for i, e := range evil {
		services = append(services, Service{ID: ServiceID(rune('a' + i)), Name: e, Description: e})
	}
	k, err := New(nil, services)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := k.EncodeCSV(&buf); err != nil {
		t.Fatal(err)
	}
	text := strings.TrimPrefix(buf.String(), "\xef\xbb\xbf")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("the cell %q can run", cell)
			}
		}
	}
	back, _ := apply(t, nil, decode(t, buf.Bytes()))
	for i, s := range back.Services() {
		if s.Name != evil[i] {
			t.Errorf("%q came back as %q", evil[i], s.Name)
		}
	}
}

func TestAllOrNothingUnlessPartial(t *testing.T) {
	const file = "id;naam;organisatie;leeftijd_van\na;A;;\nb;B;;oud\nc;C;;\n"
	k := small(t)
	before := len(k.Services())
	if next, report, err := k.Apply(decode(t, []byte(file)), ApplyOptions{}); err == nil || next != nil || len(report.Rejected) != 1 {
		t.Errorf("a faulty row doesn't stop the import: %v", err)
	}
	next, report, err := k.Apply(decode(t, []byte(file)), ApplyOptions{Partial: true})
	if err != nil || report.Added != 2 || len(report.Rejected) != 1 || len(next.Services()) != before+2 {
		t.Errorf("partial: %v, %+v", err, report)
	}
	if len(k.Services()) != before {
		t.Error("the kaart itself was changed")
	}
}

// BenchmarkImport reads 20,000 services and makes the kaart of them.
func BenchmarkImport(b *testing.B) {
	example, err := Example()
	if err != nil {
		b.Fatal(err)
	}
	const many = 20000
	from := example.Services()
	services := make([]Service, many)
	for i := range services {
		services[i] = *from[i%len(from)]
		services[i].ID = ServiceID(string(services[i].ID) + "-" + time.Duration(i).String())
	}
	var orgs []Organisation
	for _, o := range example.Organisations() {
		orgs = append(orgs, *o)
	}
	k, err := New(orgs, services)
	if err != nil {
		b.Fatal(err)
	}
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"csv": func(w *bytes.Buffer) error { return k.EncodeCSV(w) }, "hsds-json": func(w *bytes.Buffer) error { return k.EncodeHSDS(w) },
	} {
		b.Run(name, func(b *testing.B) {
			var buf bytes.Buffer
			if err := encode(&buf); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if next, _, err := example.Apply(decode(b, buf.Bytes()), ApplyOptions{Replace: true}); err != nil || len(next.Services()) != many {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/import")
		})
	}
}

package kaart

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wegwijzer/knowledge"
)

// Columns of the spreadsheet template, in their order. The optional ones may
// be left out; the export writes them all.
var (
	templateColumns = []string{
		"id", "naam", "organisatie", "wat_doet_het", "omschrijving", "levensgebieden", "doelgroepen", "momenten",
		"stelsels", "soort", "volgorde", "hulpsoorten", "gebied", "telefoon", "email", "website", "adres", "postcode",
		"plaats", "openingstijden", "leeftijd_van", "leeftijd_tot", "kosten", "talen", "voorwaarden",
		"gecontroleerd_op", "bron", "voorbeeld", "evenementen",
	}
	optionalColumns     = []string{"status", "aanmelden", "let_op", "upl", "breedtegraad", "lengtegraad"}
	organisationColumns = []string{"id", "naam", "soort", "levert_geindiceerd", "chinese_wall", "website", "voorbeeld"}
)

// TemplateColumns returns the columns of the spreadsheet template.
func TemplateColumns() []string { return slices.Clone(templateColumns) }

// row is one line of a table with access by column name.
type row struct {
	columns map[string]int
	cells   []string
	errs    []error
}

// get returns the cell's plain text; "" for a column that isn't there. An
// apostrophe that an export put before a formula character is taken off.
func (r *row) get(column string) string {
	i, ok := r.columns[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return cleanText(unneutral(strings.TrimSpace(r.cells[i])))
}

func (r *row) line(column string) string { return strings.Join(strings.Fields(r.get(column)), " ") }

func (r *row) fail(column string, err error) {
	if err != nil {
		r.errs = append(r.errs, &fieldError{column, err})
	}
}

func (r *row) yes(column string) bool {
	switch s := strings.ToLower(r.line(column)); s {
	case "ja", "j", "x", "true", "1":
		return true
	case "nee", "n", "", "false", "0":
		return false
	default:
		r.fail(column, fmt.Errorf("%q is geen ja of nee", clip(s)))
		return false
	}
}

func (r *row) number(column string) int {
	s := strings.TrimSuffix(r.line(column), ".0")
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		r.fail(column, fmt.Errorf("%q is geen heel getal", clip(s)))
	}
	return n
}

func (r *row) float(column string) float64 {
	s := strings.ReplaceAll(r.line(column), ",", ".")
	if s == "" {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != f {
		r.fail(column, fmt.Errorf("%q is geen getal", clip(s)))
		return 0
	}
	return f
}

func (r *row) list(column string) []string { return splitList(r.line(column), ",") }

func splitList(s, sep string) []string {
	var out []string
	for _, p := range strings.Split(s, sep) {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// ids reads a list of ids of a closed set.
func ids[T ~string](r *row, column string, known []T, parse func(string) (T, error)) []T {
	var out []T
	for _, s := range r.list(column) {
		v, err := parse(strings.ToLower(s))
		if err != nil {
			r.fail(column, fmt.Errorf("%q bestaat niet; kies uit %s", clip(s), joinIDs(known)))
			continue
		}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func one[T any](r *row, column string, parse func(string) (T, error)) T {
	v, err := parse(r.line(column))
	r.fail(column, err)
	return v
}

// service reads one row of the template.
func (r *row) service() (Service, error) {
	s := Service{
		ID: ServiceID(r.line("id")), Name: r.line("naam"), Organisation: OrganisationID(r.line("organisatie")),
		Does: r.line("wat_doet_het"), Description: r.get("omschrijving"),
		Email: r.email(), URL: r.website(),
		Eligibility: r.get("voorwaarden"), Cost: r.get("kosten"), Apply: r.get("aanmelden"), Alert: r.get("let_op"),
		MinAge: r.number("leeftijd_van"), MaxAge: r.number("leeftijd_tot"),
		Languages: r.list("talen"), Source: r.line("bron"), Example: r.yes("voorbeeld"), UPL: r.list("upl"),
		Areas:          areaList(r.list("gebied")),
		Levensgebieden: ids(r, "levensgebieden", knowledge.Levensgebieden(), knowledge.ParseLevensgebied),
		Doelgroepen:    ids(r, "doelgroepen", knowledge.Doelgroepen(), knowledge.ParseDoelgroep),
		Momenten:       ids(r, "momenten", knowledge.Momenten(), knowledge.ParseMoment),
		Stelsels:       ids(r, "stelsels", knowledge.Stelsels(), knowledge.ParseStelsel),
		Hulpsoorten:    ids(r, "hulpsoorten", nil, func(s string) (HulpsoortID, error) { return HulpsoortID(s), nil }),
		Kind:           one(r, "soort", parseDutchKind),
		Order:          one(r, "volgorde", ParseOrder),
		Status:         one(r, "status", ParseStatus),
		AssuredDate:    one(r, "gecontroleerd_op", parseWrittenDate),
		Schedule:       one(r, "openingstijden", ParseSchedule),
		Events:         one(r, "evenementen", ParseEvents),
	}
	for _, p := range strings.Split(r.line("telefoon"), "|") {
		if p = strings.TrimSpace(p); p != "" {
			s.Phones = append(s.Phones, parsePhone(p))
		}
	}
	s.Locations = r.locations()
	if err := s.validate(); err != nil {
		r.errs = append(r.errs, err)
	}
	return s, errors.Join(r.errs...)
}

// areaList drops "landelijk": no areas means the whole country.
func areaList(areas []string) []string {
	for _, a := range areas {
		if f := FoldArea(a); f == "landelijk" || f == "heel nederland" || f == "nederland" {
			return nil
		}
	}
	return areas
}

// parsePhone takes a note in brackets apart: "088 123 45 67 (werkdagen)".
func parsePhone(s string) Phone {
	if i := strings.Index(s, "("); i > 3 && strings.HasSuffix(s, ")") && strings.ContainsAny(s[:i], "0123456789") {
		return Phone{Number: strings.TrimSpace(s[:i]), Note: s[i+1 : len(s)-1]}
	}
	return Phone{Number: s}
}

// locations reads adres, postcode and plaats; several places stand in the
// same order, separated by |.
func (r *row) locations() []Location {
	addresses, postcodes, cities := split(r.line("adres")), split(r.line("postcode")), split(r.line("plaats"))
	lats, lons := split(r.line("breedtegraad")), split(r.line("lengtegraad"))
	n := max(len(addresses), len(postcodes), len(cities), len(lats), len(lons))
	var out []Location
	for i := range n {
		l := Location{Address: at(addresses, i), Postcode: strings.ToUpper(at(postcodes, i)), City: at(cities, i)}
		if (at(lats, i) == "") != (at(lons, i) == "") {
			r.fail("breedtegraad", errors.New("breedtegraad en lengtegraad horen bij elkaar; een van beide ontbreekt"))
		} else if at(lats, i) != "" {
			p := row{columns: map[string]int{"breedtegraad": 0, "lengtegraad": 1}, cells: []string{at(lats, i), at(lons, i)}}
			l.Lat, l.Lon = p.float("breedtegraad"), p.float("lengtegraad")
			r.errs = append(r.errs, p.errs...)
		}
		if l.OneLine() != "" || l.HasCoordinates() {
			out = append(out, l)
		}
	}
	return out
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// organisation reads one row of organisaties.csv.
func (r *row) organisation() (Organisation, error) {
	o := Organisation{
		ID: OrganisationID(r.line("id")), Name: r.line("naam"), Kind: one(r, "soort", ParseKind),
		URL: r.line("website"), DeliversIndicated: r.yes("levert_geindiceerd"),
		ChineseWall: r.yes("chinese_wall"), Example: r.yes("voorbeeld"),
	}
	if err := o.validate(); err != nil {
		r.errs = append(r.errs, err)
	}
	return o, errors.Join(r.errs...)
}

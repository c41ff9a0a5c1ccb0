package kaart

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// EncodeCSV writes the kaart as the spreadsheet template, separated by ;.
// Cells that could run as a formula are neutralised.
func (k *Kaart) EncodeCSV(w io.Writer) error { return writeCSV(w, k.templateRows()) }

func writeCSV(w io.Writer, rows [][]string) error {
	cw := csv.NewWriter(w)
	cw.Comma = ';'
	for _, cells := range rows {
		if err := cw.Write(cells); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	cw.Flush()
	if err := cw.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// templateRows are the header and one row a service.
func (k *Kaart) templateRows() [][]string {
	header := append(TemplateColumns(), optionalColumns...)
	rows := [][]string{header}
	names := k.plainNames()
	for _, s := range k.list {
		values := templateCells(s, names)
		cells := make([]string, len(header))
		for i, h := range header {
			cells[i] = neutral(values[h])
		}
		rows = append(rows, cells)
	}
	return rows
}

// templateCells are the cells of a service by column; names are those that may
// stand for an organisation's id.
func templateCells(s *Service, names map[OrganisationID]string) map[string]string {
	v := map[string]string{
		"id": string(s.ID), "naam": s.Name, "organisatie": string(s.Organisation), "wat_doet_het": s.Does,
		"omschrijving": s.Description, "levensgebieden": joinIDs(s.Levensgebieden), "doelgroepen": joinIDs(s.Doelgroepen),
		"momenten": joinIDs(s.Momenten), "stelsels": joinIDs(s.Stelsels), "soort": string(s.Kind),
		"volgorde": string(s.Order), "hulpsoorten": joinIDs(s.Hulpsoorten), "gebied": strings.Join(s.Areas, ", "),
		"email": s.Email, "website": s.URL, "openingstijden": s.Schedule.String(), "kosten": s.Cost,
		"leeftijd_van": optionalNumber(s.MinAge), "leeftijd_tot": optionalNumber(s.MaxAge),
		"talen": strings.Join(s.Languages, ", "), "voorwaarden": s.Eligibility, "gecontroleerd_op": string(s.AssuredDate),
		"bron": s.Source, "voorbeeld": yesNo(s.Example), "evenementen": formatEvents(s.Events),
		"aanmelden": s.Apply, "let_op": s.Alert, "upl": strings.Join(s.UPL, ", "),
	}
	if len(s.Areas) == 0 {
		v["gebied"] = "landelijk"
	}
	if s.Status != Active {
		v["status"] = string(s.Status)
	}
	if name, ok := names[s.Organisation]; ok {
		v["organisatie"] = name
	}
	addPhones(v, s.Phones)
	addPlaces(v, s.Locations)
	return v
}

// plainNames are the organisations whose name alone tells which they are, so
// that a sheet needs no id: no other is called so, or nearly so, or has it as
// its id.
func (k *Kaart) plainNames() map[OrganisationID]string {
	count := map[string]int{}
	for _, o := range k.orgList {
		count[slug(o.Name)]++
	}
	out := map[OrganisationID]string{}
	for _, o := range k.orgList {
		id := slug(o.Name)
		_, other := k.orgs[OrganisationID(id)]
		if id != "" && count[id] == 1 && (!other || id == string(o.ID)) && cleanLine(o.Name) == o.Name {
			out[o.ID] = o.Name
		}
	}
	return out
}

func addPhones(v map[string]string, phones []Phone) {
	var list []string
	for _, p := range phones {
		t := p.Number
		if p.Note != "" {
			t += " (" + p.Note + ")"
		}
		list = append(list, strings.ReplaceAll(t, "|", "/"))
	}
	v["telefoon"] = strings.Join(list, " | ")
}

func addPlaces(v map[string]string, places []Location) {
	var address, postcode, city, lat, lon []string
	mapped := false
	for _, l := range places {
		address, postcode, city = append(address, l.Address), append(postcode, l.Postcode), append(city, l.City)
		if l.HasCoordinates() {
			mapped = true
			lat = append(lat, strconv.FormatFloat(l.Lat, 'f', -1, 64))
			lon = append(lon, strconv.FormatFloat(l.Lon, 'f', -1, 64))
		} else {
			lat, lon = append(lat, ""), append(lon, "")
		}
	}
	v["adres"], v["postcode"], v["plaats"] = joinPlaces(address), joinPlaces(postcode), joinPlaces(city)
	if mapped {
		v["breedtegraad"], v["lengtegraad"] = joinPlaces(lat), joinPlaces(lon)
	}
}

func joinPlaces(list []string) string {
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "|", "/")
	}
	return strings.TrimSpace(strings.Join(list, " | "))
}

func joinIDs[T ~string](list []T) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = string(v)
	}
	return strings.Join(parts, ", ")
}

func optionalNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yesNo(b bool) string {
	if b {
		return "ja"
	}
	return "nee"
}

package cases

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"wegwijzer/knowledge"
)

// columns of a roster in CSV. The first says what a row is: organisatie,
// ondersteuner or matrix. Several values in one cell stand with | between them.
func columns() []string {
	return []string{
		"soort", "id", "naam", "organisatie", "type", "gemeenten", "levensgebieden", "doelgroepen", "momenten", "kant",
		"talen", "telefoon", "mail", "plekken", "uren", "coordinator", "beslist", "uit", "afwezig", "geindiceerd", "muur", "gewicht",
	}
}

// rosterRow is one row by column.
type rosterRow struct {
	cells map[string]string
	bad   []error
}

func (r *rosterRow) text(column string) string { return strings.TrimSpace(r.cells[column]) }

func list[T ~string](r *rosterRow, column string) []T {
	var out []T
	for part := range strings.SplitSeq(r.text(column), "|") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, T(part))
		}
	}
	return out
}

func (r *rosterRow) number(column string) int {
	if r.text(column) == "" {
		return 0
	}
	n, err := strconv.Atoi(r.text(column))
	if err != nil {
		r.bad = append(r.bad, fmt.Errorf("%s: %q is no number", column, r.text(column)))
	}
	return n
}

func (r *rosterRow) yes(column string) bool {
	switch strings.ToLower(r.text(column)) {
	case "", "nee", "0":
		return false
	case "ja", "x", "1":
		return true
	}
	r.bad = append(r.bad, fmt.Errorf("%s: %q is not ja or nee", column, r.text(column)))
	return false
}

// periods reads "2026-12-24..2026-12-31|2027-03-01".
func (r *rosterRow) periods(column string) []Period {
	var out []Period
	for _, part := range list[string](r, column) {
		from, until, two := strings.Cut(part, "..")
		if !two {
			until = from
		}
		a, err := time.Parse(time.DateOnly, strings.TrimSpace(from))
		b, err2 := time.Parse(time.DateOnly, strings.TrimSpace(until))
		if err := errors.Join(err, err2); err != nil {
			r.bad = append(r.bad, fmt.Errorf("%s: %q is not like 2026-12-24..2026-12-31", column, part))
			continue
		}
		out = append(out, Period{From: a, Until: b})
	}
	return out
}

// parseCSV reads a roster as a table. Semicolons or commas, with or without a
// byte order mark, as spreadsheets write them.
func parseCSV(file string, data []byte) (*Roster, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	in := csv.NewReader(bytes.NewReader(data))
	in.FieldsPerRecord = -1
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		in.Comma = ';'
	}
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%s:1: the first line must name the columns: %w", file, err)
	}
	var faults []error
	for i, name := range head {
		head[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(columns(), head[i]) {
			faults = append(faults, fmt.Errorf("%s:1: unknown column %q, the columns are %s", file, name, strings.Join(columns(), ", ")))
		}
	}
	r, at := &Roster{}, places{}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		line, _ := in.FieldPos(0)
		row := &rosterRow{cells: map[string]string{}}
		for i, cell := range cells {
			if i < len(head) {
				row.cells[head[i]] = cell
			}
		}
		if err := r.take(row, line, &at); err != nil {
			row.bad = append(row.bad, err)
		}
		for _, err := range row.bad {
			faults = append(faults, fmt.Errorf("%s:%d: %w", file, line, err))
		}
	}
	return r, errors.Join(append(faults, r.check(file, at)...)...)
}

// take adds one row to the roster.
func (r *Roster) take(row *rosterRow, line int, at *places) error {
	switch row.text("soort") {
	case "organisatie":
		at.organisers = append(at.organisers, line)
		r.Organisations = append(r.Organisations, Organisation{
			ID: OrganisationID(row.text("id")), Name: row.text("naam"),
			DeliversIndicated: list[knowledge.GemeenteID](row, "geindiceerd"), ChineseWall: row.yes("muur"),
		})
	case "ondersteuner":
		at.supporters = append(at.supporters, line)
		r.Supporters = append(r.Supporters, Supporter{
			ID: SupporterID(row.text("id")), Name: row.text("naam"), Organisation: OrganisationID(row.text("organisatie")),
			Kind: Kind(row.text("type")), Gemeenten: list[knowledge.GemeenteID](row, "gemeenten"),
			Levensgebieden: list[knowledge.Levensgebied](row, "levensgebieden"), Doelgroepen: list[knowledge.Doelgroep](row, "doelgroepen"),
			Momenten: list[knowledge.Moment](row, "momenten"), Sides: list[Side](row, "kant"), Languages: list[knowledge.Lang](row, "talen"),
			Phone: row.text("telefoon"), Email: row.text("mail"), Capacity: row.number("plekken"), Hours: Hours(list[string](row, "uren")),
			Coordinator: row.yes("coordinator"), Deciding: row.yes("beslist"), Disabled: row.yes("uit"), Absent: row.periods("afwezig"),
		})
	case "matrix":
		at.covers = append(at.covers, line)
		r.Cover = append(r.Cover, Cover{
			Supporter: SupporterID(row.text("id")), Gemeenten: list[knowledge.GemeenteID](row, "gemeenten"),
			Levensgebieden: list[knowledge.Levensgebied](row, "levensgebieden"), Doelgroepen: list[knowledge.Doelgroep](row, "doelgroepen"),
			Momenten: list[knowledge.Moment](row, "momenten"), Weight: row.number("gewicht"),
		})
	default:
		return fmt.Errorf("soort: %q is not organisatie, ondersteuner or matrix", row.text("soort"))
	}
	return nil
}

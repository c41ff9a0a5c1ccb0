package kaart

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// DecodeCSV reads the spreadsheet template as CSV, separated by ; or , (or a
// tab), in UTF-8 with or without a byte order mark. A file that isn't the
// template at all is one rejection of the whole file.
func DecodeCSV(r io.Reader) *Batch {
	b := &Batch{template: true}
	t := newTable(b, "")
	t.readServices(r)
	return b
}

// table reads rows of one CSV into a batch.
type table struct {
	b    *Batch
	file string
	orgs map[string]OrganisationID // by id and by folded name
}

func newTable(b *Batch, file string) *table {
	t := &table{b: b, file: file, orgs: map[string]OrganisationID{}}
	for _, o := range b.Organisations {
		t.know(o)
	}
	return t
}

func (t *table) know(o Organisation) {
	t.orgs[string(o.ID)] = o.ID
	t.orgs[strings.ToLower(o.Name)] = o.ID
}

func (t *table) readServices(r io.Reader) {
	t.rows(r, []string{"id", "naam", "organisatie"}, append(TemplateColumns(), optionalColumns...), func(line int, rw *row) {
		t.service(line, rw)
	})
}

func (t *table) readOrganisations(r io.Reader) {
	t.rows(r, []string{"id", "naam"}, organisationColumns, func(line int, rw *row) {
		o, err := rw.organisation()
		if err != nil {
			t.b.reject(t.file, line, string(o.ID), err)
			return
		}
		t.b.Organisations = append(t.b.Organisations, o)
		t.know(o)
	})
}

// service adds one service; an organisation that is named and not known is
// made, so that one sheet is enough for a welfare worker.
func (t *table) service(line int, rw *row) {
	if strings.HasPrefix(strings.ToLower(rw.line("id")), exampleRowPrefix) {
		return // the example row of the empty template
	}
	s, err := rw.service()
	if err != nil {
		t.b.reject(t.file, line, string(s.ID), err)
		return
	}
	if name := string(s.Organisation); name != "" {
		id, ok := t.orgs[name]
		if !ok {
			id, ok = t.orgs[strings.ToLower(name)]
		}
		if !ok {
			o := Organisation{ID: OrganisationID(slug(name)), Name: name, Example: s.Example}
			if o.ID == "" {
				t.b.reject(t.file, line, string(s.ID), fault("organisatie", "%q is geen naam", clip(name)))
				return
			}
			t.b.Organisations = append(t.b.Organisations, o)
			t.know(o)
			id = o.ID
		}
		s.Organisation = id
	}
	t.b.put(s, t.file, line)
	t.b.rows = append(t.b.rows, rw)
}

// exampleRowPrefix begins the id of the row in the empty template that shows
// how to fill it in.
const exampleRowPrefix = "voorbeeld-rij"

// rows calls do for each row below the header line.
func (t *table) rows(r io.Reader, required, known []string, do func(int, *row)) {
	br := bufio.NewReaderSize(bomless(r), 64<<10)
	first, _ := br.Peek(16 << 10)
	var columns map[string]int
	t.b.readCSV(t.file, br, separator(first), csvReader{
		header: func(cells []string) (err error) {
			columns, err = headerColumns(cells, required, known)
			return err
		},
		row: func(line int, cells []string, width int) {
			if len(cells) < width {
				t.b.reject(t.file, line, cells[0], fmt.Errorf("heeft %d van de %d kolommen: staat er in deze rij een ander scheidingsteken?", len(cells), width))
				return
			}
			do(line, &row{columns: columns, cells: cells})
		},
		noHeader: errNoHeader,
	})
}

// csvReader takes what readCSV reads. The cells are its own.
type csvReader struct {
	header   func(cells []string) error
	row      func(line int, cells []string, width int) // width is the header's
	noHeader error                                     // of an empty file; nil when that is no fault
}

var errNoHeader = errors.New("het bestand is leeg")

// readCSV reads a CSV and rejects what can't be read; empty rows are left out.
func (b *Batch) readCSV(file string, r io.Reader, comma rune, do csvReader) {
	cr := csv.NewReader(r)
	cr.Comma = comma
	cr.FieldsPerRecord = -1
	header, err := cr.Read()
	switch {
	case errors.Is(err, io.EOF) && do.noHeader == nil:
		return
	case errors.Is(err, io.EOF):
		b.reject(file, 1, "", fmt.Errorf("de rij met de kolomnamen is niet te lezen: %w", do.noHeader))
		return
	case err != nil:
		b.reject(file, 1, "", fmt.Errorf("de rij met de kolomnamen is niet te lezen: %w", csvCause(err)))
		return
	}
	if err := do.header(header); err != nil {
		b.reject(file, 1, "", err)
		return
	}
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line, _ := cr.FieldPos(0)
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				line = pe.StartLine
			}
			b.reject(file, line, "", fmt.Errorf("vanaf hier is het bestand niet te lezen: %w", csvCause(err)))
			return
		}
		if emptyRow(cells) {
			continue
		}
		line, _ := cr.FieldPos(0)
		if err := checkCells(cells, len(header)); err != nil {
			b.reject(file, line, cells[0], err)
			continue
		}
		do.row(line, cells, len(header))
	}
}

func csvCause(err error) error {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func checkCells(cells []string, columns int) error {
	if len(cells) > columns && !emptyRow(cells[columns:]) {
		return fmt.Errorf("heeft %d cellen en er zijn %d kolommen: ontbreekt er een scheidingsteken of aanhalingsteken?", len(cells), columns)
	}
	for i, c := range cells {
		if !utf8.ValidString(c) {
			return fmt.Errorf("cel %d is geen UTF-8: bewaar het bestand als CSV UTF-8", i+1)
		}
	}
	return nil
}

func emptyRow(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// separator picks the character that the header line has most of.
func separator(head []byte) rune {
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	best, most := ';', 0
	for _, c := range []byte{';', ',', '\t'} {
		if n := bytes.Count(head, []byte{c}); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

// headerColumns maps column names to their place; an unknown, double or
// missing column is an error that names the nearest known one.
func headerColumns(header, required, known []string) (map[string]int, error) {
	columns := map[string]int{}
	var errs []error
	for i, h := range header {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(h)), " ", "_")
		if name == "" {
			continue
		}
		if _, dup := columns[name]; dup {
			errs = append(errs, fault(name, "de kolom staat er twee keer in"))
			continue
		}
		if !contains(known, name) {
			errs = append(errs, fault(clip(name), "deze kolom bestaat niet; bedoelt u %q?", nearest(name, known)))
			continue
		}
		columns[name] = i
	}
	for _, name := range required {
		if _, ok := columns[name]; !ok {
			errs = append(errs, fault(name, "deze kolom ontbreekt"))
		}
	}
	return columns, errors.Join(errs...)
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// nearest returns the known name at the least edit distance.
func nearest(name string, known []string) string {
	best, least := "", 1<<30
	for _, k := range known {
		if d := editDistance(clip(name), k); d < least {
			best, least = k, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		cur := make([]int, len(b)+1)
		cur[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			cur[j+1] = min(prev[j]+cost, prev[j+1]+1, cur[j]+1)
		}
		prev = cur
	}
	return prev[len(b)]
}

package kaart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

const templateSheet = "diensten"

// decodeXLSX reads the first sheet of the spreadsheet template.
func decodeXLSX(data []byte) *Batch {
	b := &Batch{template: true}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxEntry, UnzipXMLSizeLimit: 64 << 20, RawCellValue: true,
	})
	if err != nil {
		b.reject("", 0, "", fmt.Errorf("is niet te lezen als XLSX: %w", err))
		return b
	}
	defer func() { _ = f.Close() }()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		b.reject("", 0, "", errors.New("de werkmap heeft geen blad"))
		return b
	}
	sheet := sheets[0]
	for _, s := range sheets {
		if strings.EqualFold(s, templateSheet) {
			sheet = s
		}
	}
	if err := b.readSheet(f, sheet); err != nil {
		b.reject(sheet, 0, "", fmt.Errorf("het blad is niet te lezen: %w", err))
	}
	return b
}

func (b *Batch) readSheet(f *excelize.File, sheet string) error {
	rows, err := f.Rows(sheet)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	t := newTable(b, "")
	var columns map[string]int
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return err
		}
		if emptyRow(cells) {
			continue
		}
		if columns == nil {
			columns, err = headerColumns(cells, []string{"id", "naam", "organisatie"}, append(TemplateColumns(), optionalColumns...))
			if err != nil {
				b.reject("", line, "", err)
				return nil
			}
			continue
		}
		sheetDate(columns, cells, "gecontroleerd_op")
		t.service(line, &row{columns: columns, cells: cells})
	}
	if columns == nil {
		return errors.New("het is leeg")
	}
	return rows.Error()
}

// sheetDate turns a spreadsheet's day number into a date.
func sheetDate(columns map[string]int, cells []string, column string) {
	i, ok := columns[column]
	if !ok || i >= len(cells) {
		return
	}
	var day int
	if _, err := fmt.Sscanf(cells[i], "%d", &day); err != nil || strings.Trim(cells[i], "0123456789.") != "" || day < 20000 || day > 100000 {
		return
	}
	cells[i] = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day).Format(time.DateOnly)
}

// EncodeXLSX writes the kaart as the spreadsheet template; every cell is
// text, so that nothing in it runs.
func (k *Kaart) EncodeXLSX(w io.Writer) error { return writeXLSX(w, k.templateRows()) }

// EncodeTemplate writes the empty template as XLSX, with one example row that
// an import leaves out.
func EncodeTemplate(w io.Writer) error {
	return writeXLSX(w, [][]string{append(TemplateColumns(), optionalColumns...), exampleRow()})
}

// EncodeTemplateCSV writes the empty template as CSV with the example row.
func EncodeTemplateCSV(w io.Writer) error {
	return writeCSV(w, [][]string{append(TemplateColumns(), optionalColumns...), exampleRow()})
}

func exampleRow() []string {
	v := map[string]string{
		"id": exampleRowPrefix, "naam": "Inloop geldzaken", "organisatie": "Buurthuis De Brug",
		"wat_doet_het":   "Helpt u met brieven en rekeningen.",
		"omschrijving":   "Vrijwilligers kijken met u naar uw post. Deze rij is een voorbeeld en wordt niet ingelezen.",
		"levensgebieden": "inkomen-en-schulden, anders", "doelgroepen": "laaggeletterd, grote-schulden",
		"momenten": "orientatie, toegang", "stelsels": "participatiewet", "soort": string(Volunteer), "volgorde": string(Voorliggend),
		"gebied": "Medemblik, Stede Broec", "openingstijden": "ma-vr 09:00-12:00 | gesloten 25-12, 26-12",
		"leeftijd_van": "18", "kosten": "gratis", "talen": "nl, en", "gecontroleerd_op": "2026-11-01",
		"bron": "https://voorbeeld.example", "voorbeeld": "ja", "evenementen": "2026-12-03 14:00-16:00 Inloop geldzaken (gratis)",
	}
	header := append(TemplateColumns(), optionalColumns...)
	cells := make([]string, len(header))
	for i, h := range header {
		cells[i] = v[h]
	}
	return cells
}

func writeXLSX(w io.Writer, rows [][]string) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := f.SetSheetName(f.GetSheetName(0), templateSheet); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	sw, err := f.NewStreamWriter(templateSheet)
	if err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	for i, cells := range rows {
		values := make([]any, len(cells))
		for j, c := range cells {
			values[j] = c
		}
		if err := sw.SetRow(fmt.Sprintf("A%d", i+1), values); err != nil {
			return fmt.Errorf("write xlsx: row %d: %w", i+1, err)
		}
	}
	if err := sw.Flush(); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	return nil
}

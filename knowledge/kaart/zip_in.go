package kaart

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Limits of an archive: a ZIP of a few kB can hold terabytes.
const (
	maxEntries  = 2000
	maxUnpacked = 1 << 30 // bytes, all files together
	maxEntry    = 512 << 20
	maxRatio    = 200 // unpacked to packed, for files above 10 MB
)

// decodeArchive reads a datapackage ZIP or an XLSX.
func decodeArchive(data []byte) *Batch {
	b := newHSDSBatch()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		b.reject("", 0, "", fmt.Errorf("is niet te lezen als ZIP: %w", err))
		return b.Batch
	}
	if err := checkArchive(zr); err != nil {
		b.reject("", 0, "", err)
		return b.Batch
	}
	for _, f := range zr.File {
		if f.Name == "xl/workbook.xml" {
			return decodeXLSX(data)
		}
	}
	b.tabular = true
	t := newTables()
	found := false
	for _, f := range zr.File {
		table, ok := tableOf(strings.TrimSuffix(strings.ToLower(path.Base(f.Name)), ".csv"))
		if !ok || !strings.HasSuffix(strings.ToLower(f.Name), ".csv") || f.FileInfo().IsDir() {
			continue
		}
		found = true
		readZipTable(b, t, f, table)
	}
	if !found {
		b.reject("", 0, "", errors.New("er staan geen HSDS-tabellen (services.csv, ...) in deze ZIP"))
		return b.Batch
	}
	t.services(b)
	if len(b.Services)+len(b.Rejected) == 0 {
		b.reject("", 0, "", errors.New("er staan geen diensten in deze ZIP"))
	}
	return b.Batch
}

// checkArchive refuses paths outside, too many files and ZIP bombs by what
// the directory says; what is really unpacked is bounded again on reading.
func checkArchive(zr *zip.Reader) error {
	if len(zr.File) > maxEntries {
		return fmt.Errorf("de ZIP heeft %d bestanden; er worden er hooguit %d gelezen", len(zr.File), maxEntries)
	}
	var sum uint64
	for _, f := range zr.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if path.IsAbs(name) || strings.Contains("/"+name+"/", "/../") || strings.Contains(name, ":") {
			return fmt.Errorf("de ZIP noemt een pad buiten zichzelf: %q", clip(f.Name))
		}
		sum += f.UncompressedSize64
		if sum > maxUnpacked || f.UncompressedSize64 > maxEntry {
			return fmt.Errorf("de ZIP wordt uitgepakt groter dan %d MB", maxUnpacked>>20)
		}
		if f.UncompressedSize64 > 10<<20 && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio {
			return fmt.Errorf("de ZIP bevat %q, %d keer ingepakt: geweigerd als ZIP-bom", clip(f.Name), f.UncompressedSize64/max(f.CompressedSize64, 1))
		}
	}
	return nil
}

// numberColumns of the HSDS tables become JSON numbers.
var numberColumns = fieldSet("latitude longitude minimum_age maximum_age extension timezone count interval year_incorporated amount")

func readZipTable(b *hsdsBatch, t *tables, f *zip.File, table string) {
	rc, err := f.Open()
	if err != nil {
		b.reject(f.Name, 0, "", fmt.Errorf("is niet uit te pakken: %w", err))
		return
	}
	defer func() { _ = rc.Close() }()
	var columns []string
	b.readCSV(f.Name, io.LimitReader(bomless(rc), maxEntry), ',', csvReader{
		header: func(cells []string) error {
			columns = make([]string, len(cells))
			for i, h := range cells {
				columns[i] = strings.ToLower(strings.TrimSpace(h))
			}
			return nil
		},
		row: func(line int, cells []string, _ int) {
			o, err := rowObject(columns, cells)
			if err != nil {
				b.reject(f.Name, line, "", err)
				return
			}
			t.add(table, o, f.Name, line)
		},
	})
}

// rowObject makes a JSON object of a CSV row; empty cells are left out.
func rowObject(columns, cells []string) (object, error) {
	o := object{}
	for i, c := range cells {
		if c = strings.TrimSpace(unneutral(c)); c == "" || i >= len(columns) || columns[i] == "" {
			continue
		}
		if numberColumns[columns[i]] {
			n, err := strconv.ParseFloat(strings.ReplaceAll(c, ",", "."), 64)
			if err != nil || n != n || n > 1e15 || n < -1e15 {
				return nil, fault(columns[i], "%q is geen getal", clip(c))
			}
			o[columns[i]] = json.RawMessage(strconv.FormatFloat(n, 'f', -1, 64))
			continue
		}
		raw, err := json.Marshal(c)
		if err != nil {
			return nil, fault(columns[i], "is niet te lezen: %v", err)
		}
		o[columns[i]] = raw
	}
	return o, nil
}

// bomless skips a byte order mark.
func bomless(r io.Reader) io.Reader {
	head := make([]byte, 3)
	n, _ := io.ReadFull(r, head) // a shorter file is read from head
	if n == 3 && string(head) == "\xef\xbb\xbf" {
		return r
	}
	return io.MultiReader(bytes.NewReader(head[:n]), r)
}

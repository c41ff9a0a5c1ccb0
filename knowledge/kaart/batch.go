package kaart

import (
	"errors"
	"fmt"
	"strings"
)

// Batch is what a decoder read: good records, and rows that it rejected.
type Batch struct {
	Organisations []Organisation
	Services      []Service
	Rejected      []Rejection

	// template is set for the spreadsheet, which can't say everything: what
	// its columns don't hold stays as it is in the kaart.
	template bool
	rows     []*row        // of each service of the template
	places   []placeInFile // of each service that a decoder read
	// tabular is set for CSV tables, which can't hold nested objects that
	// HSDS has no table for.
	tabular bool
}

// placeInFile is where a record stands; the zero value is not known.
type placeInFile struct {
	file string
	line int
}

// put adds a service that stands in a file.
func (b *Batch) put(s Service, file string, line int) {
	b.Services, b.places = append(b.Services, s), append(b.places, placeInFile{file, line})
}

// place is where the service of a number stands.
func (b *Batch) place(i int) placeInFile {
	if i < len(b.places) {
		return b.places[i]
	}
	return placeInFile{}
}

// Rejection is one row that can't be imported, and why.
type Rejection struct {
	File   string // file inside a ZIP; empty otherwise
	Row    int    // line of a CSV, row of a sheet, line of a JSON file; 0 is the whole file
	ID     string // id of the record where it was readable
	Column string // column, or path of the JSON field; empty for the whole row
	Reason string
}

// Error writes the rejection in one line.
func (r Rejection) Error() string {
	var b strings.Builder
	if r.File != "" {
		b.WriteString(r.File + ":")
	}
	if r.Row > 0 {
		fmt.Fprintf(&b, "%d: ", r.Row)
	} else if r.File != "" {
		b.WriteString(" ")
	}
	if r.ID != "" {
		fmt.Fprintf(&b, "%q: ", clip(r.ID))
	}
	if r.Column != "" {
		b.WriteString(r.Column + ": ")
	}
	b.WriteString(r.Reason)
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// reject adds one rejection for each fault in err.
func (b *Batch) reject(file string, row int, id string, err error) {
	for _, e := range flatten(err) {
		r := Rejection{File: file, Row: row, ID: id, Reason: e.Error()}
		var f *fieldError
		if errors.As(e, &f) {
			r.Column, r.Reason = f.column, f.err.Error()
		}
		b.Rejected = append(b.Rejected, r)
	}
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flatten(e)...)
	}
	return out
}

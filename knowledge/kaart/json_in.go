package kaart

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxRecord is the most bytes that one JSON record may have.
const maxRecord = 1 << 20

// DecodeJSON reads HSDS 3.0 or 3.1 JSON: an array of services, one service,
// one a line (ndjson), a page of the API ("contents"), or one object with
// arrays ("services", "organizations", "locations", ...), nested or flat.
func DecodeJSON(r io.Reader) *Batch {
	d := &jsonDecoder{lines: &lineCounter{r: r}, b: newHSDSBatch(), flat: newTables()}
	d.dec = json.NewDecoder(d.lines)
	for {
		err := d.value()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			at := d.dec.InputOffset()
			var se *json.SyntaxError
			if errors.As(err, &se) {
				at = max(at, se.Offset)
			}
			d.b.Rejected = append(d.b.Rejected, Rejection{Row: d.lines.line(at), Reason: "is niet te lezen als JSON: " + err.Error()})
			break
		}
	}
	d.finish()
	if len(d.b.Services)+len(d.b.Organisations)+len(d.b.Rejected) == 0 {
		d.b.reject("", 0, "", errors.New("er staan geen HSDS-diensten in dit bestand"))
	}
	return d.b.Batch
}

type jsonDecoder struct {
	dec   *json.Decoder
	lines *lineCounter
	b     *hsdsBatch
	flat  *tables
	whole bool // no part of a service can stand elsewhere in the file
}

// lineCounter remembers where lines begin, so that a byte offset can be told
// as a line.
type lineCounter struct {
	r      io.Reader
	read   int64
	breaks []int64
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			c.breaks = append(c.breaks, c.read+int64(i))
		}
	}
	c.read += int64(n)
	return n, err
}

// line is the line of a byte offset, from 1.
func (c *lineCounter) line(at int64) int {
	i, _ := slices.BinarySearch(c.breaks, at)
	return i + 1
}

// line is the line of the decoder's place.
func (d *jsonDecoder) line() int { return d.lines.line(d.dec.InputOffset()) }

// value reads one top-level value.
func (d *jsonDecoder) value() error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		// Services of an array are whole: each is read and let go at once.
		d.whole = len(d.flat.rows) == 0
		err := d.array("services")
		d.whole = false
		return err
	case json.Delim('{'):
		return d.object()
	}
	return fmt.Errorf("begint met %v en niet met [ of {", t)
}

// array reads the elements of an array that was opened.
func (d *jsonDecoder) array(table string) error {
	for d.dec.More() {
		var raw json.RawMessage
		if err := d.dec.Decode(&raw); err != nil {
			return err
		}
		d.element(table, raw, d.lines.line(d.dec.InputOffset()-int64(len(raw))+1))
	}
	_, err := d.dec.Token()
	return err
}

// object reads the fields of an object that was opened: arrays of tables, or
// one service, or one organisation with its services.
func (d *jsonDecoder) object() error {
	single := object{}
	firstService := len(d.flat.rows["services"])
	for d.dec.More() {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if table, _ := tableOf(key); table == "services" || table == "organizations" {
			if err := d.stream(table); err != nil {
				return err
			}
			continue
		}
		var raw json.RawMessage
		if err := d.dec.Decode(&raw); err != nil {
			return err
		}
		single[key] = raw
	}
	line := d.line()
	if _, err := d.dec.Token(); err != nil {
		return err
	}
	switch {
	case single["id"] == nil || single["name"] == nil:
		return d.tables(single, line)
	case single["status"] == nil && len(d.flat.rows["services"]) > firstService:
		return d.ownServices(single, firstService, line)
	}
	raw, err := json.Marshal(single)
	if err != nil {
		return err
	}
	d.element("services", raw, line)
	return nil
}

// tables takes the arrays of a flat file, each a table.
func (d *jsonDecoder) tables(single object, line int) error {
	for key, raw := range single {
		table, ok := tableOf(key)
		if !ok {
			continue
		}
		var list []object
		if err := json.Unmarshal(raw, &list); err != nil {
			d.b.reject("", line, "", jsonFault(key, err))
			continue
		}
		for _, o := range list {
			d.flat.add(table, o, "", line)
		}
	}
	return nil
}

// ownServices gives the services that were read inside an organisation to it.
func (d *jsonDecoder) ownServices(single object, first, line int) error {
	raw, err := json.Marshal(single)
	if err != nil {
		return err
	}
	d.organisation(raw, line)
	for i := first; i < len(d.flat.rows["services"]); i++ {
		r := &d.flat.rows["services"][i]
		var o object
		if json.Unmarshal(r.raw, &o) != nil {
			continue // rejected when it is read
		}
		o["organization_id"] = single["id"]
		if r.raw, err = json.Marshal(o); err != nil {
			return err
		}
	}
	return nil
}

// stream reads an array of services or organisations.
func (d *jsonDecoder) stream(table string) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		d.b.Rejected = append(d.b.Rejected, Rejection{Row: d.line(), Column: table, Reason: "is geen lijst"})
		return d.skipRest(t)
	}
	return d.array(table)
}

// skipRest reads to the end of a value whose first token was t.
func (d *jsonDecoder) skipRest(t json.Token) error {
	if t != json.Delim('{') {
		return nil
	}
	for depth := 1; depth > 0; {
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// element takes one service or organisation.
func (d *jsonDecoder) element(table string, raw json.RawMessage, line int) {
	if first := bytes.TrimLeft(raw, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		d.b.Rejected = append(d.b.Rejected, Rejection{Row: line, Column: table, Reason: "is geen object"})
		return
	}
	if table == "organizations" {
		d.organisation(raw, line)
		return
	}
	if d.whole {
		d.service(raw, line)
		return
	}
	// Parts of this service may stand in other arrays, further on.
	d.flat.addRaw(table, bytes.Clone(raw), line)
}

// service reads one whole service.
func (d *jsonDecoder) service(raw json.RawMessage, line int) {
	s, err := d.b.service(raw)
	if err != nil {
		d.b.reject("", line, string(s.ID), err)
		return
	}
	d.b.put(s, "", line)
}

// organisation adds the organisation and the services nested in it.
func (d *jsonDecoder) organisation(raw json.RawMessage, line int) {
	id, _, err := d.b.addOrganisation(raw)
	if err != nil {
		d.b.reject("", line, string(peekID(raw)), err)
		return
	}
	var nested struct {
		ID       string            `json:"id"`
		Services []json.RawMessage `json:"services"`
	}
	if json.Unmarshal(raw, &nested) != nil {
		return // already read once; services of another shape are no services
	}
	for _, s := range nested.Services {
		var o object
		if json.Unmarshal(s, &o) != nil {
			d.b.Rejected = append(d.b.Rejected, Rejection{Row: line, ID: string(id), Column: "services", Reason: "is geen object"})
			continue
		}
		o["organization_id"], _ = json.Marshal(nested.ID)
		joined, err := json.Marshal(o)
		if err != nil {
			continue
		}
		d.flat.addRaw("services", joined, line)
	}
}

// finish joins the tables and reads every service.
func (d *jsonDecoder) finish() { d.flat.services(d.b) }

// Decode reads a file of any kind that we know, told apart by its first
// bytes: JSON, a datapackage ZIP, an XLSX or a CSV of the template.
func Decode(r io.Reader) (*Batch, error) {
	br := bufio.NewReaderSize(io.LimitReader(r, maxFile+1), 1<<16)
	head, err := br.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		data, err := io.ReadAll(br)
		if err != nil {
			return nil, fmt.Errorf("read file: %w", err)
		}
		return decodeArchive(data), nil
	}
	start, _ := br.Peek(512)
	if text := strings.TrimLeft(strings.TrimPrefix(string(start), "\xef\xbb\xbf"), " \t\r\n"); text != "" && (text[0] == '[' || text[0] == '{') {
		if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
			_, _ = br.Discard(3) // just peeked at
		}
		return DecodeJSON(br), nil
	}
	return DecodeCSV(br), nil
}

// maxFile is the most bytes of a file that are read.
const maxFile = 1 << 30

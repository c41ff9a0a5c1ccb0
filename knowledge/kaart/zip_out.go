package kaart

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// EncodeZIP writes the kaart as an HSDS 3.0 tabular datapackage: a ZIP of
// CSV tables and a datapackage.json. Cells that could run as a formula are
// neutralised.
func (k *Kaart) EncodeZIP(w io.Writer) error {
	f := flattener{rows: map[string][]map[string]string{}, seen: map[string]bool{}}
	for _, o := range k.orgList {
		raw, err := json.Marshal(o.HSDS())
		if err != nil {
			return fmt.Errorf("organisatie %q: %w", o.ID, err)
		}
		if err := f.flatten("organizations", "", "", raw); err != nil {
			return fmt.Errorf("organisatie %q: %w", o.ID, err)
		}
	}
	for _, s := range k.list {
		raw, err := json.Marshal(k.HSDS(s))
		if err != nil {
			return fmt.Errorf("dienst %q: %w", s.ID, err)
		}
		if err := f.flatten("services", "", "", raw); err != nil {
			return fmt.Errorf("dienst %q: %w", s.ID, err)
		}
	}
	zw := zip.NewWriter(w)
	if err := f.write(zw); err != nil {
		return fmt.Errorf("write datapackage: %w", err)
	}
	if err := zw.Close(); err != nil {
		return fmt.Errorf("write datapackage: %w", err)
	}
	return nil
}

// flattener takes nested objects apart into tables.
type flattener struct {
	rows map[string][]map[string]string
	seen map[string]bool // table/id: a row stands once
}

// flatten adds one object to its table, key naming its parent's id field.
func (f *flattener) flatten(table, key, parent string, raw json.RawMessage) error {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	id := text(o["id"])
	mark := table + "/" + key + "/" + parent + "/" + id
	if key == "" || table == "taxonomy_terms" {
		mark = table + "/" + id
	}
	if f.seen[mark] {
		return nil
	}
	f.seen[mark] = true
	for _, c := range objectFields[table] {
		if child := o[c.field]; child != nil {
			var ref struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(child, &ref); err != nil {
				return fmt.Errorf("%s.%s: %w", table, c.field, err)
			}
			o[c.key], _ = json.Marshal(ref.ID) // a string always marshals
			if err := f.flatten(c.table, "", "", child); err != nil {
				return err
			}
			delete(o, c.field)
		}
	}
	for _, c := range childTables[table] {
		var list []json.RawMessage
		if raw := o[c.field]; raw == nil || json.Unmarshal(raw, &list) != nil {
			continue
		}
		delete(o, c.field)
		for _, child := range list {
			if err := f.flatten(c.table, c.key, id, child); err != nil {
				return err
			}
		}
	}
	row := map[string]string{}
	for name, v := range o {
		if cell := cellOf(v); cell != "" {
			row[name] = cell
		}
	}
	if key != "" {
		row[key] = parent
	}
	f.rows[table] = append(f.rows[table], row)
	return nil
}

// cellOf writes a JSON value as a cell; objects and arrays have no place.
func cellOf(v json.RawMessage) string {
	switch {
	case len(v) == 0, v[0] == '[', v[0] == '{', string(v) == "null":
		return ""
	case v[0] == '"':
		return text(v)
	}
	return string(v)
}

// fileNames of the tables that differ from the table's own name.
func fileName(table string) string {
	if table == "service_at_locations" {
		return "service_at_location.csv"
	}
	return table + ".csv"
}

func (f *flattener) write(zw *zip.Writer) error {
	var resources []map[string]any
	tables := make([]string, 0, len(f.rows))
	for t := range f.rows {
		tables = append(tables, t)
	}
	slices.Sort(tables)
	for _, t := range tables {
		columns := columnsOf(f.rows[t])
		fields := make([]map[string]string, len(columns))
		for i, c := range columns {
			fields[i] = map[string]string{"name": c, "type": "string"}
			if numberColumns[c] {
				fields[i]["type"] = "number"
			}
		}
		resources = append(resources, map[string]any{
			"name": t, "path": fileName(t), "format": "csv", "mediatype": "text/csv", "profile": "tabular-data-resource",
			"schema": map[string]any{"fields": fields, "primaryKey": "id"},
		})
		if err := writeTable(zw, fileName(t), columns, f.rows[t]); err != nil {
			return err
		}
	}
	pw, err := zw.Create("datapackage.json")
	if err != nil {
		return err
	}
	enc := json.NewEncoder(pw)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"name": "human_services_data", "profile": "tabular-data-package", "resources": resources})
}

// columnsOf lists every column that occurs, id first.
func columnsOf(rows []map[string]string) []string {
	set := map[string]bool{}
	for _, r := range rows {
		for c := range r {
			set[c] = true
		}
	}
	columns := make([]string, 0, len(set))
	for c := range set {
		columns = append(columns, c)
	}
	slices.SortFunc(columns, func(a, b string) int {
		if (a == "id") != (b == "id") {
			if a == "id" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return columns
}

func writeTable(zw *zip.Writer, name string, columns []string, rows []map[string]string) error {
	fw, err := zw.Create(name)
	if err != nil {
		return err
	}
	cw := csv.NewWriter(fw)
	if err := cw.Write(columns); err != nil {
		return err
	}
	cells := make([]string, len(columns))
	for _, r := range rows {
		for i, c := range columns {
			cells[i] = r[c]
			if !numberColumns[c] {
				cells[i] = neutral(r[c])
			}
		}
		if err := cw.Write(cells); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

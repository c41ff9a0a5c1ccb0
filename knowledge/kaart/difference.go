package kaart

import "slices"

// Difference is what a change did to one fact, by the template's name of it.
type Difference struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Differences are the facts that a change of a record changed, as the template
// writes them, in the order of its columns. It is empty for a record that was
// added or removed, and for changes to what the template has no column for.
func (c Change) Differences() []Difference {
	if c.Before == nil || c.After == nil {
		return nil
	}
	before, after := templateCells(c.Before, nil), templateCells(c.After, nil)
	var out []Difference
	for _, column := range slices.Concat(templateColumns, optionalColumns) {
		if before[column] != after[column] {
			out = append(out, Difference{column, before[column], after[column]})
		}
	}
	return out
}

// Name is the service's name, the newest that is known.
func (c Change) Name() string {
	switch {
	case c.After != nil:
		return c.After.Name
	case c.Before != nil:
		return c.Before.Name
	}
	return ""
}

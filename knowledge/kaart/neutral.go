package kaart

import "strings"

// A cell that begins with one of these can run as a formula in a spreadsheet.
const formulaStarts = "=+-@\t\r"

// neutral puts an apostrophe before a cell that could run as a formula.
func neutral(s string) string {
	if s != "" && (strings.IndexByte(formulaStarts, s[0]) >= 0 || strings.HasPrefix(s, "'")) {
		return "'" + s
	}
	return s
}

// unneutral takes the apostrophe of neutral off again.
func unneutral(s string) string {
	if len(s) > 1 && s[0] == '\'' && (strings.IndexByte(formulaStarts, s[1]) >= 0 || s[1] == '\'') {
		return s[1:]
	}
	return s
}

package load

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"
)

// table holds the figures of one run, to be printed at its end.
type table struct{ rows []row }

// row is one figure: its bound, when it has one, and what this machine can do
// at all, measured in the same run.
type row struct {
	name  string
	value float64
	unit  string
	bound bound
	limit string
}

// bound is what a figure must keep to.
type bound struct {
	most, least float64 // 0: none
	none        bool    // nothing at all may happen
}

func atMost(v float64) bound  { return bound{most: v} }
func atLeast(v float64) bound { return bound{least: v} }
func nothing() bound          { return bound{none: true} }
func noBound() bound          { return bound{} }

func (b bound) String() string {
	switch {
	case b.none:
		return "0"
	case b.most > 0:
		return "≤ " + number(b.most)
	case b.least > 0:
		return "≥ " + number(b.least)
	}
	return ""
}

// keeps says how a figure stands to its bound.
func (b bound) keeps(v float64) string {
	switch {
	case b == bound{}:
		return ""
	case b.none && v > 0, b.most > 0 && v > b.most, b.least > 0 && v < b.least:
		return "MISSED"
	}
	return "ok"
}

// add keeps a figure, and reports it to the benchmark too. A limit may be "".
func (t *table) add(b *testing.B, name string, value float64, unit string, bound bound, limit string) {
	b.Helper()
	t.rows = append(t.rows, row{name, value, unit, bound, limit})
	b.ReportMetric(value, strings.ReplaceAll(name, " ", "-")+"-"+strings.ReplaceAll(unit, " ", "-"))
	fmt.Fprintf(os.Stderr, "  %s: %s %s\n", name, number(value), unit) // a long run shows that it lives
}

// number prints a figure with as many digits as are worth reading.
func number(v float64) string {
	switch {
	case v >= 100 || v == float64(int(v)):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// print writes the table, with how busy the machine was.
func (t *table) print(before string) {
	if len(t.rows) == 0 {
		return
	}
	fmt.Printf("\nload average before: %s, after: %s\n", before, loadAverage())
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tvalue\tunit\tbound\t\tlimit of this machine")
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.name, number(r.value), r.unit, r.bound, r.bound.keeps(r.value), r.limit)
	}
	_ = w.Flush()
}

// loadAverage is how many processes wanted a processor in the last minute; "?"
// where the system doesn't say.
func loadAverage() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	one, _, _ := strings.Cut(string(data), " ")
	return one
}

func TestABoundIsJudged(t *testing.T) {
	for _, c := range []struct {
		name  string
		bound bound
		value float64
		want  string
	}{
		{"under a highest", atMost(30), 29.9, "ok"},
		{"over a highest", atMost(30), 30.1, "MISSED"},
		{"over a least", atLeast(3000), 3000, "ok"},
		{"under a least", atLeast(3000), 2999, "MISSED"},
		{"none of what may not happen", nothing(), 0, "ok"},
		{"one of what may not happen", nothing(), 1, "MISSED"},
		{"without a bound", noBound(), 7, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.bound.keeps(c.value); got != c.want {
				t.Errorf("%v is judged %q, want %q", c.value, got, c.want)
			}
		})
	}
}

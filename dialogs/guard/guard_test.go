package guard

import (
	"os"
	"strings"
	"sync"
	"testing"

	"wegwijzer/knowledge"
)

// shared compiles the content once for all tests.
var shared = sync.OnceValues(func() (*Guard, error) { return New(Embedded()) })

func open(t testing.TB) *Guard {
	t.Helper()
	g, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sample is one labelled message; kind is empty for a safe one.
type sample struct {
	split string
	kind  knowledge.CrisisKind
	lang  knowledge.Lang
	text  string
}

func readSamples(t testing.TB, file string, crisis bool) []sample {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		f := strings.Split(line, "\t")
		s := sample{split: f[0], lang: knowledge.Lang(f[len(f)-2]), text: f[len(f)-1]}
		if crisis {
			s.kind = knowledge.CrisisKind(f[1])
		}
		if s.split == "dev" || s.split == "test" {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no messages", file)
	}
	return out
}

// measure counts what the guard finds of one split.
func measure(t *testing.T, split string) (recall, alarms, kinds float64) {
	g := open(t)
	var n, found, kindRight, safe, false_ int
	for _, s := range readSamples(t, "crisis.tsv", true) {
		if s.split != split {
			continue
		}
		n++
		c, ok := g.Crisis(s.text, "")
		if ok {
			found++
		} else if split == "dev" {
			t.Logf("missed %s %s: %s", s.kind, s.lang, s.text)
		}
		if ok && c.Kind == s.kind {
			kindRight++
		}
	}
	for _, s := range readSamples(t, "veilig.tsv", false) {
		if s.split != split {
			continue
		}
		safe++
		if c, ok := g.Crisis(s.text, ""); ok {
			false_++
			if split == "dev" {
				t.Logf("false alarm %s %s %v: %s", c.Kind, s.lang, c.Words, s.text)
			}
		}
	}
	return float64(found) / float64(n), float64(false_) / float64(safe), float64(kindRight) / float64(found)
}

func TestCrisisRecallAndFalseAlarms(t *testing.T) {
	for _, split := range []string{"dev", "test"} {
		t.Run(split, func(t *testing.T) {
			recall, alarms, kinds := measure(t, split)
			t.Logf("%s: recall %.3f, false alarms %.3f, right kind %.3f", split, recall, alarms, kinds)
		})
	}
}

package nlu

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Labeled is one line of a `label<TAB>text` file.
type Labeled struct {
	Label string
	Text  string
}

// ReadLabeled reads `label<TAB>text` lines; empty lines and lines that start
// with # are skipped. name is used in errors, as name:line.
func ReadLabeled(r io.Reader, name string) ([]Labeled, error) {
	var out []Labeled
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), 4<<20)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSuffix(sc.Text(), "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		label, text, ok := strings.Cut(line, "\t")
		if !ok || label == "" || strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("%s:%d: want label<TAB>text", name, n)
		}
		out = append(out, Labeled{label, text})
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no examples", name)
	}
	return out, nil
}

// Classifier gives a text one of a fixed set of labels. It is safe for
// concurrent use.
type Classifier struct {
	net  *network
	pool sync.Pool
}

// ClassifierSettings returns the settings for a single-label corpus of a few
// thousand lines or more.
func ClassifierSettings() Settings {
	s := DefaultSettings()
	s.Members, s.Hidden, s.Batch, s.Rate, s.Scale, s.MaxRows = 3, 48, 32, 0.003, 1, 34000
	s.FeatureDropout, s.Smoothing, s.Typos = 0.5, 0.1, 0.1
	s.Concepts, s.ConceptsOnly, s.Repair, s.Folds = 0, 0, false, 0
	return s
}

// TrainClassifier trains on data; the labels are those that occur in it. The
// same data, order included, and settings yield the same classifier. progress
// may be nil.
func TrainClassifier(ctx context.Context, data []Labeled, set Settings, progress func(done, total int)) (*Classifier, error) {
	var labels []string
	for _, d := range data {
		labels = append(labels, d.Label)
	}
	slices.Sort(labels)
	labels = slices.Compact(labels)
	if len(labels) < 2 {
		return nil, fmt.Errorf("want at least two labels, have %d", len(labels))
	}
	c := corpus{heads: []head{{Name: "label", Kind: oneOf, Labels: labels}}}
	for _, d := range data {
		target := make([]float32, len(labels))
		for i := range target {
			target[i] = float32(set.Smoothing / float64(len(labels)))
		}
		at, _ := slices.BinarySearch(labels, d.Label)
		target[at] += float32(1 - set.Smoothing)
		c.texts, c.targets = append(c.texts, d.Text), append(c.targets, target)
	}
	net, err := trainNetwork(ctx, c, set, progress)
	if err != nil {
		return nil, err
	}
	return newClassifier(net), nil
}

func newClassifier(net *network) *Classifier {
	return &Classifier{net: net, pool: sync.Pool{New: func() any { return new(scratch) }}}
}

// Labels returns the labels, sorted.
func (c *Classifier) Labels() []string { return slices.Clone(c.net.heads[0].Labels) }

// Classify returns the likeliest label of text and its probability.
func (c *Classifier) Classify(text string) (label string, score float64) {
	s := c.pool.Get().(*scratch)
	defer c.pool.Put(s)
	return best[string](s, &c.net.heads[0], c.net.forward(s, text))
}

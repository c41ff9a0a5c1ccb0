package index

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// Index is an immutable search index of one Kaart; safe for concurrent use. A
// new kaart gets a new Index.
type Index struct {
	kaart    *kaart.Kaart
	services []*kaart.Service
	a        *analyser
	text     *vectors
	docs     [][]termWeight // of each service, of which text is made
	bridge   *bridge
	kinds    [][]kindWeight     // of each service
	stems    [][]string         // of each service's name and text, once each
	areas    [][]string         // folded, of each service
	cities   [][]string         // folded, of each service
	inArea   map[string][]int32 // the services for an area, national ones among them; "" is all
	places   map[string][][]string
	centres  map[string]kaart.Point // of towns, by folded name
	topics   topics
	under    Understander
	limits   kaart.Limits
	spell    *speller
	ages     ageWords
	scratch  sync.Pool // of *[]float32, for scores
}

// Option changes how an Index is made.
type Option func(*options)

type options struct {
	under       Understander
	limits      kaart.Limits
	hulpsoorten []kaart.Hulpsoort
}

// WithUnderstander adds the understanding model; nil changes nothing.
func WithUnderstander(u Understander) Option { return func(o *options) { o.under = u } }

// WithLimits says from which age on a record is ranked lower and hidden;
// without it kaart.DefaultFreshness does.
func WithLimits(l kaart.Limits) Option { return func(o *options) { o.limits = l } }

// WithHulpsoorten replaces the embedded kinds of help.
func WithHulpsoorten(h []kaart.Hulpsoort) Option { return func(o *options) { o.hulpsoorten = h } }

// New builds the index in memory; k must not be nil. It fails only on faulty
// embedded content.
func New(k *kaart.Kaart, opts ...Option) (*Index, error) {
	o := options{limits: kaart.Limits{Freshness: kaart.DefaultFreshness()}}
	for _, opt := range opts {
		opt(&o)
	}
	if o.hulpsoorten == nil {
		var err error
		if o.hulpsoorten, err = kaart.Hulpsoorten(); err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
	}
	sig, err := parseSignals(signalText)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	ages, err := newAgeWords()
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	about, err := parseTopics(topicText)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	model, err := decodeAsked(askedFile)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	x := &Index{kaart: k, services: k.Services(), a: newAnalyser(), ages: ages, topics: about, under: o.under, limits: o.limits}
	x.bridge = newBridge(x.a, o.hulpsoorten, sig, model)
	x.spell = knownWords(o.hulpsoorten, sig)
	x.read(&Index{spell: x.spell, text: &vectors{}}, runtime.GOMAXPROCS(0))
	return x, nil
}

// Next makes the index of another kaart with the options of x, as New does, in
// a fraction of the time: a record that says the same as in the kaart of x isn't
// read again. x stays as it is and may be searched meanwhile: half of the
// processors are left for that.
func (x *Index) Next(k *kaart.Kaart) *Index {
	next := &Index{kaart: k, services: k.Services(), a: x.a, bridge: x.bridge, ages: x.ages, topics: x.topics, under: x.under, limits: x.limits}
	next.read(x, max(1, runtime.GOMAXPROCS(0)/2))
	return next
}

// contentLines are the lines of a content file without comments.
func contentLines(text string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// contentGroups are the lines of a content file, a group for each heading that
// begins with "# ".
func contentGroups(text string) [][]string {
	var out [][]string
	for _, part := range strings.Split("\n"+text, "\n# ") {
		_, rest, _ := strings.Cut(part, "\n")
		if lines := contentLines(rest); len(lines) > 0 {
			out = append(out, lines)
		}
	}
	return out
}

// zeroes lends n zeroes; giveBack takes them again.
func (x *Index) zeroes(n int) *[]float32 {
	p, ok := x.scratch.Get().(*[]float32)
	if !ok || cap(*p) < n {
		s := make([]float32, n, max(n, len(x.services), len(x.bridge.kindOf)))
		return &s
	}
	*p = (*p)[:n]
	clear(*p)
	return p
}

func (x *Index) giveBack(p *[]float32) { x.scratch.Put(p) }

// Kaart returns the kaart that is searched.
func (x *Index) Kaart() *kaart.Kaart { return x.kaart }

// Kinds returns the kinds of help of a service as the index sees them, best
// first: the editor's own score 1, suggestions less.
func (x *Index) Kinds(id kaart.ServiceID) []knowledge.Scored[kaart.HulpsoortID] {
	for i, s := range x.services {
		if s.ID != id {
			continue
		}
		var out []knowledge.Scored[kaart.HulpsoortID]
		for _, k := range x.kinds[i] {
			out = append(out, knowledge.Scored[kaart.HulpsoortID]{ID: x.bridge.kinds[k.kind].ID, Score: float64(k.weight)})
		}
		return out
	}
	return nil
}

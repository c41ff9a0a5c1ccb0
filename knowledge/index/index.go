package index

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

//go:embed content/buiten.txt
var outsideText string

// Index is an immutable search index of one Kaart; safe for concurrent use. A
// new kaart gets a new Index.
type Index struct {
	kaart    *kaart.Kaart
	services []*kaart.Service
	a        *analyser
	text     *vectors
	bridge   *bridge
	kinds    [][]kindWeight     // of each service
	stems    [][]string         // of each service's name and text, once each
	areas    [][]string         // folded, of each service
	cities   [][]string         // folded, of each service
	inArea   map[string][]int32 // the services for an area, national ones among them; "" is all
	places   map[string][][]string
	under    Understander
	limits   kaart.Limits
	spell    *speller
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
	x := &Index{kaart: k, services: k.Services(), a: newAnalyser(), under: o.under, limits: o.limits}
	x.bridge = newBridge(x.a, o.hulpsoorten, contentGroups(outsideText), sig)
	x.addServices()
	x.learnWords(o.hulpsoorten)
	return x, nil
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

// Weights of a service's fields in the text signal.
const (
	nameWeight        = 2
	doesWeight        = 2
	descriptionWeight = 1.5
	smallWeight       = 0.5
)

func (x *Index) addServices() {
	var texts builder
	arena := make([]kindWeight, 0, mostKinds*len(x.services)) // side by side, since a search reads them all
	x.kinds = make([][]kindWeight, len(x.services))
	x.stems = make([][]string, len(x.services))
	one := map[string]string{} // a stem's text is kept once
	x.areas = make([][]string, len(x.services))
	x.cities = make([][]string, len(x.services))
	x.places = map[string][][]string{}
	defer x.addAreas()
	for i, s := range x.services {
		text := x.bagOf(s)
		texts.add(text)
		from := len(arena)
		arena = append(arena, x.bridge.ofService(x.a, s, text)...)
		x.kinds[i] = arena[from:len(arena):len(arena)]
		x.stems[i] = distinct(x.a.stems(words(s.Name+" "+s.Does+" "+s.Description)), one)
		for _, a := range s.Areas {
			x.areas[i] = append(x.areas[i], kaart.FoldArea(a))
			x.addPlace(a)
		}
		for _, l := range s.Locations {
			if l.City != "" {
				x.cities[i] = append(x.cities[i], kaart.FoldArea(l.City))
				x.addPlace(l.City)
			}
		}
	}
	// What residents say in any story weighs less.
	x.text = texts.build(len(x.services), 0.4, x.bridge.sentences.rarity)
}

// addAreas lists the services that may be shown in each area.
func (x *Index) addAreas() {
	x.inArea = map[string][]int32{"": nil, noArea: nil}
	for _, areas := range x.areas {
		for _, a := range areas {
			x.inArea[a] = nil
		}
	}
	for i, s := range x.services {
		if s.Status != kaart.Active && s.Status != "" {
			continue
		}
		to := append([]string{""}, x.areas[i]...)
		if len(x.areas[i]) == 0 {
			to = slices.Collect(maps.Keys(x.inArea))
		}
		for _, a := range to {
			if n := len(x.inArea[a]); n == 0 || x.inArea[a][n-1] != int32(i) {
				x.inArea[a] = append(x.inArea[a], int32(i))
			}
		}
	}
}

// noArea stands for an area that no service names: national services only.
const noArea = "-"

// within are the services that may be shown in an area, in their order.
func (x *Index) within(area string) []int32 {
	if list, ok := x.inArea[area]; ok {
		return list
	}
	return x.inArea[noArea]
}

// learnWords makes known every word that a kind, its signals or a service has.
func (x *Index) learnWords(kinds []kaart.Hulpsoort) {
	x.spell = newSpeller()
	for _, k := range kinds {
		for _, s := range k.Sentences {
			x.spell.learn(words(s))
		}
		for _, w := range k.Words {
			x.spell.learn(words(w))
		}
	}
	x.spell.learn(x.bridge.signals.words)
	for _, s := range x.services {
		x.spell.learn(words(s.Name + " " + s.Does + " " + s.Description))
	}
	x.spell.ready()
}

// distinct leaves each text once, as one holds it.
func distinct(list []string, one map[string]string) []string {
	slices.Sort(list)
	list = slices.Clip(slices.Compact(list))
	for i, s := range list {
		if _, ok := one[s]; !ok {
			one[s] = s
		}
		list[i] = one[s]
	}
	return list
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

func (x *Index) bagOf(s *kaart.Service) bag {
	b := bag{}
	x.a.add(b, words(s.Name), nameWeight)
	x.a.add(b, words(s.AlternateName), nameWeight)
	x.a.add(b, words(s.Does), doesWeight)
	x.a.add(b, words(s.Description), descriptionWeight)
	x.a.add(b, words(s.Eligibility), smallWeight)
	for _, u := range s.UPL {
		x.a.add(b, words(u), doesWeight)
	}
	for _, e := range s.Events {
		x.a.add(b, words(e.Title), smallWeight)
	}
	if o, ok := x.kaart.Organisation(s.Organisation); ok {
		x.a.add(b, words(o.Name), smallWeight)
	}
	return b
}

func (x *Index) addPlace(name string) {
	w := words(kaart.FoldArea(name))
	if len(w) == 0 || len(w[0]) < 3 {
		return
	}
	for _, known := range x.places[w[0]] {
		if strings.Join(known, " ") == strings.Join(w, " ") {
			return
		}
	}
	x.places[w[0]] = append(x.places[w[0]], w)
}

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

package index

import (
	"slices"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/mapping"

	"wegwijzer/knowledge/kaart"
)

// peer is a search that stands beside ours: bleve with its Dutch analyser, as
// it comes, over the same texts and behind the same filters.
type peer struct {
	index bleve.Index
	x     *Index
	at    map[string]int
}

func newPeer(t testing.TB, x *Index) *peer {
	t.Helper()
	text := bleve.NewTextFieldMapping()
	text.Analyzer = nl.AnalyzerName
	m := mapping.NewIndexMapping()
	m.DefaultAnalyzer = nl.AnalyzerName
	m.DefaultMapping.AddFieldMappingsAt("name", text)
	m.DefaultMapping.AddFieldMappingsAt("text", text)
	b, err := bleve.NewMemOnly(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	p := &peer{index: b, x: x, at: map[string]int{}}
	batch := b.NewBatch()
	for i, s := range x.services {
		p.at[string(s.ID)] = i
		doc := map[string]string{"name": s.Name + " " + s.AlternateName, "text": s.Does + " " + s.Description}
		if err := batch.Index(string(s.ID), doc); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Batch(batch); err != nil {
		t.Fatal(err)
	}
	return p
}

// find are the first ten services for a question.
func (p *peer) find(t testing.TB, j judged) []kaart.ServiceID {
	t.Helper()
	req := bleve.NewSearchRequestOptions(bleve.NewMatchQuery(j.text), len(p.x.services), 0, false)
	res, err := p.index.Search(req)
	if err != nil {
		t.Fatal(err)
	}
	f := newFilter(Query{Gemeente: j.gemeente, Now: measuredAt}, cues{}, kaart.DefaultFreshness())
	within := p.x.within(f.area)
	var out []kaart.ServiceID
	for _, h := range res.Hits {
		i := p.at[h.ID]
		if _, ok := slices.BinarySearch(within, int32(i)); ok && f.lets(p.x.services[i]) {
			out = append(out, kaart.ServiceID(h.ID))
		}
	}
	return slices.Clip(out[:min(10, len(out))])
}

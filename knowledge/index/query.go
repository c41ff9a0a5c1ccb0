package index

import (
	"context"
	"time"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/kaart"
)

// Query is one question to the kaart. Only Text is needed.
type Query struct {
	Text     string
	Gemeente string // service area or gemeente id in any spelling; empty means no filter
	// Levensgebieden, best first, as understood so far: a signal, no filter.
	Levensgebieden []knowledge.Levensgebied
	Doelgroepen    []knowledge.Doelgroep // a signal, no filter
	Age            int                   // of who needs help; 0 means not known; a filter
	Near           kaart.Point           // where who asks is; not known: the place that the text names
	Now            time.Time             // for freshness and opening hours; zero leaves both out
	Limit          int                   // most hits; 0 means 10
}

// Hit is one service that fits.
type Hit struct {
	Service *kaart.Service
	Score   float64  // comparable within one result; higher is better
	Why     []string // short Dutch sentences on what matched, for the resident
}

// Result holds the hits, best first. When Answerable is false the hits are
// guesses that shouldn't be shown as an answer.
type Result struct {
	Hits        []Hit
	Answerable  bool
	Hulpsoorten []knowledge.Scored[kaart.HulpsoortID] // what the question seems to ask for, best first
}

// Understander tells what a text is about. The understanding model is one.
type Understander interface {
	Understand(ctx context.Context, text string) Understood
}

// Understood is what a model makes of a text; scores are of 0 to 1. Help,
// Outside and Other are about the same question and sum to 1 at most.
type Understood struct {
	Levensgebieden []knowledge.Scored[knowledge.Levensgebied] // best first
	Help           float64                                    // how sure it is that the text asks for help
	Outside        float64                                    // that it asks for something that isn't help
	Other          float64                                    // that it is a greeting, thanks, ...
}

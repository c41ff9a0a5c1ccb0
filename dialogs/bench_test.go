package dialogs

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"wegwijzer/knowledge"
	"wegwijzer/knowledge/nlu"
)

// BenchmarkChoices is one turn of the engine on choices alone: the questions of
// the housing dialog, answered by buttons, over and over.
func BenchmarkChoices(b *testing.B) {
	content, err := Load(Embedded())
	if err != nil {
		b.Fatal(err)
	}
	e := New(content, keywords{})
	facts := Facts{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	ctx := context.Background()
	open, _, err := e.Next(ctx, State{}, Input{Kind: InputStart}, facts)
	if err != nil {
		b.Fatal(err)
	}
	steps := []string{"lg:wonen", "kern:huurachterstand", "huurder:corporatie", "brief:aanmaning", "klopt:nee", "mens:ja"}
	open.Offered = append(open.Offered, "lg:wonen")
	b.ReportAllocs()
	s := open
	for i := 0; b.Loop(); i++ {
		step := steps[i%len(steps)]
		if step == "lg:wonen" {
			s = open
		}
		next, out, err := e.Next(ctx, s, Input{Kind: InputChoice, Choice: step, Seq: uint64(i)}, facts)
		if err != nil || len(out.Replies) == 0 {
			b.Fatalf("%s: %v", step, err)
		}
		s = next
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}

// talkOf is a conversation in the residents' own words, with buttons between.
var talkOf = []Input{
	{Kind: InputText, Text: "ik kan mijn huur niet betalen en er komt een deurwaarder, ik ben het overzicht kwijt"},
	{Kind: InputText, Text: "van de woningcorporatie, sinds maart"},
	{Kind: InputText, Text: "ik heb al drie keer gebeld maar ze doen niets"},
	{Kind: InputText, Text: "wat kost dit?"},
	{Kind: InputText, Text: "nee, niet mijn huur maar de energierekening"},
	{Kind: InputChoice, Choice: "haast:geen"},
	{Kind: InputText, Text: "ik moet voor 1 december 300 euro betalen"},
	{Kind: InputText, Text: "mijn moeder van 83 heeft ook hulp nodig in huis, ze kan niet meer stofzuigen"},
	{Kind: InputText, Text: "ik wil iemand spreken"},
	{Kind: InputChoice, Choice: "mens:ja"},
}

// BenchmarkTurn is one turn with understanding included, over a conversation of
// ten turns; p50 and p99 are of single turns.
func BenchmarkTurn(b *testing.B) {
	model, err := nlu.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	e := New(loaded(b), model)
	took := make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	runTalk(b, e, func(d time.Duration) {
		if len(took) < cap(took) {
			took = append(took, d)
		}
	})
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

// BenchmarkTurnByDialogs is the same conversation, without the model, on the
// housing and money dialogs alone, on all of them, and with a hundred
// gemeenten that each changed something: its cost doesn't grow.
func BenchmarkTurnByDialogs(b *testing.B) {
	few := loaded(b)
	for id := range few.Flows {
		if !slices.Contains([]knowledge.Levensgebied{knowledge.Wonen, knowledge.InkomenEnSchulden, General}, id) {
			delete(few.Flows, id)
		}
	}
	many := &Library{base: loaded(b), own: map[knowledge.GemeenteID]*Content{}}
	for i := range 100 {
		many.own[knowledge.GemeenteID(fmt.Sprint("gemeente-", i))] = many.base
	}
	for name, lib := range map[string]*Library{"few": NewLibrary(few), "all": NewLibrary(loaded(b)), "hundred-gemeenten": many} {
		b.Run(name, func(b *testing.B) {
			e := New(lib.Base(), keywords{})
			e.Use(lib)
			runTalk(b, e, func(time.Duration) {})
		})
	}
}

func runTalk(b *testing.B, e *Engine, took func(time.Duration)) {
	facts := Facts{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Gemeente: GemeenteFacts{ID: "medemblik", Name: "Medemblik"}}
	ctx := context.Background()
	open, _, err := e.Next(ctx, State{}, Input{Kind: InputStart}, facts)
	if err != nil {
		b.Fatal(err)
	}
	s := open
	for i := 0; b.Loop(); i++ {
		in := talkOf[i%len(talkOf)]
		if i%len(talkOf) == 0 {
			s = open
		}
		in.Seq = uint64(i%len(talkOf) + 1)
		began := time.Now()
		next, out, err := e.Next(ctx, s, in, facts)
		took(time.Since(began))
		if err != nil || len(out.Replies) == 0 && out.Requests == (Requests{}) {
			b.Fatalf("%q: %v", in.Text, err)
		}
		s = next
	}
}

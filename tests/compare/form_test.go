// Package compare holds our dialog engine beside the Bot Framework for
// JavaScript, on one core each: a form of six choices, the state of each
// conversation kept in memory between turns. `make compare` runs both and
// prints the ratio.
package compare

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"wegwijzer/dialogs"
	"wegwijzer/knowledge/nlu"
)

// conversations take turns, as form.js has them.
const conversations = 256

// form are the six answers: the questions of the housing dialog.
var form = []string{"lg:wonen", "kern:huurachterstand", "huurder:corporatie", "brief:aanmaning", "klopt:nee", "mens:ja"}

// silent understands nothing: the form has no free text.
type silent struct{}

func (silent) Understand(string) nlu.Understanding { return nlu.Understanding{} }

// memory keeps the state of each conversation between its turns.
type memory interface {
	load(id string) (dialogs.State, error)
	save(id string, s dialogs.State) error
}

// values keeps states as they are: the engine changes none that it was given.
type values map[string]dialogs.State

func (v values) load(id string) (dialogs.State, error) { return v[id], nil }

func (v values) save(id string, s dialogs.State) error {
	v[id] = s
	return nil
}

// texts keeps states as JSON, as the other's MemoryStorage does.
type texts map[string][]byte

func (t texts) load(id string) (s dialogs.State, err error) {
	if data, ok := t[id]; ok {
		err = json.Unmarshal(data, &s)
	}
	return s, err
}

func (t texts) save(id string, s dialogs.State) error {
	data, err := json.Marshal(s)
	t[id] = data
	return err
}

// turn loads, takes one turn and saves. It returns how many messages it
// answers.
func turn(ctx context.Context, m memory, e *dialogs.Engine, id string, in dialogs.Input, facts dialogs.Facts) (int, error) {
	var s dialogs.State
	var err error
	if in.Kind != dialogs.InputStart {
		if s, err = m.load(id); err != nil {
			return 0, err
		}
	}
	if in.Choice == form[0] {
		s.Offered = append(slices.Clone(s.Offered), form[0]) // as a message about housing would
	}
	next, out, err := e.Next(ctx, s, in, facts)
	if err != nil {
		return 0, err
	}
	return len(out.Replies), m.save(id, next)
}

// BenchmarkForm is one turn, the opening or one of the six answers, with the
// states kept in both ways.
func BenchmarkForm(b *testing.B) {
	b.Run("values", func(b *testing.B) { fill(b, values{}) })
	b.Run("json", func(b *testing.B) { fill(b, texts{}) })
}

func fill(b *testing.B, m memory) {
	content, err := dialogs.Load(dialogs.Embedded())
	if err != nil {
		b.Fatal(err)
	}
	e := dialogs.New(content, silent{})
	ctx := context.Background()
	facts := dialogs.Facts{Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	ids := make([]string, conversations)
	for i := range ids {
		ids[i] = "gesprek-" + strconv.Itoa(i)
	}
	b.ReportAllocs()
	before := processor(b)
	for i := 0; b.Loop(); i++ {
		id, step := ids[i%conversations], i/conversations%(len(form)+1)
		in := dialogs.Input{Kind: dialogs.InputStart}
		if step > 0 {
			in = dialogs.Input{Kind: dialogs.InputChoice, Choice: form[step-1], Seq: uint64(step)}
		}
		replies, err := turn(ctx, m, e, id, in, facts)
		if err != nil || replies == 0 {
			b.Fatalf("turn %d (%+v): %d replies, %v", step, in, replies, err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
	b.ReportMetric(float64(b.N)/(processor(b)-before).Seconds(), "turns/cpu-s")
}

// processor is how long this process kept processors busy, which others on the
// machine don't change.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

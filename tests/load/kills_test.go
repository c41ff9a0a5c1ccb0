package load

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"wegwijzer/bot"
	"wegwijzer/tests/harness"
)

// writer is a resident who writes on while the service is killed, and sends
// again what wasn't confirmed, with the same key, as the widget does.
type writer struct {
	*harness.Web
	texts   []string // all that was confirmed, in order
	pending string
}

func (w *writer) key() string {
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", len(w.texts)+1)
}

// write sends messages until one isn't confirmed.
func (w *writer) write() {
	for {
		if w.pending == "" {
			w.pending = fmt.Sprintf("bericht %d over mijn huur", len(w.texts))
		}
		if w.SendAs(w.key(), w.pending, "") != nil {
			return
		}
		w.texts, w.pending = append(w.texts, w.pending), ""
	}
}

// verdict counts what was wrong.
type verdict struct{ lost, double, disordered, confirmed int }

// judge compares what was confirmed with what is there.
func judge(confirmed []string, messages []bot.Message) verdict {
	v := verdict{confirmed: len(confirmed)}
	at := map[string]int{}
	last := -1
	for _, m := range messages {
		if m.From != bot.FromResident {
			continue
		}
		if at[m.Text]++; at[m.Text] > 1 {
			v.double++
			continue
		}
		if i := slices.Index(confirmed, m.Text); i >= 0 {
			if i < last {
				v.disordered++
			}
			last = max(last, i)
		}
	}
	for _, text := range confirmed {
		if at[text] == 0 {
			v.lost++
		}
	}
	return v
}

// kills ends the service with SIGKILL under eight writers, many times.
func kills(b *testing.B, t *table, times int) {
	program, dir := harness.Build(b), b.TempDir()
	p, err := harness.Serve(program, quietly(dir)...)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { p.Kill() }()
	var all verdict
	for range times {
		var writers []*writer
		for range 8 {
			w, err := harness.OpenWeb(p.URL, "medemblik")
			if err != nil {
				b.Fatal(err)
			}
			writers = append(writers, &writer{Web: w})
		}
		time.AfterFunc(200*time.Millisecond, p.Kill)
		var wg sync.WaitGroup
		for _, w := range writers {
			wg.Go(w.write)
		}
		wg.Wait()
		p.Kill()
		if p, err = harness.Serve(program, quietly(dir)...); err != nil {
			b.Fatal(err)
		}
		for _, w := range writers {
			all = all.and(after(b, w, p.URL))
		}
	}
	t.add(b, "kills under load", float64(times), "kills", noBound(), "")
	t.add(b, "confirmed messages over the kills", float64(all.confirmed), "messages", noBound(), "")
	t.add(b, "lost", float64(all.lost), "messages", nothing(), "")
	t.add(b, "double", float64(all.double), "messages", nothing(), "")
	t.add(b, "out of order", float64(all.disordered), "messages", nothing(), "")
	if all.lost+all.double+all.disordered > 0 {
		b.Errorf("after %d kills: %+v", times, all)
	}
}

func (v verdict) and(o verdict) verdict {
	return verdict{v.lost + o.lost, v.double + o.double, v.disordered + o.disordered, v.confirmed + o.confirmed}
}

// after sends what wasn't confirmed once more and looks at the whole talk.
func after(b *testing.B, w *writer, url string) verdict {
	b.Helper()
	w.URL = url
	if err := w.SendAs(w.key(), w.pending, ""); err != nil {
		b.Fatal(err)
	}
	w.texts = append(w.texts, w.pending)
	v, err := w.View()
	if err != nil {
		b.Fatal(err)
	}
	return judge(w.texts, v.Messages)
}

func TestAJudgeSeesWhatIsWrong(t *testing.T) {
	talk := func(texts ...string) []bot.Message {
		var list []bot.Message
		for _, text := range texts {
			list = append(list, bot.Message{From: bot.FromResident, Text: text}, bot.Message{From: bot.FromBot, Text: "ja"})
		}
		return list
	}
	confirmed := []string{"a", "b", "c"}
	for _, c := range []struct {
		name string
		talk []bot.Message
		want verdict
	}{
		{"all there", talk("a", "b", "c"), verdict{confirmed: 3}},
		{"one lost", talk("a", "c"), verdict{lost: 1, confirmed: 3}},
		{"one double", talk("a", "b", "b", "c"), verdict{double: 1, confirmed: 3}},
		{"two changed places", talk("b", "a", "c"), verdict{disordered: 1, confirmed: 3}},
		{"one more that was never confirmed", talk("a", "b", "c", "d"), verdict{confirmed: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judge(confirmed, c.talk); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

package index

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wegwijzer/knowledge/kaart"
)

// why says in short Dutch sentences what made a service fit.
func (x *Index) why(cand candidate, c cues, r reading, q Query) []string {
	s := x.services[cand.i]
	var out []string
	if w := x.sharedWords(cand.i, c.content); len(w) > 0 {
		out = append(out, "Uw woorden: "+strings.Join(w, ", "))
	}
	if k := x.bestKind(cand.i, r); k >= 0 {
		out = append(out, "Soort hulp: "+x.bridge.kinds[k].Name)
	}
	if area := kaart.FoldArea(q.Gemeente); area != "" && slices.Contains(x.areas[cand.i], area) {
		out = append(out, "Voor inwoners van "+areaName(s, area))
	}
	if text := distanceText(s, q.Near); text != "" {
		out = append(out, text)
	}
	if !q.Now.IsZero() && x.limits.In(q.Gemeente).Of(s.AssuredDate, kaart.DateOf(q.Now)) == kaart.Stale {
		out = append(out, "Let op: voor het laatst nagekeken op "+plainDate(s.AssuredDate))
	}
	if text := timely(s, q); text != "" {
		return append(out, text)
	}
	if !q.Now.IsZero() && !s.Schedule.Always() {
		if state, until := s.Schedule.Open(q.Now); state == kaart.Open {
			out = append(out, "Nu open, tot "+until.Plain())
		}
	}
	return out
}

// timely says when a service can be reached in the time that the question
// names; "" when it names none or nothing is then.
func timely(s *kaart.Service, q Query) string {
	if q.Now.IsZero() || s.Schedule.Always() {
		return ""
	}
	w := whenIn(words(q.Text), q.Now.Weekday())
	if !w.named() {
		return ""
	}
	text, _, _ := w.fits(s, q.Now)
	return text
}

// plainDate writes a date as people say it: 3 mei 2025.
func plainDate(d kaart.Date) string {
	t := d.Time(time.UTC)
	return fmt.Sprintf("%d %s %d", t.Day(), monthName(t.Month()), t.Year())
}

func monthName(m time.Month) string {
	return [...]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}[m-1]
}

func areaName(s *kaart.Service, folded string) string {
	for _, a := range s.Areas {
		if kaart.FoldArea(a) == folded {
			return strings.TrimPrefix(a, "Gemeente ")
		}
	}
	return folded
}

// sharedWords are the resident's words that the record holds too, at most 4.
func (x *Index) sharedWords(i int, list []string) []string {
	var out []string
	for _, w := range list {
		if w == "." || x.a.stop[w] || len(w) < 3 || slices.Contains(out, w) {
			continue
		}
		st := stem(w)
		if slices.ContainsFunc(x.stems[i], func(r string) bool { return r == st || (len(st) >= 5 && strings.Contains(r, st)) }) {
			out = append(out, w)
		}
		if len(out) == 4 {
			break
		}
	}
	return out
}

// bestKind is the kind of help that the question and the service share; -1
// when there is none that counts.
func (x *Index) bestKind(i int, r reading) int {
	best, most := -1, float32(0.15)
	for _, k := range x.kinds[i] {
		if w := k.weight * r.weight[k.kind]; w > most {
			best, most = int(k.kind), w
		}
	}
	return best
}

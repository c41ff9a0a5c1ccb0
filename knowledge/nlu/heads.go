package nlu

import (
	"slices"

	"wegwijzer/knowledge"
)

// The heads of the shipped model, in this order.
const (
	headIntent = iota
	headGebied
	headPrimary
	headMoment
	headDoelgroep
)

// none is the label of a one-of head for "doesn't show".
const none = "-"

// messageHeads returns the heads without calibration.
func messageHeads() []head {
	return []head{
		headIntent:    {Name: "intent", Kind: oneOf, Labels: labelsOf(knowledge.Intents())},
		headGebied:    {Name: "levensgebied", Kind: anyOf, Labels: labelsOf(knowledge.Levensgebieden())},
		headPrimary:   {Name: "primary", Kind: oneOf, Labels: append(labelsOf(knowledge.Levensgebieden()), none)},
		headMoment:    {Name: "moment", Kind: oneOf, Labels: append(labelsOf(knowledge.Momenten()), none)},
		headDoelgroep: {Name: "doelgroep", Kind: anyOf, Labels: labelsOf(knowledge.Doelgroepen())},
	}
}

// messageCorpus turns the labelled examples into a training set, asides with
// their smaller share. Lines of which only the language is known are left
// out.
func messageCorpus(examples []Example, set Settings) corpus {
	c := corpus{heads: messageHeads(), lexicon: lexConcepts}
	layout(c.heads)
	for _, e := range examples {
		if e.Intent == "" && len(e.Levensgebieden) == 0 {
			continue
		}
		c.texts = append(c.texts, e.Text)
		c.targets = append(c.targets, targetOf(e, c.heads, set.Smoothing))
		weight := float32(1)
		if e.aside() {
			weight = float32(set.Aside)
		}
		c.weights = append(c.weights, weight)
	}
	return c
}

// targetOf is what the heads of a message should yield for e.
func targetOf(e Example, heads []head, smoothing float64) []float32 {
	last := heads[len(heads)-1]
	t := make([]float32, last.from+len(last.Labels))
	primary, moment := none, none
	if len(e.Levensgebieden) > 0 {
		primary = string(e.Levensgebieden[0])
	}
	if e.Moment != "" {
		moment = string(e.Moment)
	}
	heads[headIntent].aim(t, smoothing, string(e.Intent))
	heads[headGebied].aim(t, smoothing, labelsOf(e.Levensgebieden)...)
	heads[headPrimary].aim(t, smoothing, primary)
	heads[headMoment].aim(t, smoothing, moment)
	heads[headDoelgroep].aim(t, smoothing, labelsOf(e.Doelgroepen)...)
	if e.Intent == "" {
		for _, k := range []int{headIntent, headMoment, headDoelgroep} {
			heads[k].hide(t)
		}
		for _, l := range e.Levensgebieden[1:] {
			t[heads[headGebied].from+slices.Index(heads[headGebied].Labels, string(l))] = unknown
		}
	}
	return t
}

// langCorpus is the training set of the language: the smaller ones are
// repeated up to a tenth of the largest. A request for another language may be
// written in any, so it teaches nothing.
func langCorpus(examples []Example, smoothing float64) corpus {
	labels := labelsOf(knowledge.Langs())
	c := corpus{heads: []head{{Name: "lang", Kind: oneOf, Labels: labels}}, lexicon: lexLanguages}
	layout(c.heads)
	byLang := make([][]string, len(labels))
	most := 0
	for _, e := range examples {
		if e.Intent == knowledge.IntentAndereTaal || e.aside() && !e.Elsewhere {
			continue
		}
		at := slices.Index(labels, string(e.Lang))
		byLang[at] = append(byLang[at], e.Text)
		most = max(most, len(byLang[at]))
	}
	for i, texts := range byLang {
		for k := 0; len(texts) > 0 && k < max(len(texts), most/10); k++ {
			t := make([]float32, len(labels))
			c.heads[0].aim(t, smoothing, labels[i])
			c.texts, c.targets = append(c.texts, texts[k%len(texts)]), append(c.targets, t)
		}
	}
	return c
}

// aim sets the target of the head in t: the given labels hold, the others
// don't, less certain by smoothing.
func (h *head) aim(t []float32, smoothing float64, hold ...string) {
	n := float64(len(h.Labels))
	if h.Kind == anyOf {
		n = 2
	}
	for i, l := range h.Labels {
		v := smoothing / n
		if slices.Contains(hold, l) {
			v += 1 - smoothing
		}
		t[h.from+i] = float32(v)
	}
}

// unknown is the target of an output that an example says nothing about.
const unknown = -1

// hide makes all targets of the head unknown.
func (h *head) hide(t []float32) {
	for i := range h.Labels {
		t[h.from+i] = unknown
	}
}

func labelsOf[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

package nlu

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"wegwijzer/knowledge"
)

// typoRate is the share of letters that slip in the measurement of
// robustness.
const typoRate = 0.10

// crossScores has every labelled message judged by a network that was trained
// without its fold. Folds are drawn by content, so that a new line doesn't
// reshuffle the others.
func crossScores(ctx context.Context, examples []Example, set Settings, folds int, progress func(done, total int)) ([]head, []judged, error) {
	js := dealFolds(examples, folds)
	if len(js) < folds {
		return nil, nil, fmt.Errorf("%d examples are too few for %d folds", len(js), folds)
	}
	heads := messageHeads()
	layout(heads)
	asides := slices.DeleteFunc(slices.Clone(examples), func(e Example) bool { return !e.aside() })
	for fold := range folds {
		rest := slices.Clone(asides)
		for _, j := range js {
			if j.fold != fold {
				rest = append(rest, j.example)
			}
		}
		net, err := trainNetwork(ctx, messageCorpus(rest, set), set, part(progress, fold, folds))
		if err != nil {
			return nil, nil, err
		}
		var s scratch
		rng := rand.New(rand.NewPCG(set.Seed, uint64(fold)+1<<32))
		for i := range js {
			if js[i].fold == fold {
				js[i].scores = slices.Clone(net.read(&s, js[i].example.Text))
				js[i].typos = slices.Clone(net.read(&s, addTypos(js[i].example.Text, typoRate, rng)))
			}
		}
	}
	return heads, js, nil
}

// dealFolds spreads the labelled examples over folds, each with its share of
// every intent and primary levensgebied.
func dealFolds(examples []Example, folds int) []judged {
	var js []judged
	for _, e := range examples {
		if e.Intent != "" && !e.aside() {
			js = append(js, judged{example: e})
		}
	}
	key := func(j judged) uint32 { return spread(hash(nsWord, []byte(j.example.Text))) }
	slices.SortStableFunc(js, func(a, b judged) int {
		return cmp.Or(cmp.Compare(a.example.Intent, b.example.Intent),
			cmp.Compare(primaryOf(a.example), primaryOf(b.example)), cmp.Compare(key(a), key(b)))
	})
	for i := range js {
		js[i].fold = i % folds
	}
	return js
}

func primaryOf(e Example) knowledge.Levensgebied {
	if len(e.Levensgebieden) == 0 {
		return ""
	}
	return e.Levensgebieden[0]
}

// part maps the progress of one of several equal parts on the whole.
func part(progress func(done, total int), at, parts int) func(done, total int) {
	if progress == nil {
		return nil
	}
	return func(done, total int) { progress(at*total+done, parts*total) }
}

// crossLang measures the language the same way, on all examples but the
// requests for another language: hits, guesses and truths by language.
func crossLang(ctx context.Context, examples []Example, set Settings, folds int) (counts, error) {
	c := counts{}
	foldOf := func(e Example) int { return int(spread(hash(nsWord, []byte(e.Text))) % uint32(folds)) }
	for fold := range folds {
		var rest []Example
		for _, e := range examples {
			if foldOf(e) != fold {
				rest = append(rest, e)
			}
		}
		net, err := trainNetwork(ctx, langCorpus(rest, set.Smoothing), langSettings(set), nil)
		if err != nil {
			return nil, err
		}
		m := newModel("", nil, net)
		var s scratch
		for _, e := range examples {
			if foldOf(e) == fold && !e.aside() && e.Intent != knowledge.IntentAndereTaal {
				c.add([]string{string(e.Lang)}, []string{string(m.language(&s, e.Text))})
			}
		}
	}
	return c, nil
}

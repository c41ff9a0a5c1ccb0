package nlu

import (
	"context"
	"slices"
	"sync"

	"wegwijzer/knowledge"
)

// Model understands messages. It is read-only after training or reading and
// safe for concurrent use.
type Model struct {
	stamp   string
	message *network
	lang    *network
	pool    sync.Pool
}

func newModel(stamp string, message, lang *network) *Model {
	return &Model{
		stamp: stamp, message: message, lang: lang,
		pool: sync.Pool{New: func() any { return new(scratch) }},
	}
}

// TrainModel trains a model on examples. The same examples, in the same
// order, and settings yield the same model, byte for byte. progress, which
// may be nil, hears of work done out of a total; it is called by several
// goroutines, one at a time.
func TrainModel(ctx context.Context, examples []Example, set Settings, progress func(done, total int)) (*Model, error) {
	stamp, err := stampOf(examples, set)
	if err != nil {
		return nil, err
	}
	message, err := trainNetwork(ctx, messageCorpus(examples, set.Smoothing), set, progress)
	if err != nil {
		return nil, err
	}
	lang, err := trainNetwork(ctx, langCorpus(examples, set.Smoothing), langSettings(set), nil)
	if err != nil {
		return nil, err
	}
	return newModel(stamp, message, lang), nil
}

// langSettings are the settings of the small linear network that tells the
// language.
func langSettings(set Settings) Settings {
	set.Members, set.Hidden, set.Epochs, set.MaxRows, set.MinCount = 1, 0, 8, 16000, 1
	return set
}

// Stamp is the hash of the examples and settings that the model was trained
// from. A model whose stamp differs from ExamplesStamp is stale.
func (m *Model) Stamp() string { return m.stamp }

// Understand reads one message. It is pure and defined for every string; of a
// very long text only the first part counts. A text without anything that the
// model knows (empty, emoji only) is weet-niet with score 0 and nothing else.
func (m *Model) Understand(text string) Understanding {
	s := m.pool.Get().(*scratch)
	defer m.pool.Put(s)
	u := Understanding{
		Text:           text,
		Levensgebieden: []knowledge.Scored[knowledge.Levensgebied]{},
		Doelgroepen:    []knowledge.Doelgroep{},
		Lang:           m.language(s, text),
	}
	scores := m.message.forward(s, text)
	if len(s.rows) == 0 { // nothing in it that the model knows
		u.Intent.ID = knowledge.IntentWeetNiet
		return u
	}
	heads := m.message.heads
	u.Intent.ID, u.Intent.Score = best[knowledge.Intent](s, &heads[headIntent], scores)
	u.Levensgebieden, u.Maybe = m.gebieden(s, scores)
	if id, _ := best[knowledge.Moment](s, &heads[headMoment], scores); id != none {
		u.Moment = id
	}
	groups := &heads[headDoelgroep]
	for i, p := range s.headProbabilities(groups, scores) {
		if p >= groups.threshold(i) {
			u.Doelgroepen = append(u.Doelgroepen, knowledge.Doelgroep(groups.Labels[i]))
		}
	}
	return u
}

// maybeShare is the share of its threshold from which a levensgebied is worth
// a question.
const maybeShare = 0.4

// gebieden splits the levensgebieden into those to act on and those to ask
// about. The one that the message asks first comes first.
func (m *Model) gebieden(s *scratch, scores []float32) (act, maybe []knowledge.Scored[knowledge.Levensgebied]) {
	h, first := &m.message.heads[headGebied], &m.message.heads[headPrimary]
	primary, _ := best[knowledge.Levensgebied](s, first, scores)
	act = []knowledge.Scored[knowledge.Levensgebied]{}
	for i, p := range s.headProbabilities(h, scores) {
		one := knowledge.Scored[knowledge.Levensgebied]{ID: knowledge.Levensgebied(h.Labels[i]), Score: p}
		switch {
		case p >= h.threshold(i):
			act = append(act, one)
		case p >= maybeShare*h.threshold(i):
			maybe = append(maybe, one)
		}
	}
	order := func(a, b knowledge.Scored[knowledge.Levensgebied]) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(act, order)
	slices.SortStableFunc(maybe, order)
	for i, g := range act {
		if g.ID == primary {
			copy(act[1:i+1], act[:i])
			act[0] = g
		}
	}
	return act, maybe[:min(len(maybe), 2)]
}

// language returns the language of text, Dutch when nothing shows it.
func (m *Model) language(s *scratch, text string) knowledge.Lang {
	scores := m.lang.forward(s, text)
	if len(s.rows) == 0 {
		return knowledge.NL
	}
	id, _ := best[knowledge.Lang](s, &m.lang.heads[0], scores)
	return id
}

// threshold is the bound of label i of an any-of head.
func (h *head) threshold(i int) float64 {
	if i < len(h.Thresholds) {
		return h.Thresholds[i]
	}
	return 0.5
}

// headProbabilities returns the probabilities of a head in the scratch.
func (s *scratch) headProbabilities(h *head, scores []float32) []float64 {
	probs := s.probabilities(len(h.Labels))
	h.probabilities(probs, scores)
	return probs
}

// best returns the likeliest label of a one-of head.
func best[T ~string](s *scratch, h *head, scores []float32) (T, float64) {
	probs := s.headProbabilities(h, scores)
	at := 0
	for i, p := range probs {
		if p > probs[at] {
			at = i
		}
	}
	return T(h.Labels[at]), probs[at]
}

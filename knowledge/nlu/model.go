package nlu

import (
	"context"
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
	examples = withoutAlike(examples)
	rounds, heads := set.Folds+1, []head(nil)
	if set.Folds > 0 {
		if heads, err = calibratedHeads(ctx, examples, set, progress); err != nil {
			return nil, err
		}
	}
	message, err := trainNetwork(ctx, messageCorpus(examples, set), set, part(progress, set.Folds, rounds))
	if err != nil {
		return nil, err
	}
	if heads != nil {
		message.heads = heads
	}
	lang, err := trainNetwork(ctx, langCorpus(examples, set.Smoothing), langSettings(set), nil)
	if err != nil {
		return nil, err
	}
	return newModel(stamp, message, lang), nil
}

// calibratedHeads returns the heads with the calibration of a
// cross-validation, the first set.Folds of set.Folds+1 parts of the work.
func calibratedHeads(ctx context.Context, examples []Example, set Settings, progress func(done, total int)) ([]head, error) {
	var report func(done, total int)
	if progress != nil {
		report = func(done, total int) { progress(done, total/set.Folds*(set.Folds+1)) }
	}
	heads, js, err := crossScores(ctx, examples, set, set.Folds, report)
	if err != nil {
		return nil, err
	}
	return calibrate(heads, js), nil
}

// langSettings are the settings of the small linear network that tells the
// language.
func langSettings(set Settings) Settings {
	set.Members, set.Hidden, set.Epochs, set.MaxRows, set.MinCount = 1, 0, 8, 16000, 1
	set.Concepts, set.ConceptsOnly, set.Repair = 8, 0.2, false
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
	scores := m.message.read(s, text)
	if s.known == 0 { // nothing in it that the model knows
		u.Intent.ID = knowledge.IntentWeetNiet
		return u
	}
	a := decode(s, m.message.heads, scores)
	u.Intent, u.Levensgebieden, u.Maybe = a.intent, a.act, a.maybe
	u.Moment, u.Doelgroepen = a.moment, a.doelgroepen
	return u
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

package nlu

// Settings are the knobs of training. They are part of a model's stamp: other
// settings make another model.
type Settings struct {
	Seed    uint64 `json:"seed"`
	Members int    `json:"members"` // networks whose answers are averaged
	Hidden  int    `json:"hidden"`  // width of a member's hidden layer
	Epochs  int    `json:"epochs"`
	Batch   int    `json:"batch"`
	// Rate is the first step size of Adam; it falls to nothing in a straight
	// line over the epochs.
	Rate float64 `json:"rate"`
	// Scale is the length of a message's feature vector; the longer, the faster
	// the first layer learns beside the others.
	Scale float64 `json:"scale"`
	// FeatureDropout and HiddenDropout are the shares left out at random while
	// training.
	FeatureDropout float64 `json:"feature_dropout"`
	HiddenDropout  float64 `json:"hidden_dropout"`
	// Smoothing moves this share of a target to the other classes.
	Smoothing float64 `json:"smoothing"`
	// Typos is the share of training messages that get keyboard slips.
	Typos float64 `json:"typos"`
	// MinCount is how many messages must hold a feature; MaxRows bounds the
	// vocabulary, the most frequent features first.
	MinCount int `json:"min_count"`
	MaxRows  int `json:"max_rows"`
	// Concepts is how much a concept weighs beside a word.
	Concepts float64 `json:"concepts"`
	// ConceptsOnly is the share of training messages of which the words are
	// hidden, so that the concepts learn to speak for themselves.
	ConceptsOnly float64 `json:"concepts_only"`
	// Aside is the share of the epochs in which a line is read that is no
	// message of a resident.
	Aside float64 `json:"aside"`
	// Repair reads a misspelt word as the known word that it stands for.
	Repair bool `json:"repair"`
	// Folds is the number of folds from which temperatures and thresholds are
	// set; 0 leaves the model uncalibrated.
	Folds int `json:"folds"`
	// Workers train members side by side; it doesn't change the result and is
	// no part of the stamp. 0 means one for each processor.
	Workers int `json:"-"`
}

// DefaultSettings returns the settings of the shipped model.
func DefaultSettings() Settings {
	return Settings{
		Seed: 1, Members: 3, Hidden: 32, Epochs: 12, Batch: 64, Rate: 0.005, Scale: 4,
		FeatureDropout: 0.4, HiddenDropout: 0.3, Smoothing: 0.02, Typos: 0.9,
		MinCount: 2, MaxRows: 43000, Concepts: 8, ConceptsOnly: 0.3, Aside: 0.3, Repair: true, Folds: 3,
	}
}

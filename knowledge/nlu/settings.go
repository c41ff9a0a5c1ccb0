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
	// Workers train members side by side; it doesn't change the result and is
	// no part of the stamp. 0 means one for each processor.
	Workers int `json:"-"`
}

// DefaultSettings returns the settings of the shipped model.
func DefaultSettings() Settings {
	return Settings{
		Seed: 1, Members: 2, Hidden: 32, Epochs: 16, Batch: 32, Rate: 0.002,
		FeatureDropout: 0.5, HiddenDropout: 0.3, Smoothing: 0.02, Typos: 0.3,
		MinCount: 2, MaxRows: 24000,
	}
}

package nlu

import (
	"bytes"
	"context"
	"time"
)

// Evaluation is the line that `wegwijzer nlu eval --json` prints.
type Evaluation struct {
	Accuracy     float64 `json:"accuracy"`
	TrainSeconds float64 `json:"train_seconds"`
	// USPerMessage is the mean time of one classification in microseconds, on
	// one core.
	USPerMessage float64 `json:"us_per_message"`
	ModelBytes   int     `json:"model_bytes"`
	Labels       int     `json:"labels"`
	TestRows     int     `json:"test_rows"`
}

// Evaluate trains on train and measures on test.
func Evaluate(ctx context.Context, train, test []Labeled, set Settings, progress func(done, total int)) (Evaluation, error) {
	start := time.Now()
	c, err := TrainClassifier(ctx, train, set, progress)
	if err != nil {
		return Evaluation{}, err
	}
	ev := Evaluation{TrainSeconds: time.Since(start).Seconds(), Labels: len(c.Labels()), TestRows: len(test)}
	var file bytes.Buffer
	if _, err := c.WriteTo(&file); err != nil {
		return Evaluation{}, err
	}
	ev.ModelBytes = file.Len()
	// What is measured is the model as it would be read back from its file.
	if c, err = ReadClassifier(file.Bytes()); err != nil {
		return Evaluation{}, err
	}
	right := 0
	start = time.Now()
	for _, t := range test {
		if label, _ := c.Classify(t.Text); label == t.Label {
			right++
		}
	}
	if n := float64(len(test)); n > 0 {
		ev.USPerMessage = float64(time.Since(start).Nanoseconds()) / 1000 / n
		ev.Accuracy = float64(right) / n
	}
	return ev, nil
}

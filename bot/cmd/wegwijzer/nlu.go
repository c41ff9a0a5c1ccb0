package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"

	"wegwijzer/knowledge/nlu"
)

func (c *command) nlu(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return usage{"kies train, eval of retrain"}
	}
	switch args[0] {
	case "train":
		return c.nluTrain(ctx, args[1:])
	case "eval":
		return c.nluEval(ctx, args[1:])
	case "retrain":
		return c.nluRetrain(ctx, args[1:])
	}
	return usage{fmt.Sprintf("onbekend: %q; kies train, eval of retrain", args[0])}
}

// progress shows long work on a terminal, nothing elsewhere.
func (c *command) progress() func(done, total int) {
	f, ok := c.err.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) {
		return func(int, int) {}
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(c.err), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set(done)
	}
}

func labeled(file string) ([]nlu.Labeled, error) {
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	list, err := nlu.ReadLabeled(f, file)
	return list, errors.Join(err, f.Close())
}

func (c *command) nluTrain(ctx context.Context, args []string) error {
	f := flags("nlu")
	data := f.String("data", "", "")
	out := f.String("out", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *data == "" || *out == "" {
		return usage{"noem --data FILE.tsv en --out MODEL"}
	}
	list, err := labeled(*data)
	if err != nil {
		return err
	}
	model, err := nlu.TrainClassifier(ctx, list, nlu.ClassifierSettings(), c.progress())
	if err != nil {
		return err
	}
	w, err := os.OpenFile(filepath.Clean(*out), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	n, err := model.WriteTo(w)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	c.printf("%d regels, %d labels, %d bytes in %s\n", len(list), len(model.Labels()), n, *out)
	return nil
}

func (c *command) nluEval(ctx context.Context, args []string) error {
	f := flags("nlu")
	train := f.String("train", "", "")
	test := f.String("test", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *train == "" || *test == "" {
		return usage{"noem --train A.tsv en --test B.tsv"}
	}
	a, err := labeled(*train)
	if err != nil {
		return err
	}
	b, err := labeled(*test)
	if err != nil {
		return err
	}
	e, err := nlu.Evaluate(ctx, a, b, nlu.ClassifierSettings(), c.progress())
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(e)
	}
	c.printf("goed %.4f van %d regels, %d labels, training %.1f s, %.1f µs per bericht, model %d bytes\n",
		e.Accuracy, e.TestRows, e.Labels, e.TrainSeconds, e.USPerMessage, e.ModelBytes)
	return nil
}

func (c *command) nluRetrain(ctx context.Context, args []string) error {
	f := flags("nlu")
	dir := f.String("dir", "knowledge/nlu", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	m, err := nlu.Retrain(ctx, *dir, c.progress())
	if err != nil {
		return err
	}
	c.printf("model gemaakt, stempel %s\n", m.Stamp())
	return nil
}

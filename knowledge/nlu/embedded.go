package nlu

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed model.bin
var modelFile []byte

//go:embed examples/*.tsv examples/elders/*.tsv examples/lang/*.txt
var exampleFiles embed.FS

// Embedded decodes the model that ships with the program. It takes some
// milliseconds: do it once and share the model.
func Embedded() (*Model, error) {
	m, err := ReadModel(modelFile)
	if err != nil {
		return nil, fmt.Errorf("embedded model: %w", err)
	}
	return m, nil
}

// EmbeddedExamples returns the examples that ship with the program, behind
// them the lines about kinds of help.
func EmbeddedExamples() ([]Example, error) {
	sub, err := fs.Sub(exampleFiles, "examples")
	if err != nil {
		return nil, fmt.Errorf("embedded examples: %w", err)
	}
	return examplesAndKinds(sub)
}

func examplesAndKinds(fsys fs.FS) ([]Example, error) {
	examples, err := LoadExamples(fsys)
	if err != nil {
		return nil, err
	}
	kinds, err := kindExamples()
	return append(examples, kinds...), err
}

// ExamplesStamp is the stamp that a model trained now, on the embedded
// examples and the default settings, would bear.
func ExamplesStamp() (string, error) {
	examples, err := EmbeddedExamples()
	if err != nil {
		return "", err
	}
	return stampOf(examples, DefaultSettings())
}

// Retrain trains on the examples in dir/examples with the default settings
// and writes dir/model.bin, whole or not at all. dir is this package's folder
// in the source tree, or a gemeente's own copy of it. progress may be nil.
func Retrain(ctx context.Context, dir string, progress func(done, total int)) (*Model, error) {
	examples, err := examplesAndKinds(os.DirFS(filepath.Join(dir, "examples")))
	if err != nil {
		return nil, err
	}
	m, err := TrainModel(ctx, examples, DefaultSettings(), progress)
	if err != nil {
		return nil, err
	}
	tmp, err := os.CreateTemp(dir, "model-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("write model: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if _, err := m.WriteTo(tmp); err != nil {
		_ = tmp.Close()
		return nil, err
	}
	if err := tmp.Close(); err != nil {
		return nil, fmt.Errorf("write model: %w", err)
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil { // #nosec G302 -- a part of the source tree, not a secret
		return nil, fmt.Errorf("write model: %w", err)
	}
	if err := os.Rename(tmp.Name(), filepath.Join(dir, "model.bin")); err != nil {
		return nil, fmt.Errorf("write model: %w", err)
	}
	return m, nil
}

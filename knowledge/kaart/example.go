package kaart

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed example/*.csv
var exampleFiles embed.FS

const organisationFile = "organisaties.csv"

// Example returns the embedded example region: invented local services,
// marked as such, and the national services with their sources.
func Example() (*Kaart, error) {
	sub, err := fs.Sub(exampleFiles, "example")
	if err != nil {
		return nil, fmt.Errorf("example kaart: %w", err)
	}
	return Load(sub)
}

// Load reads a folder of template files: organisaties.csv first, then every
// other .csv as services. One faulty row fails the whole, with file and line.
func Load(dir fs.FS) (*Kaart, error) {
	names, err := fs.Glob(dir, "*.csv")
	if err != nil {
		return nil, fmt.Errorf("kaart folder: %w", err)
	}
	b := &Batch{}
	if err := b.readFile(dir, organisationFile); err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == organisationFile {
			continue
		}
		if err := b.readFile(dir, name); err != nil {
			return nil, err
		}
	}
	if len(b.Rejected) > 0 {
		errs := make([]error, len(b.Rejected))
		for i, r := range b.Rejected {
			errs[i] = r
		}
		return nil, errors.Join(errs...)
	}
	return New(b.Organisations, b.Services)
}

func (b *Batch) readFile(dir fs.FS, name string) error {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		if name == organisationFile && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("kaart folder: %w", err)
	}
	t := newTable(b, name)
	r := strings.NewReader(string(data))
	if name == organisationFile {
		t.readOrganisations(r)
	} else {
		t.readServices(r)
	}
	return nil
}

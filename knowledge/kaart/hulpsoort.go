package kaart

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/BurntSushi/toml"

	"wegwijzer/knowledge"
)

// Hulpsoort is a kind of help: the bridge between how residents speak and how
// the field names its services.
type Hulpsoort struct {
	ID             HulpsoortID
	Name           string                   // plain words for residents
	Words          []string                 // how names and descriptions of services call it
	Levensgebieden []knowledge.Levensgebied // the first is its own
	UPL            string                   // name in the Uniforme Productnamenlijst, may be empty
	Sentences      []string                 // of residents who need it and don't know its name
}

//go:embed hulpsoorten/*.toml
var hulpsoortFiles embed.FS

// Hulpsoorten returns the embedded taxonomy of kinds of help.
func Hulpsoorten() ([]Hulpsoort, error) {
	sub, err := fs.Sub(hulpsoortFiles, "hulpsoorten")
	if err != nil {
		return nil, fmt.Errorf("hulpsoorten: %w", err)
	}
	return LoadHulpsoorten(sub)
}

// hulpsoortFile is the shape of one content file; sentences stand one a line.
type hulpsoortFile struct {
	Hulpsoort []struct {
		ID             string   `toml:"id"`
		Naam           string   `toml:"naam"`
		Levensgebieden []string `toml:"levensgebieden"`
		UPL            string   `toml:"upl"`
		Woorden        []string `toml:"woorden"`
		Zinnen         string   `toml:"zinnen"`
	} `toml:"hulpsoort"`
}

// LoadHulpsoorten reads every .toml file of a folder; a faulty one is an error
// that names file and id.
func LoadHulpsoorten(dir fs.FS) ([]Hulpsoort, error) {
	names, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("hulpsoorten: %w", err)
	}
	var all []Hulpsoort
	var errs []error
	seen := map[HulpsoortID]bool{}
	for _, name := range names {
		var f hulpsoortFile
		meta, err := toml.DecodeFS(dir, name, &f)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		for _, key := range meta.Undecoded() {
			errs = append(errs, fmt.Errorf("%s: unknown key %q", name, key.String()))
		}
		for _, r := range f.Hulpsoort {
			h := Hulpsoort{ID: HulpsoortID(r.ID), Name: r.Naam, Words: r.Woorden, UPL: r.UPL, Sentences: lines(r.Zinnen)}
			for _, l := range r.Levensgebieden {
				v, err := knowledge.ParseLevensgebied(l)
				if err != nil {
					errs = append(errs, fmt.Errorf("%s: %s: %w", name, r.ID, err))
				}
				h.Levensgebieden = append(h.Levensgebieden, v)
			}
			switch {
			case h.ID == "" || h.Name == "" || len(h.Levensgebieden) == 0 || len(h.Words) == 0 || len(h.Sentences) == 0:
				errs = append(errs, fmt.Errorf("%s: hulpsoort %q lacks an id, naam, levensgebieden, woorden or zinnen", name, r.ID))
			case seen[h.ID]:
				errs = append(errs, fmt.Errorf("%s: hulpsoort %q stands there twice", name, r.ID))
			}
			seen[h.ID] = true
			all = append(all, h)
		}
	}
	return all, errors.Join(errs...)
}

func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

package channels

import (
	"fmt"
	"html/template"
	"io/fs"
)

// LoadPages reads templates/*.html of a door. In them "asset" gives an asset's
// address under prefix with its version, and "dial" a number's tel: address.
func LoadPages(files fs.FS, prefix string, assets map[string]Asset) (*template.Template, error) {
	pages := template.New("").Funcs(template.FuncMap{
		"dial": Dial,
		"asset": func(name string) (string, error) {
			a, ok := assets[name]
			if !ok {
				return "", fmt.Errorf("no asset %q", name)
			}
			return prefix + name + "?v=" + a.Version, nil
		},
	})
	pages, err := pages.ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	return pages, nil
}

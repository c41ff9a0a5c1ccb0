package guard

import (
	"embed"
	"io/fs"
)

//go:embed numbers.toml crisis/*.toml examples/*.tsv model.bin
var content embed.FS

// Embedded returns the content that ships with the program: numbers.toml,
// crisis/<lang>.toml, examples/*.tsv and model.bin.
func Embedded() fs.FS { return content }

package guard

import (
	"embed"
	"io/fs"
)

//go:embed numbers.toml crisis/*.toml
var content embed.FS

// Embedded returns the content that ships with the program: numbers.toml,
// and crisis/<lang>.toml.
func Embedded() fs.FS { return content }

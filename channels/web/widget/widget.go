// Package widget holds the browser's side of the chat, ready to serve: the
// launcher for a gemeente's site (widget.js), the chat page's script and style
// (chat.js, chat.css) and the example site's style (site.css).
//
// The sources are in src; dist is made from them and committed, so that a
// build needs nothing but Go.
package widget

import "embed"

//go:generate go run ./bundle src dist

//go:embed dist
var dist embed.FS

// File returns a finished file by its name, "widget.js" for instance; an
// unknown name is an error that wraps fs.ErrNotExist.
func File(name string) ([]byte, error) { return dist.ReadFile("dist/" + name) }

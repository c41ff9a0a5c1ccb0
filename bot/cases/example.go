package cases

import _ "embed"

//go:embed example/roster.toml
var exampleRoster []byte

// ExampleRoster returns the invented supporters of the example region.
func ExampleRoster() (*Roster, error) { return ParseRoster("roster.toml", exampleRoster) }

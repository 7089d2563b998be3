package assets

import _ "embed" // for the file below

//go:embed filters.yaml
var filtersYAML string

// Filters is filters.yaml: the scene of each mood, the blur and the still pictures. inference/scene parses
// it.
func Filters() []byte { return []byte(filtersYAML) }

package assets

import _ "embed"

//go:embed avatar.svg
var avatar []byte

// Avatar is the picture of a person who has none: the speech bubble with a P, an SVG file.
func Avatar() []byte { return avatar }

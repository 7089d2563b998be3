package assets

import (
	"embed"
	"fmt"
	"path"
)

// fontFiles holds assets/fonts; in a clean clone the fonts are missing from it.
//
//go:embed all:fonts
var fontFiles embed.FS

// Fonts are the WOFF files that write names into pictures; the first one that has a letter writes it: Latin,
// then Korean. ok is false when the program was built without them.
func Fonts() (woff [][]byte, ok bool) {
	for _, name := range []string{"latin", "korean"} {
		data, err := fontFiles.ReadFile(path.Join("fonts", fmt.Sprintf("label-%s.woff", name)))
		if err != nil {
			return nil, false
		}
		woff = append(woff, data)
	}
	return woff, true
}

// Package frontend carries the built page inside the binary.
package frontend

import (
	"embed"
	"io/fs"
)

// dist is what `npm run build` writes. A clean clone has only .gitkeep in it, so that the program compiles
// before the page was built.
//
//go:embed all:dist
var dist embed.FS

// Files gives the built page: index.html and assets/ with hashed names. Without a build index.html is
// missing.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("frontend: dist is embedded by name: " + err.Error())
	}
	return files
}

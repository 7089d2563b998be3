package assets

import (
	"embed"
	"path"
)

// clipFiles holds assets/clips; in a clean clone the clip is missing from it.
//
//go:embed all:clips
var clipFiles embed.FS

// Clip is the demo partner's clip, a WebM file. ok is false when the program was built without one.
func Clip() (webm []byte, ok bool) {
	entries, err := clipFiles.ReadDir("clips")
	if err != nil {
		return nil, false
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".webm" {
			continue
		}
		data, err := clipFiles.ReadFile(path.Join("clips", e.Name()))
		return data, err == nil
	}
	return nil, false
}

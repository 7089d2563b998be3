// Command truth holds pictures that a browser received against the camera file of the browser that sent them:
// was the person kept, and was the background replaced? The end-to-end test calls it with the pixels of its
// canvases and reads its answer, a JSON array with one verdict for each picture.
//
// usage: truth -camera FILE.y4m [-library FILE] PICTURE.rgba...
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	camera := flag.String("camera", "", "the sender's camera file (YUV4MPEG2, 4:2:0, 4:3)")
	library := flag.String("library", "", "libonnxruntime; empty: searched for")
	flag.Parse()
	verdicts, err := run(*camera, *library, flag.Args())
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(verdicts)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	}
}

func run(camera, library string, received []string) ([]verdict, error) {
	if len(received) == 0 {
		return nil, errors.New("no pictures are given")
	}
	pictures, err := readY4M(camera)
	if err != nil {
		return nil, err
	}
	if len(pictures) == 0 {
		return nil, errors.New("the camera file is empty")
	}
	src, err := newSource(pictures, library)
	if err != nil {
		return nil, err
	}
	verdicts := make([]verdict, 0, len(received))
	for _, name := range received {
		p, err := readRGBA(name, pictures[0].Width, pictures[0].Height)
		if err != nil {
			return nil, err
		}
		v, err := src.judge(p)
		if err != nil {
			return nil, err
		}
		v.File = filepath.Base(name)
		verdicts = append(verdicts, v)
	}
	return verdicts, nil
}

// Command truth holds pictures that a browser received against the camera file of the browser that sent them:
// was the person kept, and was the background replaced? The end-to-end test calls it with the pixels of its
// canvases and reads its answer, a JSON array with one verdict for each picture.
//
// With -pairs it tells instead how alike two pictures are, for each two of the given ones: a JSON array of
// SSIM.
//
// usage: truth -camera FILE.y4m [-library FILE] PICTURE.rgba...
//
//	truth -pairs WIDTHxHEIGHT PICTURE.rgba OTHER.rgba...
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pp-enter/pp-enter/inference/eval"
)

func main() {
	camera := flag.String("camera", "", "the sender's camera file (YUV4MPEG2, 4:2:0, 4:3)")
	library := flag.String("library", "", "libonnxruntime; empty: searched for")
	pairs := flag.String("pairs", "", "the size of pictures to compare two by two")
	flag.Parse()
	var answer any
	var err error
	if *pairs == "" {
		answer, err = run(*camera, *library, flag.Args())
	} else {
		answer, err = compare(*pairs, flag.Args())
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(answer)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	}
}

func compare(size string, files []string) ([]float64, error) {
	var w, h int
	if _, err := fmt.Sscanf(size, "%dx%d", &w, &h); err != nil || w < eval.SSIMWindow || h < eval.SSIMWindow {
		return nil, fmt.Errorf("size %q is none", size)
	}
	return likeness(w, h, files)
}

func run(camera, library string, received []string) ([]verdict, error) {
	if len(received) == 0 {
		return nil, errors.New("no pictures are given")
	}
	pictures, err := readFilm(camera)
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

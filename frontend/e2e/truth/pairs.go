package main

import (
	"errors"
	"fmt"

	"github.com/pp-enter/pp-enter/inference/eval"
)

// likeness is the structural similarity of luma of whole pictures of w x h pixels, taken two by two.
func likeness(w, h int, files []string) ([]float64, error) {
	if len(files) == 0 || len(files)%2 != 0 {
		return nil, errors.New("pairs of pictures are wanted")
	}
	alike := make([]float64, 0, len(files)/2)
	for i := 0; i < len(files); i += 2 {
		a, err := readRGBA(files[i], w, h)
		if err != nil {
			return nil, err
		}
		b, err := readRGBA(files[i+1], w, h)
		if err != nil {
			return nil, fmt.Errorf("other of pair: %w", err)
		}
		alike = append(alike, eval.SSIM(a.plane(), b.plane()))
	}
	return alike, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/pp-enter/pp-enter/cli/film"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// readFilm reads all pictures of the file that Chromium's fake camera plays.
func readFilm(name string) (pictures []*frame.Frame, err error) {
	in, err := film.Open(context.Background(), name)
	if err != nil {
		return nil, fmt.Errorf("open camera file: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	for {
		f, err := in.Next()
		if errors.Is(err, io.EOF) {
			return pictures, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read camera file: %w", err)
		}
		pictures = append(pictures, f)
	}
}

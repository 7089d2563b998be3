package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// readY4M reads all pictures of a YUV4MPEG2 file in 4:2:0, the file that Chromium's fake camera plays.
func readY4M(name string) ([]*frame.Frame, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open camera file: %w", err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<20)
	width, height, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	var pictures []*frame.Frame
	for {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return pictures, nil
		}
		if err != nil || !strings.HasPrefix(line, "FRAME") {
			return nil, fmt.Errorf("read picture %d: bad header %q: %w", len(pictures), line, err)
		}
		f := frame.New(width, height)
		if err := readPicture(r, f); err != nil {
			return nil, fmt.Errorf("read picture %d: %w", len(pictures), err)
		}
		pictures = append(pictures, f)
	}
}

func readHeader(r *bufio.Reader) (width, height int, err error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("read y4m header: %w", err)
	}
	fields := strings.Fields(line)
	if len(fields) == 0 || fields[0] != "YUV4MPEG2" {
		return 0, 0, fmt.Errorf("read y4m header: %q is none", line)
	}
	for _, field := range fields[1:] {
		switch value := field[1:]; field[0] {
		case 'W':
			width, err = strconv.Atoi(value)
		case 'H':
			height, err = strconv.Atoi(value)
		case 'C':
			if !strings.HasPrefix(value, "420") {
				err = fmt.Errorf("colour space %s", value)
			}
		}
		if err != nil {
			return 0, 0, fmt.Errorf("read y4m header: %w", err)
		}
	}
	if !frame.ValidSize(width, height) {
		return 0, 0, fmt.Errorf("read y4m header: size %dx%d", width, height)
	}
	return width, height, nil
}

func readPicture(r io.Reader, f *frame.Frame) error {
	read := func(plane []byte, stride, w, h int) error {
		for y := range h {
			if _, err := io.ReadFull(r, plane[y*stride:][:w]); err != nil {
				return fmt.Errorf("read row: %w", err)
			}
		}
		return nil
	}
	return errors.Join(
		read(f.Y, f.StrideY, f.Width, f.Height),
		read(f.U, f.StrideUV, f.ChromaWidth(), f.ChromaHeight()),
		read(f.V, f.StrideUV, f.ChromaWidth(), f.ChromaHeight()),
	)
}

package film

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// maxLine bounds a header line of a YUV4MPEG2 file, bytes.
const maxLine = 1024

// openY4M reads the header of a YUV4MPEG2 file of size bytes (0: not known) and leaves the pictures to Next.
func (f *Film) openY4M(r io.Reader, size int64) error {
	b := bufio.NewReaderSize(r, 1<<20)
	line, err := readLine(b)
	if err != nil {
		return fmt.Errorf("read y4m header: %w", err)
	}
	if err := f.parseY4M(line); err != nil {
		return fmt.Errorf("read y4m header: %w", err)
	}
	chroma := int64((f.Width+1)/2) * int64((f.Height+1)/2)
	unit := int64(len("FRAME\n")) + int64(f.Width)*int64(f.Height) + 2*chroma
	if size > 0 {
		f.Pictures = int((size - int64(len(line)) - 1) / unit)
	}
	f.next = func() (*frame.Frame, error) { return f.nextY4M(b) }
	return nil
}

// readLine reads up to a line feed, which is left out. io.EOF: there is nothing more.
func readLine(b *bufio.Reader) (string, error) {
	var line []byte
	for {
		c, err := b.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return "", io.EOF
		case errors.Is(err, io.EOF):
			return "", ErrTruncated
		case err != nil:
			return "", err
		case c == '\n':
			return string(line), nil
		case len(line) == maxLine:
			return "", errors.New("a header line is too long")
		}
		line = append(line, c)
	}
}

// parseY4M reads a header as yuv4mpeg(5) has it. Only 8-bit 4:2:0 is taken.
func (f *Film) parseY4M(line string) error {
	fields := strings.Fields(line)
	if len(fields) == 0 || fields[0] != "YUV4MPEG2" {
		return fmt.Errorf("%q is none", line)
	}
	f.Rate = Rate{30, 1}
	for _, field := range fields[1:] {
		var err error
		switch value := field[1:]; field[0] {
		case 'W':
			f.Width, err = strconv.Atoi(value)
		case 'H':
			f.Height, err = strconv.Atoi(value)
		case 'F':
			f.Rate, err = parseRate(value)
		case 'C':
			if !slices.Contains([]string{"420", "420jpeg", "420mpeg2", "420paldv"}, value) {
				err = fmt.Errorf("colour space %s is not 8-bit 4:2:0", value)
			}
		}
		if err != nil {
			return err
		}
	}
	return checkSize(f.Width, f.Height)
}

func parseRate(s string) (Rate, error) {
	num, den, ok := strings.Cut(s, ":")
	n, err := strconv.Atoi(num)
	d, err2 := strconv.Atoi(den)
	r := Rate{n, d}
	if !ok || err != nil || err2 != nil {
		return r, fmt.Errorf("rate %q is none", s)
	}
	if n == 0 && d == 0 { // "not known", as the format says
		return Rate{30, 1}, nil
	}
	if !r.valid() {
		return r, fmt.Errorf("rate %q is none", s)
	}
	return r, nil
}

func checkSize(w, h int) error {
	if !frame.ValidSize(w, h) {
		return fmt.Errorf("%w: %dx%d is not handled; 2x2 to %d pixels a side and %d in all are",
			ErrSize, w, h, frame.MaxWidth, frame.MaxPixels)
	}
	return nil
}

func (f *Film) nextY4M(b *bufio.Reader) (*frame.Frame, error) {
	line, err := readLine(b)
	if err != nil {
		return nil, err
	}
	if line != "FRAME" && !strings.HasPrefix(line, "FRAME ") {
		return nil, fmt.Errorf("%q is no picture's header", line[:min(len(line), 20)])
	}
	p := f.pool.Get(f.Width, f.Height)
	for _, rows := range planes(p) {
		for y := range rows.h {
			if _, err := io.ReadFull(b, rows.pix[y*rows.stride:][:rows.w]); err != nil {
				p.Release()
				if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
					err = ErrTruncated
				}
				return nil, err
			}
		}
	}
	p.Timestamp = f.Rate.Ticks(f.read)
	return p, nil
}

// rows are the samples of one plane.
type rows struct {
	pix          []byte
	stride, w, h int
}

func planes(f *frame.Frame) [3]rows {
	cw, ch := f.ChromaWidth(), f.ChromaHeight()
	return [3]rows{
		{f.Y, f.StrideY, f.Width, f.Height}, {f.U, f.StrideUV, cw, ch}, {f.V, f.StrideUV, cw, ch},
	}
}

// writeY4M writes pictures to w, the header first.
func writeY4M(w io.Writer, o Options) *sink {
	b := bufio.NewWriterSize(w, 1<<20)
	begun := false
	return &sink{
		write: func(f *frame.Frame) error {
			if !begun {
				begun = true
				_, err := fmt.Fprintf(b, "YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C420jpeg\n",
					o.Width, o.Height, o.Rate.Num, o.Rate.Den)
				if err != nil {
					return err
				}
			}
			if _, err := b.WriteString("FRAME\n"); err != nil {
				return err
			}
			for _, p := range planes(f) {
				for y := range p.h {
					if _, err := b.Write(p.pix[y*p.stride:][:p.w]); err != nil {
						return err
					}
				}
			}
			return nil
		},
		finish: b.Flush,
	}
}

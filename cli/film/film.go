// Package film reads and writes video files picture by picture: YUV4MPEG2, IVF and WebM with VP8 or VP9 by
// itself, everything else through ffmpeg where that is installed. Sound is passed over.
package film

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"os"
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// maxInMemory bounds the compressed files that are read whole, in bytes.
const maxInMemory = 1 << 30

var (
	// ErrTruncated is a file that ends in the middle of something.
	ErrTruncated = errors.New("the file is cut off")
	// ErrNoFFmpeg is a format that only ffmpeg knows, on a machine without it.
	ErrNoFFmpeg = errors.New("ffmpeg, which knows this format, is not installed " +
		"(without it: .y4m, .ivf and .webm with VP8 or VP9)")
	// ErrSize is a picture of a size that is not handled, or other than the pictures before.
	ErrSize = errors.New("picture size")
)

// Rate is how many pictures there are in a second: Num/Den.
type Rate struct{ Num, Den int }

// PerSecond is the rate as a number.
func (r Rate) PerSecond() float64 { return float64(r.Num) / float64(r.Den) }

// Ticks is when picture i is shown, in 90 kHz, whose 32 bits run over after 13 hours.
func (r Rate) Ticks(i int) uint32 {
	high, low := bits.Mul64(uint64(i)*90_000, uint64(r.Den)) // files may name rates in very large numbers
	ticks, _ := bits.Div64(high%uint64(r.Num), low, uint64(r.Num))
	return uint32(ticks)
}

func (r Rate) valid() bool {
	return r.Num > 0 && r.Den > 0 && r.Num <= math.MaxInt32 && r.Den <= math.MaxInt32 && r.PerSecond() <= 1000
}

// rateOf is the rate of n pictures of which the last begins at span; a usual one where it is close.
func rateOf(n int, span time.Duration) Rate {
	if n < 2 || span <= 0 {
		return Rate{30, 1}
	}
	perSecond := float64(n-1) / span.Seconds()
	for _, usual := range []Rate{{24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1}, {50, 1}, {60, 1}} {
		if math.Abs(perSecond/usual.PerSecond()-1) < .0004 {
			return usual
		}
	}
	return Rate{max(1, int(math.Round(perSecond*1000))), 1000}
}

// Film is a video file that is read from its beginning to its end. It is used by one goroutine.
type Film struct {
	Width, Height int // pixels, as the file says
	Rate          Rate
	// Pictures is how many there are, as far as the file tells; 0 where it does not.
	Pictures int

	next  func() (*frame.Frame, error)
	close func() error
	pool  *frame.Pool
	read  int
}

// Open opens a video file, known by its content and not by its name. ctx ends ffmpeg where it is needed.
func Open(ctx context.Context, name string) (*Film, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("open video: %w", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("open video: %s is a folder", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open video: %w", err)
	}
	f := &Film{pool: frame.NewPool(4), close: file.Close}
	magic := make([]byte, 10)
	n, err := io.ReadFull(file, magic)
	magic = magic[:n]
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.Join(fmt.Errorf("open video: %w", err), file.Close())
	}
	switch {
	case n == 0:
		err = errors.New("the file is empty")
	case bytes.HasPrefix(magic, []byte("YUV4MPEG2 ")):
		err = f.openY4M(io.MultiReader(bytes.NewReader(magic), file), info.Size())
	case bytes.HasPrefix(magic, []byte("DKIF")):
		err = f.openCompressed(name, info.Size(), readIVF)
	case bytes.HasPrefix(magic, []byte{0x1A, 0x45, 0xDF, 0xA3}):
		err = f.openCompressed(name, info.Size(), readWebM)
		if errors.Is(err, errForeign) { // Matroska holds much more than we decode
			err = f.openThroughFFmpeg(ctx, name)
		}
	default:
		err = f.openThroughFFmpeg(ctx, name)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open video %s: %w", name, err), f.close())
	}
	return f, nil
}

// Next returns the next picture, which the caller releases, with its time from the beginning as its
// timestamp; io.EOF after the last one.
func (f *Film) Next() (*frame.Frame, error) {
	p, err := f.next()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("read picture %d: %w", f.read+1, err)
	}
	f.read++
	return p, nil
}

// Close ends the reading; what comes after the last picture that was read is not looked at.
func (f *Film) Close() error {
	if err := f.close(); err != nil {
		return fmt.Errorf("close video: %w", err)
	}
	return nil
}

package film

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"os"
	"time"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/demo"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// errForeign is a container whose video this package cannot decode.
var errForeign = errors.New("no VP8 or VP9")

// track is the compressed video of a file.
type track struct {
	codec         frame.Codec
	width, height int
	rate          Rate
	units         []frame.Encoded // their payloads are part of the file
}

// openCompressed reads a file whole and decodes its pictures as Next asks for them.
func (f *Film) openCompressed(name string, size int64, parse func([]byte) (*track, error)) error {
	if size > maxInMemory {
		return fmt.Errorf("%d MB are more than this program reads", size>>20)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	t, err := parse(data)
	if err != nil {
		return err
	}
	if err := checkSize(t.width, t.height); err != nil {
		return err
	}
	dec, err := codec.NewDecoder(t.codec)
	if err != nil {
		return err
	}
	f.Width, f.Height, f.Rate, f.Pictures = t.width, t.height, t.rate, len(t.units)
	file := f.close
	f.close = func() error { return errors.Join(dec.Close(), file()) }
	units := t.units
	f.next = func() (*frame.Frame, error) {
		for len(units) > 0 {
			u := units[0]
			units = units[1:]
			p, err := dec.Decode(&u, f.pool)
			if err != nil || p != nil {
				return p, err
			}
		}
		return nil, io.EOF
	}
	return nil
}

// readWebM finds the video of a WebM file.
func readWebM(data []byte) (*track, error) {
	clip, err := demo.ReadClip(data)
	if err != nil && cutOff(data) {
		return nil, ErrTruncated
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errForeign, err)
	}
	t := &track{codec: clip.Codec, width: clip.Width, height: clip.Height}
	var last time.Duration
	for at, u := range clip.Units() {
		t.units = append(t.units, u)
		last = at
	}
	t.rate = rateOf(len(t.units), last)
	return t, nil
}

// cutOff tells whether one of the two outermost elements of a WebM file (RFC 8794), the header and the
// segment, says that it is longer than the file.
func cutOff(data []byte) bool {
	for len(data) > 4 {
		data = data[4:] // both have ids of four bytes
		n := bits.LeadingZeros8(data[0]) + 1
		if n > 8 || n > len(data) {
			return true
		}
		size := uint64(data[0]) & (1<<(8-n) - 1)
		for _, b := range data[1:n] {
			size = size<<8 | uint64(b)
		}
		if size == 1<<(7*n)-1 { // not known, as in a live recording
			return false
		}
		if size > uint64(len(data)-n) {
			return true
		}
		data = data[n:][size:]
	}
	return false
}

// The layout of an IVF file: a header, then for each picture its size, its time and its bytes.
const (
	ivfHeader  = 32
	ivfPicture = 12
)

// readIVF finds the video of an IVF file.
func readIVF(data []byte) (*track, error) {
	if len(data) < ivfHeader {
		return nil, fmt.Errorf("read ivf header: %w", ErrTruncated)
	}
	le := binary.LittleEndian
	t := &track{width: int(le.Uint16(data[12:])), height: int(le.Uint16(data[14:]))}
	switch fourCC := string(data[8:12]); fourCC {
	case "VP80":
		t.codec = frame.VP8
	case "VP90":
		t.codec = frame.VP9
	default:
		return nil, fmt.Errorf("read ivf header: %w but %q", errForeign, fourCC)
	}
	second, tick := uint64(le.Uint32(data[16:])), uint64(le.Uint32(data[20:])) // second/tick units a second
	if second == 0 || tick == 0 || second/tick > uint64(time.Second) {
		return nil, fmt.Errorf("read ivf header: time base %d/%d is none", tick, second)
	}
	header := max(int(le.Uint16(data[6:])), ivfHeader)
	if header > len(data) {
		return nil, fmt.Errorf("read ivf header: %w", ErrTruncated)
	}
	rest, first, last := data[header:], uint64(0), time.Duration(0)
	for len(rest) > 0 {
		if len(rest) < ivfPicture {
			return nil, fmt.Errorf("picture %d: %w", len(t.units)+1, ErrTruncated)
		}
		size, pts := uint64(le.Uint32(rest)), le.Uint64(rest[4:])
		if size > uint64(len(rest)-ivfPicture) {
			return nil, fmt.Errorf("picture %d: %w", len(t.units)+1, ErrTruncated)
		}
		if len(t.units) == 0 {
			first = pts
		}
		seconds := float64(pts-min(pts, first)) * float64(tick) / float64(second)
		if seconds > 24*60*60 {
			return nil, fmt.Errorf("picture %d: its time is out of range", len(t.units)+1)
		}
		last = time.Duration(seconds * float64(time.Second))
		u := frame.Encoded{Codec: t.codec, Timestamp: uint32(int64(math.Round(seconds * 90_000)))}
		u.Payload = rest[ivfPicture : ivfPicture+size]
		t.units = append(t.units, u)
		rest = rest[ivfPicture+size:]
	}
	if len(t.units) == 0 {
		return nil, errors.New("there are no pictures in it")
	}
	t.rate = rateOf(len(t.units), last)
	return t, nil
}

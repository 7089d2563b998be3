package film

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Options say what is written.
type Options struct {
	Width, Height int // of all pictures
	Rate          Rate
	// Bitrate of the formats that this package compresses itself, bits per second. Default: by size and
	// rate.
	Bitrate int
}

// bitrate is one at which little is to be seen of the compression.
func (o *Options) bitrate() int {
	if o.Bitrate > 0 {
		return o.Bitrate
	}
	wanted := int(float64(o.Width*o.Height) * o.Rate.PerSecond() * .2)
	return min(max(wanted, 200_000), 20_000_000)
}

// sink is one way of writing.
type sink struct {
	write   func(*frame.Frame) error
	finish  func() error
	abandon func() // nil: nothing to do
}

// Output is a video file that is being written. It stands under its name only once Close went well. It is
// used by one goroutine.
type Output struct {
	options Options
	name    string
	beside  string // where it is written meanwhile
	sink    *sink
	file    *os.File // nil where ffmpeg writes
	over    bool
}

// playlists are endings for which ffmpeg writes further files beside, named after where it writes meanwhile.
func playlists() []string { return []string{".m3u8", ".mpd"} }

// Create begins a video file. The ending of its name says which kind: .y4m, .ivf and .webm (both VP8), all
// others as ffmpeg has them. A file of that name is replaced in the end. ctx ends ffmpeg where it is needed.
func Create(ctx context.Context, name string, o Options) (*Output, error) {
	out, err := create(ctx, name, o)
	if err != nil {
		return nil, fmt.Errorf("create video %s: %w", name, err)
	}
	return out, nil
}

func create(ctx context.Context, name string, o Options) (*Output, error) {
	if err := checkSize(o.Width, o.Height); err != nil {
		return nil, err
	}
	if !o.Rate.valid() {
		return nil, fmt.Errorf("rate %d/%d is none", o.Rate.Num, o.Rate.Den)
	}
	before, err := os.Stat(name)
	if err == nil && !before.Mode().IsRegular() {
		return nil, errors.New("it is there already and no file")
	}
	replaces := err == nil
	ending := strings.ToLower(filepath.Ext(name))
	if ending == "" {
		return nil, errors.New("the name's ending must tell the format, as .webm does")
	}
	if slices.Contains(playlists(), ending) {
		return nil, fmt.Errorf("%s files are lists of other files, and one file is written", ending)
	}
	if _, err := os.Stat(filepath.Dir(name)); err != nil {
		return nil, fmt.Errorf("look for its folder: %w", err)
	}
	// The ending stays: ffmpeg goes by it. Who may read it is up to the umask, as with any other new file.
	beside := filepath.Join(filepath.Dir(name), ".partial-"+rand.Text()+ending)
	file, err := os.OpenFile(beside, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	out := &Output{options: o, name: name, beside: beside, file: file}
	if replaces {
		err = file.Chmod(before.Mode().Perm())
	}
	if err == nil {
		err = out.open(ctx, ending)
	}
	if err != nil {
		out.Abandon()
		return nil, err
	}
	return out, nil
}

// open chooses the way of writing into the file beside.
func (o *Output) open(ctx context.Context, ending string) (err error) {
	switch ending {
	case ".y4m":
		o.sink = writeY4M(o.file, o.options)
	case ".ivf":
		o.sink, err = writeIVF(o.file, o.options)
	case ".webm":
		o.sink, err = writeWebM(o.file, o.options)
	default:
		if err = o.file.Close(); err == nil {
			o.sink, err = writeThroughFFmpeg(ctx, o.beside, o.options)
		}
		o.file = nil
	}
	return err
}

// Write adds a picture. Its timestamp counts from the first picture's on.
func (o *Output) Write(f *frame.Frame) error {
	if f.Width != o.options.Width || f.Height != o.options.Height {
		return fmt.Errorf("write picture: %w changes from %dx%d to %dx%d in the middle, which %s files cannot",
			ErrSize, o.options.Width, o.options.Height, f.Width, f.Height, filepath.Ext(o.name))
	}
	if err := o.sink.write(f); err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

// Close finishes the file and puts it in its place. After an error nothing of it is left.
func (o *Output) Close() error {
	err := o.sink.finish()
	if err == nil && o.file != nil {
		err = o.file.Close()
	}
	if err == nil {
		err = os.Rename(o.beside, o.name)
	}
	if err != nil {
		o.Abandon()
		return fmt.Errorf("finish video %s: %w", o.name, err)
	}
	o.over = true
	return nil
}

// Abandon removes what was written. After Close, or a second time, it does nothing.
func (o *Output) Abandon() {
	if o.over {
		return
	}
	o.over = true
	if o.sink != nil && o.sink.abandon != nil {
		o.sink.abandon()
	}
	if o.file != nil {
		_ = o.file.Close() // it goes anyway
	}
	_ = os.Remove(o.beside) // nothing better can be done about it
}

// keyEvery is after how many pictures one comes that a player can begin with.
const keyEvery = 150

// compress returns a function that encodes pictures one by one as VP8, and one that ends it.
func compress(o Options) (encode func(*frame.Frame, *frame.Encoded) error, end func() error, err error) {
	cfg := codec.DefaultEncoderConfig()
	// Nobody waits for the picture, so it may be compressed with more care than in a call.
	cfg.Bitrate, cfg.CPUUsed, cfg.MaxFPS = o.bitrate(), -5, max(1, int(o.Rate.PerSecond()+.5))
	enc, err := codec.NewEncoder(cfg)
	if err != nil {
		return nil, nil, err
	}
	n := 0
	return func(f *frame.Frame, e *frame.Encoded) error {
		n++
		return enc.Encode(f, n%keyEvery == 1, e)
	}, enc.Close, nil
}

// writeIVF compresses pictures into w; the number of pictures is filled in at the end.
func writeIVF(w io.WriteSeeker, o Options) (*sink, error) {
	encode, end, err := compress(o)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	header := append([]byte("DKIF\x00\x00"), ivfHeader, 0)
	header = append(header, "VP80"...)
	header = le.AppendUint16(header, uint16(o.Width))
	header = le.AppendUint16(header, uint16(o.Height))
	header = le.AppendUint32(header, 90_000)
	header = le.AppendUint32(header, 1)
	header = le.AppendUint64(header, 0) // the number, and four bytes without a use
	if _, err := w.Write(header); err != nil {
		return nil, errors.Join(err, end())
	}
	pictures, clock := uint32(0), stretch{}
	return &sink{
		write: func(f *frame.Frame) error {
			var e frame.Encoded
			if err := encode(f, &e); err != nil || len(e.Payload) == 0 {
				return err
			}
			unit := le.AppendUint32(nil, uint32(len(e.Payload)))
			unit = le.AppendUint64(unit, clock.at(f.Timestamp))
			pictures++
			_, err := w.Write(append(unit, e.Payload...))
			return err
		},
		finish: func() error {
			_, err := w.Seek(24, io.SeekStart)
			if err == nil {
				_, err = w.Write(le.AppendUint32(nil, pictures))
			}
			return errors.Join(err, end())
		},
		abandon: func() { _ = end() }, // it goes anyway
	}, nil
}

// stretch turns 32-bit timestamps into ticks from the first one, which never run backwards.
type stretch struct {
	last    uint32
	ticks   uint64
	started bool
}

func (s *stretch) at(timestamp uint32) uint64 {
	if s.started {
		s.ticks += uint64(max(int32(timestamp-s.last), 0))
	}
	s.last, s.started = timestamp, true
	return s.ticks
}

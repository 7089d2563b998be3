// Package codec turns compressed pictures into frames and back: VP8 and VP9 through a thin layer over
// libvpx, and an H.264 encoder through OpenH264. One Decoder or Encoder serves one stream and is used by
// one goroutine; in steady state neither allocates for VP8 and VP9.
package codec

import (
	"errors"
	"fmt"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrUnsupported is a codec, a profile or a pixel format that this package does not handle.
	ErrUnsupported = errors.New("unsupported codec")
	// ErrSize is a picture whose size frame.ValidSize refuses. Nothing was allocated for it.
	ErrSize = errors.New("picture size out of bounds")
	// ErrCorrupt is a unit that cannot be decoded, or only with visible damage. Until the next keyframe the
	// following units may fail as well.
	ErrCorrupt = errors.New("corrupt picture")
	// ErrClosed is a call after Close.
	ErrClosed = errors.New("codec closed")
)

// Decoder decodes one stream. It is not safe for concurrent use.
type Decoder interface {
	// Decode decodes one access unit and returns a copy of the picture in a frame of the pool, which the caller
	// releases; timestamp and arrival time are those of the unit. It returns nil without an error when the unit
	// shows nothing. After an error the decoder is usable from the next keyframe on.
	Decode(e *frame.Encoded, pool *frame.Pool) (*frame.Frame, error)
	// Close frees the decoder; later calls do nothing.
	Close() error
}

// Encoder compresses one stream. It is not safe for concurrent use.
type Encoder interface {
	// Encode compresses f into out. Timestamp and arrival time are those of f; out.Payload belongs to the
	// encoder until its next call and is empty when the encoder left the picture out. The first picture, a
	// picture of another size than the one before and one with forceKeyframe become keyframes.
	Encode(f *frame.Frame, forceKeyframe bool, out *frame.Encoded) error
	// SetBitrate changes the target, in bits per second, from the next picture on.
	SetBitrate(bps int) error
	// Close frees the encoder; later calls do nothing.
	Close() error
}

// EncoderConfig says how an encoder works.
type EncoderConfig struct {
	Codec   frame.Codec
	Bitrate int // target, bits per second
	// CPUUsed trades quality for speed as libvpx does, -16..16. VP8: the lower below 0, the faster, whatever the
	// load. VP9 takes the absolute value, at most 9, the fastest. H.264 ignores it.
	CPUUsed int
	Threads int // 1 is best where many streams share the machine
	// SkipStill does not code macroblocks that equal the picture before, each at most every second time. What
	// is painted behind a person moves at half the rate of the pictures. VP8 only.
	SkipStill bool
	// MaxFPS is the rate that the first picture is budgeted for; after it the timestamps tell.
	MaxFPS int
}

// DefaultEncoderConfig is VP8 at 1.2 Mbit/s, enough for 640x480, with cpu-used -12.
//
// Measured on talking heads of 640x480 at 30 pictures a second, 150 to 1200 kbit/s, at equal bitrate:
// against -8, -12 loses 0.02 to 0.2 dB of PSNR (SSIM -0.0003 at most) on clean pictures, gains 0.04 to 0.4
// dB on pictures with sensor noise, and saves 10 to 25 % of the time. -16 saves as much again but loses
// another 0.1 to 0.5 dB, and more on scenes with motion; -6 and -4 cost 1.1 to 1.8 times the time of -8 for
// at most 0.1 dB. SkipStill, on a person before a painted scene at the same target, saves 12 % of the time
// and 8 to 11 % of the bits and gains 0.2 dB.
func DefaultEncoderConfig() EncoderConfig {
	return EncoderConfig{
		Codec: frame.VP8, Bitrate: 1_200_000, CPUUsed: -12, Threads: 1, SkipStill: true, MaxFPS: 30,
	}
}

// Bounds of a target bitrate, bits per second.
const (
	MinBitrate = 10_000
	MaxBitrate = 50_000_000
)

func (c EncoderConfig) validate() error {
	switch {
	case c.Bitrate < MinBitrate || c.Bitrate > MaxBitrate:
		return fmt.Errorf("bitrate %d is not within %d..%d", c.Bitrate, MinBitrate, MaxBitrate)
	case c.CPUUsed < -16 || c.CPUUsed > 16:
		return fmt.Errorf("cpu-used %d is not within -16..16", c.CPUUsed)
	case c.Threads < 1 || c.Threads > 16:
		return fmt.Errorf("threads %d is not within 1..16", c.Threads)
	case c.MaxFPS < 1 || c.MaxFPS > 120:
		return fmt.Errorf("frame rate %d is not within 1..120", c.MaxFPS)
	}
	return nil
}

// NewDecoder returns a decoder of VP8 or VP9; ErrUnsupported for another codec.
func NewDecoder(c frame.Codec) (Decoder, error) {
	if c != frame.VP8 && c != frame.VP9 {
		return nil, fmt.Errorf("open %s decoder: %w", c, ErrUnsupported)
	}
	return newVPXDecoder(c)
}

// NewEncoder returns an encoder of VP8, VP9 or H.264; ErrUnsupported for another codec. libvpx or OpenH264 is
// opened with the first picture, whose size it needs.
func NewEncoder(cfg EncoderConfig) (Encoder, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("open %s encoder: %w", cfg.Codec, err)
	}
	switch cfg.Codec {
	case frame.VP8, frame.VP9:
		return newVPXEncoder(cfg), nil
	case frame.H264:
		return newH264Encoder(cfg), nil
	default:
		return nil, fmt.Errorf("open %s encoder: %w", cfg.Codec, ErrUnsupported)
	}
}

// checkFrame guards the memory that C code will read.
func checkFrame(f *frame.Frame) error {
	if err := checkSize(f.Width, f.Height); err != nil {
		return err
	}
	cw, ch := f.ChromaWidth(), f.ChromaHeight()
	luma, chroma := f.StrideY*(f.Height-1)+f.Width, f.StrideUV*(ch-1)+cw
	if f.StrideY < f.Width || f.StrideUV < cw || len(f.Y) < luma || len(f.U) < chroma || len(f.V) < chroma {
		return fmt.Errorf("%w: planes too short for %dx%d", ErrSize, f.Width, f.Height)
	}
	return nil
}

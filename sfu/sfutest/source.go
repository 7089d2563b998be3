package sfutest

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Source is a camera.
type Source interface {
	// Interval is the time from one picture to the next.
	Interval() time.Duration
	// Next delivers the next picture in e, a keyframe if keyframe is true. The payload is valid until the next
	// call.
	Next(keyframe bool, e *frame.Encoded) error
}

// Pattern is a camera that shows a moving gradient, really encoded. Its size may change while it runs.
type Pattern struct {
	enc   codec.Encoder
	fps   int
	size  atomic.Uint64 // width in the upper half, height in the lower
	count uint32
	pic   *frame.Frame
	luma  byte
}

// NewPattern returns a camera of w x h pixels with fps pictures a second in VP8 or VP9. The brightness luma,
// 16 to 235, is the pictures' mean, so that a receiver can tell two cameras apart.
func NewPattern(c frame.Codec, w, h, fps int, luma byte) (*Pattern, error) {
	cfg := codec.DefaultEncoderConfig()
	cfg.Codec, cfg.Bitrate, cfg.MaxFPS = c, 400_000, fps
	enc, err := codec.NewEncoder(cfg)
	if err != nil {
		return nil, fmt.Errorf("make pattern: %w", err)
	}
	p := &Pattern{enc: enc, fps: fps, luma: luma}
	p.Resize(w, h)
	return p, nil
}

// Resize changes the size of the following pictures, as browsers do while their bandwidth estimate moves.
func (p *Pattern) Resize(w, h int) { p.size.Store(uint64(w)<<32 | uint64(h)) }

// Interval implements Source.
func (p *Pattern) Interval() time.Duration { return time.Second / time.Duration(p.fps) }

// Next implements Source.
func (p *Pattern) Next(keyframe bool, e *frame.Encoded) error {
	size := p.size.Load()
	w, h := int(size>>32), int(uint32(size))
	if p.pic == nil || p.pic.Width != w || p.pic.Height != h {
		p.pic = frame.New(w, h)
	}
	p.paint()
	p.pic.Timestamp = p.count * uint32(90000/p.fps)
	p.count++
	if err := p.enc.Encode(p.pic, keyframe, e); err != nil {
		return fmt.Errorf("encode pattern: %w", err)
	}
	return nil
}

// paint draws a gradient of +-8 around the mean that wanders to the right.
func (p *Pattern) paint() {
	f := p.pic
	for y := range f.Height {
		row := f.Y[y*f.StrideY : y*f.StrideY+f.Width]
		for x := range row {
			wave := (x + 2*int(p.count)) & 31
			if wave > 15 {
				wave = 31 - wave
			}
			row[x] = p.luma + byte(wave) - 8
		}
	}
	for i := range f.U {
		f.U[i], f.V[i] = 128, 128
	}
}

// Close frees the encoder; no Next may follow.
func (p *Pattern) Close() error {
	if err := p.enc.Close(); err != nil {
		return fmt.Errorf("close pattern: %w", err)
	}
	return nil
}

// Noise is a camera whose units are no pictures: bytes that no decoder takes.
type Noise struct {
	Codec frame.Codec // as Config.Publish
	Every time.Duration
	Bytes int
	count uint32
	buf   []byte
}

// Interval implements Source.
func (n *Noise) Interval() time.Duration { return n.Every }

// Next implements Source.
func (n *Noise) Next(keyframe bool, e *frame.Encoded) error {
	if n.buf == nil {
		n.buf = make([]byte, n.Bytes)
	}
	for i := range n.buf {
		n.buf[i] = byte(i) ^ byte(n.count)
	}
	// As H.264 this is an Annex B unit, so that a packetiser takes it.
	copy(n.buf, []byte{0, 0, 0, 1, 0x65})
	n.count++
	*e = frame.Encoded{Codec: n.Codec, Payload: n.buf, Keyframe: keyframe, Timestamp: n.count * 3000}
	return nil
}

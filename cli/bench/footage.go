package bench

import (
	"errors"
	"fmt"
	"image"

	"github.com/pion/rtp"
	"golang.org/x/image/draw"

	"github.com/pp-enter/pp-enter/assets"
	"github.com/pp-enter/pp-enter/sfu/codec"
	"github.com/pp-enter/pp-enter/sfu/demo"
	"github.com/pp-enter/pp-enter/sfu/frame"
	"github.com/pp-enter/pp-enter/sfu/rtpio"
)

// size is a picture size to measure at.
type size struct {
	name    string
	w, h    int
	bitrate int // of the publisher, bits per second
}

func size480p() size { return size{"480p", 640, 480, 1_200_000} }
func size720p() size { return size{"720p", 1280, 720, 2_500_000} }

// Rate and clock of the footage.
const (
	fps        = 30
	frameTicks = 90_000 / fps
)

// errNoClip is a program that was built without the demo clip.
var errNoClip = errors.New("the demo clip is not part of this build; run make build")

// footage is a stretch of the demo clip as a publisher sends it.
type footage struct {
	size
	pictures [][][]byte // RTP packets of each picture; the first one is a keyframe
	units    []frame.Encoded
}

// loadFootage decodes n pictures of the demo clip, scales them to s and encodes them as a browser would.
func loadFootage(s size, n int) (*footage, error) {
	clip, ok := assets.Clip()
	if !ok {
		return nil, errNoClip
	}
	frames, err := decodeClip(clip, n)
	if err != nil {
		return nil, fmt.Errorf("read clip: %w", err)
	}
	cfg := codec.DefaultEncoderConfig()
	cfg.Bitrate = s.bitrate
	enc, err := codec.NewEncoder(cfg)
	if err != nil {
		return nil, fmt.Errorf("open encoder: %w", err)
	}
	defer func() { _ = enc.Close() }() // nothing to lose
	pack, err := rtpio.NewPacketiser(rtpio.PacketiserConfig{Codec: frame.VP8})
	if err != nil {
		return nil, fmt.Errorf("open packetiser: %w", err)
	}
	f := &footage{size: s}
	for i, src := range frames {
		if err := f.add(enc, pack, scale(src, s.w, s.h), uint32(i)*frameTicks); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *footage) add(enc codec.Encoder, pack *rtpio.Packetiser, pic *frame.Frame, timestamp uint32) error {
	pic.Timestamp = timestamp
	var unit frame.Encoded
	if err := enc.Encode(pic, false, &unit); err != nil {
		return fmt.Errorf("encode footage: %w", err)
	}
	unit.Payload = append([]byte(nil), unit.Payload...)
	f.units = append(f.units, unit)
	var packets [][]byte
	err := pack.Packetise(&unit, func(h *rtp.Header, payload []byte, _ bool) error {
		raw, err := (&rtp.Packet{Header: *h, Payload: payload}).Marshal()
		packets = append(packets, raw)
		return err
	})
	f.pictures = append(f.pictures, packets)
	if err != nil {
		return fmt.Errorf("packetise footage: %w", err)
	}
	return nil
}

// decodeClip returns the first n pictures of a WebM clip.
func decodeClip(clip []byte, n int) ([]*frame.Frame, error) {
	parsed, err := demo.ReadClip(clip)
	if err != nil {
		return nil, err
	}
	dec, err := codec.NewDecoder(parsed.Codec)
	if err != nil {
		return nil, err
	}
	defer func() { _ = dec.Close() }() // nothing to lose
	pool := frame.NewPool(0)
	var frames []*frame.Frame
	for _, unit := range parsed.Units() {
		f, err := dec.Decode(&unit, pool)
		if err != nil {
			return nil, err
		}
		if f != nil {
			frames = append(frames, f)
		}
		if len(frames) == n {
			break
		}
	}
	return frames, nil
}

// scale crops src to the shape of w x h around its middle and scales it.
func scale(src *frame.Frame, w, h int) *frame.Frame {
	dst := frame.New(w, h)
	cw, ch := src.Width, src.Width*h/w&^1
	if ch > src.Height {
		cw, ch = src.Height*w/h&^1, src.Height
	}
	x, y := (src.Width-cw)/2&^1, (src.Height-ch)/2&^1
	scalePlane(dst.Y, dst.StrideY, w, h, src.Y, src.StrideY, image.Rect(x, y, x+cw, y+ch))
	half := image.Rect(x/2, y/2, (x+cw)/2, (y+ch)/2)
	scalePlane(dst.U, dst.StrideUV, dst.ChromaWidth(), dst.ChromaHeight(), src.U, src.StrideUV, half)
	scalePlane(dst.V, dst.StrideUV, dst.ChromaWidth(), dst.ChromaHeight(), src.V, src.StrideUV, half)
	return dst
}

func scalePlane(dst []byte, dstStride, w, h int, src []byte, srcStride int, from image.Rectangle) {
	to := &image.Gray{Pix: dst, Stride: dstStride, Rect: image.Rect(0, 0, w, h)}
	whole := image.Rect(0, 0, srcStride, from.Max.Y)
	draw.BiLinear.Scale(to, to.Rect, &image.Gray{Pix: src, Stride: srcStride, Rect: whole}, from, draw.Src, nil)
}

// clone is the same footage with packets of its own: a player renumbers them.
func (f *footage) clone() *footage {
	c := &footage{size: f.size, units: f.units}
	for _, packets := range f.pictures {
		var own [][]byte
		for _, p := range packets {
			own = append(own, append([]byte(nil), p...))
		}
		c.pictures = append(c.pictures, own)
	}
	return c
}

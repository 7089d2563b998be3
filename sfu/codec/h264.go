package codec

import (
	"bytes"
	"fmt"
	"image"

	mediacodec "github.com/pion/mediadevices/pkg/codec"
	"github.com/pion/mediadevices/pkg/codec/openh264"
	"github.com/pion/mediadevices/pkg/io/video"
	"github.com/pion/mediadevices/pkg/prop"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// h264Encoder encodes constrained baseline H.264 by the OpenH264 that mediadevices links in. OpenH264 wants
// even sizes of at least 16: an odd last row or column is left out.
type h264Encoder struct {
	cfg    EncoderConfig
	enc    mediacodec.ReadCloser // nil before the first picture and after Close
	w, h   int                   // of enc
	img    image.YCbCr           // the picture being encoded, no copy
	closed bool
}

func newH264Encoder(cfg EncoderConfig) *h264Encoder { return &h264Encoder{cfg: cfg} }

// Encode implements Encoder.
func (e *h264Encoder) Encode(f *frame.Frame, forceKeyframe bool, out *frame.Encoded) error {
	if err := checkFrame(f); err != nil {
		return fmt.Errorf("encode H264: %w", err)
	}
	if err := e.prepare(f.Width&^1, f.Height&^1); err != nil {
		return fmt.Errorf("encode H264: %w", err)
	}
	if forceKeyframe {
		c, ok := e.enc.Controller().(mediacodec.KeyFrameController)
		if !ok {
			return fmt.Errorf("encode H264: force keyframe: %w", ErrUnsupported)
		}
		if err := c.ForceKeyFrame(); err != nil {
			return fmt.Errorf("encode H264: force keyframe: %w", err)
		}
	}
	e.img = image.YCbCr{
		Y: f.Y, Cb: f.U, Cr: f.V, YStride: f.StrideY, CStride: f.StrideUV,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(0, 0, e.w, e.h),
	}
	b, release, err := e.enc.Read()
	e.img = image.YCbCr{}
	if err != nil {
		return fmt.Errorf("encode H264: %w", err)
	}
	release()
	*out = frame.Encoded{
		Payload: b, Codec: frame.H264, Keyframe: hasIDR(b), Timestamp: f.Timestamp, Arrived: f.Arrived,
	}
	return nil
}

// prepare opens OpenH264 for a size; a change of size opens it anew, which begins with a keyframe.
func (e *h264Encoder) prepare(w, h int) error {
	if e.closed {
		return ErrClosed
	}
	if e.enc != nil && w == e.w && h == e.h {
		return nil
	}
	const smallest = 16
	if w < smallest || h < smallest {
		return fmt.Errorf("%w: %dx%d", ErrSize, w, h)
	}
	enc, err := e.open(w, h)
	if err != nil {
		return fmt.Errorf("open OpenH264: %w", err)
	}
	old := e.enc
	e.enc, e.w, e.h = enc, w, h
	if old != nil {
		if err := old.Close(); err != nil {
			return fmt.Errorf("close OpenH264: %w", err)
		}
	}
	return nil
}

func (e *h264Encoder) open(w, h int) (mediacodec.ReadCloser, error) {
	params, err := openh264.NewParams()
	if err != nil {
		return nil, fmt.Errorf("default settings: %w", err)
	}
	params.BitRate = e.cfg.Bitrate
	params.EnableFrameSkip = false // as for VP8: every picture is sent; OpenH264 warns of it on stderr
	params.IntraPeriod = 0         // keyframes only where they are asked for
	params.MultipleThreadIdc = e.cfg.Threads
	params.SliceMode = openh264.SMSingleSlice
	params.SliceSizeConstraint = 0
	media := prop.Media{Video: prop.Video{Width: w, Height: h, FrameRate: float32(e.cfg.MaxFPS)}}
	source := video.ReaderFunc(func() (image.Image, func(), error) { return &e.img, func() {}, nil })
	return params.BuildVideoEncoder(source, media)
}

// SetBitrate implements Encoder.
func (e *h264Encoder) SetBitrate(bps int) error {
	cfg := e.cfg
	cfg.Bitrate = bps
	if err := cfg.validate(); err != nil {
		return fmt.Errorf("set bitrate: %w", err)
	}
	if e.closed {
		return fmt.Errorf("set bitrate: %w", ErrClosed)
	}
	changed := e.cfg.Bitrate != bps
	e.cfg = cfg
	if e.enc == nil || !changed {
		return nil
	}
	c, ok := e.enc.Controller().(mediacodec.BitRateController)
	if !ok {
		return fmt.Errorf("set bitrate: %w", ErrUnsupported)
	}
	if err := c.SetBitRate(bps); err != nil {
		return fmt.Errorf("set bitrate: %w", err)
	}
	return nil
}

// Close implements Encoder.
func (e *h264Encoder) Close() error {
	e.closed = true
	if e.enc == nil {
		return nil
	}
	err := e.enc.Close()
	e.enc = nil
	if err != nil {
		return fmt.Errorf("close H264 encoder: %w", err)
	}
	return nil
}

// hasIDR looks for an IDR slice among the NAL units of an Annex B stream (ITU-T H.264, 7.4.1).
func hasIDR(b []byte) bool {
	const idr = 5
	for {
		i := bytes.Index(b, []byte{0, 0, 1})
		if i < 0 || i+3 >= len(b) {
			return false
		}
		if b[i+3]&0x1f == idr {
			return true
		}
		b = b[i+3:]
	}
}

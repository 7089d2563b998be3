package codec

// #include "vpx.h"
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// vpxEncoder encodes VP8 or VP9 by libvpx, in the caller's thread.
type vpxEncoder struct {
	cfg    EncoderConfig
	c      *C.ppe_encoder // nil before the first picture and after Close
	w, h   int            // of c
	clock  clock
	unit   C.ppe_unit
	out    []byte // the unit last handed out
	closed bool
}

func newVPXEncoder(cfg EncoderConfig) *vpxEncoder {
	return &vpxEncoder{cfg: cfg, clock: newClock(cfg.MaxFPS)}
}

// Encode implements Encoder.
func (e *vpxEncoder) Encode(f *frame.Frame, forceKeyframe bool, out *frame.Encoded) error {
	if err := e.prepare(f); err != nil {
		return fmt.Errorf("encode %s: %w", e.cfg.Codec, err)
	}
	pts, duration := e.clock.next(f.Timestamp)
	rc := C.ppe_encoder_encode(e.c, cBytes(f.Y), cBytes(f.U), cBytes(f.V), C.int(f.StrideY), C.int(f.StrideUV),
		C.int64_t(pts), C.ulong(duration), cBool(forceKeyframe), &e.unit)
	if rc != 0 {
		return fmt.Errorf("encode %s: %s", e.cfg.Codec, C.GoString(C.ppe_error(rc)))
	}
	e.out = e.out[:0]
	if e.unit.size > 0 {
		e.out = append(e.out, unsafe.Slice((*byte)(unsafe.Pointer(e.unit.data)), int(e.unit.size))...)
	}
	*out = frame.Encoded{
		Payload: e.out, Codec: e.cfg.Codec, Keyframe: e.unit.size > 0 && e.unit.keyframe != 0,
		Timestamp: f.Timestamp, Arrived: f.Arrived,
	}
	return nil
}

// prepare checks f and opens libvpx for its size. A change of size opens it anew: libvpx follows changes in
// place only below the first size, and the new one begins with a keyframe by itself.
func (e *vpxEncoder) prepare(f *frame.Frame) error {
	if e.closed {
		return ErrClosed
	}
	if err := checkFrame(f); err != nil {
		return err
	}
	if e.c != nil && f.Width == e.w && f.Height == e.h {
		return nil
	}
	cfg := C.ppe_encoder_config{
		vp9: cBool(e.cfg.Codec == frame.VP9), w: C.int(f.Width), h: C.int(f.Height),
		kbps: kbps(e.cfg.Bitrate), cpu_used: C.int(e.cpuUsed()), threads: C.int(e.cfg.Threads),
		skip_still: cBool(e.cfg.SkipStill),
	}
	var rc C.int
	c := C.ppe_encoder_new(&cfg, &rc)
	if c == nil {
		return fmt.Errorf("open libvpx: %s", C.GoString(C.ppe_error(rc)))
	}
	e.free()
	e.c, e.w, e.h = c, f.Width, f.Height
	return nil
}

func (e *vpxEncoder) cpuUsed() int {
	if e.cfg.Codec == frame.VP8 {
		return e.cfg.CPUUsed
	}
	const fastestVP9 = 9
	return min(max(e.cfg.CPUUsed, -e.cfg.CPUUsed), fastestVP9)
}

// SetBitrate implements Encoder.
func (e *vpxEncoder) SetBitrate(bps int) error {
	cfg := e.cfg
	cfg.Bitrate = bps
	if err := cfg.validate(); err != nil {
		return fmt.Errorf("set bitrate: %w", err)
	}
	if e.closed {
		return fmt.Errorf("set bitrate: %w", ErrClosed)
	}
	changed := kbps(bps) != kbps(e.cfg.Bitrate)
	e.cfg = cfg
	if e.c == nil || !changed {
		return nil
	}
	if rc := C.ppe_encoder_bitrate(e.c, kbps(bps)); rc != 0 {
		return fmt.Errorf("set bitrate: %s", C.GoString(C.ppe_error(rc)))
	}
	return nil
}

// Close implements Encoder.
func (e *vpxEncoder) Close() error {
	e.free()
	e.closed = true
	return nil
}

func (e *vpxEncoder) free() {
	if e.c != nil {
		C.ppe_encoder_free(e.c)
		e.c = nil
	}
}

func kbps(bps int) C.int { return C.int(bps / 1000) }

func cBytes(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(b)) }

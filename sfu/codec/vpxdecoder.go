package codec

// #cgo pkg-config: vpx
// #cgo CFLAGS: -O2 -Wall -Wextra -Werror
// #include "vpx.h"
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// maxUnit bounds the bytes of a unit; far more than any picture of frame.ValidSize needs.
const maxUnit = 8 << 20

// vpxDecoder decodes VP8 or VP9 by libvpx, in the caller's thread.
type vpxDecoder struct {
	c     *C.ppe_decoder // nil after Close
	codec frame.Codec
	pic   C.ppe_picture
	shown C.int
}

func newVPXDecoder(c frame.Codec) (*vpxDecoder, error) {
	d := C.ppe_decoder_new(cBool(c == frame.VP9), 1)
	if d == nil {
		return nil, fmt.Errorf("open %s decoder: libvpx refused", c)
	}
	return &vpxDecoder{c: d, codec: c}, nil
}

// Decode implements Decoder.
func (d *vpxDecoder) Decode(e *frame.Encoded, pool *frame.Pool) (*frame.Frame, error) {
	if d.c == nil {
		return nil, fmt.Errorf("decode %s: %w", d.codec, ErrClosed)
	}
	index, err := d.check(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", d.codec, err)
	}
	data := (*C.uint8_t)(unsafe.SliceData(e.Payload))
	rc := C.ppe_decoder_decode(d.c, data, C.size_t(len(e.Payload)), cBool(index), &d.pic, &d.shown)
	switch {
	case rc != 0:
		return nil, fmt.Errorf("decode %s: %w: %s", d.codec, ErrCorrupt, C.GoString(C.ppe_error(rc)))
	case d.shown == 0:
		return nil, nil // the unit shows nothing, as the interface says
	case d.pic.i420 == 0:
		return nil, fmt.Errorf("decode %s: pixel format: %w", d.codec, ErrUnsupported)
	case d.pic.corrupt != 0:
		return nil, fmt.Errorf("decode %s: %w: damaged references", d.codec, ErrCorrupt)
	}
	if err := checkSize(int(d.pic.w), int(d.pic.h)); err != nil {
		return nil, fmt.Errorf("decode %s: %w", d.codec, err)
	}
	f := pool.Get(int(d.pic.w), int(d.pic.h))
	d.copyTo(f)
	f.Timestamp, f.Arrived = e.Timestamp, e.Arrived
	return f, nil
}

// check looks at the headers before libvpx does; addIndex asks for a superframe index around the unit.
func (d *vpxDecoder) check(b []byte) (addIndex bool, err error) {
	if len(b) > maxUnit {
		return false, fmt.Errorf("%w: unit of %d bytes", ErrCorrupt, len(b))
	}
	if d.codec == frame.VP8 {
		return false, checkVP8(b)
	}
	indexed, err := checkVP9(b)
	return !indexed, err
}

// copyTo copies the picture, which libvpx keeps for itself, into f of the same size.
func (d *vpxDecoder) copyTo(f *frame.Frame) {
	p := &d.pic
	cw, ch := f.ChromaWidth(), f.ChromaHeight()
	copyRows(f.Y, f.StrideY, p.plane[0], int(p.stride[0]), f.Width, f.Height)
	copyRows(f.U, f.StrideUV, p.plane[1], int(p.stride[1]), cw, ch)
	copyRows(f.V, f.StrideUV, p.plane[2], int(p.stride[2]), cw, ch)
}

func copyRows(dst []byte, dstStride int, src *C.uint8_t, srcStride, w, h int) {
	rows := unsafe.Slice((*byte)(unsafe.Pointer(src)), srcStride*(h-1)+w)
	for y := range h {
		copy(dst[y*dstStride:y*dstStride+w], rows[y*srcStride:])
	}
}

// Close implements Decoder.
func (d *vpxDecoder) Close() error {
	if d.c != nil {
		C.ppe_decoder_free(d.c)
		d.c = nil
	}
	return nil
}

func cBool(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// Package frame holds the two things that travel along a line: Frame, a decoded I420 picture from a pool,
// and Encoded, one compressed access unit. Both carry the RTP timestamp of their source to the end of the
// line, and both are owned by exactly one stage at a time: whoever receives one releases it or hands it on.
package frame

import (
	"sync/atomic"
	"time"
)

// MaxWidth and MaxHeight bound, in pixels, every picture that the server decodes or encodes. The longer
// side may stand upright: a phone's 1080x1920 is as welcome as 1920x1080.
const (
	MaxWidth  = 1920
	MaxHeight = 1920
	MaxPixels = 1920 * 1088
)

// ValidSize reports whether a picture of w x h pixels is one that the line handles. Odd sizes are valid:
// chroma planes round up.
func ValidSize(w, h int) bool {
	return w >= 2 && h >= 2 && w <= MaxWidth && h <= MaxHeight && w*h <= MaxPixels
}

// Frame is one decoded picture: planar YUV 4:2:0, BT.601 studio range, 8 bits a sample. U and V hold
// (Width+1)/2 x (Height+1)/2 samples. Rows start Stride bytes apart; a plane's slice covers its last row
// whole.
type Frame struct {
	Y, U, V           []byte
	StrideY, StrideUV int // bytes from one row to the next
	Width, Height     int // pixels
	// Timestamp is the RTP timestamp (90 kHz) of the packets that this picture came in.
	Timestamp uint32
	// Arrived is when the last packet of this picture came in; zero where there was none.
	Arrived time.Time

	pool *Pool
	refs atomic.Int32
}

// ChromaWidth is the width of the U and V planes in samples.
func (f *Frame) ChromaWidth() int { return (f.Width + 1) / 2 }

// ChromaHeight is the height of the U and V planes in samples.
func (f *Frame) ChromaHeight() int { return (f.Height + 1) / 2 }

// Retain adds an owner and returns f; each owner calls Release once.
func (f *Frame) Retain() *Frame {
	f.refs.Add(1)
	return f
}

// Release gives up one ownership; the last one returns the frame to its pool. The caller must not touch f
// after.
func (f *Frame) Release() {
	if n := f.refs.Add(-1); n > 0 {
		return
	} else if n < 0 {
		panic("frame: released more often than retained")
	}
	if f.pool != nil {
		f.pool.put(f)
	}
}

// CopyMeta copies the timestamp and the arrival time of src.
func (f *Frame) CopyMeta(src *Frame) {
	f.Timestamp, f.Arrived = src.Timestamp, src.Arrived
}

// CopyFrom copies picture and meta data of src, which must have the same size.
func (f *Frame) CopyFrom(src *Frame) {
	f.CopyMeta(src)
	copyPlane(f.Y, f.StrideY, src.Y, src.StrideY, f.Width, f.Height)
	copyPlane(f.U, f.StrideUV, src.U, src.StrideUV, f.ChromaWidth(), f.ChromaHeight())
	copyPlane(f.V, f.StrideUV, src.V, src.StrideUV, f.ChromaWidth(), f.ChromaHeight())
}

func copyPlane(dst []byte, dstStride int, src []byte, srcStride, w, h int) {
	if dstStride == w && srcStride == w {
		copy(dst[:w*h], src)
		return
	}
	for y := range h {
		copy(dst[y*dstStride:y*dstStride+w], src[y*srcStride:])
	}
}

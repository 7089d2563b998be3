package media

/*
#cgo LDFLAGS: -lyuv
#cgo noescape ScalePlane
#cgo nocallback ScalePlane
#cgo noescape ABGRToI420
#cgo nocallback ABGRToI420
#cgo noescape I420ToABGR
#cgo nocallback I420ToABGR
#cgo noescape I420Rotate
#cgo nocallback I420Rotate
#cgo noescape I420Mirror
#cgo nocallback I420Mirror
#include <libyuv.h>
*/
import "C"

import (
	"image"
	"unsafe"
)

// planes is a picture in I420 without gaps between the rows, BT.601 in the narrow range, as WebP wants it.
type planes struct {
	width, height int
	y, u, v       []byte
}

func newPlanes(w, h int) *planes {
	luma, chroma := w*h, half(w)*half(h)
	all := make([]byte, luma+2*chroma)
	return &planes{
		width: w, height: h,
		y: all[:luma:luma], u: all[luma : luma+chroma : luma+chroma], v: all[luma+chroma:],
	}
}

func half(n int) int { return (n + 1) / 2 }

// plane is one plane of a picture.
type plane struct {
	data          []byte
	stride        int
	width, height int
}

func (p *planes) luma() plane { return plane{p.y, p.width, p.width, p.height} }
func (p *planes) blue() plane { return plane{p.u, half(p.width), half(p.width), half(p.height)} }
func (p *planes) red() plane  { return plane{p.v, half(p.width), half(p.width), half(p.height)} }

func ptr(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(b)) }

// scalePlane fills dst with src; each pixel is the mean of those that it stands for.
func scalePlane(src, dst plane) {
	C.ScalePlane(ptr(src.data), C.int(src.stride), C.int(src.width), C.int(src.height),
		ptr(dst.data), C.int(dst.stride), C.int(dst.width), C.int(dst.height), C.kFilterBox)
}

func (p *planes) scaled(w, h int) *planes {
	out := newPlanes(w, h)
	scalePlane(p.luma(), out.luma())
	scalePlane(p.blue(), out.blue())
	scalePlane(p.red(), out.red())
	return out
}

// square is the largest square in the middle of the picture; the picture itself where it is one.
func (p *planes) square() *planes {
	if p.width == p.height {
		return p
	}
	side := min(p.width, p.height)
	// Even, so that the colours stay where they are.
	left, top := (p.width-side)/2&^1, (p.height-side)/2&^1
	out := newPlanes(side, side)
	for _, c := range []struct {
		from, to  plane
		left, top int
	}{
		{p.luma(), out.luma(), left, top},
		{p.blue(), out.blue(), left / 2, top / 2},
		{p.red(), out.red(), left / 2, top / 2},
	} {
		for y := range c.to.height {
			at := (c.top+y)*c.from.stride + c.left
			copy(c.to.data[y*c.to.stride:(y+1)*c.to.stride], c.from.data[at:])
		}
	}
	return out
}

// mirrored swaps left and right.
func (p *planes) mirrored() *planes {
	out := newPlanes(p.width, p.height)
	c, d := C.int(half(p.width)), C.int(half(out.width))
	C.I420Mirror(ptr(p.y), C.int(p.width), ptr(p.u), c, ptr(p.v), c,
		ptr(out.y), C.int(out.width), ptr(out.u), d, ptr(out.v), d, C.int(p.width), C.int(p.height))
	return out
}

// rotated turns the picture clockwise by 90, 180 or 270 degrees.
func (p *planes) rotated(degrees uint32) *planes {
	w, h := p.width, p.height
	if degrees != 180 {
		w, h = h, w
	}
	out := newPlanes(w, h)
	c, d := C.int(half(p.width)), C.int(half(out.width))
	C.I420Rotate(ptr(p.y), C.int(p.width), ptr(p.u), c, ptr(p.v), c,
		ptr(out.y), C.int(out.width), ptr(out.u), d, ptr(out.v), d, C.int(p.width), C.int(p.height), degrees)
	return out
}

// narrow turns the full range of JPEG's samples into the narrow one: 16 to 235, colours 16 to 240.
func (p *planes) narrow() {
	var luma, chroma [256]byte
	for i := range 256 {
		luma[i] = byte(16 + (i*219+127)/255)
		chroma[i] = byte(16 + (i*224+127)/255)
	}
	for i, y := range p.y {
		p.y[i] = luma[y]
	}
	for i := range p.u {
		p.u[i], p.v[i] = chroma[p.u[i]], chroma[p.v[i]]
	}
}

// paint writes the first rows of rgba, opaque, to the rows from top on. top is even.
func (p *planes) paint(rgba *image.RGBA, top, rows int) {
	c := half(p.width)
	C.ABGRToI420(ptr(rgba.Pix), C.int(rgba.Stride), ptr(p.y[top*p.width:]), C.int(p.width),
		ptr(p.u[top/2*c:]), C.int(c), ptr(p.v[top/2*c:]), C.int(c), C.int(p.width), C.int(rows))
}

// rgba is the picture as pages show it.
func (p *planes) rgba() *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, p.width, p.height))
	c := C.int(half(p.width))
	C.I420ToABGR(ptr(p.y), C.int(p.width), ptr(p.u), c, ptr(p.v), c,
		ptr(out.Pix), C.int(out.Stride), C.int(p.width), C.int(p.height))
	return out
}

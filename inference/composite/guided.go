package composite

/*
#cgo CFLAGS: -O3
#cgo noescape ppe_cells
#cgo nocallback ppe_cells
#cgo noescape ppe_hold
#cgo nocallback ppe_hold
#cgo noescape ppe_coefficients
#cgo nocallback ppe_coefficients
#cgo noescape ppe_enlarge
#cgo nocallback ppe_enlarge
#cgo noescape ppe_blur
#cgo nocallback ppe_blur
#cgo noescape ppe_wrap
#cgo nocallback ppe_wrap
#include "guided.h"
*/
import "C"

import (
	"unsafe"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

const (
	// cell is the side of the squares, in pixels, that the coefficients of the guided filter belong to.
	cell = C.PPE_CELL
	// contrast is the luma (0..255) that counts as an edge: the square root of the filter's epsilon.
	contrast = 9
)

// refiner is a guided filter of the matte by the picture's luma. Its memory is that of one picture size.
type refiner struct {
	w, h, cw, ch int
	luma, matte  tensor.Plane // cw x ch
	held         tensor.Plane // luma without noise
	a, b         []float32    // alpha = a*luma + b, all in 0..255; with a cell around on each side
	work, spare  []float32
	calm         tensor.Plane // w x h, luma near the outline without the camera's noise
	blurred      []float32    // the matte for the light wrap, with a cell around; 0..1
	fresh        bool         // blurred is that of matte
}

func newRefiner(w, h int) *refiner {
	cw, ch := (w+cell-1)/cell, (h+cell-1)/cell
	around := (cw + 2) * (ch + 2)
	return &refiner{
		w: w, h: h, cw: cw, ch: ch,
		luma: tensor.NewPlane(cw, ch), matte: tensor.NewPlane(cw, ch), held: tensor.NewPlane(cw, ch),
		a: make([]float32, around), b: make([]float32, around), blurred: make([]float32, around),
		work:  make([]float32, C.PPE_WORK_PLANES*cw*ch+C.PPE_WORK_ROWS*(cw*cell+8*cell)),
		spare: make([]float32, 3*cw*ch),
		calm:  tensor.NewPlane(w, h),
	}
}

// refine writes the matte m at the picture's size into alpha, sharpened by l.
func (r *refiner) refine(alpha, m tensor.Plane, guide *frame.Frame, l Levels) {
	r.shrink(guide)
	C.ppe_cells(ptr(r.matte.Pix), C.int(r.cw), C.int(r.ch), ptr(m.Pix), C.int(m.Stride), C.int(m.W),
		C.int(m.H), C.int(r.w), C.int(r.h), (*C.int)(unsafe.Pointer(unsafe.SliceData(r.work))))
	C.ppe_hold(ptr(r.held.Pix), ptr(r.luma.Pix), C.int(r.cw*r.ch))
	C.ppe_coefficients(float(r.a), float(r.b), ptr(r.held.Pix), ptr(r.matte.Pix), C.int(r.cw), C.int(r.ch),
		contrast*contrast, float(r.work), float(r.spare))
	C.ppe_enlarge(ptr(alpha.Pix), C.int(alpha.Stride), ptr(guide.Y), C.int(guide.StrideY), ptr(r.calm.Pix),
		C.int(r.w), C.int(r.h), float(r.a), float(r.b), C.int(r.cw), C.int(r.ch),
		C.float(l.Low), C.float(max(int(l.High)-int(l.Low), 1)), float(r.work))
	r.fresh = false
}

// shrink averages the guide's luma over the cells. Cells that the picture does not fill take the value of the
// last whole one.
func (r *refiner) shrink(guide *frame.Frame) {
	y := tensor.PlaneOf(guide.Y, guide.StrideY, r.w, r.h)
	w, h := r.w/cell, r.h/cell
	if w == 0 || h == 0 {
		tensor.Scale(r.luma, y, tensor.Box)
		return
	}
	whole := r.luma.Crop(tensor.Rect{W: w, H: h})
	tensor.Scale(whole, y.Crop(tensor.Rect{W: w * cell, H: h * cell}), tensor.Box)
	if w < r.cw {
		for j := range h {
			row := r.luma.Row(j)
			row[w] = row[w-1]
		}
	}
	if h < r.ch {
		copy(r.luma.Row(h), r.luma.Row(h-1))
	}
}

// wrap writes alpha, less what the background shines in around the inside of the outline.
func (r *refiner) wrap(dst, alpha tensor.Plane, strength float32) {
	if !r.fresh {
		C.ppe_blur(float(r.blurred), ptr(r.matte.Pix), C.int(r.cw), C.int(r.ch), float(r.work))
		r.fresh = true
	}
	C.ppe_wrap(ptr(dst.Pix), C.int(dst.Stride), ptr(alpha.Pix), C.int(alpha.Stride), C.int(r.w), C.int(r.h),
		float(r.blurred), C.int(r.cw), C.int(r.ch), C.float(strength), float(r.work))
}

func float(f []float32) *C.float { return (*C.float)(unsafe.SliceData(f)) }

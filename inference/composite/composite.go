// Package composite puts the person over a background in I420: it enlarges the soft matte and the small
// background to the picture's size (libyuv's ScalePlane), sharpens the matte there, where its edge is a few
// pixels wide, and blends (libyuv's I420Blend).
package composite

import (
	"errors"
	"fmt"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Background is a picture of any size that is stretched over the frame. Its chroma planes need not be half
// its luma.
type Background struct{ Y, U, V tensor.Plane }

// Light is what the background does to the person before it. The zero value changes nothing.
type Light struct {
	U, V int8    // added to the person's chroma
	Gain float32 // of the person's luma above black; 0 and 1 change nothing
	Wrap float32 // how much of the background shines around the person's outline, 0..1
}

// Levels sharpens a matte: Low and less become 0, High and more 255, linear between.
type Levels struct{ Low, High uint8 }

// ErrSize means that a picture has a size other than the compositor's, or one that no frame has.
var ErrSize = errors.New("picture has another size")

// Compositor holds the scratch planes for one picture size, which may change between calls. Not safe for
// concurrent use.
type Compositor struct {
	w, h   int
	alpha  tensor.Plane // w x h
	back   *frame.Frame // the background at full size
	fu, fv tensor.Plane // the person's tinted chroma
}

// Resize makes room for pictures of w x h pixels; it does nothing when they have that size already, else the
// background is gone and resized says so.
func (c *Compositor) Resize(w, h int) (resized bool, err error) {
	if w == c.w && h == c.h {
		return false, nil
	}
	if !frame.ValidSize(w, h) {
		return false, fmt.Errorf("resize compositor to %dx%d: %w", w, h, ErrSize)
	}
	c.w, c.h = w, h
	c.alpha = tensor.NewPlane(w, h)
	c.back = frame.New(w, h)
	c.fu, c.fv = tensor.NewPlane((w+1)/2, (h+1)/2), tensor.NewPlane((w+1)/2, (h+1)/2)
	return true, nil
}

// SetBackground stretches bg over the whole frame. It stays until the next call or Resize, so that a
// background that stands still costs nothing.
func (c *Compositor) SetBackground(bg Background) {
	cw, ch := c.back.ChromaWidth(), c.back.ChromaHeight()
	tensor.Scale(tensor.PlaneOf(c.back.Y, c.back.StrideY, c.w, c.h), bg.Y, tensor.Bilinear)
	tensor.Scale(tensor.PlaneOf(c.back.U, c.back.StrideUV, cw, ch), bg.U, tensor.Bilinear)
	tensor.Scale(tensor.PlaneOf(c.back.V, c.back.StrideUV, cw, ch), bg.V, tensor.Bilinear)
}

// SetRoom makes the room of src the background, in the light of bg.
func (c *Compositor) SetRoom(src *frame.Frame, bg Background) { c.SetBackground(bg) }

// SetMatte stretches the matte (0: background, 255: person) over the whole frame and sharpens it.
func (c *Compositor) SetMatte(m tensor.Plane, l Levels) {
	tensor.Scale(c.alpha, m, tensor.Bilinear)
	sharpen(c.alpha, l)
}

// Over writes the person of src over the background into dst; both have the compositor's size. It paints
// all of dst's samples and leaves its meta data alone.
func (c *Compositor) Over(dst, src *frame.Frame, l Light) error {
	if !c.fits(src) || !c.fits(dst) {
		return fmt.Errorf("composite %dx%d into %dx%d: %w", src.Width, src.Height, dst.Width, dst.Height, ErrSize)
	}
	cw, ch := src.ChromaWidth(), src.ChromaHeight()
	u := tensor.PlaneOf(src.U, src.StrideUV, cw, ch)
	v := tensor.PlaneOf(src.V, src.StrideUV, cw, ch)
	if l.U != 0 || l.V != 0 {
		shift(c.fu, u, l.U)
		shift(c.fv, v, l.V)
		u, v = c.fu, c.fv
	}
	blend(dst, tensor.PlaneOf(src.Y, src.StrideY, c.w, c.h), u, v, c.back, c.alpha)
	return nil
}

func (c *Compositor) fits(f *frame.Frame) bool { return f.Width == c.w && f.Height == c.h && c.w > 0 }

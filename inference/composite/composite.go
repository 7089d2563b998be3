// Package composite puts the person over a background in I420: it enlarges the soft matte to the picture's
// size along the edges of the picture's luma (a guided filter) and the small background by libyuv's
// ScalePlane, sharpens the matte there, where its edge is a few pixels wide, lets the background's light fall
// on the person, and blends (libyuv's I420Blend).
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
	// Wrap is how much of the background shines in around the person's outline, 0..1: at the outline half of
	// it, some 25 pixels inside of it nothing.
	Wrap float32
}

// Levels sharpens a matte: Low and less become 0, High and more 255, linear between.
type Levels struct{ Low, High uint8 }

// ErrSize means that a picture has a size other than the compositor's, or one that no frame has.
var ErrSize = errors.New("picture has another size")

// Compositor holds the scratch planes for one picture size, which may change between calls. Not safe for
// concurrent use.
type Compositor struct {
	w, h       int
	alpha      tensor.Plane // w x h
	wrapped    tensor.Plane // alpha with the light wrap
	refiner    *refiner
	guided     bool         // alpha was refined, so that it can be wrapped
	back       *frame.Frame // the background at full size
	light      *frame.Frame // what lights the room, at full size; nil until it is needed
	fy, fu, fv tensor.Plane // the person's lit luma and tinted chroma
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
	c.alpha, c.wrapped, c.fy = tensor.NewPlane(w, h), tensor.NewPlane(w, h), tensor.NewPlane(w, h)
	c.refiner, c.guided = newRefiner(w, h), false
	c.back, c.light = frame.New(w, h), nil
	c.fu, c.fv = tensor.NewPlane((w+1)/2, (h+1)/2), tensor.NewPlane((w+1)/2, (h+1)/2)
	return true, nil
}

// SetBackground stretches bg over the whole frame. It stays until the next call, SetRoom or Resize, so that a
// background that stands still costs nothing.
func (c *Compositor) SetBackground(bg Background) { stretch(c.back, bg) }

func stretch(dst *frame.Frame, bg Background) {
	cw, ch := dst.ChromaWidth(), dst.ChromaHeight()
	tensor.Scale(tensor.PlaneOf(dst.Y, dst.StrideY, dst.Width, dst.Height), bg.Y, tensor.Bilinear)
	tensor.Scale(tensor.PlaneOf(dst.U, dst.StrideUV, cw, ch), bg.U, tensor.Bilinear)
	tensor.Scale(tensor.PlaneOf(dst.V, dst.StrideUV, cw, ch), bg.V, tensor.Bilinear)
}

// SetRoom makes the room of src the background, in the light of bg, which is stretched over it: the room's
// luma is dimmed where bg is dark and its chroma goes over to bg's. amount 0 leaves the room as it is, 1 is
// the strongest. src must have the compositor's size, else nothing changes.
func (c *Compositor) SetRoom(src *frame.Frame, bg Background, amount float32) {
	if !c.fits(src) {
		return
	}
	if c.light == nil {
		c.light = frame.New(c.w, c.h)
	}
	stretch(c.light, bg)
	lightRoom(c.back, src, c.light, min(max(amount, 0), 1))
}

// SetMatte enlarges the matte (0: background, 255: person; it covers the whole frame, at any size) and
// sharpens it. guide is the picture that the matte belongs to or one soon after it, of the compositor's size:
// the outline follows its luma by the fast guided filter (He and Sun, 2015). Without a guide, or with one of
// another size, the matte is stretched bilinearly.
func (c *Compositor) SetMatte(m tensor.Plane, guide *frame.Frame, l Levels) {
	if c.guided = guide != nil && c.fits(guide); c.guided {
		c.refiner.refine(c.alpha, m, guide, l)
		return
	}
	tensor.Scale(c.alpha, m, tensor.Bilinear)
	sharpen(c.alpha, l)
}

// Alpha is the matte at the frame's size as SetMatte made it. It holds until the next SetMatte or Resize.
func (c *Compositor) Alpha() tensor.Plane { return c.alpha }

// PersonLuma is the mean luma (16: black, 235: white) of what is wholly the person by the last matte, in a
// picture of the compositor's size, from some thousand samples; not ok while there is hardly anybody.
func (c *Compositor) PersonLuma(f *frame.Frame) (mean float32, ok bool) {
	const apart, sure, least = 8, 240, .01
	if !c.fits(f) {
		return 0, false
	}
	sum, n, all := 0, 0, 0
	for y := apart / 2; y < c.h; y += apart {
		alpha, luma := c.alpha.Row(y), f.Y[y*f.StrideY:]
		for x := apart / 2; x < c.w; x += apart {
			all++
			if alpha[x] >= sure {
				sum += int(luma[x])
				n++
			}
		}
	}
	if n == 0 || float64(n) < least*float64(all) {
		return 0, false
	}
	return float32(sum) / float32(n), true
}

// Over writes the person of src in the light l over the background into dst; both have the compositor's size.
// It paints all of dst's samples and leaves its meta data alone. The light wraps only a matte that was
// guided.
func (c *Compositor) Over(dst, src *frame.Frame, l Light) error {
	if !c.fits(src) || !c.fits(dst) {
		return fmt.Errorf("composite %dx%d into %dx%d: %w", src.Width, src.Height, dst.Width, dst.Height,
			ErrSize)
	}
	cw, ch := src.ChromaWidth(), src.ChromaHeight()
	u := tensor.PlaneOf(src.U, src.StrideUV, cw, ch)
	v := tensor.PlaneOf(src.V, src.StrideUV, cw, ch)
	y := tensor.PlaneOf(src.Y, src.StrideY, c.w, c.h)
	if l.Gain != 0 && l.Gain != 1 {
		amplify(c.fy, y, l.Gain)
		y = c.fy
	}
	if l.U != 0 || l.V != 0 {
		shift(c.fu, u, l.U)
		shift(c.fv, v, l.V)
		u, v = c.fu, c.fv
	}
	alpha := c.alpha
	if l.Wrap > 0 && c.guided {
		c.refiner.wrap(c.wrapped, alpha, min(l.Wrap, 1))
		alpha = c.wrapped
	}
	blend(dst, y, u, v, c.back, alpha)
	return nil
}

func (c *Compositor) fits(f *frame.Frame) bool { return f.Width == c.w && f.Height == c.h && c.w > 0 }

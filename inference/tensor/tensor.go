// Package tensor turns I420 pictures into the float tensors that the models read: it scales a part of the
// picture into a part of the tensor (a View), converts BT.601 studio range to RGB or grey, and normalises.
// It also holds Plane and Scale, the plane of samples and libyuv's scaler that the packages above share.
package tensor

import (
	"fmt"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Range is how a sample of 0..1 is stored in a tensor: value*Scale + Offset.
type Range struct{ Scale, Offset float32 }

// The ranges of the models.
var (
	Unit   = Range{Scale: 1}             // 0..1
	Signed = Range{Scale: 2, Offset: -1} // -1..1
)

// RGB fills tensors of 3 x size x size floats (channels first: red, green, blue). It owns the scratch
// memory of one worker and is not safe for concurrent use.
type RGB struct {
	size    int
	y, u, v Plane // size x size, the scaled picture
}

// NewRGB returns a converter to tensors of size x size.
func NewRGB(size int) *RGB {
	block := make([]byte, 3*size*size)
	plane := func(i int) Plane {
		n := size * size
		return Plane{Pix: block[i*n : (i+1)*n], Stride: size, W: size, H: size}
	}
	return &RGB{size: size, y: plane(0), u: plane(1), v: plane(2)}
}

// Fill writes the part of f that v names into dst (3*size*size floats). What lies outside the view's target
// repeats the edge. It is an error when the view fits neither the picture nor the tensor.
func (c *RGB) Fill(dst []float32, f *frame.Frame, v View, r Range) error {
	if len(dst) != 3*c.size*c.size {
		return fmt.Errorf("fill tensor: %d floats instead of %d", len(dst), 3*c.size*c.size)
	}
	if err := v.check(f.Width, f.Height, c.size); err != nil {
		return fmt.Errorf("fill tensor: %w", err)
	}
	src, t := v.Source, v.Target
	cx, cy := src.X/2, src.Y/2
	cw, ch := (src.X+src.W+1)/2-cx, (src.Y+src.H+1)/2-cy
	Scale(c.y.Crop(t), PlaneOf(f.Y, f.StrideY, f.Width, f.Height).Crop(src), Bilinear)
	chroma := Rect{X: cx, Y: cy, W: cw, H: ch}
	w, h := f.ChromaWidth(), f.ChromaHeight()
	Scale(c.u.Crop(t), PlaneOf(f.U, f.StrideUV, w, h).Crop(chroma), Bilinear)
	Scale(c.v.Crop(t), PlaneOf(f.V, f.StrideUV, w, h).Crop(chroma), Bilinear)
	convert(dst, c, t, r)
	c.repeatEdges(dst, t)
	return nil
}

// Luma is the picture's luma at the tensor's size, as the last Fill scaled it, in the view's target; what
// lies around it is undefined. It holds until the next Fill.
func (c *RGB) Luma() Plane { return c.y }

// repeatEdges fills what lies around t in each of the three channels.
func (c *RGB) repeatEdges(dst []float32, t Rect) {
	n := c.size
	if t.W == n && t.H == n {
		return
	}
	for p := range 3 {
		ch := dst[p*n*n : (p+1)*n*n]
		for y := t.Y; y < t.Y+t.H; y++ {
			row := ch[y*n : (y+1)*n]
			fill(row[:t.X], row[t.X])
			fill(row[t.X+t.W:], row[t.X+t.W-1])
		}
		for y := range t.Y {
			copy(ch[y*n:(y+1)*n], ch[t.Y*n:(t.Y+1)*n])
		}
		last := t.Y + t.H - 1
		for y := last + 1; y < n; y++ {
			copy(ch[y*n:(y+1)*n], ch[last*n:(last+1)*n])
		}
	}
}

func fill(s []float32, v float32) {
	for i := range s {
		s[i] = v
	}
}

package scene

import (
	"math"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Blur paints the room out of focus. The person is left out of the average (each sample weighs as much as
// it is background), so that no shadow of the person's colours surrounds them. Not safe for concurrent use.
type Blur struct {
	options BlurOptions
	radius  float64
	small   Canvas // the room in cells, sharp
	matte   tensor.Plane
	cells   []weighted // two buffers of w x h, swapped by each pass
	spare   []weighted
	soft    base
	canvas  Canvas
}

// weighted is a sample times its weight, and the weight.
type weighted struct{ y, u, v, w float32 }

// The strengths of a blur.
const (
	BlurLight  = "light"
	BlurStrong = "strong"
)

// NewBlur returns a strong blur of the radius that the filters name.
func (s *Stock) NewBlur() *Blur { return &Blur{options: s.blur, radius: s.blur.Strong} }

// SetStrength is BlurLight or BlurStrong, from the next Paint on; anything else counts as BlurStrong.
func (b *Blur) SetStrength(strength string) {
	b.radius = b.options.Strong
	if strength == BlurLight {
		b.radius = b.options.Light
	}
}

// blurCells is about how many samples a blurred room has.
const blurCells = 3600

// leastWeight keeps a picture that the person fills from being divided by nothing.
const leastWeight = .002

// Paint blurs f behind the person of the matte (255: person), which covers the whole picture. The canvas
// belongs to b and holds until the next call.
func (b *Blur) Paint(f *frame.Frame, matte tensor.Plane) Canvas {
	b.resize(f.Width, f.Height)
	tensor.Scale(b.small.Y, tensor.PlaneOf(f.Y, f.StrideY, f.Width, f.Height), tensor.Box)
	cw, ch := f.ChromaWidth(), f.ChromaHeight()
	tensor.Scale(b.small.U, tensor.PlaneOf(f.U, f.StrideUV, cw, ch), tensor.Box)
	tensor.Scale(b.small.V, tensor.PlaneOf(f.V, f.StrideUV, cw, ch), tensor.Box)
	tensor.Scale(b.matte, matte, tensor.Box)
	w, h := b.matte.W, b.matte.H
	for i, m := range b.matte.Pix {
		open := 1 - float32(m)/255
		k := open*open + leastWeight
		b.cells[i] = weighted{
			float32(b.small.Y.Pix[i]) * k, float32(b.small.U.Pix[i]) * k,
			float32(b.small.V.Pix[i]) * k, k,
		}
	}
	r := boxRadius(b.radius * float64(h))
	for range passes {
		for y := range h { // rows, then columns
			boxLine(b.spare[y*w:], b.cells[y*w:], w, 1, r)
		}
		for x := range w {
			boxLine(b.cells[x:], b.spare[x:], h, w, r)
		}
	}
	for i, c := range b.cells {
		k := 1 / c.w
		b.soft.y[i], b.soft.u[i], b.soft.v[i] = c.y*k, c.u*k, c.v*k
	}
	b.soft.enlarge(b.canvas, nil)
	return b.canvas
}

func (b *Blur) resize(width, height int) {
	scale := math.Sqrt(blurCells / (float64(width) * float64(height)))
	w, h := max(8, int(float64(width)*scale+.5)), max(8, int(float64(height)*scale+.5))
	if w == b.matte.W && h == b.matte.H {
		return
	}
	b.small, b.matte = newCanvas(w, h, w, h), tensor.NewPlane(w, h)
	b.soft.resize(w, h)
	b.canvas = newCanvas(2*w, 2*h, 2*w, 2*h)
	b.cells, b.spare = make([]weighted, w*h), make([]weighted, w*h)
}

// passes of a box blur: two make a tent, which reads as out of focus.
const passes = 2

// boxRadius is the radius of the boxes whose passes together spread by sigma.
func boxRadius(sigma float64) int {
	return max(1, int(math.Round((math.Sqrt(12*sigma*sigma/passes+1)-1)/2)))
}

// boxLine writes the running sums of n samples, step apart; what lies outside counts as nothing, since the
// weights are divided out at the end.
func boxLine(dst, src []weighted, n, step, r int) {
	var s weighted
	for i := range min(r, n) {
		s = s.plus(src[i*step])
	}
	for i := range n {
		if in := i + r; in < n {
			s = s.plus(src[in*step])
		}
		if out := i - r - 1; out >= 0 {
			s = s.minus(src[out*step])
		}
		dst[i*step] = s
	}
}

func (a weighted) plus(b weighted) weighted {
	return weighted{a.y + b.y, a.u + b.u, a.v + b.v, a.w + b.w}
}

func (a weighted) minus(b weighted) weighted {
	return weighted{a.y - b.y, a.u - b.u, a.v - b.v, a.w - b.w}
}

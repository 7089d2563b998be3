package scene

import (
	"image"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// The largest canvas of a person's own picture: no call shows more.
const (
	ownWidth  = 1280
	ownHeight = 960
	// longestScaled is the longest side that libyuv scales without a fault: its steps are 16.16 numbers.
	longestScaled = 1<<15 - 1
)

// CanvasOf is a picture of the person's own as a background: the whole of it, scaled down to fit within
// 1280 x 960 and to an even size (but at least 2 x 2). What is transparent becomes black. img must not be
// empty.
func CanvasOf(img image.Image) Canvas {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if w > ownWidth {
		w, h = ownWidth, max(1, h*ownWidth/w)
	}
	if h > ownHeight {
		w, h = max(1, w*ownHeight/h), ownHeight
	}
	w, h = max(2, w&^1), max(2, h&^1)
	c := newCanvas(w, h, w/2, h/2)
	if m, ok := img.(*image.YCbCr); ok && max(b.Dx(), b.Dy()) <= longestScaled {
		fromYCbCr(c, m)
		return c
	}
	s := shrinker{canvas: c, from: b, read: reader(img), line: make([]byte, 3*b.Dx())}
	s.run()
	return c
}

// fromYCbCr scales the planes of a JPEG, whose colours are BT.601 as ours are, but in the full range.
func fromYCbCr(c Canvas, m *image.YCbCr) {
	b := m.Rect
	y, uv := m.YOffset(b.Min.X, b.Min.Y), m.COffset(b.Min.X, b.Min.Y)
	last := m.COffset(b.Max.X-1, b.Max.Y-1) - uv
	cw, ch := last%m.CStride+1, last/m.CStride+1
	tensor.Scale(c.Y, tensor.PlaneOf(m.Y[y:], m.YStride, b.Dx(), b.Dy()), tensor.Box)
	tensor.Scale(c.U, tensor.PlaneOf(m.Cb[uv:], m.CStride, cw, ch), tensor.Box)
	tensor.Scale(c.V, tensor.PlaneOf(m.Cr[uv:], m.CStride, cw, ch), tensor.Box)
	for i, v := range c.Y.Pix {
		c.Y.Pix[i] = byte(16 + (int(v)*219+127)/255)
	}
	for i := range c.U.Pix {
		c.U.Pix[i], c.V.Pix[i] = studioChroma(c.U.Pix[i]), studioChroma(c.V.Pix[i])
	}
}

func studioChroma(v byte) byte { return byte(min(16+(int(v)*224+127)/255, 240)) }

// reader returns what reads a row of an image, from its left end on, as red, green and blue bytes over
// black.
func reader(img image.Image) func(y int, dst []byte) {
	switch m := img.(type) {
	case *image.RGBA:
		return func(y int, dst []byte) { // premultiplied: already over black
			src := m.Pix[m.PixOffset(m.Rect.Min.X, y):]
			for i, j := 0, 0; i+2 < len(dst); i, j = i+3, j+4 {
				dst[i], dst[i+1], dst[i+2] = src[j], src[j+1], src[j+2]
			}
		}
	case *image.NRGBA:
		return func(y int, dst []byte) {
			src := m.Pix[m.PixOffset(m.Rect.Min.X, y):]
			for i, j := 0, 0; i+2 < len(dst); i, j = i+3, j+4 {
				a := uint32(src[j+3])
				for k := range 3 {
					dst[i+k] = byte((uint32(src[j+k])*a + 127) / 255)
				}
			}
		}
	default:
		left := img.Bounds().Min.X
		return func(y int, dst []byte) {
			for i := 0; i+2 < len(dst); i += 3 {
				r, g, b, _ := img.At(left+i/3, y).RGBA()
				dst[i], dst[i+1], dst[i+2] = byte(r>>8), byte(g>>8), byte(b>>8)
			}
		}
	}
}

// shrinker makes a canvas of rows of red, green and blue, averaging those that fall into one sample.
type shrinker struct {
	canvas Canvas
	from   image.Rectangle
	read   func(y int, dst []byte)
	line   []byte // a row of the source
}

// sum adds up the pixels of one sample.
type sum struct{ r, g, b, n uint32 }

func (s *shrinker) run() {
	w, h := s.canvas.Y.W, s.canvas.Y.H
	sums := make([]sum, w)
	row := make([]yuv, 2*w) // of a sample's even and odd row
	for y := range h {
		clear(sums)
		// An enlarged picture (of one pixel) repeats its last row.
		first, end := y*s.from.Dy()/h, max((y+1)*s.from.Dy()/h, y*s.from.Dy()/h+1)
		for sy := first; sy < end; sy++ {
			s.read(s.from.Min.Y+sy, s.line)
			s.gather(sums)
		}
		out := row[y&1*w:][:w]
		for x, p := range sums {
			n := 1 / float32(p.n)
			out[x] = ofRGB(float32(p.r)*n, float32(p.g)*n, float32(p.b)*n)
			s.canvas.Y.Row(y)[x] = luma(out[x].y)
		}
		if y&1 == 1 {
			s.chroma(y/2, row)
		}
	}
}

func (s *shrinker) gather(sums []sum) {
	w, n := len(sums), s.from.Dx()
	for x := range sums {
		first := x * n / w
		part := s.line[3*first : 3*max((x+1)*n/w, first+1)]
		var r, g, b uint32
		for i := 0; i+2 < len(part); i += 3 {
			r += uint32(part[i])
			g += uint32(part[i+1])
			b += uint32(part[i+2])
		}
		at := &sums[x]
		at.r, at.g, at.b, at.n = at.r+r, at.g+g, at.b+b, at.n+uint32(len(part)/3)
	}
}

// chroma averages two rows of luma's size into row y.
func (s *shrinker) chroma(y int, two []yuv) {
	w := len(two) / 2
	u, v := s.canvas.U.Row(y), s.canvas.V.Row(y)
	for x := range u {
		a, b, c, d := two[2*x], two[2*x+1], two[w+2*x], two[w+2*x+1]
		u[x], v[x] = chroma((a.u+b.u+c.u+d.u)/4), chroma((a.v+b.v+c.v+d.v)/4)
	}
}

// sampled is the mean of a plane, from every so many samples.
func sampled(p tensor.Plane) float32 {
	dx, dy := max(1, p.W/32), max(1, p.H/24)
	total, n := 0, 0
	for y := dy / 2; y < p.H; y += dy {
		row := p.Row(y)
		for x := dx / 2; x < p.W; x += dx {
			total += int(row[x])
			n++
		}
	}
	return float32(total) / float32(n)
}

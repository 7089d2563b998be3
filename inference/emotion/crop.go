package emotion

import (
	"math"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Size is the side of the model's square input in pixels.
const Size = 64

// Where the model was trained to find things in its input, parts of the side (see emotion.card.json): the
// eyes are level, apart by eyeSpan and eyeLine from the top; the mouth lies mouthDrop below the eyes.
const (
	eyeSpan   = 0.36
	eyeLine   = 0.39
	mouthDrop = 0.375
)

// Points are the places of a face in a picture, luma pixels; left and right as seen in the picture.
type Points struct {
	LeftX, LeftY   float64 // centre of the eye
	RightX, RightY float64
	MouthX, MouthY float64
	NoseX, NoseY   float64
}

// square is the crop in the picture: its middle axis through the eyes' centre, turned with the head.
type square struct {
	x0, y0   float64 // top left corner
	cos, sin float64 // direction of the eye line
	side     float64
}

func (p Points) square() square {
	dx, dy := p.RightX-p.LeftX, p.RightY-p.LeftY
	eyes := math.Hypot(dx, dy)
	s := square{cos: dx / eyes, sin: dy / eyes}
	mx, my := (p.LeftX+p.RightX)/2, (p.LeftY+p.RightY)/2
	// The mouth's distance below the eye line tells the size of a face that looks aside.
	drop := -(p.MouthX-mx)*s.sin + (p.MouthY-my)*s.cos
	s.side = max(eyes/eyeSpan, drop/mouthDrop)
	s.x0 = mx - .5*s.side*s.cos + eyeLine*s.side*s.sin
	s.y0 = my - .5*s.side*s.sin - eyeLine*s.side*s.cos
	return s
}

// maxSamples bounds how many samples a side are averaged into one pixel of the crop. Each is bilinear and
// so covers two pixels of the picture.
const maxSamples = 4

// Crop writes the face into dst (Size*Size floats, grey 0..1): upright, in the model's geometry, areas
// averaged where the face is larger than the crop. What lies outside of the picture repeats its edge.
func Crop(dst []float32, f *frame.Frame, p Points) {
	s := p.square()
	step := s.side / Size
	n := min(max(int(math.Ceil(step/2)), 1), maxSamples)
	sub := step / float64(n)
	dx, dy := fixed(sub*s.cos), fixed(sub*s.sin)
	var row [Size]int
	for j := range Size {
		clear(row[:])
		for b := range n {
			v := float64(j)*step + (float64(b)+.5)*sub
			x := fixed(s.x0 + .5*sub*s.cos - v*s.sin - .5)
			y := fixed(s.y0 + .5*sub*s.sin + v*s.cos - .5)
			for i := range row {
				for range n {
					row[i] += luma(f, x, y)
					x, y = x+dx, y+dy
				}
			}
		}
		scale := float32(1) / (255 * 256 * float32(n*n))
		for i := range row {
			dst[j*Size+i] = float32(row[i]) * scale
		}
	}
}

// one is 1 in the fixed point numbers that walk over the picture.
const one = 1 << 16

func fixed(v float64) int { return int(v * one) }

// luma reads the picture between its samples, whose centres lie at whole numbers here; 256 times its value.
func luma(f *frame.Frame, x, y int) int {
	x, y = min(max(x, 0), (f.Width-1)*one), min(max(y, 0), (f.Height-1)*one)
	i, j := x/one, y/one
	i1, j1 := min(i+1, f.Width-1), min(j+1, f.Height-1)
	fx, fy := x%one>>8, y%one>>8
	r0, r1 := f.Y[j*f.StrideY:], f.Y[j1*f.StrideY:]
	top := int(r0[i])*(256-fx) + int(r0[i1])*fx
	low := int(r1[i])*(256-fx) + int(r1[i1])*fx
	return (top*(256-fy) + low*fy) >> 8
}

// Package codectest is what every codec must pass: a conformance suite over generated pictures, and the
// pictures and the measure of likeness that it uses.
package codectest

import (
	"math"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Paint draws picture number i of a moving scene: slopes of light with a bright box that wanders over them.
func Paint(f *frame.Frame, i int) {
	for y := range f.Height {
		row := f.Y[y*f.StrideY:][:f.Width]
		for x := range row {
			row[x] = byte(40 + (x+2*i)%160/2 + y%80)
		}
	}
	size := min(f.Width, f.Height) / 3
	left, top := (5*i)%(f.Width-size), (3*i)%(f.Height-size)
	for y := top; y < top+size; y++ {
		row := f.Y[y*f.StrideY:][left : left+size]
		for x := range row {
			row[x] = 210
		}
	}
	for y := range f.ChromaHeight() {
		for x := range f.ChromaWidth() {
			f.U[y*f.StrideUV+x] = byte(100 + x*40/f.ChromaWidth())
			f.V[y*f.StrideUV+x] = byte(110 + y*40/f.ChromaHeight())
		}
	}
}

// PSNR is the peak signal-to-noise ratio over all three planes of two pictures of one size, in dB; 100 for
// equal ones.
func PSNR(a, b *frame.Frame) float64 {
	sum := squares(a.Y, a.StrideY, b.Y, b.StrideY, a.Width, a.Height)
	sum += squares(a.U, a.StrideUV, b.U, b.StrideUV, a.ChromaWidth(), a.ChromaHeight())
	sum += squares(a.V, a.StrideUV, b.V, b.StrideUV, a.ChromaWidth(), a.ChromaHeight())
	if sum == 0 {
		return 100
	}
	n := a.Width*a.Height + 2*a.ChromaWidth()*a.ChromaHeight()
	return 10 * math.Log10(255*255*float64(n)/float64(sum))
}

func squares(a []byte, strideA int, b []byte, strideB, w, h int) (sum int) {
	for y := range h {
		for x := range w {
			d := int(a[y*strideA+x]) - int(b[y*strideB+x])
			sum += d * d
		}
	}
	return sum
}

package truth

import (
	"math/rand/v2"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// noise is a table of a camera's noise that is read from another place in each frame and row.
type noise struct {
	seed uint64
	at   []float32
}

const noiseSize = 1 << 16

func newNoise(deviation float64, seed uint64) noise {
	n := noise{seed: seed}
	if deviation <= 0 {
		return n
	}
	r := rand.New(rand.NewPCG(seed, 0x5e150))
	n.at = make([]float32, noiseSize)
	for i := range n.at {
		n.at[i] = float32(r.NormFloat64() * deviation)
	}
	return n
}

// row is the noise of n samples of a row; nil without any.
func (n noise) row(i, plane, y, w int) []float32 {
	if n.at == nil {
		return nil
	}
	r := rand.NewPCG(n.seed^uint64(i)<<32, uint64(plane)<<32|uint64(y))
	return n.at[r.Uint64()%uint64(noiseSize-w):][:w]
}

// shoot writes c as the camera sees it in the i-th frame.
func (c canvas) shoot(dst *frame.Frame, n noise, i int) {
	for y := range c.h {
		row, grain := c.y[y*c.w:], n.row(i, 0, y, c.w)
		for x, out := 0, dst.Y[y*dst.StrideY:]; x < c.w; x++ {
			v := row[x]
			if grain != nil {
				v += grain[x]
			}
			out[x] = level(v)
		}
	}
	for k, p := range [][]float32{c.u, c.v} {
		out := [][]byte{dst.U, dst.V}[k]
		for y := range dst.ChromaHeight() {
			grain := n.row(i, k+1, y, dst.ChromaWidth())
			for x := range dst.ChromaWidth() {
				x1, y1 := min(2*x+1, c.w-1), min(2*y+1, c.h-1)
				v := (p[2*y*c.w+2*x] + p[2*y*c.w+x1] + p[y1*c.w+2*x] + p[y1*c.w+x1]) / 4
				if grain != nil {
					v += grain[x] / 2
				}
				out[y*dst.StrideUV+x] = level(v)
			}
		}
	}
}

func level(v float32) byte { return byte(min(max(v+.5, 1), 254)) }

// Package eval measures what the filter does against a known truth: mattes by overlap and outline, their
// calm and their ghosts over time, moods by accuracy and honesty, pictures by likeness. All figures are
// plain numbers that tests hold against a limit and the command `pp-enter eval` prints. Nothing here is
// fast enough, or needed, for a call.
package eval

import (
	"fmt"
	"math"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// half is the sample from which on a pixel of a matte counts as person.
const half = 128

// IoU is the intersection over union (Jaccard index) of the pixels that are person, 128 and more, in two
// mattes of one size: 1 is the same person, 0 another one. Two mattes without a person are the same.
func IoU(got, want tensor.Plane) float64 {
	sameSize(got, want)
	both, either := 0, 0
	for y := range got.H {
		w := want.Row(y)
		for x, g := range got.Row(y) {
			if g >= half && w[x] >= half {
				both++
			}
			if g >= half || w[x] >= half {
				either++
			}
		}
	}
	if either == 0 {
		return 1
	}
	return float64(both) / float64(either)
}

// sameSize panics where two planes cannot be compared: the caller scales them, this package does not guess
// how.
func sameSize(a, b tensor.Plane) {
	if a.W != b.W || a.H != b.H {
		panic(fmt.Sprintf("eval: planes of %dx%d and %dx%d cannot be compared", a.W, a.H, b.W, b.H))
	}
}

// Tolerance is how far, in pixels, an outline may be off in a w x h picture before BoundaryF counts it as
// wrong, as the DAVIS benchmark has it: 0.8 % of the diagonal, rounded up.
func Tolerance(w, h int) int { return int(math.Ceil(.008 * math.Hypot(float64(w), float64(h)))) }

// BoundaryF is the F-score of the outline of two mattes of one size (Csurka, Larlus and Perronnin 2013, in
// the form of Perazzi et al., DAVIS 2016): precision is the share of got's outline that lies at most
// tolerance pixels from want's, recall the same the other way round, and the score is their harmonic mean,
// 0..1. Where the person leaves the picture is no outline. Two mattes without any outline are the same: 1.
func BoundaryF(got, want tensor.Plane, tolerance int) float64 {
	sameSize(got, want)
	g, w := outline(got), outline(want)
	if len(g.points) == 0 && len(w.points) == 0 {
		return 1
	}
	precision, recall := g.near(w.spread(tolerance)), w.near(g.spread(tolerance))
	if precision+recall == 0 {
		return 0
	}
	return 2 * precision * recall / (precision + recall)
}

// contour is the outline of a matte: the pixels that differ from their neighbour to the right, below or
// both.
type contour struct {
	w, h   int
	points [][2]int
}

func outline(m tensor.Plane) contour {
	c := contour{w: m.W, h: m.H}
	person := func(x, y int) bool { return m.Pix[min(y, m.H-1)*m.Stride+min(x, m.W-1)] >= half }
	for y := range m.H {
		for x := range m.W {
			here := person(x, y)
			if here != person(x+1, y) || here != person(x, y+1) || here != person(x+1, y+1) {
				c.points = append(c.points, [2]int{x, y})
			}
		}
	}
	return c
}

// spread marks each pixel that lies at most r from the contour.
func (c contour) spread(r int) []bool {
	reached := make([]bool, c.w*c.h)
	for _, p := range c.points {
		for y := max(0, p[1]-r); y <= min(c.h-1, p[1]+r); y++ {
			for x := max(0, p[0]-r); x <= min(c.w-1, p[0]+r); x++ {
				if dx, dy := x-p[0], y-p[1]; dx*dx+dy*dy <= r*r {
					reached[y*c.w+x] = true
				}
			}
		}
	}
	return reached
}

// near is the share of the contour that was reached; 0 where there is none.
func (c contour) near(reached []bool) float64 {
	if len(c.points) == 0 {
		return 0
	}
	n := 0
	for _, p := range c.points {
		if reached[p[1]*c.w+p[0]] {
			n++
		}
	}
	return float64(n) / float64(len(c.points))
}

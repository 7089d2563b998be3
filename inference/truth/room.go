package truth

import (
	"math"
	"math/rand/v2"
)

// colour is luma, U and V in BT.601 studio range.
type colour [3]float32

func (a colour) mix(b colour, t float32) colour {
	return colour{a[0] + (b[0]-a[0])*t, a[1] + (b[1]-a[1])*t, a[2] + (b[2]-a[2])*t}
}

// canvas is a picture with chroma as fine as luma.
type canvas struct {
	w, h    int
	y, u, v []float32
}

func newCanvas(w, h int) canvas {
	plane := func() []float32 { return make([]float32, w*h) }
	return canvas{w: w, h: h, y: plane(), u: plane(), v: plane()}
}

func (c canvas) copyFrom(o canvas) {
	copy(c.y, o.y)
	copy(c.u, o.u)
	copy(c.v, o.v)
}

func (c canvas) set(i int, p colour) { c.y[i], c.u[i], c.v[i] = p[0], p[1], p[2] }

// draw fills c with a room. Places are in frame heights.
func (c canvas) draw(r Room, seed uint64) {
	at := wall
	switch r {
	case Dark:
		at = night
	case Busy:
		at = shelf(seed)
	case Light:
	}
	for y := range c.h {
		for x := range c.w {
			c.set(y*c.w+x, at(float64(x)/float64(c.h), float64(y)/float64(c.h)))
		}
	}
}

// step is 0 before from and 1 after, over a soft edge.
func step(from, v float64) float64 { return min(max((v-from)/.006+.5, 0), 1) }

func inside(x0, y0, x1, y1, x, y float64) float32 {
	return float32(step(x0, x) * step(y0, y) * (1 - step(x1, x)) * (1 - step(y1, y)))
}

// wall is a pale wall with a window to the left, a picture to the right and a corner between.
func wall(x, y float64) colour {
	p := ofRGB(222, 214, 200).mix(ofRGB(190, 182, 170), float32(.6*y+.25*x))
	p = p.mix(ofRGB(168, 160, 150), .35*float32(step(.98, x)))
	p = p.mix(ofRGB(250, 252, 255), inside(.05, .12, .3, .52, x, y))
	p = p.mix(ofRGB(150, 130, 110), inside(.165, .12, .185, .52, x, y))
	p = p.mix(ofRGB(90, 110, 130), inside(1.12, .2, 1.28, .42, x, y))
	return p.mix(ofRGB(200, 170, 90), inside(1.14, .22, 1.26, .4, x, y))
}

// night is a dark wall, a lamp and what it lights.
func night(x, y float64) colour {
	p := ofRGB(38, 36, 44).mix(ofRGB(20, 18, 26), float32(.8*y))
	d := (x-1.18)*(x-1.18) + (y-.4)*(y-.4)
	p = p.mix(ofRGB(150, 110, 64), float32(.75*math.Exp(-d/.035)))
	p = p.mix(ofRGB(235, 200, 140), inside(1.13, .36, 1.23, .46, x, y))
	return p.mix(ofRGB(52, 46, 58), inside(.08, .2, .34, .7, x, y))
}

// shelf is a wall of books in all colours.
func shelf(seed uint64) func(x, y float64) colour {
	const boards, books = 5, 64
	r := rand.New(rand.NewPCG(seed, 0xb00c5))
	var spines [boards][books]colour
	var tops [boards][books]float64
	for j := range boards {
		for i := range books {
			spines[j][i] = ofRGB(float32(30+r.IntN(200)), float32(30+r.IntN(180)), float32(30+r.IntN(180)))
			tops[j][i] = .08 + .3*r.Float64()
		}
	}
	wood := ofRGB(96, 66, 40)
	return func(x, y float64) colour {
		row, in := math.Modf(y * boards)
		at, across := math.Modf(x * 20)
		j, i := int(row)%boards, int(at)%books
		if in > .9 || in < tops[j][i] {
			return wood.mix(ofRGB(40, 28, 20), float32(.7*(1-step(.9, in))))
		}
		p := spines[j][i].mix(ofRGB(20, 20, 20), float32(.5*math.Abs(across-.5)))
		return p.mix(ofRGB(230, 220, 180), .6*inside(.2, .5, .8, .6, across, in))
	}
}

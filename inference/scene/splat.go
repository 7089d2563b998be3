package scene

import "math"

// profile is how bright an element is by the square of the distance to its middle: 0 in the middle, the last
// value at its edge.
type profile [257]float32

// shapes are the profiles that elements have.
type shapes struct{ soft, disc, ring profile }

func newShapes() *shapes {
	s := &shapes{}
	for i := range s.soft {
		q := float32(i) / float32(len(s.soft)-1)
		r := sqrt(q)
		s.soft[i] = (1 - q) * (1 - q) * (1 - q) // like a Gaussian that ends
		s.disc[i] = (1 - smoothstep(.55, 1, r)) * (.78 + .22*smoothstep(0, .75, r))
		rim := smoothstep(.35, .82, r) * (1 - smoothstep(.8, 1, r))
		s.ring[i] = rim + .25*(1-smoothstep(.8, 1, r))
	}
	return s
}

// splatter gathers the light of the elements before it is laid on the clouds: additively in YUV, which is
// the same as in RGB. Its planes have the size of the canvas.
type splatter struct {
	shapes *shapes
	w, h   int // of luma; chroma has half of both
	aspect float32
	lit    bool
	y      []float32
	u, v   []float32
}

func (s *splatter) resize(w, h int, all *shapes) {
	s.shapes, s.w, s.h = all, w, h
	s.aspect = float32(w) / float32(h)
	s.y, s.u, s.v = make([]float32, w*h), make([]float32, w*h/4), make([]float32, w*h/4)
	s.lit = false
}

func (s *splatter) clear() {
	if s.lit {
		clear(s.y)
		clear(s.u)
		clear(s.v)
	}
	s.lit = false
}

// spot is one element: an ellipse around (x, y) of the radii rx and ry, in picture heights, whose x moves by
// lean for each y.
type spot struct{ x, y, rx, ry, lean float32 }

// add lays part of the colour's light on the spot.
func (s *splatter) add(at spot, form *profile, colour yuv, part float32) {
	if part <= 0 {
		return
	}
	s.lit = true
	h := float32(s.h)
	stamp(s.y, s.w, at.scaled(h), form, (colour.y-16)*part)
	half := at.scaled(h / 2)
	if u := (colour.u - 128) * part; u*u > .04 {
		stamp(s.u, s.w/2, half, form, u)
	}
	if v := (colour.v - 128) * part; v*v > .04 {
		stamp(s.v, s.w/2, half, form, v)
	}
}

// leastRadius is the smallest radius in samples: smaller ones would flicker while they move.
const leastRadius = 1.5

// scaled gives the spot in samples of a plane that is h samples high. What had to be made larger is to be
// no brighter for it, which stamp sees to.
func (p spot) scaled(h float32) spot {
	return spot{p.x*h - .5, p.y*h - .5, p.rx * h, p.ry * h, p.lean}
}

// stamp adds gain times the form to the samples of a plane of rows of w.
func stamp(dst []float32, w int, p spot, form *profile, gain float32) {
	rx, ry := max(p.rx, leastRadius), max(p.ry, leastRadius)
	gain *= p.rx / rx * (p.ry / ry)
	h := len(dst) / w
	first, last := max(0, int(math.Ceil(float64(p.y-ry)))), min(h-1, int(math.Floor(float64(p.y+ry))))
	for y := first; y <= last; y++ {
		dy := (float32(y) - p.y) / ry
		rest := 1 - dy*dy
		if rest <= 0 {
			continue
		}
		reach := rx * sqrt(rest)
		cx := p.x + p.lean*(float32(y)-p.y)
		left, right := max(0, int(math.Ceil(float64(cx-reach)))), min(w-1, int(math.Floor(float64(cx+reach))))
		if left > right {
			continue
		}
		row := dst[y*w+left : y*w+right+1]
		const top = float32(len(profile{}) - 1)
		scale := top / (rx * rx)
		dx := float32(left) - cx
		for i := range row {
			q := dx*dx*scale + (1-rest)*top
			row[i] += gain * form[min(int(q), len(form)-1)]
			dx++
		}
	}
}

package truth

import "math"

// The forearm comes up from below: how many frames at 30 a second it takes, and how long it stays, seconds.
const (
	handEvery = 1.5
	handComes = .1
	handStays = .6
)

// handRise is how far the forearm is up in the i-th frame, 0..1.
func (c *Clip) handRise(i int) float64 {
	t := math.Mod(float64(i)/float64(c.o.FPS), handEvery) - .5
	switch {
	case t < 0:
		return 0
	case t < handComes:
		return t / handComes
	case t < handComes+handStays:
		return 1
	default:
		return max(0, 1-(t-handComes-handStays)/handComes)
	}
}

// bone is a capsule: a line from (x0, y0) to (x1, y1) with a radius at each end. Units: the hand's height.
type bone struct{ x0, y0, x1, y1, r0, r1 float64 }

// bones of a right hand that is held up, palm to the front; the wrist is at (0, 0), y goes down.
func bones() []bone {
	return []bone{
		{.1, 4, 0, 0, .42, .25},          // forearm
		{-.05, -.15, -.12, -.45, .3, .3}, // palm
		{.08, -.15, .12, -.45, .28, .26},
		{-.3, -.45, -.38, -1.05, .1, .085}, // fingers
		{-.1, -.5, -.12, -1.25, .105, .09},
		{.1, -.5, .14, -1.2, .105, .09},
		{.28, -.45, .38, -1, .09, .075},
		{-.25, -.1, -.62, -.5, .13, .1}, // thumb
	}
}

// distance from (x, y) to the bone's surface, negative inside, and how deep inside relative to its radius.
func (b bone) distance(x, y float64) (d, depth float64) {
	dx, dy := b.x1-b.x0, b.y1-b.y0
	t := min(max(((x-b.x0)*dx+(y-b.y0)*dy)/(dx*dx+dy*dy), 0), 1)
	r := b.r0 + (b.r1-b.r0)*t
	d = math.Hypot(x-b.x0-t*dx, y-b.y0-t*dy) - r
	return d, min(max(-d/r, 0), 1)
}

// drawHand puts the forearm into the frame in work, up by rise.
func (c *Clip) drawHand(rise float64) {
	w, h := c.o.Width, c.o.Height
	unit := .17 * c.o.Size * float64(h) / .8
	midX := float64(w)*(.5-c.o.Left) + 2.05*unit
	wrist := float64(h) + 1.4*unit - rise*3.2*unit
	skin, shade := ofRGB(214, 160, 130), ofRGB(150, 98, 76)
	all := bones()
	for y := range h {
		for x := int(max(0, midX-unit)); x < min(w, int(midX+unit)); x++ {
			px, py := (float64(x)+.5-midX)/unit, (float64(y)+.5-wrist)/unit
			least, deep := 1., 0.
			for _, b := range all {
				d, depth := b.distance(px, py)
				least, deep = min(least, d), max(deep, depth)
			}
			a := float32(min(max(.5-least*unit, 0), 1))
			if a == 0 {
				continue
			}
			p := shade.mix(skin, float32(math.Sqrt(deep)))
			l := 16 + (p[0]-16)*c.lit
			c.put(y*w+x, [4]float32{l * a, p[1] * a, p[2] * a, a})
		}
	}
}

package scene

import (
	"math"
	"slices"
	"time"
)

// Scenery is the living scene behind one person. Not safe for concurrent use.
type Scenery struct {
	stock  *Stock
	noise  *noise // of the first stock: clouds keep their shape when scenes are loaded anew
	mood   string
	layers []layer // the scenes to be seen, in the order in which they came
	top    int     // the layer that is being faded in
	faded  float32 // 0: the layers have the weights of the last change, 1: only the top one is left
	shares []share // what the layers come to
	time   float64 // of the elements, seconds
	phase  float64 // how far the clouds have drifted, picture widths
	still  bool
	hushed float32 // 1: standing still, and elements that need motion are gone; smoothed

	grid   grid
	row    wash
	base   base
	lights splatter
	canvas Canvas
}

// layer is a scene that is fading in or out. The weights of all layers sum to 1.
type layer struct {
	scape        *scape
	from, weight float32 // at the last change, and now
	strength     float32 // what part of the weight shows the scene itself, and not neutral; smoothed
}

// share is how much of what is to be seen is one scape's.
type share struct {
	scape *scape
	part  float32
}

// maxLayers bounds what a picture costs while moods change faster than they fade: a further change waits
// until a fade is over, which nobody sees as a jump.
const maxLayers = 3

// NewScenery starts with the neutral scene.
func (s *Stock) NewScenery() *Scenery {
	c := &Scenery{
		stock: s, noise: s.noise, mood: Neutral, faded: 1,
		layers: make([]layer, 0, maxLayers), shares: make([]share, 0, 2*maxLayers),
	}
	c.layers = append(c.layers, layer{scape: s.scapes[Neutral], from: 1, weight: 1, strength: 1})
	c.share()
	return c
}

// Mood is the mood whose scene is shown or being faded in.
func (c *Scenery) Mood() string { return c.mood }

// SetStock goes on with other scenes: what is shown fades to them as to another mood. The shape of the
// clouds stays.
func (c *Scenery) SetStock(s *Stock) { c.stock = s }

// SetReducedMotion lets clouds and elements stand where they are, without those that make no sense so;
// changes of mood still fade.
func (c *Scenery) SetReducedMotion(on bool) { c.still = on }

// Advance moves the scene on by dt towards a mood recognised with a confidence of 0..1. A mood without a
// scene shows as neutral.
func (c *Scenery) Advance(mood string, confidence float32, dt time.Duration) {
	if !c.stock.Has(mood) {
		mood = Neutral
	}
	c.turnTo(mood, confidence)
	dt = min(max(dt, 0), time.Second)
	c.faded = min(1, c.faded+float32(dt.Seconds()/c.stock.fade.Seconds()))
	c.settle()
	if c.mood == mood { // else the change is waiting, and the confidence is another mood's
		top := &c.layers[c.top]
		follow := float32(1 - math.Exp(-dt.Seconds()/0.5))
		top.strength += (c.stock.strength(mood, confidence) - top.strength) * follow
	}
	c.share()
	c.hush(float32(dt.Seconds() / c.stock.fade.Seconds()))
	if !c.still {
		c.time += dt.Seconds()
		c.phase += float64(c.look().speed) * dt.Minutes()
	}
}

// hush takes a step towards standing still, or back.
func (c *Scenery) hush(step float32) {
	if !c.still {
		step = -step
	}
	c.hushed = clamp01(c.hushed + step)
}

// turnTo begins to fade to a mood's scene, from whatever is to be seen at the moment.
func (c *Scenery) turnTo(mood string, confidence float32) {
	to := c.stock.scapes[mood]
	if c.layers[c.top].scape == to {
		c.mood = mood
		return
	}
	at := slices.IndexFunc(c.layers, func(l layer) bool { return l.scape == to })
	if at < 0 {
		if len(c.layers) == maxLayers {
			return
		}
		at = len(c.layers)
		c.layers = append(c.layers, layer{scape: to, strength: c.stock.strength(mood, confidence)})
	}
	c.mood, c.top, c.faded = mood, at, 0
	for i := range c.layers {
		c.layers[i].from = c.layers[i].weight
	}
}

// settle gives the layers their weights and lets go of those that have faded out.
func (c *Scenery) settle() {
	if c.faded >= 1 {
		c.layers[0] = c.layers[c.top]
		c.layers, c.top = c.layers[:1], 0
		c.layers[0].weight = 1
		return
	}
	t := smoothstep(0, 1, c.faded)
	for i := range c.layers {
		to := float32(0)
		if i == c.top {
			to = 1
		}
		c.layers[i].weight = lerp(c.layers[i].from, to, t)
	}
}

// share divides the weights of the layers between their scapes and neutral's. The order matters, since washes
// are laid over one another: neutral is below all, at every time.
func (c *Scenery) share() {
	c.shares = c.shares[:0]
	for _, l := range c.layers {
		c.give(l.scape.neutral, l.weight*(1-l.strength))
	}
	for _, l := range c.layers {
		c.give(l.scape, l.weight*l.strength)
	}
}

func (c *Scenery) give(s *scape, part float32) {
	for i := range c.shares {
		if c.shares[i].scape == s {
			c.shares[i].part += part
			return
		}
	}
	c.shares = append(c.shares, share{s, part})
}

// look is the cloudscape to be seen now.
func (c *Scenery) look() look {
	var l look
	for _, s := range c.shares {
		l.add(&s.scape.look, s.part)
	}
	return l
}

// Paint draws the scene for a picture of width x height pixels. The canvas belongs to c and holds until the
// next call.
func (c *Scenery) Paint(width, height int) Canvas {
	if c.grid.resize(width, height) {
		c.base.resize(c.grid.w, c.grid.h)
		w, h := c.grid.w*enlarged, c.grid.h*enlarged
		c.lights.resize(w, h, c.stock.shapes)
		c.canvas = newCanvas(w, h, w/2, h/2)
	}
	c.paintBase()
	c.lights.clear()
	for _, s := range c.shares {
		k := s.scape.kind
		if part := s.part * lerp(1, k.stands, c.hushed); k.scatter != nil && part > 0 {
			k.scatter(&c.lights, s.scape, part, c.time*float64(s.scape.speed))
		}
	}
	c.base.enlarge(c.canvas, &c.lights)
	return c.canvas
}

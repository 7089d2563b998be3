package scene

// kind is what makes a scene more than clouds: a wash of light, mist or smoke painted over the cells, and
// elements scattered over the canvas. Either may be nil. Both show the part (0..1) of themselves that they
// are told; times are in seconds, with the scene's own speed in them.
type kind struct {
	wash    func(w *wash, s *scape, part float32)
	scatter func(l *splatter, s *scape, part float32, t float64)
	// stands is the part of the elements that is left for who wants little motion: rain that hangs in the air
	// is a scratch on the picture, a light that stands still is a light.
	stands float32
}

// kinds of scenes, by the names that filters.yaml uses.
func kinds() map[string]kind {
	return map[string]kind{
		"daylight": {wash: daylight},
		"sunbeams": {sunbeams, bokeh, 1},
		"rain":     {mist, rain, 0},
		"embers":   {fire, embers, .3},
		"fog":      {fog, farLights, 1},
		"sparkles": {radiance, sparkles, .6},
		"bubbles":  {swirl, bubbles, .8},
	}
}

// wash is a row of cells that is painted over.
type wash struct {
	j     int
	y     float32 // 0..1 from the top
	t     float64
	grid  *grid
	noise *noise
	luma  []float32
	u, v  []float32
}

// lay mixes t parts of a colour into cell i.
func (w *wash) lay(i int, c yuv, t float32) {
	w.luma[i] += (c.y - w.luma[i]) * t
	w.u[i] += (c.u - w.u[i]) * t
	w.v[i] += (c.v - w.v[i]) * t
}

// daylight is a soft light from the upper left.
func daylight(w *wash, s *scape, part float32) {
	for i, x := range w.grid.x {
		d := (x*.6 + w.y) / 1.15
		w.lay(i, s.colour, part*.34*(1-smoothstep(0, 1, d)))
	}
}

// sunbeams are rays that fall from above the picture, fan out and wander slowly.
func sunbeams(w *wash, s *scape, part float32) {
	g := w.grid
	down := 1 / (w.y + .55)
	fine, wide := wrapped(.2+.006*w.t), wrapped(.7-.0043*w.t)
	rise := rampOf(.38, .76)
	fall := part * .74 * (1 - .62*smoothstep(.15, 1.1, w.y))
	for i, x := range g.x {
		slope := (x-.22*g.aspect)*down + 2
		k := .6*w.noise.read(slope*.62, fine) + .4*w.noise.read(slope*.21, wide)
		w.lay(i, s.colour, fall*rise.at(k))
	}
}

// mist lies low and drifts.
func mist(w *wash, s *scape, part float32) {
	k := part * .6 * smoothstep(.42, 1.05, w.y)
	if k == 0 {
		return
	}
	at := wrapped(.012 * w.t)
	for i, x := range w.grid.x {
		w.lay(i, s.colour, k*(.35+.65*w.noise.read(x*.24+at, w.y*.7)))
	}
}

// fire is a glow below, under dark billows.
func fire(w *wash, s *scape, part float32) {
	smoke := s.clouds[2]
	smoke.y = 16 + (smoke.y-16)*.6
	up, aside := wrapped(.03*w.t), wrapped(.013*w.t)
	dark, warm := rampOf(.36, .74), smoothstep(.42, 1.12, w.y)
	for i, x := range w.grid.x {
		n := w.noise.read(x*.42+aside, w.y*.5+up)
		w.lay(i, smoke, part*.66*dark.at(n)*(1-.55*w.y))
		if warm > 0 {
			lick := w.noise.read(x*.5+1-aside, w.y*.34+2*up)
			w.lay(i, s.colour, part*warm*(.3+.6*lick))
		}
	}
}

// fog drifts in two banks, one behind the other, in a darkness that breathes from the edges.
func fog(w *wash, s *scape, part float32) {
	bank := s.clouds[0]
	far, near := wrapped(.016*w.t), wrapped(-.024*w.t)
	thick := rampOf(.36, .8)
	high := part * .42 * smoothstep(.1, .4, w.y) * (1 - smoothstep(.55, .85, w.y))
	low := part * .6 * smoothstep(.5, .95, w.y)
	breath := .44 + .07*sway(wrapped(w.t/7))
	for i, x := range w.grid.x {
		if high > 0 {
			w.lay(i, bank, high*thick.at(w.noise.read(x*.17+far, w.y*.8+.13)))
		}
		if low > 0 {
			w.lay(i, bank, low*thick.at(w.noise.read(x*.22+near, w.y*.9+.57)))
		}
		edge := smoothstep(.25, .95, w.grid.radius[w.j*w.grid.w+i])
		w.luma[i] -= (w.luma[i] - 16) * part * breath * edge
	}
}

// radiance is a light behind the person whose soft rays turn slowly.
func radiance(w *wash, s *scape, part float32) {
	g := w.grid
	one, other := wrapped(.011*w.t), wrapped(-.007*w.t)
	rise := rampOf(.36, .68)
	for i := range g.x {
		at := w.j*g.w + i
		r := g.radius[at]
		ray := .55*w.noise.read(2*g.angle[at]+one, .3) + .45*w.noise.read(3*g.angle[at]+other, .8)
		k := rise.at(ray) * smoothstep(.04, .3, r) * (1 - .55*smoothstep(.4, 1.1, r))
		w.lay(i, s.colour, part*(.68*k+.34*(1-smoothstep(0, .6, r))))
	}
}

// swirl stirs two murky colours around the person.
func swirl(w *wash, s *scape, part float32) {
	g := w.grid
	turn, back, inward := wrapped(.009*w.t), wrapped(-.0045*w.t), wrapped(.012*w.t)
	dark, bright := rampOf(.42, .8), rampOf(.45, .85)
	for i := range g.x {
		at := w.j*g.w + i
		r := g.radius[at]
		twist := g.angle[at] + .55*r
		n := w.noise.read(twist+turn, r*.55+inward)
		m := w.noise.read(twist+back, r*.4+.5+inward)
		open := smoothstep(.05, .3, r)
		w.lay(i, s.clouds[1], part*.7*open*dark.at(n))
		w.lay(i, s.clouds[0], part*.5*open*bright.at(m))
	}
}

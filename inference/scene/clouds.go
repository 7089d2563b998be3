package scene

import "math"

// cells is about how many cells a scene is painted in before it is enlarged: clouds are soft.
const cells = 2400

// grid is what depends on the shape of the picture only.
type grid struct {
	w, h   int
	aspect float32
	x      []float32 // per column, in picture heights
	glowX  []float32 // per column and row: the light behind the person falls off as a Gaussian in both
	glowY  []float32
	angle  []float32 // per cell, around the person: turns, 0..1
	radius []float32 // per cell, from the person: picture heights
	above  []float32 // scratch: how thick the clouds of the row above are
}

// Where the person's head usually is, as a part of the picture's height.
const headY = .42

func (g *grid) resize(width, height int) bool {
	scale := math.Sqrt(cells / (float64(width) * float64(height)))
	w, h := max(8, int(float64(width)*scale+.5)), max(8, int(float64(height)*scale+.5))
	if w == g.w && h == g.h {
		return false
	}
	g.w, g.h = w, h
	g.x, g.glowX, g.glowY = make([]float32, w), make([]float32, w), make([]float32, h)
	g.angle, g.radius = make([]float32, w*h), make([]float32, w*h)
	g.above = make([]float32, w)
	aspect := float64(w) / float64(h)
	g.aspect = float32(aspect)
	for i := range w {
		x := (float64(i) + .5) / float64(h)
		g.x[i] = float32(x)
		d := (x - aspect/2) / .55
		g.glowX[i] = float32(math.Exp(-d * d))
	}
	for j := range h {
		y := (float64(j)+.5)/float64(h) - headY
		g.glowY[j] = float32(math.Exp(-y * y / .25))
		for i, x := range g.x {
			dx := float64(x) - aspect/2
			g.angle[j*w+i] = float32(math.Atan2(y, dx)/(2*math.Pi) + .5)
			g.radius[j*w+i] = float32(math.Hypot(dx, y))
		}
	}
	return true
}

// wrapped is v on a tile that repeats after 1.
func wrapped(v float64) float32 { return float32(v - math.Floor(v)) }

// drift is where the layers of clouds stand: each moves in a direction and at a pace of its own.
type drift struct{ ax, ay, bx, by, cx, cy, wx, wy float32 }

func driftAt(phase float64) drift {
	// The tile's 1 is about two picture heights (see the scales below). Ratios without a common divisor: the
	// sky does not repeat within an hour.
	return drift{
		ax: wrapped(.10 + .50*phase), ay: wrapped(.20 + .07*phase),
		bx: wrapped(.55 - .31*phase), by: wrapped(.70 + .11*phase),
		cx: wrapped(.30 + .23*phase), cy: wrapped(.45 - .13*phase),
		wx: wrapped(.80 + .17*phase), wy: wrapped(.15 + .29*phase),
	}
}

// paintBase paints the clouds, and over them the wash of each kind of scene, into the cells.
func (c *Scenery) paintBase() {
	l, d := c.look(), driftAt(c.phase)
	for j := range c.grid.h {
		c.paintClouds(j, &l, &d)
		w := c.grid.w
		c.row = wash{
			j: j, y: (float32(j) + .5) / float32(c.grid.h), grid: &c.grid, noise: c.noise,
			luma: c.base.y[j*w:][:w], u: c.base.u[j*w:][:w], v: c.base.v[j*w:][:w],
		}
		for _, s := range c.shares {
			if paint := s.scape.kind.wash; paint != nil && s.part > 0 {
				c.row.t = c.time * float64(s.scape.speed)
				paint(&c.row, s.scape, s.part)
			}
		}
	}
}

// relief is how much the clouds are lit from above, where they thicken downwards, and shaded where they
// thin out.
const relief = 60

// paintClouds mixes the layers of one row: the sky, two clouds in front of it, and the bright one around the
// person. The places where the noise is read are themselves shifted by noise, which makes billows of blobs.
func (c *Scenery) paintClouds(j int, l *look, d *drift) {
	g, n := &c.grid, c.noise
	y := (float32(j) + .5) / float32(g.h)
	sky := l.sky[0].mix(l.sky[1], smoothstep(-.1, 1.1, y))
	low := .78 - .5*l.spread // density begins here
	far, mid, bright := rampOf(low, low+.42), rampOf(low+.05, low+.47), rampOf(.1, .75)
	rowY, rowU, rowV := c.base.y[j*g.w:][:g.w], c.base.u[j*g.w:][:g.w], c.base.v[j*g.w:][:g.w]
	above := g.above[:g.w]
	for i, x := range g.x {
		warp := n.read(x*.3+d.wx, y*.3+d.wy)
		wx, wy := x+.45*warp, y+.45*(1-warp)
		a := far.at(n.read(wx*.38+d.ax, wy*.42+d.ay))
		b := mid.at(n.read(wx*.33+d.bx, wy*.47+d.by))
		p := sky.mix(l.clouds[1], .85*a).mix(l.clouds[2], .8*b)
		light := g.glowX[i] * g.glowY[j]
		near := bright.at(n.read(wx*.5+d.cx, wy*.55+d.cy))
		p = p.mix(l.clouds[0], (.25+.6*l.spread)*light*near+.12*light)
		p.y *= .93 + .07*light
		thick := a + b + near*light
		if j > 0 {
			p.y += relief * (.2*clamp01((thick-above[i])*5+.5) - .1)
		}
		above[i] = thick
		rowY[i], rowU[i], rowV[i] = p.y, p.u, p.v
	}
}

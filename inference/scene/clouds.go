package scene

import "math"

// cells is about how many samples a cloudscape has: clouds are soft, enlarging them tenfold shows nothing.
const cells = 2400

// grid is what depends on the shape of the picture only.
type grid struct {
	w, h  int
	x     []float32 // per column, in picture heights
	glowX []float32 // per column and row: the light behind the person falls off as a Gaussian in both
	glowY []float32
}

func (g *grid) resize(width, height int) bool {
	scale := math.Sqrt(cells / (float64(width) * float64(height)))
	w, h := max(8, int(float64(width)*scale+.5)), max(8, int(float64(height)*scale+.5))
	if w == g.w && h == g.h {
		return false
	}
	g.w, g.h = w, h
	g.x, g.glowX, g.glowY = make([]float32, w), make([]float32, w), make([]float32, h)
	aspect := float64(w) / float64(h)
	for i := range w {
		x := (float64(i) + .5) / float64(h)
		g.x[i] = float32(x)
		d := (x - aspect/2) / .55
		g.glowX[i] = float32(math.Exp(-d * d))
	}
	for j := range h {
		d := ((float64(j)+.5)/float64(h) - .42) / .5
		g.glowY[j] = float32(math.Exp(-d * d))
	}
	return true
}

// drift is where the layers of clouds stand: each moves in a direction and at a pace of its own.
type drift struct{ ax, ay, bx, by, cx, cy, wx, wy float32 }

func driftAt(phase float64) drift {
	wrap := func(v float64) float32 { return float32(v - math.Floor(v)) }
	// The tile's 1 is about two picture heights (see the 0.5 below). Ratios without a common divisor: the sky
	// does not repeat within an hour.
	return drift{
		ax: wrap(.10 + .50*phase), ay: wrap(.20 + .07*phase),
		bx: wrap(.55 - .31*phase), by: wrap(.70 + .11*phase),
		cx: wrap(.30 + .23*phase), cy: wrap(.45 - .13*phase),
		wx: wrap(.80 + .17*phase), wy: wrap(.15 + .29*phase),
	}
}

// Paint draws the scene for a picture of width x height pixels. The canvas belongs to c and holds until the
// next call.
func (c *Scenery) Paint(width, height int) Canvas {
	if c.grid.resize(width, height) {
		c.canvas = newCanvas(c.grid.w, c.grid.h, c.grid.w, c.grid.h)
	}
	l, d := c.look(), driftAt(c.phase)
	for j := range c.grid.h {
		c.paintRow(j, &l, &d)
	}
	return c.canvas
}

// paintRow mixes the layers of one row: the sky, two clouds in front of it, and the bright one around the
// person. The places where the noise is read are themselves shifted by noise, which makes billows of blobs.
func (c *Scenery) paintRow(j int, l *look, d *drift) {
	g, n := &c.grid, c.stock.noise
	y := (float32(j) + .5) / float32(g.h)
	sky := l.sky[0].mix(l.sky[1], smoothstep(-.1, 1.1, y))
	low := .78 - .5*l.spread // density begins here
	rowY, rowU, rowV := c.canvas.Y.Row(j), c.canvas.U.Row(j), c.canvas.V.Row(j)
	for i, x := range g.x {
		warp := n.read(x*.3+d.wx, y*.3+d.wy)
		wx, wy := x+.45*warp, y+.45*(1-warp)
		p := sky.mix(l.clouds[1], .85*smoothstep(low, low+.42, n.read(wx*.38+d.ax, wy*.42+d.ay)))
		p = p.mix(l.clouds[2], .8*smoothstep(low+.05, low+.47, n.read(wx*.33+d.bx, wy*.47+d.by)))
		light := g.glowX[i] * g.glowY[j]
		near := n.read(wx*.5+d.cx, wy*.55+d.cy)
		p = p.mix(l.clouds[0], (.25+.6*l.spread)*light*smoothstep(.1, .75, near)+.12*light)
		p.y *= .93 + .07*light
		rowY[i], rowU[i], rowV[i] = round8(p.y), round8(p.u), round8(p.v)
	}
}

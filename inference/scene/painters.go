package scene

import (
	"math"
	"math/rand/v2"
)

// painters are the ways to paint a still picture from three colours and a seed, by the names that
// filters.yaml uses.
func painters() map[string]func(Picture) painter {
	return map[string]func(Picture) painter{
		"studio": studio,
		"window": window,
		"hills":  hills,
		"sea":    sea,
		"city":   city,
	}
}

func (p Picture) palette() (a, b, c yuv) { return of(p.Colours[0]), of(p.Colours[1]), of(p.Colours[2]) }

// studio is a paper backdrop in the light of one lamp: bright, middle and dark colour.
func studio(p Picture) painter {
	bright, middle, dark := p.palette()
	paper := newNoise(p.Seed, octave{4, 1}, octave{16, .35}, octave{64, .2}, octave{128, .12})
	return func(x, y float32) yuv {
		dx, dy := (x-.44)*1.05, (y-.4)*.95
		r := sqrt(dx*dx+dy*dy) + .05*(paper.read(x+1, y+1)-.5)
		c := bright.mix(middle, smoothstep(.06, .5, r)).mix(dark, smoothstep(.35, 1, r))
		c.y += 5 * (paper.read(2*x+1, 2*y+1) - .5)
		return c
	}
}

// window is a wall (first colour) on which the sun (second) falls through a window and leaves (third).
func window(p Picture) painter {
	wall, sun, leaf := p.palette()
	n := newNoise(p.Seed, octave{8, 1}, octave{16, .8}, octave{32, .2})
	plaster := newNoise(p.Seed+1, octave{16, 1}, octave{64, .6}, octave{128, .5})
	band := func(v, from, to, soft float32) float32 {
		return smoothstep(from-soft, from+soft, v) * (1 - smoothstep(to-soft, to+soft, v))
	}
	return func(x, y float32) yuv {
		s, t := x+.42*y, y-.16*x // the window's own axes, slanted as the light is
		soft := .012 + .02*y
		light := band(s, .3, .62, soft) + band(s, .66, .98, soft)
		light *= band(t, .02, .33, soft) + band(t, .37, .7, soft)
		leaves := smoothstep(.42, .78, n.read(1.1*s+1, .9*t+1)) * smoothstep(.25, 1.2, s+.3*t)
		c := wall.mix(yuv{wall.y * .72, wall.u, wall.v}, smoothstep(.1, 1.1, y+.25*x))
		c = c.mix(sun, .85*light*(1-.8*leaves))
		c = c.mix(leaf, .16*leaves*(1-light))
		c.y += 4 * (plaster.read(x+1, y+1) - .5)
		return c
	}
}

// hills are ridges in the mist at dawn: the colours of the low sky, the high sky and the nearest ridge.
func hills(p Picture) painter {
	low, high, near := p.palette()
	n := newNoise(p.Seed, octave{4, 1}, octave{8, .5}, octave{16, .25}, octave{32, .12}, octave{64, .06})
	const ridges = 6
	return func(x, y float32) yuv {
		glow := exp(-((x-.68)*(x-.68)/.06 + (y-.36)*(y-.36)/.03))
		c := high.mix(low, smoothstep(0, .55, y))
		c = c.mix(yuv{228, 112, 142}, .75*glow)
		for k := range ridges {
			t := float32(k) / (ridges - 1)
			line := .38 + .5*t - (.2-.06*t)*(n.read(.21*float32(k)+.35*x*(1+t), .13*float32(k)+.07)-.3)
			if y < line-.003 {
				continue
			}
			ridge := low.mix(high, .5).mix(near, .18+.82*t*t)
			ridge = ridge.mix(low, (.55-.35*t)*smoothstep(0, .2, y-line)) // mist rises from the valleys
			c = c.mix(ridge, smoothstep(-.003, .003, y-line))
		}
		return c
	}
}

// sea is an evening horizon: the colours of the low sky, the high sky and the water.
func sea(p Picture) painter {
	low, high, water := p.palette()
	n := newNoise(p.Seed, octave{4, 1}, octave{8, .6}, octave{16, .4}, octave{32, .25}, octave{64, .15})
	const horizon, sunX = .58, .4
	return func(x, y float32) yuv {
		if y < horizon {
			h := (horizon - y) / horizon
			c := low.mix(high, smoothstep(.02, .95, h))
			streak := smoothstep(.5, .8, n.read(.35*x+1, 2.2*y+.4)) * smoothstep(.02, .2, h)
			c = c.mix(yuv{205, 112, 148}, .45*streak*(1-.6*h))
			d := (x-sunX)*(x-sunX)*1.78 + (y-horizon+.07)*(y-horizon+.07)
			c = c.mix(yuv{225, 92, 150}, .7*exp(-d/.035))
			return c.mix(yuv{232, 104, 138}, 1-smoothstep(.0019, .0024, d))
		}
		depth := (y - horizon) / (1 - horizon)
		scale := 1 / (.06 + depth) // waves grow towards the shore
		wave := n.read(.5*(x-.5)*scale+40, .6*scale+.3)
		c := low.mix(water, smoothstep(-.1, .45, depth)).mix(yuv{water.y * .6, water.u, water.v}, .6*depth)
		c.y += 26 * (wave - .5) * (.25 + depth)
		path := exp(-(x-sunX)*(x-sunX)/(.004+.03*depth)) * smoothstep(.42, .75, wave)
		return c.mix(yuv{224, 98, 150}, .8*path*(1-.55*depth))
	}
}

// disc is a light out of focus.
type disc struct {
	x, y, r, bright float32
	colour          yuv
}

// city is the lights of a street at night, far out of focus: the colours of the night and of two kinds of
// lamps.
func city(p Picture) painter {
	night, warm, cool := p.palette()
	discs := lamps(p.Seed, warm, cool)
	n := newNoise(p.Seed, octave{4, 1}, octave{8, .5})
	return func(x, y float32) yuv {
		haze := smoothstep(.15, .85, y) * (.6 + .8*(n.read(x+1, y+1)-.3))
		c := night.mix(yuv{night.y + 34, night.u + 4, night.v + 7}, haze)
		for _, d := range discs {
			dx, dy := (x-d.x)*4/3, y-d.y
			r := dx*dx + dy*dy
			if r > d.r*d.r*1.2 {
				continue
			}
			e := sqrt(r) / d.r
			// A lens draws a lamp as an even disc, a little brighter at its rim.
			c = c.mix(d.colour, d.bright*(1-smoothstep(.9, 1.04, e))*(.8+.35*smoothstep(.5, .95, e)))
		}
		return c
	}
}

func lamps(seed uint64, warm, cool yuv) []disc {
	r := rand.New(rand.NewPCG(seed, 77))
	white := yuv{215, 120, 132}
	discs := make([]disc, 0, 96)
	for i := range cap(discs) {
		d := disc{x: r.Float32()*1.1 - .05, r: .018 + .07*r.Float32()*r.Float32(), bright: .14 + .4*r.Float32()}
		spread := r.Float32() + r.Float32() - 1
		d.y = .6 + .42*spread
		switch {
		case i%4 == 0:
			d.colour = cool
		case i%7 == 0:
			d.colour = white
		default:
			d.colour = warm.mix(yuv{warm.y * .72, warm.u - 8, warm.v + 24}, r.Float32())
		}
		discs = append(discs, d)
	}
	return discs
}

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }

func exp(v float32) float32 { return float32(math.Exp(float64(v))) }

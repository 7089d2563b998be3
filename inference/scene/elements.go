package scene

import "math"

// Elements are what moves before the clouds. Where each one is follows from the seed, its number and the
// time alone: it lives for a few seconds, comes in and goes out softly, and is born again elsewhere.

// dice are the random numbers of one element (splitmix64, Steele 2014).
type dice uint64

func diceOf(seed uint64, element, life int) dice {
	d := dice(seed ^ uint64(element)*0x9e3779b97f4a7c15 ^ uint64(life)*0xd1342543de82ef95)
	d.roll()
	return d
}

// roll is evenly distributed over 0..1.
func (d *dice) roll() float32 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float32(z>>40) / (1 << 24)
}

// within is evenly distributed over a..b.
func (d *dice) within(a, b float32) float32 { return lerp(a, b, d.roll()) }

// alive tells how much of its present life an element has behind it, 0..1, and gives the dice of that life.
// A life lasts for a..b seconds.
func alive(seed uint64, element int, t, a, b float64) (age float32, d dice) {
	d = diceOf(seed, element, -1)
	lasts := a + (b-a)*float64(d.roll())
	lived := t/lasts + float64(d.roll())
	n := math.Floor(lived)
	return float32(lived - n), diceOf(seed, element, int(n))
}

// softly is 0 at both ends of a life; it takes the part in of it to rise and the part out to fall.
func softly(age, in, out float32) float32 {
	return smoothstep(0, in, age) * (1 - smoothstep(1-out, 1, age))
}

// sway is a sine over turns.
func sway(turns float32) float32 { return float32(math.Sin(2 * math.Pi * float64(turns))) }

// bokeh are lights out of focus that rise slowly.
func bokeh(l *splatter, s *scape, part float32, t float64) {
	pale := s.colour.mix(yuv{228, 124, 136}, .8)
	for i := range s.count(26) {
		age, d := alive(s.seed, i, t, 8, 14)
		size := d.roll()
		r := s.size * (.016 + .06*size*size)
		x := d.within(-.05, l.aspect+.05) + .02*sway(age*d.within(.6, 1.4)+d.roll())
		y := d.within(.25, 1.15) - d.within(.22, .45)*age
		a := part * softly(age, .3, .35) * d.within(.24, .5) * (1.15 - .55*size)
		l.add(spot{x: x, y: y, rx: r, ry: r}, &l.shapes.disc, s.colour.mix(pale, d.roll()), a)
	}
}

// rain falls in soft streaks; the near ones are longer, faster and brighter.
func rain(l *splatter, s *scape, part float32, t float64) {
	const lean = -.09
	for i := range s.count(110) {
		near := float32(i%11) / 10
		lasts := 2.1 - .9*float64(near)
		age, d := alive(s.seed, i, t, lasts, lasts*1.15)
		y := -.15 + 1.3*age
		x := d.within(-.1, l.aspect+.1) + lean*(y-.5)
		long := s.size * lerp(.035, .085, near) * d.within(.8, 1.2)
		wide := s.size * lerp(.0045, .0075, near)
		a := part * softly(age, .12, .2) * lerp(.1, .3, near) * d.within(.6, 1.1)
		l.add(spot{x, y, wide, long, lean}, &l.shapes.soft, s.colour, a)
	}
}

// embers rise from the fire, swaying, and grow red as they cool.
func embers(l *splatter, s *scape, part float32, t float64) {
	red := yuv{90, 104, 205}
	for i := range s.count(46) {
		age, d := alive(s.seed, i, t, 3.5, 8)
		y := 1.06 - d.within(.35, 1.1)*age*(1.25-.25*age)
		x := d.within(-.05, l.aspect+.05) + d.within(-.1, .1)*age
		x += .022 * sway(age*d.within(1, 2.4)+d.roll())
		r := s.size * d.within(.006, .0145) * (1.1 - .5*age)
		flicker := .8 + .2*sway(age*d.within(5, 9)+d.roll())
		a := part * softly(age, .08, .55) * flicker
		c := s.colour.mix(red, smoothstep(.15, .9, age))
		l.add(spot{x: x, y: y, rx: r, ry: r}, &l.shapes.soft, c, .62*a)
		l.add(spot{x: x, y: y, rx: 4.5 * r, ry: 4.5 * r}, &l.shapes.soft, c, .18*a)
	}
}

// farLights glow dimly through the fog; each stands where it is and breathes.
func farLights(l *splatter, s *scape, part float32, t float64) {
	n := s.count(8)
	for i := range n {
		d := diceOf(s.seed, i, 0)
		x := l.aspect * (float32(i) + d.within(.15, .85)) / float32(n)
		y := d.within(.2, .62)
		r := s.size * d.within(.018, .034)
		breath := .7 + .3*sway(wrapped(t*float64(d.within(.07, .13)))+d.roll())
		a := part * breath * d.within(.14, .28)
		l.add(spot{x: x, y: y, rx: r, ry: r}, &l.shapes.soft, s.colour, .8*a)
		l.add(spot{x: x, y: y, rx: 4.5 * r, ry: 4.5 * r}, &l.shapes.soft, s.colour, .35*a)
	}
}

// sparkles open and close, each with a soft cross of light.
func sparkles(l *splatter, s *scape, part float32, t float64) {
	for i := range s.count(30) {
		age, d := alive(s.seed, i, t, 2.2, 5)
		x, y := d.within(0, l.aspect), d.within(-.02, .98)
		size := d.roll()
		size = s.size * (.3 + .7*size*size)
		open := softly(age, .3, .5)
		a := part * open * d.within(.4, .8)
		ray := .05 * size * (.5 + .5*open)
		l.add(spot{x: x, y: y, rx: ray, ry: .007 * size}, &l.shapes.soft, s.colour, a)
		l.add(spot{x: x, y: y, rx: .007 * size, ry: ray}, &l.shapes.soft, s.colour, a)
		l.add(spot{x: x, y: y, rx: .035 * size, ry: .035 * size}, &l.shapes.soft, s.colour, .35*a)
	}
}

// bubbles rise and wobble; each has a soft rim and a light on its shoulder.
func bubbles(l *splatter, s *scape, part float32, t float64) {
	for i := range s.count(26) {
		age, d := alive(s.seed, i, t, 6, 12)
		size := d.roll()
		r := s.size * (.017 + .034*size*size) * (.85 + .25*age)
		y := d.within(.55, 1.2) - d.within(.45, .85)*age
		x := d.within(-.05, l.aspect+.05) + .018*sway(age*d.within(1.5, 3)+d.roll())
		a := part * softly(age, .2, .25) * d.within(.1, .24)
		l.add(spot{x: x, y: y, rx: r, ry: r}, &l.shapes.ring, s.colour, a)
		l.add(spot{x: x - .38*r, y: y - .4*r, rx: .32 * r, ry: .26 * r}, &l.shapes.soft, s.colour, 1.3*a)
	}
}

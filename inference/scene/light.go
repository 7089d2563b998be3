package scene

import "math"

// Light is what a background does to the person before it. It has the shape of composite.Light.
type Light struct {
	U, V int8    // added to the person's chroma
	Gain float32 // of the person's luma above black; 1 changes nothing
	Wrap float32 // how much of the background shines around the person's outline, 0..1
}

// Light is the light of the scene on the person; it fades with the scene.
func (c *Scenery) Light() Light {
	l := c.look()
	return Light{U: signed(l.tintU), V: signed(l.tintV), Gain: l.gain, Wrap: l.wrap}
}

// Light is the light of a still picture, from its mean colour: a picture of one colour reflects a little of
// it, a dark one dims the person a little, a bright one shines around them. It looks at some hundred
// samples.
func (c Canvas) Light() Light {
	const (
		reflected = .16 // part of the mean colour's distance to grey
		most      = 6   // of U and V
	)
	bright := clamp01((sampled(c.Y) - 16) / 219)
	tint := func(mean float32) int8 { return signed(min(max((mean-128)*reflected, -most), most)) }
	return Light{
		U: tint(sampled(c.U)), V: tint(sampled(c.V)),
		Gain: lerp(.94, 1.03, smoothstep(0, .9, bright)),
		Wrap: lerp(.05, .3, bright),
	}
}

func signed(v float32) int8 { return int8(math.Round(float64(v))) }

// Package scene paints what stands behind the person: a living scene per mood (Scenery), still pictures
// painted once from a few colours (Pictures), and the blurred room (Blur). Everything is painted small by
// plain code, from the parameters of a filters.yaml, and is enlarged later; the same seed and the same
// times give the same samples.
package scene

import (
	"math"
	"time"
)

// Stock holds what all paintings share: the looks of the moods, the noise and the still pictures. It is
// immutable apart from the pictures, which are painted when they are first asked for, and safe for
// concurrent use.
type Stock struct {
	looks    map[string]look
	noise    *noise
	fade     time.Duration
	least    float32
	blur     float64
	pictures *Pictures
}

// NewStock prepares the paintings of f, as ParseFilters returned it.
func NewStock(f Filters) *Stock {
	s := &Stock{
		looks:    make(map[string]look, len(f.Moods)),
		noise:    newNoise(f.Seed, octave{4, 1}, octave{8, .45}, octave{16, .14}),
		fade:     time.Duration(f.FadeS * float64(time.Second)),
		least:    float32(f.Least),
		blur:     f.Blur.Radius,
		pictures: newPictures(f.Pictures),
	}
	for mood, m := range f.Moods {
		s.looks[mood] = lookOf(m)
	}
	return s
}

// Pictures are the still backgrounds.
func (s *Stock) Pictures() *Pictures { return s.pictures }

// Has tells whether a mood has a scene of its own.
func (s *Stock) Has(mood string) bool { _, ok := s.looks[mood]; return ok }

// strength is how much of its own colours a mood recognised with this confidence shows; a change takes
// about half a second to show.
func (s *Stock) strength(mood string, confidence float32) float32 {
	if mood == Neutral {
		return 1
	}
	return lerp(s.least, 1, smoothstep(.4, .9, confidence))
}

// Scenery is the cloudscape behind one person. Not safe for concurrent use.
type Scenery struct {
	stock    *Stock
	canvas   Canvas
	mood     string
	from     look    // what was shown when the mood changed
	strength float32 // of mood, smoothed
	faded    float32 // 0: only from, 1: only mood
	phase    float64 // how far the clouds have drifted, picture widths
	grid     grid
	still    bool // as little motion as can be
}

// NewScenery starts with the neutral scene.
func (s *Stock) NewScenery() *Scenery {
	return &Scenery{stock: s, mood: Neutral, strength: 1, faded: 1, from: s.looks[Neutral]}
}

// Mood is the mood whose scene is shown or being faded in.
func (c *Scenery) Mood() string { return c.mood }

// Advance moves the scene on by dt towards a mood recognised with a confidence of 0..1. A mood without a
// scene shows as neutral.
func (c *Scenery) Advance(mood string, confidence float32, dt time.Duration) {
	if !c.stock.Has(mood) {
		mood = Neutral
	}
	if mood != c.mood {
		c.from, c.faded, c.mood = c.look(), 0, mood
		c.strength = c.stock.strength(mood, confidence)
	}
	dt = min(max(dt, 0), time.Second)
	c.faded = min(1, c.faded+float32(dt.Seconds()/c.stock.fade.Seconds()))
	follow := float32(1 - math.Exp(-dt.Seconds()/0.5))
	c.strength += (c.stock.strength(mood, confidence) - c.strength) * follow
	if !c.still {
		c.phase += float64(c.look().speed) * dt.Minutes()
	}
}

// look is what is to be seen now.
func (c *Scenery) look() look {
	to := c.stock.looks[Neutral].mix(c.stock.looks[c.mood], c.strength)
	if c.faded >= 1 {
		return to
	}
	return c.from.mix(to, smoothstep(0, 1, c.faded))
}

// Light is the light of the scene on the person.
func (c *Scenery) Light() Light {
	l := c.look()
	return Light{U: int8(math.Round(float64(l.tintU))), V: int8(math.Round(float64(l.tintV))), Gain: 1}
}

// SetStock goes on with other looks.
func (c *Scenery) SetStock(s *Stock) { c.stock = s }

// SetReducedMotion lets the scene stand almost still.
func (c *Scenery) SetReducedMotion(on bool) { c.still = on }

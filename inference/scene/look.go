package scene

// Neutral is the mood that is shown while no other one is sure.
const Neutral = "neutral"

// look is a mood's cloudscape in numbers that can be mixed: a weighted sum of looks is a look.
type look struct {
	sky           [2]yuv
	clouds        [3]yuv
	spread, speed float32
	tintU, tintV  float32 // what the light adds to the person's chroma
	gain, wrap    float32
}

func lookOf(m Mood) look {
	l := look{
		spread: float32(m.Spread), speed: float32(m.Speed),
		gain: float32(m.Light.Gain), wrap: float32(m.Light.Wrap),
	}
	for i, c := range m.Sky {
		l.sky[i] = of(c)
	}
	for i, c := range m.Clouds {
		l.clouds[i] = of(c)
	}
	t := of(m.Light.Colour)
	l.tintU, l.tintV = (t.u-128)*float32(m.Light.Amount), (t.v-128)*float32(m.Light.Amount)
	return l
}

// add adds t parts of o.
func (l *look) add(o *look, t float32) {
	for i := range l.sky {
		l.sky[i] = l.sky[i].plus(o.sky[i], t)
	}
	for i := range l.clouds {
		l.clouds[i] = l.clouds[i].plus(o.clouds[i], t)
	}
	l.spread, l.speed = l.spread+t*o.spread, l.speed+t*o.speed
	l.tintU, l.tintV = l.tintU+t*o.tintU, l.tintV+t*o.tintV
	l.gain, l.wrap = l.gain+t*o.gain, l.wrap+t*o.wrap
}

// scape is the scene of one mood: its clouds, and what its kind adds to them.
type scape struct {
	look
	kind                kind
	colour              yuv // of the kind's light and elements
	amount, size, speed float32
	seed                uint64
	neutral             *scape // of the same file: a mood that is barely recognised is mixed with it
}

func scapeOf(m Mood, seed uint64) *scape {
	return &scape{
		look: lookOf(m), kind: kinds()[m.Scene.Kind], colour: of(m.Scene.Colour),
		amount: float32(m.Scene.Amount), size: float32(m.Scene.Size), speed: float32(m.Scene.Speed), seed: seed,
	}
}

// count is how many elements there are where the kind usually has n.
func (s *scape) count(n float32) int { return int(n*s.amount + .5) }

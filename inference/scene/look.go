package scene

// Neutral is the mood that is shown while no other one is sure.
const Neutral = "neutral"

// look is a mood's scene in numbers that can be mixed: the mixture of two looks is a look.
type look struct {
	sky           [2]yuv
	clouds        [3]yuv
	spread, speed float32
	tintU, tintV  float32
}

func lookOf(m Mood) look {
	l := look{spread: float32(m.Spread), speed: float32(m.Speed)}
	for i, c := range m.Sky {
		l.sky[i] = of(c)
	}
	for i, c := range m.Clouds {
		l.clouds[i] = of(c)
	}
	t := of(m.Tint.Colour)
	l.tintU, l.tintV = (t.u-128)*float32(m.Tint.Amount), (t.v-128)*float32(m.Tint.Amount)
	return l
}

func (l look) mix(o look, t float32) look {
	for i := range l.sky {
		l.sky[i] = l.sky[i].mix(o.sky[i], t)
	}
	for i := range l.clouds {
		l.clouds[i] = l.clouds[i].mix(o.clouds[i], t)
	}
	l.spread, l.speed = lerp(l.spread, o.spread, t), lerp(l.speed, o.speed, t)
	l.tintU, l.tintV = lerp(l.tintU, o.tintU, t), lerp(l.tintV, o.tintV, t)
	return l
}

package scene

import (
	"math"
	"time"
)

// Exposure fits the brightness of a person to that of what stands behind them, as a camera that was really
// there would see both: somebody from a dark room is lifted before a bright sky, and a bright one dimmed at
// night. It is cautious, since skin has a brightness of its own, and slow, so that it never pumps. The zero
// value changes nothing. Not safe for concurrent use.
type Exposure struct {
	gain float32
	have bool
}

const (
	// The person's luma, 0..1, that looks right before black and before white, found by looking.
	litByNight, litByDay = .22, .62
	// tolerance is how many times brighter or darker than that a person may be as they are.
	tolerance = 1.25
	// insist is how much of the rest, as a power, is made up for.
	insist = .75
	// The bounds of the gain: beyond, the noise of a dark camera shows, or skin turns grey.
	leastGain, mostGain = .85, 1.6
	// settleIn is how fast the gain follows.
	settleIn = 1500 * time.Millisecond
)

// Follow takes the mean luma (16: black, 235: white) of the person and of the background, dt after the last
// call. The first call counts at once.
func (e *Exposure) Follow(person, background float32, dt time.Duration) {
	to := exposureOf(person, background)
	if !e.have {
		e.gain, e.have = to, true
		return
	}
	dt = min(max(dt, 0), time.Second)
	e.gain += (to - e.gain) * float32(1-math.Exp(-dt.Seconds()/settleIn.Seconds()))
}

// Gain is the factor on the person's luma above black.
func (e *Exposure) Gain() float32 {
	if !e.have || e.gain > .99 && e.gain < 1.01 { // what nobody sees costs nothing
		return 1
	}
	return e.gain
}

// Reset forgets what was followed.
func (e *Exposure) Reset() { *e = Exposure{} }

func exposureOf(person, background float32) float32 {
	lit := func(luma float32) float32 { return clamp01((luma - 16) / 219) }
	ratio := lerp(litByNight, litByDay, lit(background)) / max(lit(person), .02)
	switch {
	case ratio > tolerance:
		ratio /= tolerance
	case ratio < 1/tolerance:
		ratio *= tolerance
	default:
		return 1
	}
	return min(max(float32(math.Pow(float64(ratio), insist)), leastGain), mostGain)
}

// Brightness is the canvas's mean luma (16: black, 235: white), from some hundred samples.
func (c Canvas) Brightness() float32 { return sampled(c.Y) }

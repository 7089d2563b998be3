package codec

// clockRate is the RTP clock of video, ticks per second.
const clockRate = 90_000

// clock turns 32-bit RTP timestamps into the strictly increasing 64-bit times that an encoder wants.
type clock struct {
	started bool
	last    uint32 // RTP timestamp of the picture before
	pts     int64  // ticks
	step    int64  // running mean of the distance between pictures, ticks
}

func newClock(maxFPS int) clock { return clock{step: clockRate / int64(maxFPS)} }

// next returns the picture's time and duration in ticks. A timestamp that stands still, goes back or leaps
// more than ten seconds means that the source began anew: the picture then follows at the usual distance.
//
// The duration is the running mean of the distances: libvpx estimates the frame rate from the ends of
// pictures, so a duration that jumped with every jitter of the source would double that jitter.
func (c *clock) next(ts uint32) (pts, duration int64) {
	const leap = 10 * clockRate
	if !c.started {
		c.started, c.last = true, ts
		return c.pts, c.step
	}
	d := int64(int32(ts - c.last))
	c.last = ts
	if d <= 0 || d > leap {
		d = c.step
	} else {
		c.step += (min(d, clockRate) - c.step) / 8
		c.step = max(c.step, 1)
	}
	c.pts += d
	return c.pts, c.step
}

package inference

import "time"

// mediaClock turns the 32-bit RTP timestamps (90 kHz) of one video into a time that never goes back.
type mediaClock struct {
	last    uint32
	now     time.Duration
	started bool
}

const (
	usualStep = time.Second / 30
	maxStep   = 30 * time.Second
)

// advance is the media time of a picture. A source that began anew or paused for long (its timestamps jump)
// goes on one picture later, and jumped says so: what was seen before tells nothing about this picture.
func (c *mediaClock) advance(ts uint32) (now time.Duration, jumped bool) {
	if c.started {
		step := time.Duration(int32(ts-c.last)) * time.Second / 90000
		if step < 0 || step > maxStep {
			step, jumped = usualStep, true
		}
		c.now += step
	}
	c.last, c.started = ts, true
	return c.now, jumped
}

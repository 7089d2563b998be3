package demo

import (
	"iter"
	"time"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

// Units goes through the clip's compressed pictures in the order of the file, each with its time from the
// start. Timestamp is that time in ticks of 90 kHz; Payload is part of the clip and must not be changed.
func (c *Clip) Units() iter.Seq2[time.Duration, frame.Encoded] {
	return func(yield func(time.Duration, frame.Encoded) bool) {
		for _, u := range c.units {
			e := frame.Encoded{Payload: u.payload, Codec: c.Codec, Keyframe: u.keyframe}
			e.Timestamp = uint32(u.at * 90_000 / time.Second)
			if !yield(u.at, e) {
				return
			}
		}
	}
}

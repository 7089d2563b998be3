package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestChangeOfTheViewersCodecKeepsOneStream(t *testing.T) {
	for range 6 { // where a packetiser begins is random
		bubble(t, func(t *testing.T) {
			r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
			r.pub.stream(10)
			other := &viewer{codec: frame.VP9}
			r.line.RemoveSink(r.view)
			r.line.AddSink(other)
			r.pub.stream(10)
			r.line.RemoveSink(other)
			r.line.AddSink(r.view)
			r.pub.stream(10)
			r.finish(t)
			require.GreaterOrEqual(t, len(other.watch(t)), 9)
			packets := r.view.got
			require.GreaterOrEqual(t, len(packets), 19)
			require.Equal(t, uint16(len(packets)+len(other.got)-1),
				packets[len(packets)-1].SequenceNumber-packets[0].SequenceNumber, "one numbering for all")
			require.Zero(t, r.line.Stats().Drops["superseded"])
		})
	}
}

package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/sfu/frame"
)

func TestCameraThatCannotBeDecodedIsNotShownUnfiltered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, frame.VP8, frame.VP8, &invert{}, true)
		r.pub.stream(10)
		r.pub.damage = func(raw []byte) []byte {
			for i := 16; i < len(raw); i++ {
				raw[i] ^= 0xa5
			}
			return raw
		}
		r.pub.stream(240)
		states, reason := r.told()
		require.Equal(t, []State{Active, Failed}, states)
		require.Equal(t, ReasonDecodeFailed, reason)
		r.pub.damage = nil
		r.pub.stream(30)
		r.finish(t)
		for _, p := range r.view.watch(t) {
			require.Greater(t, p.luma, byte(brightGround), "picture %d is filtered", p.timestamp)
		}
		states, _ = r.told()
		require.Equal(t, []State{Active, Failed, Active}, states)
	})
}

package room

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestLittleMotionIsForBothPictures(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, g *rig) {
		still := func(want ...bool) {
			t.Helper()
			for i, w := range want {
				require.Equal(t, w, g.filters[i].look().still, "filter %d", i)
			}
		}
		a, _, pa := g.caller("a")
		b, _, _ := g.caller("b")
		still(false, false)
		require.NoError(t, b.SetReducedMotion(true))
		still(true, true)
		require.NoError(t, a.SetReducedMotion(true))
		require.NoError(t, b.SetReducedMotion(false))
		still(true, true)
		require.NoError(t, a.SetReducedMotion(false))
		still(false, false)

		// A line that begins anew follows it, too.
		require.NoError(t, b.SetReducedMotion(true))
		again := newFakeUp()
		defer again.end()
		pa.h.Camera(again)
		synctest.Wait()
		require.True(t, g.filters[2].look().still)

		b.Leave()
		require.False(t, g.filters[2].look().still, "only who is left counts")
		c, _, _ := g.caller("c")
		require.False(t, g.filters[3].look().still)
		require.NoError(t, c.SetReducedMotion(true))
		require.True(t, g.filters[2].look().still)
	})
}

package codec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClockUnwraps(t *testing.T) {
	c := newClock(30)
	ts := uint32(1<<32 - 7000)
	for i := range 10 {
		pts, d := c.next(ts)
		require.Equal(t, int64(3000*i), pts)
		require.Equal(t, int64(3000), d)
		ts += 3000
	}
}

func TestClockAlwaysGoesForward(t *testing.T) {
	c := newClock(30)
	last := int64(-1)
	for _, ts := range []uint32{5, 5, 4, 1 << 31, 1<<31 + 1, 0, 1<<32 - 1, 1_000_000, 1_000_001, 1_000_001} {
		pts, d := c.next(ts)
		require.Greater(t, pts, last)
		require.Positive(t, d)
		require.LessOrEqual(t, pts-last, int64(10*clockRate))
		last = pts
	}
}

func TestClockFollowsTheFrameRate(t *testing.T) {
	c := newClock(30)
	var d int64
	for i := range 100 {
		_, d = c.next(uint32(6000 * i))
	}
	require.InDelta(t, 6000, d, 10)
}

package scene

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestExposure(t *testing.T) {
	for name, c := range map[string]struct{ person, background, least, most float32 }{
		"usual light, any usual scene": {115, 125, 1, 1},
		"dark person, bright sky":      {55, 190, 1.45, mostGain},
		"dark person, night":           {55, 40, 1, 1.2},
		"bright person, night":         {160, 40, leastGain, .9},
		"nothing to see":               {16, 16, 1, mostGain},
		"white on white":               {235, 235, leastGain, 1},
	} {
		var e Exposure
		require.InDelta(t, 1, e.Gain(), 0)
		e.Follow(c.person, c.background, 0)
		require.GreaterOrEqual(t, e.Gain(), c.least, name)
		require.LessOrEqual(t, e.Gain(), c.most, name)
	}
}

func TestExposureIsSlow(t *testing.T) {
	var e Exposure
	e.Follow(115, 125, 0)
	before := e.Gain()
	for range 60 { // 4 s at 15 Hz
		e.Follow(55, 190, time.Second/15)
		require.Less(t, e.Gain()-before, float32(.05), "it jumps")
		before = e.Gain()
	}
	require.InDelta(t, exposureOf(55, 190), e.Gain(), .05)
	e.Reset()
	require.InDelta(t, 1, e.Gain(), 0)
}

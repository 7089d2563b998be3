package segment

import (
	"math"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

const (
	// units is what one level of luma is in the sums of motion: 3 x 3 samples, four steps a level.
	units = 9 * 4
	// leastNoise and mostNoise bound the noise, in levels of luma over 3 x 3 samples, that is taken for none.
	leastNoise, mostNoise = .7, 4
	// beyond is how far over the noise, in levels, a change is motion without doubt.
	beyond = 3
	// refresh is how fast what a place looked like before goes over to what it looks like now.
	refresh = .3
	// least is the smallest side of a view whose motion is looked at.
	least = 4
)

// motion tells which parts of a video's pictures moved, at the size of the mask: where the mean of 3 x 3
// samples of luma differs by more than the camera's noise from what it was.
type motion struct {
	size   int
	moved  []float32 // 0..1, fading
	before []int16   // in units
	noise  float32   // in levels, of the mean of 3 x 3 samples
	have   bool
	fresh  bool // nothing was seen yet
}

func newMotion(size int) motion {
	return motion{size: size, moved: make([]float32, size*size), before: make([]int16, size*size)}
}

// begin forgets what was before.
func (m *motion) begin(luma tensor.Plane) {
	m.have, m.fresh, m.noise = len(luma.Pix) > 0, true, 1
}

// see compares luma with what was before in the part t, and tells whether it could: from the second picture
// on. keep is what is left of older motion, refresh the share of this picture in what counts as before.
func (m *motion) see(luma tensor.Plane, t tensor.Rect, keep, refresh float32) bool {
	if len(luma.Pix) == 0 || t.W < least || t.H < least {
		m.have = false
		return false
	}
	if !m.have || m.fresh { // the first two pictures: everything moved
		keep, refresh = 0, 1
	}
	level := m.noise * 2.5
	sum := motionOf(m, luma, t, keep, refresh, level*units, 1/float32(beyond*units))
	known := m.have && !m.fresh
	m.have, m.fresh = true, false
	// What moves raises the mean, so the noise rises slowly and falls fast.
	mean := float32(sum) / units / float32((t.W-2)*(t.H-2))
	if !known {
		return known
	}
	if mean > m.noise {
		m.noise += (mean - m.noise) * .05
	} else {
		m.noise += (mean - m.noise) * .3
	}
	m.noise = min(max(m.noise, leastNoise/2.5), mostNoise/2.5)
	return true
}

func pow(base, exponent float32) float32 {
	return float32(math.Pow(float64(base), float64(exponent)))
}

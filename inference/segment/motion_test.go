package segment

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// camera gives lumas with noise; what is at x or beyond has another brightness.
type camera struct {
	r     *rand.Rand
	noise float64
}

func newCamera(noise float64) *camera { return &camera{rand.New(rand.NewPCG(4, 2)), noise} }

func (c *camera) see(size, x int, dark, bright float64) tensor.Plane {
	p := tensor.NewPlane(size, size)
	for i := range p.Pix {
		v := dark
		if i%size >= x {
			v = bright
		}
		p.Pix[i] = byte(v + c.noise*c.r.NormFloat64() + .5)
	}
	return p
}

// TestStillPictureHoldsItsMatte: where nothing moved a trembling mask hardly shows, where something did it
// shows at once, and it settles in the end.
func TestStillPictureHoldsItsMatte(t *testing.T) {
	const size = 64
	v := tensor.Whole(640, 480, size)
	for _, noise := range []float64{0, 2, 4} {
		m, c := NewMatte(size, DefaultSmoothing()), newCamera(noise)
		at := time.Duration(0)
		step := func(value float32, x int) (left, right byte) {
			m.Update(mask(size, value), c.see(size, x, 60, 140), v, at)
			at += frame
			return m.Plane().Row(30)[8], m.Plane().Row(30)[50]
		}
		for range 6 {
			step(.5, 32)
		}
		before, _ := step(.5, 32)
		after, _ := step(.65, 32)
		require.InDelta(t, before, after, 5, "noise %v: nothing moved", noise)
		left, right := step(.65, 60) // what was bright at 50 is dark now
		require.InDelta(t, .65*255, float64(right), 4, "noise %v: moved", noise)
		require.Less(t, left, byte(150), "noise %v: still", noise)
		for range 60 {
			left, _ = step(.65, 60)
		}
		require.InDelta(t, .65*255, float64(left), 4, "noise %v: it settles", noise)
		left, _ = step(.02, 60)
		require.Less(t, left, byte(70), "noise %v: a strong change shows at once", noise)
	}
}

func TestMotionWithoutLumaIsUnknown(t *testing.T) {
	const size = 16
	v := tensor.Whole(64, 64, size)
	m, c := NewMatte(size, DefaultSmoothing()), newCamera(0)
	m.Update(mask(size, .5), c.see(size, 8, 10, 90), v, 0)
	m.Update(mask(size, .56), tensor.Plane{}, v, frame)
	require.Greater(t, m.Plane().Row(3)[3], byte(128+3), "as without any luma")
	tiny := tensor.View{Source: tensor.Rect{W: 64, H: 64}, Target: tensor.Rect{W: 2, H: 2}}
	m.Update(mask(size, .5), c.see(size, 8, 10, 90), tiny, 2*frame)
	m.Update(mask(size, .5), c.see(size, 8, 10, 90), tiny, 3*frame)
}

// scene is a luma plane with a person from x on.
func (c *camera) scene(w, h, x int) tensor.Plane {
	p := tensor.NewPlane(w, h)
	for j := range h {
		for i := range w {
			v := 70.0
			if i >= x && i < x+w/3 && j > h/4 {
				v = 160
			}
			p.Row(j)[i] = byte(v + c.noise*c.r.NormFloat64() + .5)
		}
	}
	return p
}

func TestMovedOutlineBringsTheNextMatteForward(t *testing.T) {
	const size, w, h = 64, 320, 240
	v := tensor.Whole(w, h, size)
	for name, c := range map[string]struct {
		noise float64
		shift int
		want  bool
	}{
		"still":           {0, 0, false},
		"noise":           {4, 0, false},
		"a breath":        {2, 0, false},
		"a step":          {2, 6, true},
		"a step at night": {4, 8, true},
		"a leap":          {2, 90, true},
	} {
		t.Run(name, func(t *testing.T) {
			cam := newCamera(c.noise)
			m := NewMatte(size, DefaultSmoothing())
			person := make([]float32, size*size)
			for i := range person {
				if x := i % size; x >= 100*size/w && x < (100+w/3)*size/w && i/size > size/4 {
					person[i] = 1
				}
			}
			m.Update(person, tensor.Plane{}, v, 0)
			m.Keep(cam.scene(w, h, 100))
			var said []bool
			for range 6 {
				said = append(said, m.Moved(cam.scene(w, h, 100+c.shift)))
			}
			require.Equal(t, []bool{false, false, c.want, false, false, c.want}, said, "one in three at most")
		})
	}
}

func TestMovedNeedsAPictureToCompareWith(t *testing.T) {
	m, cam := NewMatte(16, DefaultSmoothing()), newCamera(0)
	for range 4 {
		require.False(t, m.Moved(cam.scene(64, 48, 5)))
	}
	m.Update(mask(16, 1), tensor.Plane{}, tensor.Whole(64, 48, 16), 0)
	m.Keep(cam.scene(64, 48, 5))
	for range 4 {
		require.False(t, m.Moved(cam.scene(48, 64, 30)), "another shape")
	}
	m.Keep(cam.scene(64, 48, 5))
	m.Reset()
	for range 4 {
		require.False(t, m.Moved(cam.scene(64, 48, 30)))
	}
}

func BenchmarkUpdateWithMotion(b *testing.B) {
	m, in, v := NewMatte(256, DefaultSmoothing()), mask(256, .4), tensor.Whole(640, 480, 256)
	luma := newCamera(2).see(256, 100, 60, 140)
	m.Update(in, luma, v, 0)
	for b.Loop() {
		m.Update(in, luma, v, frame)
	}
}

func BenchmarkMoved(b *testing.B) {
	m, cam := NewMatte(256, DefaultSmoothing()), newCamera(2)
	luma := cam.scene(640, 480, 200)
	m.Update(mask(256, 1), tensor.Plane{}, tensor.Whole(640, 480, 256), 0)
	for b.Loop() {
		m.Keep(luma)
		m.outline.skipped = skips
		m.Moved(luma)
	}
}

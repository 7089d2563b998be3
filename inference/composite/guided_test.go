package composite

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

// shoulder is a picture of a bright person below a slanted outline before a dark room, its exact matte, and
// what a model of 256 x 256 with a coarse view would say.
func shoulder(w, h int, texture bool) (f *frame.Frame, exact, coarse tensor.Plane) {
	f, exact, coarse = frame.New(w, h), tensor.NewPlane(w, h), tensor.NewPlane(256, 256)
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = 60
			if 5*y > 2*h+x {
				exact.Row(y)[x], f.Y[y*f.StrideY+x] = 255, 180
			}
			if texture && x/3%2 == 0 {
				f.Y[y*f.StrideY+x] += 30
			}
		}
	}
	steps := tensor.NewPlane(96, 96) // the model's jaggies
	tensor.Scale(steps, exact, tensor.Box)
	for i, v := range steps.Pix {
		steps.Pix[i] = 255
		if v < 128 {
			steps.Pix[i] = 0
		}
	}
	tensor.Scale(coarse, steps, tensor.Bilinear)
	return f, exact, coarse
}

func compositor(t testing.TB, w, h int) *Compositor {
	t.Helper()
	var c Compositor
	_, err := c.Resize(w, h)
	require.NoError(t, err)
	return &c
}

// off is the mean absolute difference, in levels.
func off(a, b tensor.Plane) float64 {
	sum := 0
	for y := range a.H {
		for x, v := range a.Row(y) {
			d := int(v) - int(b.Row(y)[x])
			sum += max(d, -d)
		}
	}
	return float64(sum) / float64(a.W*a.H)
}

func TestOutlineFollowsTheEdgeOfThePicture(t *testing.T) {
	for _, s := range [][2]int{{640, 480}, {480, 270}, {641, 479}, {1280, 720}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			f, exact, coarse := shoulder(s[0], s[1], false)
			c := compositor(t, s[0], s[1])
			c.SetMatte(coarse, nil, sharp)
			plain := off(c.Alpha(), exact)
			c.SetMatte(coarse, f, sharp)
			require.Less(t, off(c.Alpha(), exact), plain/2)
		})
	}
}

func TestTextureOfTheClothesDoesNotLeakIntoAlpha(t *testing.T) {
	f, exact, coarse := shoulder(640, 480, true)
	c := compositor(t, 640, 480)
	c.SetMatte(coarse, f, sharp)
	far := 30 // pixels from the outline, more than half a step of the model and the filter's window
	for y := range 480 {
		for x, v := range c.Alpha().Row(y) {
			d := y - (2*480+x)/5
			if d > far || d < -far {
				require.Equal(t, exact.Row(y)[x], v, "%d,%d", x, y)
			}
		}
	}
}

// TestMatteStandsWhereLumaTellsNothing: a flat picture, and one full of noise, leave the matte as it is.
func TestMatteStandsWhereLumaTellsNothing(t *testing.T) {
	flat := frame.New(640, 480)
	for i := range flat.Y {
		flat.Y[i] = 100
	}
	c := compositor(t, 640, 480)
	c.SetMatte(disc(256), nil, sharp)
	plain := tensor.NewPlane(640, 480)
	copy(plain.Pix, c.Alpha().Pix)
	for name, f := range map[string]*frame.Frame{"flat": flat, "noise": noise(640, 480, 1)} {
		c.SetMatte(disc(256), f, sharp)
		require.Less(t, off(c.Alpha(), plain), 1.5, name)
	}
}

// TestNoiseDoesNotTrembleInTheOutline: the same picture with a camera's noise gives nearly the same alpha.
func TestNoiseDoesNotTrembleInTheOutline(t *testing.T) {
	clean, _, coarse := shoulder(640, 480, false)
	r := rand.New(rand.NewPCG(1, 2))
	c := compositor(t, 640, 480)
	before := tensor.NewPlane(640, 480)
	changed, edge := 0.0, 0
	for i := range 12 {
		f := frame.New(640, 480)
		f.CopyFrom(clean)
		for i := range f.Y {
			f.Y[i] = byte(float64(f.Y[i]) + r.NormFloat64()*2.5 + .5)
		}
		c.SetMatte(coarse, f, sharp)
		if i > 5 {
			changed += off(c.Alpha(), before)
		}
		copy(before.Pix, c.Alpha().Pix)
	}
	for _, v := range before.Pix {
		if v > 0 && v < 255 {
			edge++
		}
	}
	perEdge := changed / 6 * 640 * 480 / float64(max(edge, 1))
	require.Less(t, perEdge, 8.0, "levels a pixel of the outline")
}

func TestGuidedMatteOfAnySize(t *testing.T) {
	for _, s := range [][2]int{{2, 2}, {3, 3}, {4, 4}, {5, 7}, {97, 131}, {63, 47}, {1080, 1920}, {1920, 1080}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			c, f := compositor(t, s[0], s[1]), noise(s[0], s[1], 1)
			for _, v := range []byte{0, 255} {
				m := tensor.NewPlane(16, 16)
				for i := range m.Pix {
					m.Pix[i] = v
				}
				c.SetMatte(m, f, sharp)
				for _, a := range c.Alpha().Pix {
					require.Equal(t, v, a)
				}
			}
			c.SetMatte(disc(64), f, sharp)
			c.SetBackground(small(8, 8, 1))
			require.NoError(t, c.Over(noise(s[0], s[1], 2), f, Light{Wrap: 1, Gain: 1.2}))
		})
	}
}

func TestGuideOfAnotherSizeIsNotRead(t *testing.T) {
	c := compositor(t, 64, 48)
	c.SetMatte(disc(32), nil, sharp)
	plain := append([]byte(nil), c.Alpha().Pix...)
	c.SetMatte(disc(32), noise(32, 24, 1), sharp)
	require.Equal(t, plain, c.Alpha().Pix)
}

func BenchmarkRefine(b *testing.B) {
	for _, s := range [][2]int{{640, 480}, {1280, 720}} {
		b.Run(fmt.Sprintf("%dp", s[1]), func(b *testing.B) {
			src, m := noise(s[0], s[1], 1), disc(256)
			var c Compositor
			_, err := c.Resize(s[0], s[1])
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				c.SetMatte(m, src, sharp)
			}
		})
	}
}

func BenchmarkOver(b *testing.B) {
	for name, l := range map[string]Light{
		"plain": {}, "tinted": {U: 3, V: -2}, "lit": {U: 3, V: -2, Gain: 1.1}, "wrapped": {Wrap: .4},
	} {
		b.Run(name, func(b *testing.B) {
			src, dst, bg, m := noise(640, 480, 1), noise(640, 480, 2), small(80, 60, 3), disc(256)
			var c Compositor
			_, err := c.Resize(640, 480)
			require.NoError(b, err)
			c.SetBackground(bg)
			c.SetMatte(m, src, sharp)
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Over(dst, src, l)
			}
		})
	}
	b.Run("room", func(b *testing.B) {
		src, bg := noise(640, 480, 1), small(80, 60, 3)
		var c Compositor
		_, err := c.Resize(640, 480)
		require.NoError(b, err)
		for b.Loop() {
			c.SetRoom(src, bg, .7)
		}
	})
}

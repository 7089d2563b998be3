package composite

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

var sharp = Levels{Low: 64, High: 192}

func noise(w, h int, seed uint64) *frame.Frame {
	f := frame.New(w, h)
	r := rand.New(rand.NewPCG(seed, 1))
	for _, p := range [][]byte{f.Y, f.U, f.V} {
		for i := range p {
			p[i] = byte(16 + r.IntN(220))
		}
	}
	return f
}

func small(w, h int, seed uint64) Background {
	r := rand.New(rand.NewPCG(seed, 2))
	plane := func(w, h int) tensor.Plane {
		p := tensor.NewPlane(w, h)
		for i := range p.Pix {
			p.Pix[i] = byte(16 + r.IntN(220))
		}
		return p
	}
	return Background{Y: plane(w, h), U: plane(w, h), V: plane(w, h)}
}

// disc is a soft round matte.
func disc(size int) tensor.Plane {
	m := tensor.NewPlane(size, size)
	for y := range size {
		for x := range size {
			dx, dy := float64(x)-float64(size)/2, float64(y)-float64(size)/2
			m.Pix[y*size+x] = byte(min(max(128+(float64(size*size)/9-dx*dx-dy*dy)/4, 0), 255))
		}
	}
	return m
}

// sample is plain bilinear reading of a plane stretched to w x h. Like libyuv when it enlarges, it lays the
// first and the last samples on one another.
func sample(p tensor.Plane, px, py, w, h int) float64 {
	x, y := float64(px)*float64(p.W-1)/float64(w-1), float64(py)*float64(p.H-1)/float64(h-1)
	i, j := int(x), int(y)
	i1, j1 := min(i+1, p.W-1), min(j+1, p.H-1)
	fx, fy := x-float64(i), y-float64(j)
	top := float64(p.Row(j)[i])*(1-fx) + float64(p.Row(j)[i1])*fx
	low := float64(p.Row(j1)[i])*(1-fx) + float64(p.Row(j1)[i1])*fx
	return top*(1-fy) + low*fy
}

// naive composites one plane sample by sample.
func naive(src, back, matte tensor.Plane, w, h, step int, l Levels) []float64 {
	out := make([]float64, src.W*src.H)
	alpha := func(x, y int) float64 {
		x, y = min(x, w-1), min(y, h-1)
		a := sample(matte, x, y, w, h)
		return min(max((a-float64(l.Low))/(float64(l.High)-float64(l.Low)), 0), 1)
	}
	for y := range src.H {
		for x := range src.W {
			a := alpha(x, y)
			if step == 2 {
				a = (alpha(2*x, 2*y) + alpha(2*x+1, 2*y) + alpha(2*x, 2*y+1) + alpha(2*x+1, 2*y+1)) / 4
			}
			b := sample(back, x, y, src.W, src.H)
			out[y*src.W+x] = a*float64(src.Row(y)[x]) + (1-a)*b
		}
	}
	return out
}

func TestOverMatchesTheNaiveReference(t *testing.T) {
	for _, s := range [][2]int{{640, 360}, {481, 361}, {640, 241}, {335, 250}, {199, 149}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			src, dst, bg, m := noise(s[0], s[1], 1), noise(s[0], s[1], 2), small(80, 60, 3), disc(72)
			var c Compositor
			_, err := c.Resize(s[0], s[1])
			require.NoError(t, err)
			c.SetBackground(bg)
			c.SetMatte(m, nil, sharp)
			require.NoError(t, c.Over(dst, src, Light{}))
			cw, ch := src.ChromaWidth(), src.ChromaHeight()
			compare(t, naive(tensor.PlaneOf(src.Y, src.StrideY, s[0], s[1]), bg.Y, m, s[0], s[1], 1, sharp),
				tensor.PlaneOf(dst.Y, dst.StrideY, s[0], s[1]))
			compare(t, naive(tensor.PlaneOf(src.U, src.StrideUV, cw, ch), bg.U, m, s[0], s[1], 2, sharp),
				tensor.PlaneOf(dst.U, dst.StrideUV, cw, ch))
			compare(t, naive(tensor.PlaneOf(src.V, src.StrideUV, cw, ch), bg.V, m, s[0], s[1], 2, sharp),
				tensor.PlaneOf(dst.V, dst.StrideUV, cw, ch))
		})
	}
}

// compare allows for libyuv's 16.16 sample places and 8-bit weights.
func compare(t *testing.T, want []float64, got tensor.Plane) {
	t.Helper()
	var sum, worst float64
	for y := range got.H {
		for x, g := range got.Row(y) {
			d := want[y*got.W+x] - float64(g)
			sum += d * d
			worst = max(worst, d, -d)
		}
	}
	require.Less(t, sum/float64(got.W*got.H), 2.0, "mean square")
	require.Less(t, worst, 12.0)
}

func TestOverKeepsThePersonExactly(t *testing.T) {
	src, dst := noise(63, 41, 1), noise(63, 41, 2)
	var c Compositor
	_, err := c.Resize(63, 41)
	require.NoError(t, err)
	m := tensor.NewPlane(16, 16)
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	c.SetBackground(small(8, 8, 1))
	c.SetMatte(m, nil, sharp)
	require.NoError(t, c.Over(dst, src, Light{}))
	for y := range 41 {
		require.Equal(t, src.Y[y*src.StrideY:][:63], dst.Y[y*dst.StrideY:][:63])
	}
	for y := range 21 {
		require.Equal(t, src.U[y*src.StrideUV:][:32], dst.U[y*dst.StrideUV:][:32])
	}
	require.NoError(t, c.Over(dst, src, Light{U: 5, V: -40}))
	require.Equal(t, src.U[3]+5, dst.U[3])
	for i, v := range src.V[:32] {
		require.Equal(t, byte(max(int(v)-40, 0)), dst.V[i])
	}
}

func TestSizes(t *testing.T) {
	var c Compositor
	require.ErrorIs(t, c.Over(noise(8, 8, 1), noise(8, 8, 1), Light{}), ErrSize)
	resized, err := c.Resize(16, 8)
	require.NoError(t, err)
	require.True(t, resized)
	resized, err = c.Resize(16, 8)
	require.NoError(t, err)
	require.False(t, resized)
	require.ErrorIs(t, c.Over(noise(16, 8, 1), noise(8, 8, 1), Light{}), ErrSize)
	_, err = c.Resize(0, 4)
	require.ErrorIs(t, err, ErrSize)
}

func TestOverAllocatesNothing(t *testing.T) {
	src, dst, bg, m := noise(320, 240, 1), noise(320, 240, 2), small(80, 60, 3), disc(64)
	var c Compositor
	_, err := c.Resize(320, 240)
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		c.SetBackground(bg)
		c.SetMatte(m, nil, sharp)
		_ = c.Over(dst, src, Light{U: 1})
	}))
}

func BenchmarkComposite(b *testing.B) {
	for _, s := range [][2]int{{640, 480}, {1280, 720}} {
		b.Run(fmt.Sprintf("%dp", s[1]), func(b *testing.B) {
			src, dst, bg, m := noise(s[0], s[1], 1), noise(s[0], s[1], 2), small(80, 60, 3), disc(256)
			var c Compositor
			_, err := c.Resize(s[0], s[1])
			require.NoError(b, err)
			c.SetBackground(bg)
			b.ReportAllocs()
			for b.Loop() {
				c.SetMatte(m, nil, sharp)
				_ = c.Over(dst, src, Light{U: 3, V: -2})
			}
		})
		b.Run(fmt.Sprintf("%dp_moving", s[1]), func(b *testing.B) {
			src, dst, bg, m := noise(s[0], s[1], 1), noise(s[0], s[1], 2), small(80, 60, 3), disc(256)
			var c Compositor
			_, err := c.Resize(s[0], s[1])
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				c.SetBackground(bg)
				c.SetMatte(m, nil, sharp)
				_ = c.Over(dst, src, Light{U: 3, V: -2})
			}
		})
	}
}

// TestNothingOfTheRoomAtTheEdges: a person at one side of an odd picture must not let the room through at the
// other one.
func TestNothingOfTheRoomAtTheEdges(t *testing.T) {
	for _, s := range [][2]int{{64, 48}, {63, 48}, {63, 47}, {64, 47}, {3, 3}, {641, 361}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			src, dst := frame.New(s[0], s[1]), frame.New(s[0], s[1])
			for _, p := range [][]byte{src.Y, src.U, src.V} {
				for i := range p {
					p[i] = 240 // the room
				}
			}
			bg := Background{Y: tensor.NewPlane(2, 2), U: tensor.NewPlane(2, 2), V: tensor.NewPlane(2, 2)}
			m := tensor.NewPlane(s[0], s[1])
			for y := range m.H {
				m.Row(y)[0] = 255
			}
			var c Compositor
			_, err := c.Resize(s[0], s[1])
			require.NoError(t, err)
			c.SetBackground(bg)
			c.SetMatte(m, nil, sharp)
			require.NoError(t, c.Over(dst, src, Light{}))
			for y := range dst.Height {
				require.Zero(t, dst.Y[y*dst.StrideY+dst.Width-1], "row %d", y)
			}
			for y := range dst.ChromaHeight() {
				last := y*dst.StrideUV + dst.ChromaWidth() - 1
				require.Zero(t, dst.U[last], "row %d", y)
				require.Zero(t, dst.V[last], "row %d", y)
			}
		})
	}
}

func TestLevelsOfAnyWidth(t *testing.T) {
	for low := range 255 {
		for high := low + 1; high < 256; high++ {
			p := tensor.NewPlane(3, 1)
			p.Pix[0], p.Pix[1], p.Pix[2] = byte(low), byte((low+high)/2), byte(high)
			sharpen(p, Levels{Low: byte(low), High: byte(high)})
			require.Zero(t, p.Pix[0], "%d..%d", low, high)
			want := 255 * float64((low+high)/2-low) / float64(high-low)
			require.InDelta(t, want, float64(p.Pix[1]), 1.6, "%d..%d", low, high)
			require.InDelta(t, 255, float64(p.Pix[2]), 1, "%d..%d", low, high)
		}
	}
}

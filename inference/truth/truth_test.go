package truth

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

func shoot(t testing.TB, o Options, i int) (*Clip, *frame.Frame, tensor.Plane) {
	t.Helper()
	c, err := New(o)
	require.NoError(t, err)
	o = c.Options()
	f, m := frame.New(o.Width, o.Height), tensor.NewPlane(o.Width, o.Height)
	require.NoError(t, c.Frame(i, f, m))
	return c, f, m
}

func share(m tensor.Plane) float64 {
	sum := 0
	for _, v := range m.Pix {
		sum += int(v)
	}
	return float64(sum) / 255 / float64(len(m.Pix))
}

func TestTheSameOptionsGiveTheSameSamples(t *testing.T) {
	for _, room := range []Room{Light, Dark, Busy} {
		_, a, ma := shoot(t, Options{Room: room, Hand: true, Seed: 7}, 20)
		_, b, mb := shoot(t, Options{Room: room, Hand: true, Seed: 7}, 20)
		require.Equal(t, a.Y, b.Y)
		require.Equal(t, a.U, b.U)
		require.Equal(t, ma.Pix, mb.Pix)
		_, other, _ := shoot(t, Options{Room: room, Hand: true, Seed: 8}, 20)
		require.NotEqual(t, a.Y, other.Y)
	}
}

func TestNumberIsReadBack(t *testing.T) {
	for _, s := range [][2]int{{640, 480}, {1280, 720}, {320, 240}, {641, 361}} {
		for _, room := range []Room{Light, Dark, Busy} {
			for _, i := range []int{0, 1, 2, 77, 1000, Numbers - 1, Numbers + 3} {
				_, f, m := shoot(t, Options{Width: s[0], Height: s[1], Room: room}, i)
				n, ok := Number(f)
				require.True(t, ok)
				require.Equal(t, i%Numbers, n)
				require.Equal(t, uint32(i*3000), f.Timestamp)
				require.Zero(t, m.Row(s[1] / 60)[s[0]/40], "the number is no person")
			}
		}
	}
}

func TestNumberIsNotInventedOrMisread(t *testing.T) {
	_, f, _ := shoot(t, Options{}, 1234)
	side := f.Width / perWidth
	for k := range blocks {
		spoilt := frame.New(f.Width, f.Height)
		spoilt.CopyFrom(f)
		for y := range 3 * side {
			for x := (numberTop + k) * side; x < (numberTop+k+1)*side; x++ {
				spoilt.Y[y*f.StrideY+x] = 255 - f.Y[y*f.StrideY+x]
			}
		}
		n, ok := Number(spoilt)
		require.False(t, ok && n == 1234 && k > 1, "block %d", k)
		require.False(t, ok, "block %d", k)
	}
	_, ok := Number(frame.New(640, 480))
	require.False(t, ok)
	_, ok = Number(frame.New(8, 8))
	require.False(t, ok)
}

func TestMatteIsExact(t *testing.T) {
	// Without noise a frame is the person by the matte's share, and the room by the rest: two rooms that are
	// lit alike tell the share apart from the picture.
	_, light, m := shoot(t, Options{Room: Light, Noise: -1, Hand: true}, 22)
	_, busy, other := shoot(t, Options{Room: Busy, Noise: -1, Hand: true}, 22)
	require.Equal(t, m.Pix, other.Pix)
	inner, outer := 0, 0
	for i, a := range m.Pix {
		switch a {
		case 255:
			inner++
			require.InDelta(t, light.Y[i], busy.Y[i], 1)
		case 0:
			outer++
		}
	}
	require.Greater(t, inner, len(m.Pix)/5)
	require.Greater(t, outer, len(m.Pix)/4)
}

func TestPersonMovesAndStands(t *testing.T) {
	c, _, _ := shoot(t, Options{}, 0)
	moves, stands := 0, 0
	for i := range 240 {
		if c.Moves(i) {
			moves++
		} else {
			stands++
		}
		a, b := c.pose(i), c.pose(i+1)
		require.Less(t, math.Hypot(a.x-b.x, a.y-b.y), 8.0, "frame %d: no jump", i)
		require.Less(t, math.Abs(a.turn-b.turn), .03, "frame %d", i)
		require.Less(t, math.Abs(a.scale-b.scale), .01, "frame %d", i)
	}
	require.Greater(t, moves, 100)
	require.Greater(t, stands, 80)
	still, _, _ := shoot(t, Options{Still: true}, 0)
	for i := range 240 {
		require.False(t, still.Moves(i))
	}
}

func TestHandComesAndGoesQuickly(t *testing.T) {
	c, _, _ := shoot(t, Options{Hand: true, Noise: -1}, 0)
	f, m := frame.New(640, 480), tensor.NewPlane(640, 480)
	var shown []bool
	var shares []float64
	for i := range 45 {
		require.NoError(t, c.Frame(i, f, m))
		shown, shares = append(shown, c.HandShown(i)), append(shares, share(m))
	}
	require.False(t, shown[14])
	require.True(t, shown[20])
	require.False(t, shown[44])
	require.Greater(t, shares[25], shares[10]+.01)
	first, full := 0, 0
	for i, s := range shown {
		if s && first == 0 {
			first = i
		}
		if full == 0 && c.handRise(i) == 1 {
			full = i
		}
	}
	require.LessOrEqual(t, full-first, 3, "frames until it is up")
}

func TestNoiseHasTheChosenStrength(t *testing.T) {
	for _, want := range []float64{2.5, 6} {
		_, clean, _ := shoot(t, Options{Noise: -1}, 3)
		_, noisy, _ := shoot(t, Options{Noise: want}, 3)
		_, later, _ := shoot(t, Options{Noise: want}, 4)
		sum, n, same := 0.0, 0, 0
		for i := 200 * 640; i < 300*640; i++ {
			d := float64(noisy.Y[i]) - float64(clean.Y[i])
			sum += d * d
			n++
			if noisy.Y[i] == later.Y[i] {
				same++
			}
		}
		require.InEpsilon(t, want, math.Sqrt(sum/float64(n)), .05)
		require.Less(t, same, n/3, "each frame has noise of its own")
	}
}

func TestSizesAndPlaces(t *testing.T) {
	_, _, whole := shoot(t, Options{}, 0)
	_, _, small := shoot(t, Options{Size: .4}, 0)
	require.InDelta(t, .25, share(small)/share(whole), .08, "half as tall and half as wide")
	_, _, left := shoot(t, Options{Left: .2}, 0)
	require.NotEqual(t, whole.Pix, left.Pix)
	for _, s := range [][2]int{{2, 2}, {3, 3}, {97, 131}, {1080, 1920}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			shoot(t, Options{Width: s[0], Height: s[1], Hand: true}, 20)
		})
	}
	_, err := New(Options{Width: 1, Height: 1})
	require.ErrorIs(t, err, ErrSize)
	c, err := New(Options{})
	require.NoError(t, err)
	require.ErrorIs(t, c.Frame(0, frame.New(320, 240), tensor.Plane{}), ErrSize)
	require.ErrorIs(t, c.Frame(0, frame.New(640, 480), tensor.NewPlane(8, 8)), ErrSize)
	require.NoError(t, c.Frame(0, frame.New(640, 480), tensor.Plane{}))
}

func BenchmarkFrame(b *testing.B) {
	c, f, m := shoot(b, Options{}, 0)
	for i := 0; b.Loop(); i++ {
		require.NoError(b, c.Frame(i, f, m))
	}
}

// TestTheNumberIsNoPerson: where the number stands before the person's head, no person is to be seen.
func TestTheNumberIsNoPerson(t *testing.T) {
	_, f, m := shoot(t, Options{Size: 1.1, Left: .4, Noise: -1}, 5)
	_, other, _ := shoot(t, Options{Size: .1, Left: -.4, Noise: -1}, 5)
	covered := 0
	for k := range blocks {
		x0, y0, x1, y1 := block(k, f.Width)
		for y := y0; y < y1; y++ {
			require.Equal(t, other.Y[y*f.StrideY+x0:y*f.StrideY+x1], f.Y[y*f.StrideY+x0:y*f.StrideY+x1])
			for x := x0; x < x1; x++ {
				require.Zero(t, m.Row(y)[x], "(%d, %d) shows the number", x, y)
			}
		}
		if m.Row(y1 + 8)[x0] == 255 {
			covered++
		}
	}
	require.Positive(t, covered, "there is a person behind it")
}

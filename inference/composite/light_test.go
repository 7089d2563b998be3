package composite

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
	"github.com/pp-enter/pp-enter/sfu/frame"
)

func plain(w, h int, y, u, v byte) *frame.Frame {
	f := frame.New(w, h)
	for i := range f.Y {
		f.Y[i] = y
	}
	for i := range f.U {
		f.U[i], f.V[i] = u, v
	}
	return f
}

func backgroundOf(y, u, v byte) Background {
	f := plain(8, 8, y, u, v)
	return Background{
		Y: tensor.PlaneOf(f.Y, 8, 8, 8), U: tensor.PlaneOf(f.U, 4, 4, 4), V: tensor.PlaneOf(f.V, 4, 4, 4),
	}
}

// TestLightWrapsTheOutlineOnly: the background shines in at the outline, less the farther inside, and not at
// all in the middle or where the person leaves the picture.
func TestLightWrapsTheOutlineOnly(t *testing.T) {
	const w, h = 320, 240
	m := tensor.NewPlane(32, 24)
	for y := 8; y < 24; y++ { // the lower two thirds
		for x := range 32 {
			m.Row(y)[x] = 255
		}
	}
	src, dst := plain(w, h, 50, 128, 128), frame.New(w, h)
	c := compositor(t, w, h)
	c.SetBackground(backgroundOf(200, 128, 128))
	c.SetMatte(m, src, sharp)
	at := func(wrap float32, y int) int {
		require.NoError(t, c.Over(dst, src, Light{Wrap: wrap}))
		return int(dst.Y[y*dst.StrideY+w/2])
	}
	require.Equal(t, 50, at(0, 100))
	outline := at(1, 90)
	require.Greater(t, outline, 75)
	require.LessOrEqual(t, outline, 130, "at most half of it")
	require.Greater(t, at(.5, 90), 60)
	require.Less(t, at(.5, 90), outline)
	require.Less(t, at(1, 98), outline)
	require.Equal(t, 50, at(1, 130), "inside")
	require.Equal(t, 50, at(1, h-1), "at the frame's border")
	require.Equal(t, 200, at(1, 40), "the background")
	require.Equal(t, outline, at(1, 90), "again is not more")
}

func TestGainLightsThePerson(t *testing.T) {
	src, dst := plain(64, 48, 116, 128, 128), frame.New(64, 48)
	src.Y[0], src.Y[1], src.Y[2], src.Y[3] = 16, 10, 230, 250
	c := compositor(t, 64, 48)
	m := tensor.NewPlane(4, 4)
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	c.SetBackground(backgroundOf(40, 100, 100))
	c.SetMatte(m, src, sharp)
	for _, l := range []struct {
		gain float32
		want int
	}{{0, 116}, {1, 116}, {1.5, 166}, {.5, 66}} {
		require.NoError(t, c.Over(dst, src, Light{Gain: l.gain}))
		require.InDelta(t, l.want, dst.Y[10*dst.StrideY+10], 1)
	}
	require.NoError(t, c.Over(dst, src, Light{Gain: 1.5}))
	require.Equal(t, []byte{16, 16, 235, 250}, dst.Y[:4], "black stays, white is not overrun")
}

func TestRoomInTheLightOfAScene(t *testing.T) {
	src, dst := noise(64, 48, 1), frame.New(64, 48)
	c := compositor(t, 64, 48)
	show := func(bg Background, amount float32) {
		c.SetRoom(src, bg, amount)
		c.SetMatte(tensor.NewPlane(4, 4), src, sharp)
		require.NoError(t, c.Over(dst, src, Light{}))
	}
	mean := func(p []byte) float64 {
		sum := 0
		for _, v := range p {
			sum += int(v)
		}
		return float64(sum) / float64(len(p))
	}
	show(backgroundOf(60, 90, 200), 0)
	require.Equal(t, src.Y, dst.Y, "no light, no change")
	require.Equal(t, src.U, dst.U)
	show(backgroundOf(40, 90, 200), 1)
	dark, red := mean(dst.Y), mean(dst.V)
	show(backgroundOf(220, 90, 200), 1)
	bright := mean(dst.Y)
	require.Less(t, dark, .6*mean(src.Y))
	require.Greater(t, bright, 1.5*dark)
	require.Greater(t, red, mean(src.V)+30)
	show(backgroundOf(40, 90, 200), .5)
	require.Greater(t, mean(dst.Y), dark)
	require.Less(t, mean(dst.V), red)

	for _, p := range [][]byte{src.Y, src.U, src.V} {
		for i := range p {
			p[i] = 255
		}
	}
	show(backgroundOf(255, 255, 255), .5) // nothing wraps around
	require.Greater(t, mean(dst.Y), 200.0)
	before := append([]byte(nil), dst.Y...)
	c.SetRoom(noise(32, 24, 1), backgroundOf(20, 90, 200), 1)
	require.NoError(t, c.Over(dst, src, Light{}))
	require.Equal(t, before, dst.Y, "a room of another size changes nothing")
}

func TestLightAllocatesNothing(t *testing.T) {
	src, dst, m, bg := noise(320, 240, 1), noise(320, 240, 2), disc(64), small(80, 60, 3)
	c := compositor(t, 320, 240)
	c.SetRoom(src, bg, .5)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		c.SetRoom(src, bg, .5)
		c.SetMatte(m, src, sharp)
		_ = c.Over(dst, src, Light{U: 1, Gain: 1.1, Wrap: .3})
	}))
}

func TestPersonLuma(t *testing.T) {
	var c Compositor
	_, err := c.Resize(64, 48)
	require.NoError(t, err)
	src := frame.New(64, 48)
	for y := range 48 {
		for x := range 64 {
			src.Y[y*src.StrideY+x] = 40
			if x >= 32 {
				src.Y[y*src.StrideY+x] = 180
			}
		}
	}
	_, ok := c.PersonLuma(src)
	require.False(t, ok, "nobody is there yet")
	matte := tensor.NewPlane(64, 48)
	for y := range 48 {
		for x := 32; x < 64; x++ {
			matte.Row(y)[x] = 255
		}
	}
	c.SetMatte(matte, nil, Levels{High: 255})
	mean, ok := c.PersonLuma(src)
	require.True(t, ok)
	require.InDelta(t, 180, mean, .01)
	_, ok = c.PersonLuma(frame.New(32, 32))
	require.False(t, ok)
}

package segment

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

// put draws a rectangle of the mask's value v.
func put(mask []float32, x0, y0, x1, y1 int, v float32) {
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			mask[y*256+x] = v
		}
	}
}

func TestHalfThingsApartFade(t *testing.T) {
	m, in, v := NewMatte(256, DefaultSmoothing()), make([]float32, 256*256), tensor.Whole(256, 256, 256)
	put(in, 100, 80, 180, 256, 1)   // the person
	put(in, 180, 200, 230, 240, .5) // a sleeve that the model is not sure of
	put(in, 10, 180, 60, 250, .5)   // a lamp
	put(in, 20, 200, 30, 210, 1)    // its brightest spot
	at := func(x, y int) byte { return m.Plane().Row(y)[x] }
	show := func(n int) {
		for range n {
			m.Update(in, tensor.Plane{}, v, m.at+time.Second/30)
		}
	}
	show(40)
	require.Equal(t, byte(255), at(140, 200))
	require.InDelta(t, 128, at(210, 220), 1, "what hangs on the person is the person's")
	require.Less(t, at(40, 220), byte(5))
	require.Less(t, at(25, 205), byte(5))
	put(in, 10, 20, 50, 60, 1) // a hand
	show(1)
	require.Equal(t, byte(255), at(30, 40), "a hand is there at once")
	put(in, 10, 180, 60, 250, 1) // and before the lamp
	show(1)
	require.Equal(t, byte(255), at(40, 220))
}

func TestOneHalfPersonStays(t *testing.T) {
	m, in, v := NewMatte(256, DefaultSmoothing()), make([]float32, 256*256), tensor.Whole(256, 256, 256)
	put(in, 100, 80, 180, 256, .5)
	for range 40 {
		m.Update(in, tensor.Plane{}, v, m.at+time.Second/30)
	}
	require.InDelta(t, 128, m.Plane().Row(200)[140], 1)
}

func BenchmarkIslands(b *testing.B) {
	s, in := newIslands(), make([]float32, 256*256)
	put(in, 100, 80, 180, 256, 1)
	put(in, 10, 180, 60, 250, .5)
	p := tensor.NewPlane(256, 256)
	quantise(p.Pix, in)
	for b.Loop() {
		s.sink(p)
	}
}

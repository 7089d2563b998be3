package segment

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/tensor"
)

const frame = time.Second / 30

func mask(size int, v float32) []float32 {
	m := make([]float32, size*size)
	for i := range m {
		m[i] = v
	}
	return m
}

func TestNoiseIsSmoothedAndMotionIsNot(t *testing.T) {
	const size = 16
	v := tensor.Whole(64, 64, size)
	for _, c := range []struct {
		name     string
		from, to float32
		least    float64
		most     float64
	}{
		{"noise", .5, .56, 128 + 3, 128 + 10},
		{"noise down", .5, .44, 128 - 10, 128 - 3},
		{"motion", .1, .9, 229, 230},
		{"motion down", .9, .1, 25, 26},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := NewMatte(size, DefaultSmoothing())
			m.Update(mask(size, c.from), tensor.Plane{}, v, 0)
			m.Update(mask(size, c.to), tensor.Plane{}, v, frame)
			got := float64(m.Plane().Row(3)[3])
			require.GreaterOrEqual(t, got, c.least)
			require.LessOrEqual(t, got, c.most)
		})
	}
}

func TestMatteConverges(t *testing.T) {
	const size = 8
	v := tensor.Whole(64, 64, size)
	m := NewMatte(size, DefaultSmoothing())
	m.Update(mask(size, .2), tensor.Plane{}, v, 0)
	for k := range 12 {
		m.Update(mask(size, .3), tensor.Plane{}, v, time.Duration(k+1)*frame)
	}
	require.InDelta(t, .3*255, float64(m.Plane().Row(0)[0]), 1)
}

func TestOldOrForeignMatteIsForgotten(t *testing.T) {
	const size = 8
	v, other := tensor.Whole(64, 64, size), tensor.Whole(64, 36, size)
	for name, second := range map[string]struct {
		view tensor.View
		at   time.Duration
	}{"old": {v, time.Second}, "other size": {other, frame}, "time went back": {v, -frame}} {
		t.Run(name, func(t *testing.T) {
			m := NewMatte(size, DefaultSmoothing())
			m.Update(mask(size, .5), tensor.Plane{}, v, 0)
			m.Update(mask(size, .6), tensor.Plane{}, second.view, second.at)
			require.Equal(t, byte(153), m.Plane().Row(0)[0])
		})
	}
}

func TestAge(t *testing.T) {
	v, other := tensor.Whole(64, 64, 8), tensor.Whole(64, 36, 8)
	m := NewMatte(8, DefaultSmoothing())
	_, ok := m.Age(v, 0)
	require.False(t, ok)
	m.Update(mask(8, 1), tensor.Plane{}, v, time.Second)
	age, ok := m.Age(v, 2*time.Second)
	require.True(t, ok)
	require.Equal(t, time.Second, age)
	_, ok = m.Age(other, 2*time.Second)
	require.False(t, ok)
	m.Reset()
	_, ok = m.Age(v, 0)
	require.False(t, ok)
}

func TestPlaneCutsTheBarsOff(t *testing.T) {
	const size = 32
	v := tensor.Whole(320, 100, size)
	in := mask(size, 0)
	for y := v.Target.Y; y < size; y++ {
		for x := range size {
			in[y*size+x] = 1
		}
	}
	m := NewMatte(size, DefaultSmoothing())
	m.Update(in, tensor.Plane{}, v, 0)
	p := m.Plane()
	require.Equal(t, v.Target.H, p.H)
	for y := range p.H {
		for _, a := range p.Row(y) {
			require.Equal(t, byte(255), a)
		}
	}
}

func TestMaskOutsideItsRangeIsHeld(t *testing.T) {
	v := tensor.Whole(64, 64, 8)
	m := NewMatte(8, DefaultSmoothing())
	m.Update(mask(8, 1.5), tensor.Plane{}, v, 0)
	require.Equal(t, byte(255), m.Plane().Row(0)[0])
	m.Update(mask(8, -3), tensor.Plane{}, v, frame)
	require.Equal(t, byte(0), m.Plane().Row(0)[0])
}

func BenchmarkUpdate(b *testing.B) {
	m, in, v := NewMatte(256, DefaultSmoothing()), mask(256, .4), tensor.Whole(640, 480, 256)
	m.Update(in, tensor.Plane{}, v, 0)
	b.ReportAllocs()
	for b.Loop() {
		m.Update(in, tensor.Plane{}, v, frame)
	}
}

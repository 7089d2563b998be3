package eval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pp-enter/pp-enter/inference/eval"
	"github.com/pp-enter/pp-enter/inference/tensor"
)

// box is a w x h matte with a person in the rectangle.
func box(w, h, x0, y0, x1, y1 int) tensor.Plane {
	p := tensor.NewPlane(w, h)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			p.Pix[y*p.Stride+x] = 255
		}
	}
	return p
}

func TestIoU(t *testing.T) {
	for name, c := range map[string]struct {
		got, want tensor.Plane
		iou       float64
	}{
		"same":          {box(20, 10, 2, 2, 8, 8), box(20, 10, 2, 2, 8, 8), 1},
		"nobody":        {box(20, 10, 0, 0, 0, 0), box(20, 10, 0, 0, 0, 0), 1},
		"missed":        {box(20, 10, 0, 0, 0, 0), box(20, 10, 2, 2, 8, 8), 0},
		"apart":         {box(20, 10, 0, 0, 5, 5), box(20, 10, 10, 0, 15, 5), 0},
		"half too much": {box(20, 10, 0, 0, 10, 10), box(20, 10, 0, 0, 5, 10), .5},
		"a third":       {box(20, 10, 0, 0, 10, 10), box(20, 10, 5, 0, 15, 10), 1. / 3},
	} {
		require.InDelta(t, c.iou, eval.IoU(c.got, c.want), 1e-9, name)
		require.InDelta(t, c.iou, eval.IoU(c.want, c.got), 1e-9, name)
	}
	edge := tensor.Plane{Pix: []byte{127, 128}, Stride: 2, W: 2, H: 1}
	require.InDelta(t, 1, eval.IoU(edge, tensor.Plane{Pix: []byte{0, 255}, Stride: 2, W: 2, H: 1}), 0)
	inner := box(40, 30, 10, 10, 20, 20).Crop(tensor.Rect{X: 5, Y: 5, W: 20, H: 20}) // rows further apart
	require.InDelta(t, 1, eval.IoU(inner, box(20, 20, 5, 5, 15, 15)), 0)
	require.Panics(t, func() { eval.IoU(box(20, 10, 0, 0, 1, 1), box(10, 20, 0, 0, 1, 1)) })
}

func TestBoundaryF(t *testing.T) {
	truth := box(100, 80, 30, 20, 70, 60)
	require.InDelta(t, 1, eval.BoundaryF(truth, truth, 0), 0)
	require.InDelta(t, 1, eval.BoundaryF(box(100, 80, 32, 20, 72, 60), truth, 2), 0, "two pixels aside")
	require.Less(t, eval.BoundaryF(box(100, 80, 32, 20, 72, 60), truth, 1), .6)
	require.InDelta(t, 0, eval.BoundaryF(box(100, 80, 0, 0, 0, 0), truth, 2), 0)
	require.InDelta(t, 1, eval.BoundaryF(box(9, 9, 0, 0, 0, 0), box(9, 9, 0, 0, 9, 9), 1), 0,
		"neither has an outline")

	// A second person of the same outline length: all of truth's outline is found, half of what is found is
	// wrong.
	two := box(200, 80, 30, 20, 70, 60)
	for y := 20; y < 60; y++ {
		copy(two.Row(y)[130:170], two.Row(y)[30:70])
	}
	one := box(200, 80, 30, 20, 70, 60)
	require.InDelta(t, 2*.5*1/1.5, eval.BoundaryF(two, one, 1), 1e-9)
	require.InDelta(t, 2*.5*1/1.5, eval.BoundaryF(one, two, 1), 1e-9)

	require.Equal(t, 7, eval.Tolerance(640, 480))
	require.Equal(t, 1, eval.Tolerance(1, 1))
}

// scenery is luma with a gradient and, from x on, a bright bar.
func scenery(x int) tensor.Plane {
	p := tensor.NewPlane(64, 48)
	for y := range p.H {
		for i := range p.Row(y) {
			p.Row(y)[i] = byte(60 + i + y)
			if i >= x && i < x+6 {
				p.Row(y)[i] = 230
			}
		}
	}
	return p
}

func TestFlickerOfAStillPicture(t *testing.T) {
	var f eval.Flicker
	require.Zero(t, f.Share())
	luma := scenery(100)
	f.Add(luma, box(64, 48, 10, 10, 30, 40))
	require.Zero(t, f.Share())
	require.Zero(t, f.Still())
	f.Add(luma, box(64, 48, 10, 10, 31, 40)) // one column of 30 pixels more
	want := 30. / (64 * 48)
	require.InDelta(t, want, f.Share(), 1e-9)
	require.InDelta(t, want, f.Changed(), 1e-9)
	require.InDelta(t, 1, f.Unexplained(), 0)
	require.InDelta(t, 1, f.Still(), 0)
	f.Add(luma, box(64, 48, 10, 10, 31, 40))
	require.InDelta(t, want/2, f.Share(), 1e-9, "a calm picture more")
}

func TestFlickerForgivesMotion(t *testing.T) {
	var f eval.Flicker
	for i := range 10 { // the bar moves, and the matte with it
		f.Add(scenery(20+i), box(64, 48, 20+i, 0, 26+i, 48))
	}
	require.Zero(t, f.Share())
	require.Zero(t, f.Unexplained())
	require.Greater(t, f.Changed(), 0.02)
	require.Less(t, f.Still(), .9)
}

func TestFlickerSeesThroughNoise(t *testing.T) {
	var f eval.Flicker
	seed := uint32(1)
	for i := range 12 {
		luma := scenery(100)
		for j := range luma.Pix { // -12..12, evenly spread
			seed = seed*1664525 + 1013904223
			luma.Pix[j] = byte(int(luma.Pix[j]) + int(seed>>24)%25 - 12)
		}
		f.Add(luma, box(64, 48, 10, 10, 30+i%2, 40))
	}
	require.Greater(t, f.Still(), .8, "a noisy picture is not one in motion")
	require.Greater(t, f.Share(), .005)
}

func TestFlickerOfLargerPictures(t *testing.T) {
	var f eval.Flicker
	large := tensor.NewPlane(256, 192)
	for _, wide := range []int{30, 31} {
		f.Add(large, box(64, 48, 10, 10, wide, 40))
	}
	require.InDelta(t, 30./(64*48), f.Share(), 1e-9)
	f.Add(large, box(32, 24, 0, 0, 32, 24)) // another size begins anew
	require.InDelta(t, 30./(64*48), f.Share(), 1e-9)
}

func TestGhost(t *testing.T) {
	here, nobody := box(40, 30, 5, 5, 15, 25), box(40, 30, 0, 0, 0, 0) // 200 pixels
	small := box(40, 30, 5, 5, 7, 10)                                  // 10 of them
	var g eval.Ghost
	for _, step := range []struct{ got, want tensor.Plane }{
		{here, here},
		{here, nobody},
		{here, nobody},
		{small, nobody},
		{small, nobody},
		{nobody, nobody},
	} {
		g.Add(step.got, step.want)
	}
	require.Equal(t, 4, g.Longest(0))
	require.Equal(t, 4, g.Longest(10))
	require.Equal(t, 2, g.Longest(11))
	require.Equal(t, 2, g.Longest(200))
	require.Equal(t, 0, g.Longest(201))

	g = eval.Ghost{}
	for range 5 { // never a person: wrong, but no ghost
		g.Add(here, nobody)
	}
	require.Zero(t, g.Longest(1))
	g.Add(here, here)
	g.Add(nobody, nobody)
	require.Zero(t, g.Longest(1))
	g.Add(box(20, 30, 0, 0, 9, 9), box(20, 30, 0, 0, 9, 9)) // another size begins anew
	g.Add(box(20, 30, 0, 0, 9, 9), box(20, 30, 0, 0, 0, 0))
	require.Equal(t, 1, g.Longest(81))
}

func TestConfusion(t *testing.T) {
	c := eval.NewConfusion([]string{"calm", "glad", "sad", "none"})
	for range 8 {
		c.Add(0, []float32{.75, .25, 0, 0})
	}
	c.Add(0, []float32{.25, .75, 0, 0})
	c.Add(1, []float32{0, .75, .25, 0})
	c.Add(1, []float32{.75, .25, 0, 0})
	c.Add(2, []float32{.75, .25, 0, 0})
	require.Equal(t, 12, c.Total())
	require.Equal(t, 1, c.Count(0, 1))
	require.InDelta(t, 9./12, c.Accuracy(), 1e-9)
	calm, ok := c.F1(0)
	require.True(t, ok)
	require.InDelta(t, 2*8./(9+10), calm, 1e-9)
	_, ok = c.F1(3)
	require.False(t, ok, "it neither occurs nor was answered")
	require.InDelta(t, (16./19+.5+0)/3, c.MacroF1(), 1e-9)
	require.InDelta(t, 0, c.ECE(15), 1e-9, "three of four were right, as it said")
	table := c.Table()
	require.Regexp(t, `(?m)^calm +8 +1 +0 +0 +0\.889 +0\.842$`, table)
	require.Regexp(t, `(?m)^none +0 +0 +0 +0 +- +-$`, table)
	require.Panics(t, func() { c.Add(4, []float32{1, 0, 0, 0}) })
	require.Panics(t, func() { c.Add(0, []float32{1}) })
}

func TestECE(t *testing.T) {
	c := eval.NewConfusion([]string{"a", "b"})
	require.Zero(t, c.ECE(15))
	require.Zero(t, c.Accuracy())
	require.Zero(t, c.MacroF1())
	for i := range 10 { // says .9 and is right half of the time: off by .4
		c.Add(i%2, []float32{.9, .1})
	}
	require.InDelta(t, .4, c.ECE(15), 1e-6)
	for range 10 { // says 1 and is right
		c.Add(1, []float32{0, 1})
	}
	require.InDelta(t, .2, c.ECE(15), 1e-6)
	require.InDelta(t, .2, c.ECE(0), 1e-6, "one bin: .95 said, .75 right")
}

func TestSSIM(t *testing.T) {
	a := scenery(20)
	require.InDelta(t, 1, eval.SSIM(a, a), 1e-9)
	noisy, negative := scenery(20), scenery(20)
	for i := range noisy.Pix {
		noisy.Pix[i] += byte(i % 2 * 12)
		negative.Pix[i] = 255 - noisy.Pix[i]
	}
	require.Less(t, eval.SSIM(a, noisy), .95)
	require.Greater(t, eval.SSIM(a, noisy), .3)
	require.Negative(t, eval.SSIM(noisy, negative))
	require.Zero(t, eval.SSIMWithin(a, a, func(int, int) bool { return false }))
	require.InDelta(t, 1, eval.SSIMWithin(a, scenery(50), func(x, _ int) bool { return x < 10 }), 1e-9)

	// Two planes of one level each: only the term of means is left.
	flat := func(v byte) tensor.Plane {
		p := tensor.NewPlane(9, 9)
		for i := range p.Pix {
			p.Pix[i] = v
		}
		return p
	}
	c1 := .01 * 255 * .01 * 255
	require.InDelta(t, (2*100*150+c1)/(100*100+150*150+c1), eval.SSIM(flat(100), flat(150)), 1e-6)
}

// TestSSIMByHand: the expected figure was summed up window by window, in another language.
func TestSSIMByHand(t *testing.T) {
	a, b := tensor.NewPlane(24, 16), tensor.NewPlane(24, 16)
	for y := range a.H {
		for x := range a.Row(y) {
			a.Row(y)[x], b.Row(y)[x] = byte((x*7+y*13)%97+20), byte((x*5+y*11)%89+30)
		}
	}
	require.InDelta(t, -0.05532201591742942, eval.SSIM(a, b), 1e-12)
}
